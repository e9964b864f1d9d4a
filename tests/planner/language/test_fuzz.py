"""Whatever a program sends or is, the host answers or refuses; it never stumbles."""

import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from perception.errors import PerceptionError
from planner.errors import InvalidMapError, InvalidProgramError, PlanningError
from planner.language.answers import HOST_CALLS, Answers, Budget
from planner.language.check import check
from planner.language.host import HandState
from planner.language.map_api import MapDecoder
from planner.language.objects import HAND_ID, TABLE_ID, Seen
from planner.language.program import Program
from planner.language.rewrite import rewrite
from planner.map_reading import rasterise
from planner.value_maps import KINDS, MapSet, VoxelGrid
from tests.planner.language.conftest import World, table_scene
from tests.planner.language.fine_programs import FINE

FIVE_MINUTES = 300.0  # [s]
GRID = VoxelGrid(shape=(12, 10, 8))  # small, so that maps are drawn quickly
NAMES = sorted(HOST_CALLS)

odd_numbers = st.one_of(
    st.integers(),
    st.floats(),
    st.booleans(),
    st.sampled_from([0, 1, -1, 10**400, -(10**400), 2**63, 1e308, 0.0, -0.0]),
)
plain_things = st.one_of(st.none(), odd_numbers, st.text(max_size=20), st.binary())
anything = st.recursive(
    plain_things,
    lambda inside: st.one_of(
        st.lists(inside, max_size=6),
        st.tuples(inside, inside),
        st.dictionaries(st.text(max_size=3), inside, max_size=3),
    ),
    max_leaves=20,
)


def mostly(good):
    """Draw what is right, and now and then anything else."""
    return st.one_of(good, good, good, good, anything)


voxels = mostly(
    st.tuples(st.integers(0, 13), st.integers(0, 11), st.integers(0, 9)).map(list)
)
radii = mostly(st.floats(0.0, 250.0))
values = mostly(st.floats(-2.0, 2.0) | st.sampled_from([[1.0, 0.0, 0.0, 0.0], 1e6]))
objects = mostly(st.sampled_from([1, 2, 10, 99, TABLE_ID, HAND_ID]))


def maps(depth=3):
    """Maps that are nearly right."""
    operation = [
        st.tuples(st.just("box"), voxels, voxels, values),
        st.tuples(st.just("near"), voxels, radii, values),
        st.tuples(st.just("object"), objects, radii, values),
    ]
    if depth:
        operand = st.one_of(values, maps(depth - 1))
        operators = mostly(st.sampled_from(["+", "-", "*", "/", "min", "max"]))
        flags = mostly(st.booleans())
        operation.append(st.tuples(st.just("combine"), operators, operand, flags))
    operations = st.lists(mostly(st.one_of(operation).map(list)), max_size=5)
    return st.tuples(mostly(st.sampled_from(KINDS)), mostly(operations)).map(list)


map_sets = mostly(st.lists(st.none() | maps(), min_size=5, max_size=5))
phrases = mostly(
    st.sampled_from(["red block", "block", "gripper", "table", "moon", "blocks", ""])
)
lines = mostly(st.integers(0, 30))
ARGUMENTS = {
    "_detect": st.tuples(phrases, lines),
    "_step": st.tuples(mostly(st.integers(-1, 3)), lines, phrases, map_sets),
    "_remember": st.tuples(phrases, mostly(odd_numbers | st.text()), lines),
}


@st.composite
def calls(draw):
    name = draw(st.sampled_from(NAMES))
    right = ARGUMENTS.get(name, st.tuples(*[phrases] * HOST_CALLS[name]))
    return name, tuple(draw(right | st.lists(anything, max_size=6)))


def decode(sent):
    """Decode maps; whatever is accepted can be drawn and is finite."""
    hand = HandState(np.array([0.4, 0.0, 0.3]), np.array([0.0, 1, 0, 0]), True, False)
    seen = {each.id: Seen(each, GRID) for each in table_scene()}
    try:
        made = MapDecoder(GRID, seen, hand, 0.0).maps(sent)
    except InvalidMapError as error:
        assert " " in str(error)
        return
    assert isinstance(made, MapSet)
    for layer in made.layers().values():
        try:
            assert np.isfinite(rasterise(layer, GRID)).all()
        except InvalidMapError as error:
            assert "infinite" in str(error)


def answer_all(asked):
    """Answer calls one after the other, as a program that handles every error."""
    world = World(grid=GRID)
    world.replies = ["yes"] * 3
    answers = Answers(world, Budget(calls_per_tick=20, ticks=30, subtasks=5))
    for name, args in asked:
        try:
            answers.answer(name, args)
        except (PlanningError, PerceptionError) as error:
            assert 0 < len(str(error)) < 2000
    assert answers.subtasks <= 6
    assert len(world.memory.facts()) <= 64


@st.composite
def broken_programs(draw):
    """Fine programs with letters and lines lost, doubled or exchanged."""
    source = draw(st.sampled_from(sorted(FINE.values())))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(source) - 1, 0)))
        length = draw(st.integers(0, 12))
        new = draw(st.sampled_from(["", "(", ")", "\n", " ", "'", ":", "=", "ü", "x"]))
        source = source[:at] + new + source[at + length :]
    return source


def read_program(source):
    """Check and rewrite; what parses keeps its lines."""
    problems = check(source)
    assert all(each.startswith("line ") for each in problems)
    try:
        made = rewrite(source)
    except InvalidProgramError as error:
        assert problems == error.problems
        return
    lines = source.replace("\r\n", "\n").replace("\r", "\n")
    assert made.count("\n") == lines.count("\n")


LAWS = {
    "decoding of anything": (decode, anything),
    "decoding of maps that are nearly right": (decode, map_sets),
    "answers": (answer_all, st.lists(calls(), min_size=1, max_size=12)),
    "checks of broken programs": (read_program, broken_programs()),
    "checks of any text": (read_program, st.text(max_size=200)),
}


def fuzz(law, strategy, examples, number=0):
    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def run(sent):
        law(sent)

    run()


@pytest.mark.parametrize(("law", "strategy"), LAWS.values(), ids=LAWS)
def test_the_host_never_stumbles(law, strategy):
    fuzz(law, strategy, 80)


@pytest.mark.slow
def test_the_host_never_stumbles_in_five_minutes():
    start, number = time.monotonic(), 0
    while time.monotonic() - start < FIVE_MINUTES:
        number += 1
        for law, strategy in LAWS.values():
            fuzz(law, strategy, 200, number)


@seed(0)
@settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(asked=st.lists(calls(), min_size=1, max_size=6))
def test_what_goes_through_a_worker_is_answered_or_refused_too(asked, sandbox):
    source = "from math import nan, inf\n" + "\n".join(
        f"try:\n    {name}({', '.join(map(repr, args))})\n"
        "except Exception as error:\n    print(error)"
        for name, args in asked
    )
    try:
        program = Program.from_source(source)
        sandbox.run(program, World(grid=GRID))
    except PlanningError as error:
        assert str(error)
