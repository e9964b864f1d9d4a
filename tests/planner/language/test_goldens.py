"""Programs of every shape that published prompts teach, against maps computed apart.

Each program runs in the sandbox on one fixed scene; each map it gives to `execute`
must equal, within one voxel, what `goldens.oracle` computes on the dense grid.
"""

from dataclasses import replace

import pytest

from planner.language.backend import Usage
from planner.language.check import check
from planner.language.kinds import map_function
from planner.language.program import Program
from planner.language.sandbox import Sandbox, SandboxConfig
from planner.map_reading import rasterise
from tests.planner.language.goldens import (
    affordance,
    avoidance,
    composer,
    gripper,
    hierarchy,
    oracle,
    planner,
    reference,
    rotation,
    velocity,
)

FAMILIES = (
    planner,
    composer,
    reference,
    affordance,
    avoidance,
    velocity,
    rotation,
    gripper,
    hierarchy,
)
GOLDENS = {
    f"{family.__name__.rpartition('.')[2]}: {each.name}": each
    for family in FAMILIES
    for each in family.GOLDENS
}


class KnownParts:
    """A writer that knows the parts of the goldens and no others."""

    usage = Usage()

    def write_part(self, kind, text):
        return hierarchy.PARTS[kind, text]


@pytest.fixture(scope="module")
def sandboxes():
    with (
        Sandbox(SandboxConfig(workers=1, warm=1, open_value=0)) as closed_is_one,
        Sandbox(SandboxConfig(workers=1, warm=1)) as open_is_one,
    ):
        yield closed_is_one, open_is_one


@pytest.fixture
def scene(make_thing):
    numbers = {name: number for number, name in enumerate(oracle.THINGS, start=1)}
    return [
        make_thing(
            numbers[name],
            name,
            *box,
            parent=numbers.get(oracle.PARTS.get(name)),
            normal=oracle.FACING.get(name, (0.0, 0.0, 1.0)),
        )
        for name, box in oracle.THINGS.items()
    ]


@pytest.mark.parametrize("each", GOLDENS.values(), ids=GOLDENS)
def test_a_program_gives_the_maps_that_were_computed_apart(
    each, sandboxes, make_world, scene
):
    assert check(each.source) == ()
    world = make_world(objects=scene)
    program = replace(Program.from_source(each.source), parts=KnownParts())
    sandboxes[each.open_value].run(program, world)
    calls = list({call.index: call for call in reversed(world.calls)}.values())[::-1]
    assert [call.movable for call in calls] == [s.movable for s in each.stages]
    for number, (call, stage) in enumerate(zip(calls, each.stages, strict=True)):
        made = call.maps.layers()
        assert set(made) == set(stage.maps), f"maps of call {number}"
        for kind, expected in stage.maps.items():
            wrong = oracle.differences(rasterise(made[kind], world.grid), expected)
            assert wrong == 0, f"{kind} map of call {number}"
    assert tuple(world.said) == each.said


@pytest.mark.parametrize(("kind", "text"), hierarchy.PARTS)
def test_a_part_in_words_passes_the_check_of_its_kind(kind, text):
    source = hierarchy.PARTS[kind, text]
    assert check(source if kind == "composer" else map_function(source), kind) == ()


def test_there_are_enough_of_them_and_every_family_has_its_share():
    assert len(GOLDENS) >= 120
    assert len(GOLDENS) == sum(len(family.GOLDENS) for family in FAMILIES)
    assert min(len(family.GOLDENS) for family in FAMILIES) >= 10


def test_the_oracle_finds_a_map_that_is_two_voxels_off():
    place = oracle.centre("red block")
    expected = oracle.goal(oracle.ball(place, 5))
    moved = oracle.goal(oracle.ball(place + 2 * oracle.SIZE, 5))
    assert oracle.differences(expected.dense(), expected) == 0
    assert oracle.differences(moved.dense(), expected) > 0
    assert oracle.differences(expected.dense() * 0.5, expected) > 0


def test_the_oracle_finds_an_orientation_that_is_three_degrees_off():
    expected = oracle.layer(oracle.DOWN)
    off = oracle.layer(oracle.turned("z", 3))
    assert oracle.differences(off.dense(), expected) > 0
    near = oracle.layer(-oracle.turned("z", 1))
    assert oracle.differences(near.dense(), expected) == 0
