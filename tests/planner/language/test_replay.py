import json
import threading

import pytest

from planner.errors import InvalidRequestError, WriterUnavailableError
from planner.language.backend import Answer, Message, Usage
from planner.language.cache import Cache
from planner.language.replay import Recording, ReplayBackend
from planner.language.writer import Writer, WriterConfig, make_writer
from tests.planner.language.scripted_model import ScriptedModel

GOOD = "open_gripper()\n"
ODD = 'say("Grüße\\u2028 \\"🤖\\" \\\\n")\r\n'


@pytest.fixture
def path(tmp_path):
    return tmp_path / "recorded.jsonl"


@pytest.mark.parametrize("answers", [[GOOD], ["foo()", GOOD], ["foo()", ODD]])
def test_a_recording_replays_bit_by_bit(answers, path):
    model = ScriptedModel(*answers)
    first = Writer(model, samples=0, recording=Recording(path)).write("open it", ("a",))
    told = []
    replay = Writer(ReplayBackend(path), samples=0)
    again = replay.write("open it", ("a",), told.append)
    assert (again.source, again.runnable) == (first.source, first.runnable)
    assert again.backend == "replay"
    assert again.usage == Usage("replay", "scripted-1")
    assert len(path.read_text().splitlines()) == len(answers)


def test_equal_requests_play_their_answers_in_order(path):
    recording = Recording(path)
    ask = (Message("user", "x"),)
    for text in "abc":
        recording.add(ask, Answer(text, Usage("m", "m"), truncated=text == "b"))
    backend = ReplayBackend(path)
    played = [backend.complete(ask) for _ in range(5)]
    assert "".join(each.text for each in played) == "abccc"
    assert [each.truncated for each in played] == [False, True, False, False, False]


def test_what_came_from_the_cache_is_recorded_too(path, tmp_path):
    cache = Cache(tmp_path / "cache")
    Writer(ScriptedModel(GOOD), samples=0, cache=cache).write("open it")
    writer = Writer(ScriptedModel(), samples=0, cache=cache, recording=Recording(path))
    assert writer.write("open it").cached
    assert Writer(ReplayBackend(path), samples=0).write("open it").source == GOOD


def test_what_was_not_recorded_is_refused(path):
    Writer(ScriptedModel(GOOD), samples=0, recording=Recording(path)).write("open it")
    with pytest.raises(WriterUnavailableError, match="record it again"):
        Writer(ReplayBackend(path), samples=0).write("close it")


@pytest.mark.parametrize(
    "line",
    ["", "{", "[]", "3", '{"format": 2}', '{"format": 1, "request": "x", "answer": 3}'],
)
def test_a_line_that_is_no_answer_is_named(line, path):
    good = {"format": 1, "request": "x", "answer": "y", "model": "m"}
    path.write_text(f"{json.dumps(good)}\n{line}\n")
    with pytest.raises(InvalidRequestError, match="line 2"):
        ReplayBackend(path)


def test_a_file_that_cannot_be_read_or_written_is_named(tmp_path):
    with pytest.raises(InvalidRequestError, match="cannot be read"):
        ReplayBackend(tmp_path / "none")
    recording = Recording(tmp_path / "none" / "under")
    with pytest.raises(InvalidRequestError, match="cannot be recorded"):
        recording.add((), Answer("", Usage()))


def test_several_threads_record_whole_lines(path):
    recording = Recording(path)

    def add(number):
        for _ in range(20):
            recording.add(
                (Message("user", str(number)),), Answer("x" * 9000, Usage("m"))
            )

    threads = [threading.Thread(target=add, args=(n,)) for n in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(path.read_text().splitlines()) == 80
    ReplayBackend(path)


def test_the_environment_names_the_recording(monkeypatch, path, tmp_path):
    monkeypatch.delenv("VOXFIELD_LLM_REPLAY", raising=False)
    with pytest.raises(InvalidRequestError, match="VOXFIELD_LLM_REPLAY"):
        make_writer(WriterConfig(backend="replay"))
    recorded = Writer(ScriptedModel(GOOD), samples=0, recording=Recording(path))
    recorded.write("open it")
    monkeypatch.setenv("VOXFIELD_LLM_REPLAY", str(path))
    writer = make_writer(WriterConfig(backend="replay", samples=0))
    assert writer.write("open it").source == GOOD
