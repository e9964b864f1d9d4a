"""What counts as stacked, and what does not: told by putting things there."""

import numpy as np
import pytest

from perception.frames import Pose
from sims.crockery import CUP
from sims.episode import Stage, play
from sims.gravmad.blocks import BLOCKS, ZONE
from sims.gravmad.columns import SIDE, columns
from sims.gravmad.cups import CUPS
from sims.sessions import session_source
from sims.suites import BenchConfig

STACKING = {**BLOCKS, **CUPS}
LEVEL = np.array([1.0, 0.0, 0.0, 0.0])


def laid(world, name, seed):
    task = STACKING[name]()
    task.reset(world, np.random.default_rng(seed))
    return task


def pile(world, names, *, pitch, place=None):
    """Put things on one another by hand, the first where it stands or at a place."""
    at = world.pose(names[0]).position if place is None else place
    for k, name in enumerate(names):
        up = np.array([at[0], at[1], k * pitch + 0.001])
        world.teleport(name, Pose(up, LEVEL))
    world.step(0.25)


def blocks_in(world, colour):
    return [name for name in world.names if name.startswith(f"{colour} block")]


def asked(task):
    """Return the count and the colour of an instruction about blocks."""
    words = task.instruction.replace(",", " ").split()
    number = {"one": 1, "two": 2, "three": 3, "four": 4}
    count = next(int(number.get(w, w)) for w in words if w in number or w.isdigit())
    return count, task.meant[0].split()[0]


@pytest.mark.parametrize("name", STACKING)
def test_a_table_starts_unsolved_and_follows_from_its_seed(world, name):
    places = []
    for seed in (0, 1, 0):
        task = laid(world, name, seed)
        world.step(0.3)
        assert not any(reached for _, reached in [*task.stages(world).items()][:2])
        places.append([world.pose(each).position for each in task.meant])
    np.testing.assert_array_equal(places[0], places[2])
    assert np.abs(np.subtract(places[0][0], places[1][0])).max() > 1e-3


def test_as_many_blocks_as_asked_on_one_another_count_and_no_more_or_fewer(world):
    task = laid(world, "base/stack-blocks", 0)
    count, colour = asked(task)
    targets = blocks_in(world, colour)
    for height in (count - 1, count, count + 1):
        task.reset(world, np.random.default_rng(0))
        pile(world, targets[:height], pitch=SIDE)
        assert task.stages(world)["stacked"] == (height == count)


def test_a_block_of_another_colour_spoils_a_stack(world):
    task = laid(world, "base/stack-blocks", 0)
    count, colour = asked(task)
    other = next(n for n in world.names if "block" in n and colour not in n)
    pile(world, [*blocks_in(world, colour)[: count - 1], other], pitch=SIDE)
    assert len(max(columns(world, [*task.meant, other]), key=len)) == count
    assert not task.stages(world)["stacked"]


def test_a_block_that_the_fingers_hold_is_not_released(world, down):
    task = laid(world, "base/stack-blocks", 0)
    count, colour = asked(task)
    stack = blocks_in(world, colour)[:count]
    pile(world, stack, pitch=SIDE, place=np.array([0.5, 0.0]))
    assert task.stages(world)["released"]
    world.panda.place_hand(down([0.5, 0.0, (count - 0.5) * SIDE]), SIDE)
    world.step(0.3)
    assert not task.stages(world)["released"]


@pytest.mark.parametrize("seed", range(4))
def test_a_blue_block_belongs_on_the_stack_where_there_is_one(world, seed):
    task = laid(world, "novel/condition-block", seed)
    count, colour = asked(task)
    stack, blue = blocks_in(world, colour)[:count], blocks_in(world, "blue")
    place = world.pose(ZONE).position
    pile(world, [*stack, *blue], pitch=SIDE, place=place)
    assert task.stages(world)["stacked"]
    task.reset(world, np.random.default_rng(seed))
    pile(world, stack, pitch=SIDE, place=place)
    assert task.stages(world)["stacked"] == (not blue)


def test_whether_a_blue_block_exists_cannot_be_read_from_the_words(world):
    seen = {1: [0, 0], 2: [0, 0]}
    for seed in range(24):
        task = laid(world, "novel/condition-block", seed)
        seen[asked(task)[0]][bool(blocks_in(world, "blue"))] += 1
    assert min(without + present for without, present in seen.values()) > 5
    assert all(min(counts) > 0.2 * sum(counts) for counts in seen.values())


@pytest.mark.parametrize("first", range(2))
def test_the_other_cups_count_on_the_right_one_alone(world, first):
    task = laid(world, "base/stack-cups", 3)
    order = list(np.roll(task.meant, -first))
    pile(world, order, pitch=CUP.nested + 0.001)
    assert task.stages(world)["stacked"] == (first == 0)


@pytest.mark.parametrize("seed", range(5))
def test_the_cup_that_is_meant_has_the_colour_of_most_blocks(world, seed):
    task = laid(world, "novel/stack-cups-blocks", seed)
    colours = [name.split()[0] for name in world.names if "block" in name]
    counts = sorted((colours.count(c), c) for c in set(colours))
    assert counts[-1][1] == task.meant[0].split()[0]
    assert counts[-2][0] < counts[-1][0]


@pytest.mark.slow
@pytest.mark.parametrize("name", STACKING)
def test_the_expert_carries_it_out(name):
    stage = Stage.lay_out(STACKING[name](), 1)
    with stage.world, session_source(BenchConfig(policy="expert")) as source:
        assert play(stage, source(stage)).success
