"""A block slid onto a coloured square: what counts."""

import numpy as np
import pytest

from perception.frames import Pose
from planner.language.check import check
from sims.episode import Stage, play
from sims.gravmad.sliding import SLIDING, SQUARE
from sims.sessions import session_source
from sims.suites import BenchConfig
from sims.tasks.layout import standing

NAME = "base/slide-block-to-target"


def laid(world, seed):
    task = SLIDING[NAME]()
    task.reset(world, np.random.default_rng(seed))
    zones = [name for name in world.names if name.endswith("zone")]
    asked = next(each for each in zones if each.split()[0] in task.instruction)
    return task, asked, next(each for each in zones if each != asked)


def put(world, block, zone, off=0.0, height=0.0):
    where = Pose(np.array([off, 0.0, height]), standing(np.zeros(2)).wxyz)
    world.teleport(block, world.pose(zone) @ where)
    world.step(0.4)


def test_four_targets_lie_round_the_block_and_none_holds_it(world):
    for seed in range(4):
        task, asked, _ = laid(world, seed)
        zones = [name for name in world.names if name.endswith("zone")]
        assert len(zones) == 4
        world.step(0.2)
        stages = task.stages(world)
        assert not stages["inside"]
        assert not stages["touched"]
        away = [
            world.pose(zone).position - world.pose(task.meant[0]).position
            for zone in zones
        ]
        assert min(np.linalg.norm(each) for each in away) > SQUARE
        assert check(task.reference()) == ()
        assert asked.split()[0] in task.reference()


def test_the_block_counts_in_the_square_that_is_named_and_wholly_in_it(world):
    for seed in range(3):
        task, asked, other = laid(world, seed)
        block = task.meant[0]
        for zone, off, inside in (
            (other, 0.0, False),
            (asked, 0.04, False),
            (asked, 0.02, True),
        ):
            put(world, block, zone, off)
            assert task.stages(world)["inside"] is inside
        assert task.stages(world)["not lifted"]
        assert not task.success(world)  # nobody slid it


def test_a_block_that_was_lifted_counts_no_more(world):
    task, asked, _ = laid(world, 0)
    put(world, task.meant[0], asked, height=0.03)
    put(world, task.meant[0], asked)
    assert not task.stages(world)["not lifted"]


@pytest.mark.slow
def test_the_reference_program_does_it():
    stage = Stage.lay_out(SLIDING[NAME](), 1)
    with stage.world, session_source(BenchConfig(policy="expert")) as source:
        assert play(stage, source(stage)).success
