from dataclasses import replace

import numpy as np
import pytest

from perception.frames import Pose
from planner.errors import InvalidRequestError, NotReachedError
from planner.motion.arm_model import ArmModel
from planner.motion.config import MotionConfig
from planner.motion.plan import MotionRequest
from planner.motion.push_config import PushConfig
from planner.motion.push_task import PushTask
from planner.motion.subtask import Measured, state_at
from planner.value_maps import MapSet, Near, Recipe, VoxelGrid
from planner.world import PreviewWorld, Situation
from tests.planner.conftest import DOWN, box_object, scene_of

GRID = VoxelGrid()
ARM = ArmModel.panda()
MOTION = MotionConfig()
PUSH = PushConfig(samples=2000)
PERIOD = 0.1
BLOCK = box_object((0.48, -0.02, 0.0), (0.52, 0.02, 0.04))


def toward(x, y, z=0.02):
    cell = GRID.to_vox(np.array([[x, y, z]]))
    return MapSet(affordance=Recipe(0.0, (Near.of(cell, 0.0, 1.0),)))


class Table:
    """A world in which the hand follows perfectly and shoves what it meets."""

    def __init__(self, *objects, frozen=False):
        hand = Pose(np.array([0.4, 0.0, 0.3]), DOWN)
        self.situation = Situation(scene_of(*objects), Measured(hand, 0.08, 0.0))
        self.frozen = frozen
        self.trajectory = None
        self.hand = [hand.position]

    def request(self, maps):
        scene, measured = self.situation.scene, self.situation.measured
        state = state_at(self.trajectory, measured)
        return MotionRequest(maps, scene, state, scene.objects[0], GRID), measured

    def follow(self, trajectory):
        until = self.situation.measured.time + PERIOD
        world = PreviewWorld(self.situation)
        world.follow(trajectory.until(until))
        after = world.now
        if self.frozen:
            after = Situation(self.situation.scene, after.measured)
        self.situation = Situation(after.scene, replace(after.measured, time=until))
        self.trajectory = trajectory
        self.hand.append(after.measured.T_world_ee.position)


def run(table, maps, seconds=60.0):
    """Tick until done; return where the object is."""
    task = PushTask(ARM, MOTION, push=PUSH)
    while table.situation.measured.time < seconds:
        time = table.situation.measured.time
        tick = task.tick(*table.request(maps(time) if callable(maps) else maps))
        if tick.done:
            return table.situation.scene.objects[0].position
        speed = np.linalg.norm(tick.trajectory.velocity, axis=1)
        assert speed.max() <= MOTION.max_speed + 1e-6
        table.follow(tick.trajectory)
    raise AssertionError("never done")


@pytest.mark.parametrize("goal", [(0.5, 0.12), (0.60, 0.0), (0.41, -0.08)])
def test_the_object_ends_near_its_goal_and_the_hand_above_it(goal):
    table = Table(BLOCK)
    end = run(table, toward(*goal))
    assert np.linalg.norm(end[:2] - goal) < PUSH.tolerance + 0.008
    assert table.hand[-1][2] > 0.1
    assert table.situation.measured.gripper_width < 0.01


def test_the_hand_goes_no_faster_than_a_push_while_it_moves_the_object():
    table = Table(BLOCK)
    places = [BLOCK.position]
    task = PushTask(ARM, MOTION, push=PUSH)
    while not (tick := task.tick(*table.request(toward(0.5, 0.15)))).done:
        table.follow(tick.trajectory)
        places.append(table.situation.scene.objects[0].position)
    moved = np.linalg.norm(np.diff(places, axis=0), axis=1)
    hand = np.linalg.norm(np.diff(table.hand, axis=0), axis=1)
    assert (moved > 0.005).sum() > 5
    assert hand[moved > 0.005].max() <= PUSH.speed * PERIOD * 1.05
    assert min(p[2] for p in table.hand) > 0.015


def test_a_goal_that_moves_midway_is_reached_where_it_went():
    maps = lambda t: toward(0.5, 0.15) if t < 4.0 else toward(0.56, 0.05)  # noqa: E731
    end = run(Table(BLOCK), maps)
    assert np.linalg.norm(end[:2] - [0.56, 0.05]) < PUSH.tolerance + 0.008


def test_an_object_that_is_there_already_is_not_touched():
    table = Table(BLOCK)
    end = run(table, toward(0.5, 0.0))
    np.testing.assert_array_equal(end, BLOCK.position)
    assert min(p[2] for p in table.hand) > 0.2


def test_an_object_that_does_not_move_is_reported():
    with pytest.raises(NotReachedError, match="2 pushes"):
        run(Table(BLOCK, frozen=True), toward(0.5, 0.15))


def test_a_hand_that_holds_something_cannot_push():
    held = box_object((0.38, -0.02, 0.28), (0.42, 0.02, 0.32), "blue block", id=2)
    with pytest.raises(InvalidRequestError, match="let go"):
        run(Table(BLOCK, replace(held, held=True)), toward(0.5, 0.15))


def test_goals_off_the_table_or_none_are_refused():
    with pytest.raises(InvalidRequestError, match="grasp it first"):
        run(Table(BLOCK), toward(0.5, 0.1, 0.3))
    with pytest.raises(InvalidRequestError, match="no affordance map"):
        run(Table(BLOCK), MapSet())
