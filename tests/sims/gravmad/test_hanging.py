"""Cups on the spokes of a holder: what hangs, told by hanging it there."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from perception.frames import Pose
from sims.crockery import Mug
from sims.cup_holder import CupHolder
from sims.episode import Stage, play
from sims.gravmad.hanging import HANGING, HOLDER, WORDS, hangs
from sims.sessions import session_source
from sims.suites import BenchConfig
from sims.tasks.layout import standing

PLACE = np.array([0.5, 0.0])


def laid(world, seed):
    task = HANGING["base/place-cups"]()
    task.reset(world, np.random.default_rng(seed))
    return task


def hang(world, cup, holder, spoke, *, along=0.6):
    """Put a cup so that the middle of its loop is on a spoke, and let go."""
    start, end = world.pose(HOLDER).apply(np.stack(holder.ends(spoke)))
    out = end - start
    yaw = np.arctan2(out[1], out[0]) - np.pi / 2
    turn = Rotation.from_euler("z", yaw)
    hole = turn.apply([Mug("red").hole.x, 0.0, Mug("red").hole.z])
    place = start + along * out - hole
    world.teleport(cup, Pose(place, turn.as_quat(scalar_first=True)))


@pytest.fixture
def holder(world):
    holder = CupHolder()
    world.add(HOLDER, holder, standing(PLACE))
    world.add("red cup", Mug("red"), standing(PLACE + 0.2))
    return holder


@pytest.mark.parametrize("spoke", range(3))
def test_a_cup_stays_on_a_spoke_that_goes_through_its_loop(world, holder, spoke):
    hang(world, "red cup", holder, spoke)
    world.step(1.5)
    assert hangs(world, "red cup")
    assert world.pose("red cup").position[2] > 0.05


def test_a_cup_beside_a_spoke_falls(world, holder):
    hang(world, "red cup", holder, 0, along=1.2)
    assert not hangs(world, "red cup")
    world.step(1.0)
    assert not hangs(world, "red cup")
    assert world.pose("red cup").position[2] < 0.05


def test_a_cup_that_stands_on_the_table_does_not_hang(world, holder):
    world.step(0.2)
    assert not hangs(world, "red cup")


@pytest.mark.parametrize("seed", range(3))
def test_as_many_as_asked_count_and_no_more_or_fewer(world, seed):
    task = laid(world, seed)
    counts = {str(n): n for n in WORDS} | {word: n for n, word in WORDS.items()}
    asked = next(counts[w] for w in task.instruction.split() if w in counts)
    for k, cup in enumerate(task.meant[:3]):
        assert task.stages(world)["hung"] == (k == asked)
        hang(world, cup, CupHolder(), k)
    assert task.stages(world)["hung"] == (asked == 3)


def test_a_table_starts_unsolved_and_follows_from_its_seed(world):
    places = []
    for seed in (0, 1, 0):
        task = laid(world, seed)
        world.step(0.3)
        stages = task.stages(world)
        assert not stages["gripped"]
        assert not stages["hung"]
        places.append([world.pose(each).position for each in task.meant])
    np.testing.assert_array_equal(places[0], places[2])
    assert np.abs(np.subtract(places[0], places[1])).max() > 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("name", HANGING)
def test_the_expert_carries_it_out(name):
    stage = Stage.lay_out(HANGING[name](), 1)
    with stage.world, session_source(BenchConfig(policy="expert")) as source:
        assert play(stage, source(stage)).success
