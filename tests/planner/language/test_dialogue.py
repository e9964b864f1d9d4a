"""What passes between a program and its person: questions, waiting, memory."""

import json

import pytest

from planner.errors import NoAnswerError, ProgramFailedError, ProgramLimitError
from planner.language.memory import MOST_FACTS, Memory
from planner.language.sandbox import SandboxConfig


def test_a_question_comes_back_with_what_the_person_said(run, world):
    world.replies = ["the left one"]
    assert run("print(ask('which block?'))") == "the left one"
    assert world.said == ["which block?"]
    assert dict(world.lines)[1] == "'which block?' was answered 'the left one'"


def test_without_an_answer_the_error_says_what_was_asked(run):
    with pytest.raises(NoAnswerError) as caught:
        run("ask('which block?')")
    assert caught.value.question == "which block?"


def test_a_program_may_go_on_without_an_answer(run):
    source = (
        "try:\n    word = ask('which block?')\nexcept ValueError:\n    word = 'red'\n"
        "print(word)"
    )
    assert run(source) == "red"


def test_a_person_is_not_asked_without_end(run, world):
    world.replies = ["no"] * 1000
    with pytest.raises(ProgramLimitError, match="20 questions"):
        run("while ask('ready?') != 'yes':\n    pass")


def test_waiting_looks_again_at_every_tick_and_ends_once_it_is_so(run, world):
    block = world.at("red block")
    world.objects = [each for each in world.objects if each is not block]

    def appear(world):
        if world.waits == 7:
            world.objects = [*world.objects, block]

    world.on_wait = appear
    assert run("print(wait_until(lambda: is_visible('red block')))") == "True"
    assert world.waits == 7


def test_waiting_ends_with_false_when_time_is_up(run, world):
    source = "print(wait_until(lambda: is_visible('pink ball'), seconds=2))"
    assert run(source) == "False"
    assert world.waits == pytest.approx(20, abs=1)


def test_what_is_so_already_is_not_waited_for(run, world):
    assert run("print(wait_until(lambda: True))") == "True"
    assert world.waits == 0


def test_waiting_for_a_value_instead_of_a_function_is_told(run):
    with pytest.raises(ProgramFailedError, match="lambda"):
        run("wait_until(is_visible('red block'))")


def test_waiting_counts_against_the_ticks_of_a_program(make_sandbox, make_world):
    budget = SandboxConfig().budget
    config = SandboxConfig(workers=1, budget=type(budget)(ticks=10))
    with (
        make_sandbox(config) as go,
        pytest.raises(ProgramLimitError, match="10 ticks"),
    ):
        go("wait_until(lambda: False)", make_world())


def test_what_one_program_remembers_the_next_one_knows(run, world):
    run("remember('hand', 'left')\nremember('off_cm', 1.5)")
    printed = run("print([recall('hand'), recall('OFF_cm') + 1, recall('x', 7)])")
    assert json.loads(printed.replace("'", '"')) == ["left", 2.5, 7]


def test_a_correction_shifts_where_later_programs_go(run, world):
    go = (
        "def there():\n"
        "    m = get_empty_affordance_map()\n"
        "    p = detect('red block').position\n"
        "    off = cm2index(recall('right_cm', 0), 'y')\n"
        "    m[p[0], p[1] + off, p[2]] = 1\n"
        "    return m\n"
        "execute('gripper', there)"
    )
    run(go)
    before = world.position
    run("remember('right_cm', recall('right_cm', 0) + 2)\n" + go)
    assert world.position[1] - before[1] == pytest.approx(0.02, abs=0.006)


def test_programs_of_another_person_know_nothing_of_it(run, make_world):
    run("remember('hand', 'left')")
    assert run("print(recall('hand'))", make_world()) == "None"


REFUSED = [
    ("", 1),
    ("a" * 61, 1),
    (3, 1),
    ("a", "b" * 201),
    ("a", float("nan")),
    ("a", float("inf")),
    ("a", 10**400),
    ("a", True),
    ("a", [1]),
    ("a", None),
]


@pytest.mark.parametrize(("key", "value"), REFUSED)
def test_only_short_texts_and_finite_numbers_are_remembered(key, value):
    memory = Memory()
    with pytest.raises(ProgramFailedError):
        memory.remember(key, value)
    assert memory.facts() == {}


def test_memory_is_full_at_some_point_and_names_can_be_used_again():
    memory = Memory()
    for number in range(MOST_FACTS):
        memory.remember(f"fact {number}", number)
    with pytest.raises(ProgramFailedError, match="use a name again"):
        memory.remember("one more", 1)
    memory.remember("fact 3", "new")
    assert memory.recall("fact 3") == "new"
