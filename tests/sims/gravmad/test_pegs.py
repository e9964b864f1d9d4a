"""A ring counts on the spoke that is named, and nowhere else."""

import numpy as np
import pytest

from perception.frames import Pose
from planner.language.check import check
from sims.episode import Stage, play
from sims.gravmad.pegs import BOARD, PEGS, RING
from sims.pegs import APART, PLATE
from sims.sessions import session_source
from sims.suites import BenchConfig

NAME = "base/insert-onto-square-peg"
UPRIGHT = np.array([1.0, 0.0, 0.0, 0.0])


def laid(world, seed):
    task = PEGS[NAME]()
    task.reset(world, np.random.default_rng(seed))
    return task


def put_on(world, place):
    """Let the ring fall over a place of the board's row, in spokes from the middle."""
    above = np.array([0.0, APART * place, PLATE + 0.07])
    world.teleport(RING, world.pose(BOARD) @ Pose(above, UPRIGHT))
    world.step(0.6)


def named(world, task):
    """Return which spoke an instruction names, counted from the middle."""
    things = world.body(BOARD).model.things
    (place,) = (
        int(link.removeprefix("spoke_")) - 1
        for link, thing in things.items()
        if link and thing.words.split()[0] in task.instruction
    )
    return place


def test_an_episode_starts_unsolved_with_a_program_that_passes_the_checks(world):
    for seed in range(3):
        task = laid(world, seed)
        world.step(0.2)
        stages = task.stages(world)
        assert not (stages["gripped"] or stages["put on"])
        assert check(task.reference()) == ()
        assert named(world, task) in (-1, 0, 1)


def test_the_ring_counts_on_the_spoke_that_is_named_alone(world):
    for place in (-1, 0, 1):
        task = laid(world, 0)
        put_on(world, place)
        assert task.stages(world)["put on"] is (place == named(world, task))


def test_a_ring_that_lies_between_the_spokes_or_askew_does_not_count(world):
    task = laid(world, 0)
    put_on(world, named(world, task) + 0.5)
    assert not task.stages(world)["put on"]


@pytest.mark.slow
def test_the_expert_carries_it_out():
    stage = Stage.lay_out(PEGS[NAME](), 1)
    with stage.world, session_source(BenchConfig(policy="expert")) as source:
        assert play(stage, source(stage)).success
