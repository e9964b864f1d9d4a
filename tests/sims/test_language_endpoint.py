"""Words to motion with a model behind an OpenAI-compatible server."""

import pytest

from planner.events import ProgramWriting, ProgramWritten, SubTaskStarted
from planner.execution.loop import Hooks
from planner.language.embedded.backend import EmbeddedBackend
from planner.language.local_backend import LocalBackend, LocalConfig
from planner.language.writing import nearest_examples
from sims.episode import Stage, play
from sims.sessions import bench_pipeline
from sims.suites import BenchConfig
from sims.tasks import BlockInBowl
from tests.planner.language.openai_server import OpenAIServer
from tests.planner.language.tiny_models import save_tiny_model, saying

KEY = "sk-sentinel-0123456789"
INSTRUCTION = "put the red block in the blue bowl"


@pytest.fixture(scope="module")
def program():
    ((sample, program),) = nearest_examples(INSTRUCTION, 1)
    assert sample == INSTRUCTION
    return program


@pytest.fixture(scope="module")
def server(program, tmp_path_factory):
    folder = save_tiny_model(tmp_path_factory.mktemp("model"), longest=100_000)
    loaded = LocalBackend.load(LocalConfig(folder, max_new_tokens=4000))
    processors = saying(loaded.model.tokenizer, "fly()\n", "fly()\n", program)
    model = LocalBackend(loaded.model, loaded.config, processors)
    with OpenAIServer(model) as running:
        yield running


@pytest.fixture
def environment(server, monkeypatch, tmp_path):
    recorded = tmp_path / "recorded.jsonl"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("VOXFIELD_LLM_BASE_URL", server.url)
    monkeypatch.setenv("VOXFIELD_LLM_MODEL", "tiny")
    monkeypatch.setenv("VOXFIELD_LLM_API_KEY", KEY)
    monkeypatch.setenv("VOXFIELD_LLM_PRICE_OUT", "2")
    monkeypatch.setenv("VOXFIELD_LLM_RECORD", str(recorded))
    return recorded


def carry_out(language):
    """Play the task; return the result and all events."""
    seen = []
    stage = Stage.lay_out(BlockInBowl("red", "blue"), 3)
    hooks = Hooks(lambda observation, events: seen.extend(events))
    with (
        stage.world,
        bench_pipeline(BenchConfig(language=language), stage) as pipeline,
    ):
        result = play(stage, pipeline.open(INSTRUCTION), hooks=hooks)
    return result, seen


@pytest.mark.slow
def test_a_busy_server_and_a_wrong_answer_delay_the_success(
    server, environment, program, monkeypatch, tmp_path
):
    server.faults = ["busy", "dies"]
    result, events = carry_out("openai")
    assert result.success, result
    (written,) = [each for each in events if isinstance(each, ProgramWritten)]
    assert written.source.strip() == program.strip()
    assert written.usage.backend == "openai"
    assert written.usage.model == "tiny"
    assert written.usage.calls == 4  # busy, died, did not pass, right
    assert written.usage.cost > 0.0
    assert "not defined" in server.requests[-1][1]["messages"][-1]["content"]
    assert any(isinstance(each, ProgramWriting) for each in events)
    assert len([each for each in events if isinstance(each, SubTaskStarted)]) >= 4

    # The recording alone does the same, with nobody to ask.
    asked = len(server.requests)
    monkeypatch.setenv("VOXFIELD_LLM_REPLAY", str(environment))
    monkeypatch.delenv("VOXFIELD_LLM_RECORD")
    result, events = carry_out("replay")
    assert result.success
    (again,) = [each for each in events if isinstance(each, ProgramWritten)]
    assert again.source == written.source
    assert again.usage.calls == 0
    assert len(server.requests) == asked
    kept = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert environment in kept
    assert not [each for each in kept if KEY in each.read_text(errors="replace")]
    assert KEY not in repr(events)


@pytest.mark.slow
def test_the_embedded_model_behind_a_server_drives_the_task(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with OpenAIServer(EmbeddedBackend.load()) as running:
        monkeypatch.setenv("VOXFIELD_LLM_BASE_URL", running.url)
        monkeypatch.setenv("VOXFIELD_LLM_MODEL", "embedded")
        monkeypatch.setenv("VOXFIELD_LLM_API_KEY", KEY)
        running.faults = ["limited", "truncated"]
        result, events = carry_out("openai")
    assert result.success, result
    (written,) = [each for each in events if isinstance(each, ProgramWritten)]
    assert written.usage.backend == "openai"
    assert written.usage.calls == 3  # limited, cut short, whole
