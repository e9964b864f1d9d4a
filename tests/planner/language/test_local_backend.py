import json
import sys

import pytest

from planner.errors import (
    InvalidRequestError,
    MissingExtraError,
    ModelLoadError,
    WriterUnavailableError,
)
from planner.language.backend import Backend, Message
from planner.language.local_backend import LocalBackend, LocalConfig
from planner.language.writer import Writer
from tests.planner.language.tiny_models import NO_SYSTEM, save_tiny_model, saying

PROGRAM = """\
def there():
    return get_empty_affordance_map()

execute("ee", there)
"""
ASK = (
    Message("system", "You write programs."),
    Message("user", "# Query: go there"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("model"))


def backend_of(folder, *texts, **config):
    made = LocalBackend.load(LocalConfig(folder, **{"max_new_tokens": 300} | config))
    if not texts:
        return made
    processors = saying(made.model.tokenizer, *texts)
    return LocalBackend(made.model, made.config, processors)


def test_a_model_in_a_folder_is_a_backend_and_answers(folder):
    backend = backend_of(folder, max_new_tokens=12)
    assert isinstance(backend, Backend)
    answer = backend.complete(ASK)
    assert answer.usage.backend == "local"
    assert answer.usage.model == folder
    assert answer.usage.calls == 1
    assert answer.usage.prompt_tokens > 10
    assert 1 <= answer.usage.completion_tokens <= 12


def test_loading_leaves_the_terminal_alone(folder, capfd):
    backend_of(folder)
    assert "".join(capfd.readouterr()) == ""


@pytest.mark.parametrize("temperature", [0.0, 0.8])
def test_the_same_request_has_the_same_answer(folder, temperature):
    backend = backend_of(folder, max_new_tokens=20, temperature=temperature)
    assert backend.complete(ASK).text == backend.complete(ASK).text


def test_another_seed_samples_another_answer(folder):
    answers = {
        backend_of(folder, max_new_tokens=20, temperature=1.0, seed=seed)
        .complete(ASK)
        .text
        for seed in range(3)
    }
    assert len(answers) > 1


@pytest.mark.parametrize("text", [PROGRAM, "say('Grüße 🤖')\n", "x", " y \n\n"])
def test_what_is_told_while_writing_is_the_answer(folder, text):
    pieces = []
    answer = backend_of(folder, text).complete(ASK, pieces.append)
    assert answer.text == "".join(pieces) == text
    assert not answer.truncated
    assert len(pieces) > 1 or len(text) < 5


def test_processors_constrain_the_tokens(folder):
    program = Writer(backend_of(folder, PROGRAM), samples=0).write("go there")
    assert program.source == PROGRAM
    assert program.backend == "local"
    assert program.usage.completion_tokens > 10


def test_a_faulty_program_is_written_again(folder):
    backend = backend_of(folder, "foo()\n", PROGRAM)
    program = Writer(backend, samples=0).write("go there")
    assert program.source == PROGRAM
    assert program.usage.calls == 2


def test_an_answer_that_reached_the_limit_says_so(folder):
    answer = backend_of(folder, PROGRAM, max_new_tokens=5).complete(ASK)
    assert answer.truncated
    assert PROGRAM.startswith(answer.text)
    assert answer.usage.completion_tokens == 5


def test_a_stop_text_ends_the_answer_and_is_not_told(folder):
    pieces = []
    backend = backend_of(folder, PROGRAM, stop=("execute(", "nothing"))
    answer = backend.complete(ASK, pieces.append)
    assert answer.text == "".join(pieces) == PROGRAM.partition("execute(")[0]
    assert not answer.truncated


def test_without_a_chat_template_the_next_query_ends_the_answer(tmp_path):
    plain = save_tiny_model(tmp_path, template=None)
    answer = backend_of(plain, PROGRAM + "# Query: more").complete(ASK)
    assert answer.text == PROGRAM


def test_a_template_without_a_system_role_is_no_trouble(tmp_path):
    answer = backend_of(save_tiny_model(tmp_path, NO_SYSTEM), PROGRAM).complete(ASK)
    assert answer.text == PROGRAM


def test_a_prompt_longer_than_the_model_reads_is_refused(tmp_path):
    backend = backend_of(save_tiny_model(tmp_path, longest=16))
    with pytest.raises(WriterUnavailableError, match="reads 16"):
        backend.complete(ASK)


def test_a_folder_that_is_no_model_is_named(tmp_path):
    with pytest.raises(ModelLoadError, match=r"config\.json") as caught:
        backend_of(str(tmp_path))
    assert caught.value.model == str(tmp_path)


def test_a_folder_with_a_broken_config_is_named(tmp_path):
    save_tiny_model(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "no such"}))
    with pytest.raises(ModelLoadError):
        backend_of(str(tmp_path))


def test_a_name_that_is_not_here_is_an_error_without_a_network(monkeypatch):
    # What the variable HF_HUB_OFFLINE sets when the package is imported.
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelLoadError):
        backend_of("voxfield/there-is-no-such-model")


@pytest.mark.parametrize("device", ["no-such-device", "cuda:99", "mps"])
def test_a_device_that_is_not_here_is_named(folder, device):
    with pytest.raises(ModelLoadError):
        backend_of(folder, device=device)


def test_an_unknown_dtype_is_refused(folder):
    with pytest.raises(InvalidRequestError, match="bfloat16"):
        LocalConfig(folder, dtype="int3")


def test_a_dtype_is_that_of_the_weights(folder):
    import torch  # noqa: PLC0415

    model = backend_of(folder, dtype="bfloat16").model.model
    assert {each.dtype for each in model.parameters()} == {torch.bfloat16}


def test_other_weights_are_another_request(tmp_path):
    first = backend_of(save_tiny_model(tmp_path)).parameters
    assert backend_of(str(tmp_path)).parameters == first
    assert backend_of(save_tiny_model(tmp_path)).parameters != first


def test_a_missing_package_is_named(monkeypatch, folder):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(MissingExtraError, match=r"voxfield\[models\]"):
        LocalBackend.load(LocalConfig(folder))
