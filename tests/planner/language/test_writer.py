import json
import logging

import pytest

from planner.errors import (
    EmptyInstructionError,
    InvalidProgramError,
    InvalidRequestError,
    NotUnderstoodError,
    ProgramFailedError,
)
from planner.language.backend import AGAIN, Backend, Usage
from planner.language.cache import Cache, default_directory
from planner.language.check import check
from planner.language.program import Program
from planner.language.prompt import code_of
from planner.language.writer import Writer, WriterConfig, make_writer
from tests.planner.language.scripted_model import ScriptedModel

GOOD = "open_gripper()\n"


def test_a_scripted_model_is_a_backend():
    assert isinstance(ScriptedModel(), Backend)


def test_the_default_writer_is_the_shipped_model():
    program = make_writer().write("Put the red block in the blue bowl.", ("red block",))
    assert program.backend == "embedded"
    assert not program.cached
    assert check(program.source) == ()


@pytest.mark.parametrize("instruction", ["", "   ", "\n\t", "?!", "..."])
def test_an_empty_instruction_is_refused(instruction):
    with pytest.raises(EmptyInstructionError):
        make_writer().write(instruction)
    with pytest.raises(EmptyInstructionError):
        Writer(ScriptedModel(GOOD)).write(instruction)


def test_a_very_long_instruction_is_refused():
    with pytest.raises(InvalidRequestError, match="characters"):
        make_writer().write("put " * 1000)


def test_what_is_not_understood_is_refused_with_offers():
    with pytest.raises(NotUnderstoodError) as caught:
        make_writer().write("paint the red block")
    assert any("red block" in each for each in caught.value.closest)


def test_a_faulty_program_goes_back_with_its_problems():
    backend = ScriptedModel("foo()\nopen_gripper()", f"```python\n{GOOD}```")
    program = Writer(backend).write("open the gripper")
    assert program.source == GOOD
    assert "line 1: name 'foo' is not defined" in backend.asked[1][-1].content
    assert backend.asked[1][: len(backend.asked[0])] == backend.asked[0]


def test_a_program_that_stays_faulty_is_an_error_with_all_attempts():
    backend = ScriptedModel("foo()", "bar()", "baz()", GOOD)
    with pytest.raises(InvalidProgramError, match="other words") as caught:
        Writer(backend, repairs=2).write("do it")
    error = caught.value
    assert [each.source for each in error.attempts] == ["foo()\n", "bar()\n", "baz()\n"]
    assert "'bar'" in str(error.attempts[1])
    assert "attempt 2" in str(error)
    problems = "; ".join(error.problems)
    assert all(name in problems for name in ("'foo'", "'bar'", "'baz'", "attempt 3"))
    assert len(backend.asked) == 3


def test_a_model_that_repeats_itself_is_not_asked_again():
    backend = ScriptedModel("foo()", "foo()", GOOD)
    with pytest.raises(InvalidProgramError):
        Writer(backend, repairs=5).write("do it")
    assert len(backend.asked) == 2


def test_the_prompt_has_the_objects_the_api_and_the_nearest_example():
    backend = ScriptedModel(GOOD)
    Writer(backend).write("press the yellow button", ("yellow button", "mug"))
    messages = backend.asked[0]
    assert "set_voxel_by_radius(map, xyz, radius_cm=0, value=1)" in messages[0].content
    assert messages[-1].content == (
        "objects = ['yellow button', 'mug']\n# Query: press the yellow button"
    )
    assert messages[-3].content == "# Query: push the doorbell switch"


def test_the_same_request_is_asked_once(tmp_path):
    backend = ScriptedModel(GOOD)
    writer = Writer(backend, cache=Cache(tmp_path))
    first = writer.write("open the gripper", ("mug",))
    second = writer.write("open the gripper", ("mug",))
    assert (first.cached, second.cached) == (False, True)
    assert first.source == second.source
    assert len(backend.asked) == 1


def test_any_other_request_is_another(tmp_path):
    cache = Cache(tmp_path)
    for instruction, names, model in (
        ("open the gripper", ("mug",), "a"),
        ("open the gripper", ("bowl",), "a"),
        ("close the gripper", ("mug",), "a"),
        ("open the gripper", ("mug",), "b"),
    ):
        backend = ScriptedModel(GOOD, model=model)
        assert not Writer(backend, cache=cache).write(instruction, names).cached
        assert backend.asked


def test_a_program_that_failed_is_written_again_once():
    backend = ScriptedModel(GOOD, "close_gripper()\n", GOOD)
    writer = Writer(backend, samples=0)
    program = writer.write("open the gripper")
    better = writer.repair(program, ProgramFailedError("no such thing", 1))
    assert better.source == "close_gripper()\n"
    assert better.usage.calls == 2
    assert "line 1: no such thing" in backend.asked[1][-1].content
    assert GOOD in backend.asked[1][-2].content
    again = ProgramFailedError("still not", 1)
    with pytest.raises(ProgramFailedError) as caught:
        writer.repair(better, again)
    assert caught.value is again


def test_a_program_that_nobody_wrote_is_not_repaired():
    error = ProgramFailedError("no", 1)
    with pytest.raises(ProgramFailedError) as caught:
        Writer(ScriptedModel(GOOD)).repair(Program.from_source(GOOD), error)
    assert caught.value is error


def test_the_answers_are_told_as_they_are_written_with_a_mark_between():
    told = []
    writer = Writer(ScriptedModel("foo()", GOOD), samples=0)
    program = writer.write("open the gripper", (), told.append)
    assert "".join(told) == "foo()" + AGAIN + GOOD
    assert program.usage == Usage("scripted", "scripted-1", 2, 20, 4)


def test_an_answer_from_the_cache_costs_nothing_and_is_told(tmp_path):
    cache = Cache(tmp_path)
    Writer(ScriptedModel(GOOD), cache=cache, samples=0).write("open the gripper")
    told = []
    writer = Writer(ScriptedModel(), cache=cache, samples=0)
    program = writer.write("open the gripper", (), told.append)
    assert program.usage == Usage("scripted", "scripted-1")
    assert told == [GOOD]


def test_what_a_model_thinks_aloud_is_no_program():
    unclosed = f"hm\n```\nfoo()\n```\n</think>\n{GOOD}"
    assert code_of(unclosed) == GOOD
    thought = f"<think>```python\nfoo()\n```</think>```python\n{GOOD}```"
    assert code_of(thought) == GOOD


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"key": "x"}', "\0", '{"answer": 3}']
)
def test_a_corrupt_file_is_ignored_with_a_warning(content, tmp_path, caplog):
    cache = Cache(tmp_path)
    Writer(ScriptedModel(GOOD), cache=cache).write("open the gripper")
    (kept,) = tmp_path.glob("*.json")
    kept.write_text(content)
    backend = ScriptedModel(GOOD)
    with caplog.at_level(logging.WARNING):
        assert not Writer(backend, cache=cache).write("open the gripper").cached
    assert backend.asked
    assert "ignoring" in caplog.text
    assert json.loads(kept.read_text())["answer"] == GOOD


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    writer = Writer(ScriptedModel(GOOD), cache=Cache(blocked / "under"))
    assert writer.write("open the gripper").source == GOOD


def test_the_cache_lives_where_caches_live(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_directory() == tmp_path / "voxfield" / "llm"


@pytest.mark.parametrize(
    "answer",
    [
        GOOD,
        f"```python\n{GOOD}```",
        f"Here you are:\n```\n{GOOD}```\nDone.",
        f"```py\n{GOOD}\n```",
        f"```python\n{GOOD}",
    ],
)
def test_code_is_taken_out_of_its_fence(answer):
    assert code_of(answer) == GOOD


def test_the_endpoint_needs_a_model_in_the_environment(monkeypatch):
    for name in ("BASE_URL", "MODEL", "API_KEY"):
        monkeypatch.delenv(f"VOXFIELD_LLM_{name}", raising=False)
    with pytest.raises(InvalidRequestError, match="VOXFIELD_LLM_MODEL"):
        make_writer(WriterConfig(backend="openai"))
