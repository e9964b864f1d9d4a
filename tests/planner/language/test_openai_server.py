"""The `openai` client against a server of its protocol, fault by fault."""

import logging
import time
from itertools import product

import numpy as np
import pytest

from planner.errors import BudgetError, InvalidProgramError, WriterUnavailableError
from planner.language.backend import AGAIN, Message
from planner.language.budget import BudgetConfig, Budgeted
from planner.language.cache import Cache
from planner.language.local_backend import LocalBackend, LocalConfig
from planner.language.openai_backend import OpenAIBackend, OpenAIConfig
from planner.language.replay import Recording
from planner.language.writer import Writer, WriterConfig, make_writer
from tests.planner.language.openai_server import (
    FINAL,
    PASSING,
    STREAMED,
    OpenAIServer,
)
from tests.planner.language.tiny_models import save_tiny_model, saying

KEY = "sk-sentinel-0123456789"
PROGRAM = "open_gripper()\nsay('done')\n"
ASK = (Message("user", "# Query: open the gripper"),)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = save_tiny_model(tmp_path_factory.mktemp("model"))
    loaded = LocalBackend.load(LocalConfig(folder))
    processors = saying(loaded.model.tokenizer, PROGRAM)
    return LocalBackend(loaded.model, loaded.config, processors)


@pytest.fixture(scope="module")
def running(model):
    with OpenAIServer(model) as made:
        yield made


@pytest.fixture
def server(running):
    running.faults.clear()
    running.requests.clear()
    running.retry_after = "0"
    return running


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def backend(server, pauses):
    """Make a client of the server."""

    def make(**changes):
        config = OpenAIConfig(**{"timeout": 0.5} | changes)
        rng = np.random.default_rng(0)
        return OpenAIBackend(server.url, "m", KEY, config, pauses.append, rng)

    return make


@pytest.mark.parametrize("stream", [True, False])
def test_a_good_answer_comes_whole_and_counted(stream, server, backend):
    pieces = []
    answer = backend(stream=stream, timeout=5.0).complete(ASK, pieces.append)
    assert answer.text == "".join(pieces) == PROGRAM
    assert answer.usage.calls == 1
    assert answer.usage.prompt_tokens > 0 < answer.usage.completion_tokens
    assert answer.usage.seconds > 0.0
    assert (len(pieces) > 3) == stream


@pytest.mark.parametrize("fault", PASSING)
def test_a_trouble_that_passes_is_waited_out(fault, server, backend, pauses):
    server.faults = [fault, ""]
    pieces = []
    # Long enough for a good answer of a busy machine, and not for a silent server.
    answer = backend(timeout=1.5).complete(ASK, pieces.append)
    assert answer.text == PROGRAM
    assert "".join(pieces).rpartition(AGAIN)[2] == PROGRAM
    assert answer.usage.calls == 2
    assert len(pauses) == 1


@pytest.mark.parametrize("fault", PASSING)
def test_a_trouble_that_stays_is_an_error_after_the_tries(fault, server, backend):
    server.faults = [fault] * 5
    with pytest.raises(WriterUnavailableError, match="asked 2 times") as caught:
        backend(tries=2, timeout=0.3).complete(ASK)
    assert len(server.requests) == 2
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("fault", [*FINAL, "empty"])
def test_a_trouble_that_does_not_pass_is_an_error_at_once(
    fault, stream, server, backend, pauses
):
    if fault in STREAMED and not stream:
        return
    server.faults = [fault] * 5
    with pytest.raises(WriterUnavailableError) as caught:
        backend(stream=stream, timeout=5.0).complete(ASK)
    # What is no stream might still be an answer.
    assert len(server.requests) <= 2
    assert pauses == []
    assert KEY not in str(caught.value)


def test_the_wait_is_no_shorter_than_the_server_asks(server, backend, pauses):
    server.retry_after = "7"
    server.faults = ["limited", "limited", ""]
    backend().complete(ASK)
    assert pauses == [7.0, 7.0]


def test_a_wait_may_be_told_as_a_date(server, backend, pauses):
    server.retry_after = "Wed, 25 Nov 2015 00:00:00 GMT"
    server.faults = ["limited", ""]
    assert backend().complete(ASK).text == PROGRAM
    assert pauses[0] < 1.0


def test_pauses_grow_and_differ(server, backend, pauses):
    server.faults = ["busy"] * 3
    backend(tries=4).complete(ASK)
    assert all(0.5 * 2**n <= pause <= 2**n for n, pause in enumerate(pauses)), pauses
    assert len({pause / 2**n for n, pause in enumerate(pauses)}) == 3


@pytest.mark.parametrize("stream", [True, False])
def test_a_truncated_answer_is_asked_for_again_in_short(stream, server, backend):
    server.faults = ["truncated", ""]
    program = Writer(backend(stream=stream), samples=0).write("open it")
    assert program.source == PROGRAM
    assert program.usage.calls == 2
    assert "cut off" in server.requests[-1][1]["messages"][-1]["content"]


def test_an_answer_that_stays_truncated_is_an_invalid_program(server, backend):
    server.faults = ["truncated"] * 9
    with pytest.raises(InvalidProgramError, match="cut off"):
        Writer(backend(), samples=0, repairs=1).write("open it")


def test_a_truncated_answer_is_not_kept(server, backend, tmp_path):
    server.faults = ["truncated", ""]
    writer = Writer(backend(), samples=0, cache=Cache(tmp_path))
    assert writer.write("open it").source == PROGRAM
    assert len(list(tmp_path.iterdir())) == 1


def test_a_budget_of_seconds_ends_a_stream(server, backend):
    server.faults = ["drip"]
    budgeted = Budgeted(backend(timeout=5.0), BudgetConfig(most_seconds=0.3))
    with pytest.raises(BudgetError, match="seconds"):
        budgeted.complete(ASK)


def test_a_silent_server_is_left_when_patience_is_over(server, backend):
    server.faults = ["silent"] * 5
    start = time.monotonic()
    with pytest.raises(WriterUnavailableError):
        backend(timeout=5.0, patience=0.4).complete(ASK)
    assert time.monotonic() - start < 2.0


def test_a_budget_of_seconds_ends_the_wait_for_a_silent_server(
    server, monkeypatch, tmp_path
):
    server.faults = ["silent"] * 5
    monkeypatch.setenv("VOXFIELD_LLM_BASE_URL", server.url)
    monkeypatch.setenv("VOXFIELD_LLM_MODEL", "m")
    budget = BudgetConfig(most_seconds=0.4)
    writer = make_writer(WriterConfig("openai", budget=budget, cache=tmp_path))
    start = time.monotonic()
    with pytest.raises(BudgetError, match="seconds"):
        writer.write("open it")
    assert time.monotonic() - start < 2.0


@pytest.mark.parametrize(
    "case",
    [*product(["", "echo", "denied", "limited", "garbage", "busy"], [True, False])],
)
def test_the_key_is_nowhere_but_at_the_server(case, server, backend, tmp_path, caplog):
    fault, stream = case
    caplog.set_level(logging.DEBUG)
    server.faults = [fault]
    model = backend(stream=stream, tries=1)
    recording = Recording(tmp_path / "recorded.jsonl")
    writer = Writer(model, samples=0, cache=Cache(tmp_path), recording=recording)
    told = [repr(model), str(model.parameters)]
    try:
        program = writer.write("open it", (), told.append)
        told += [repr(program), program.source]
    except WriterUnavailableError as error:
        told += [str(error), repr(error), repr(error.__cause__)]
    told += [record.getMessage() for record in caplog.records]
    told += [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert server.requests[0][0] == KEY
    assert KEY not in "".join(told)
