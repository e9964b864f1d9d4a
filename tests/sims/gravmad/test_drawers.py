"""A chest of drawers: what its pieces are called, and what counts as done to it."""

import numpy as np
import pytest

from perception.backends.segmentation import SegmentationPerceiver
from perception.frames import Pose
from perception.grounding import ground
from planner.language.check import check
from planner.motion.arm_model import ArmModel
from sims.arm import SimArm
from sims.camera import Rig
from sims.chests import LEVELS, Chest
from sims.episode import Stage, play
from sims.gravmad.drawers import CHEST, DRAWERS
from sims.oracle import OraclePerceiver
from sims.sessions import session_source
from sims.suites import BenchConfig
from sims.tasks.layout import standing

SIZES = (Chest(), Chest.small())
OPENING = ("base/open-drawer", "novel/open-drawer-small")


def laid(world, name, seed=0):
    task = DRAWERS[name]()
    task.reset(world, np.random.default_rng(seed))
    return task


def level_of(task):
    """Return the drawer that an instruction names, and another one."""
    level = next(each for each in LEVELS if each in task.instruction)
    return level, LEVELS[LEVELS.index(level) - 1]


def after(task, world, travels):
    for level, travel in travels.items():
        world.set_joint(CHEST, travel, level)
    world.step(0.3)
    return task.success(world)


@pytest.mark.parametrize("name", DRAWERS)
def test_an_episode_starts_unsolved_and_follows_from_its_seed(world, name):
    said, places = [], []
    for seed in (0, 1, 0):
        task = laid(world, name, seed)
        world.step(0.3)
        assert not task.success(world)
        assert not next(iter(task.stages(world).values()))
        assert check(task.reference()) == ()
        said.append(task.instruction)
        places.append(world.pose(CHEST).position)
    assert said[0] == said[2]
    np.testing.assert_array_equal(places[0], places[2])
    assert not np.array_equal(places[0], places[1])


@pytest.mark.parametrize("name", OPENING)
def test_the_drawer_that_is_named_counts_once_it_is_open_far_enough(world, name):
    for seed in range(3):
        task = laid(world, name, seed)
        level, other = level_of(task)
        stages = {
            travel: (after(task, world, {level: travel}), task.stages(world))
            for travel in (0.14, 0.16)
        }
        assert not stages[0.14][1]["open"]
        assert stages[0.16][1]["open"]
        assert stages[0.16][1]["no other"]
        # Nobody touched it: the joint alone is not a deed of the arm.
        assert not stages[0.16][0]
        after(task, world, {other: 0.05})
        assert not task.stages(world)["no other"]


def test_a_drawer_is_closed_when_it_moved_by_more_than_8_cm(world):
    for seed in range(3):
        task = laid(world, "novel/close-drawer", seed)
        level, other = level_of(task)
        assert world.joint(CHEST, level) == pytest.approx(0.10)
        assert not after(task, world, {level: 0.025})
        assert after(task, world, {level: 0.015})
        assert not after(task, world, {other: 0.05})


def test_an_item_counts_in_the_drawer_that_is_named_and_in_no_other(world):
    for seed in range(4):
        task = laid(world, "base/put-item-in-drawer", seed)
        level, other = level_of(task)
        item = task.meant[1]
        for where in (other, level):
            world.set_joint(CHEST, 0.2, where)
            floor = Chest().plinth + Chest().front * LEVELS.index(where) + 0.014
            inside = Pose(np.array([-0.1, 0.03, floor]), standing(np.zeros(2)).wxyz)
            world.teleport(item, world.pose(CHEST) @ inside)
            world.step(0.4)
            assert task.stages(world)["inside"] == (where == level)


@pytest.mark.parametrize("part", SIZES, ids=["normal", "small"])
def test_a_drawer_stays_where_it_is_left_and_stops_at_its_ends(world, part):
    world.add(CHEST, part, standing(np.array([0.5, 0.2]), 1.2))
    for level, travel in zip(LEVELS, (0.0, 0.08, part.travel), strict=True):
        world.set_joint(CHEST, travel, level)
    world.step(1.0)
    reached = [world.joint(CHEST, level) for level in LEVELS]
    np.testing.assert_allclose(reached, [0.0, 0.08, part.travel], atol=1e-3)


@pytest.mark.parametrize("part", SIZES, ids=["normal", "small"])
@pytest.mark.parametrize("who", ["oracle", "pixels"])
def test_each_drawer_and_its_handle_are_found_by_their_words(world, part, who):
    pose = standing(np.array([0.55, 0.20]), 1.2)
    world.add(CHEST, part, pose)
    seen = SimArm(world, Rig(world)).observe()
    perceiver = OraclePerceiver(world) if who == "oracle" else SegmentationPerceiver()
    body = ArmModel.panda().capsules(seen.joints, seen.gripper_width)
    scene = perceiver.perceive(seen, body)
    for number, level in enumerate(LEVELS):
        (drawer,) = ground(scene, f"{level} drawer")
        (bar,) = ground(scene, f"handle of the {level} drawer")
        middle = [-0.07, 0.0, part.plinth + (number + 1) * part.front - 0.02]
        there = pose.apply(np.array([middle]))[0]
        assert np.linalg.norm(bar.position - there) < 0.01
        assert bar.parent == drawer.id
        out = pose.rotation @ np.array([-1.0, 0.0, 0.0])
        assert drawer.normal @ out > np.cos(np.deg2rad(2.0))


def test_clutter_keeps_clear_of_the_way_of_the_drawers():
    for seed in range(3):
        stage = Stage.lay_out(DRAWERS["base/open-drawer"](), seed, clutter=4)
        with stage.world as world:
            into = world.pose(CHEST).inverse()
            for name in (each for each in world.names if "clutter" in each):
                x, y, _ = into.apply(world.pose(name).position[None])[0]
                assert not (-0.35 < x < 0.0 and abs(y) < 0.15)


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWERS)
def test_the_reference_program_does_it(name):
    stage = Stage.lay_out(DRAWERS[name](), 2)
    with stage.world, session_source(BenchConfig(policy="expert")) as source:
        assert play(stage, source(stage)).success
