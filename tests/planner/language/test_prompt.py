import re

import pytest

from planner.language.api import API, HIERARCHY
from planner.language.backend import Message
from planner.language.check import check
from planner.language.kinds import MAP_KINDS, PARTS
from planner.language.prompt import (
    asked,
    code_of,
    hierarchy_samples,
    instructions,
    nearest,
    write_messages,
)
from planner.language.writing import nearest_examples

KINDS = ("whole", "planner", *PARTS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_prompt_leaves_nothing_unfilled(kind):
    text = instructions(kind)
    assert "$" not in text
    assert "front +x" in text


def test_a_whole_program_is_told_all_of_the_api():
    text = instructions("whole")
    assert all(f"- {each.head}: {each.meaning}" in text for each in API)


@pytest.mark.parametrize("kind", MAP_KINDS)
def test_a_map_is_told_of_nothing_that_moves(kind):
    text = instructions(kind)
    assert "- execute(" not in text
    assert "- composer(" not in text
    assert f"- get_empty_{kind}_map()" in text


def test_a_plan_is_told_of_composer_and_a_step_of_the_maps():
    assert "- composer(text)" in instructions("planner")
    maps = [each for each in HIERARCHY if each.name != "composer"]
    assert len(maps) == 5
    assert all(f"- {each.head}" in instructions("composer") for each in maps)


@pytest.mark.parametrize("kind", ["planner", *PARTS])
def test_what_is_asked_comes_last_and_the_nearest_example_before(kind):
    query, program = hierarchy_samples(kind)[-1]
    messages = write_messages(kind, query, ("jar",), ())
    assert asked(messages) == query
    assert messages[-3].content.endswith(query)
    assert program in messages[-2].content
    assert (messages[-1].content.startswith("objects")) == (kind == "planner")


def test_an_example_is_about_other_things_in_its_texts_only():
    sample = ("open the drawer", "drawer = detect('the drawer')  # the drawer\n")
    _, query, answer, _ = write_messages("whole", "x", (), (sample,))
    assert query == Message("user", "# Query: open the cupboard drawer")
    assert "drawer = detect('the cupboard drawer')" in answer.content


def test_the_nearest_shares_most_words():
    samples = (("push a lid", "1"), ("grasp the jar", "2"), ("grasp a cork", "3"))
    assert [p for _, p in nearest(samples, "grasp the big jar", 2)] == ["3", "2"]
    assert nearest(samples, "grasp", 0) == ()


def test_every_program_that_is_shown_passes_the_checks():
    samples = nearest_examples("go home", 10_000)
    shown = write_messages("whole", "x", (), samples)[2:-1:2]
    assert len(shown) == len(samples) > 20
    assert not [each.content for each in shown if check(code_of(each.content))]


def test_prompts_name_no_function_that_does_not_exist():
    known = {each.name for each in (*API, *HIERARCHY)}
    for kind in KINDS:
        named = re.findall(r"\b((?:get|set)_\w+|\w+_gripper)\b", instructions(kind))
        assert set(named) <= known, kind
