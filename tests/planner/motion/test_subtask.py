import itertools
from dataclasses import replace

import numpy as np
import pytest

from perception.frames import Pose, angle_between
from planner.errors import NotReachedError
from planner.motion.arm_model import ArmModel
from planner.motion.config import MotionConfig
from planner.motion.follow import MotionState
from planner.motion.plan import MotionRequest
from planner.motion.subtask import Measured, SubTask, state_at
from planner.trajectory import Trajectory
from planner.value_maps import MapSet, Near, Recipe, VoxelGrid
from tests.planner.conftest import DOWN, box_object, scene_of

GRID = VoxelGrid()
CONFIG = MotionConfig()
ARM = ArmModel.panda()
PERIOD = 0.1


def toward(p_world, **maps):
    voxel = GRID.to_vox(np.array([p_world]))
    return MapSet(affordance=Recipe(0.0, (Near.of(voxel, 0.0, 1.0),)), **maps)


def run(maps, start, *, follow, width=0.08, seconds=20.0, scene=None):
    """Tick until done; `follow(pose, width, t)` says where the arm really goes."""
    task, trajectory = SubTask(ARM, CONFIG), None
    measured = Measured(Pose(np.array(start), DOWN), width, 0.0)
    visited = [measured.T_world_ee.position]
    while measured.time < seconds:
        state = state_at(trajectory, measured)
        request = MotionRequest(
            maps(measured.time) if callable(maps) else maps,
            scene or scene_of(),
            state,
            None,
            GRID,
        )
        tick = task.tick(request, measured)
        if tick.done:
            return measured, np.array(visited)
        trajectory = tick.trajectory
        t = measured.time + PERIOD
        pose, width = follow(trajectory.pose_at(t), trajectory.width_at(t), t)
        measured = Measured(pose, width, t)
        visited.append(pose.position)
    raise AssertionError("never done")


def perfectly(pose, width, t):
    return pose, width


def test_it_is_done_at_the_goal():
    end, _ = run(toward([0.6, 0.2, 0.1]), [0.4, 0.0, 0.3], follow=perfectly)
    assert np.linalg.norm(end.T_world_ee.position - [0.6, 0.2, 0.1]) < 0.016


EXACT = (0.6034, 0.2041, 0.1027)
TO_POINT = MapSet(
    affordance=Recipe(0.0, (Near.of(GRID.to_vox(np.array([EXACT])), 0.0, 1.0, EXACT),))
)


def test_a_point_in_metres_is_gone_to_exactly():
    end, _ = run(TO_POINT, [0.4, 0.0, 0.3], follow=perfectly)
    assert np.linalg.norm(end.T_world_ee.position - EXACT) < 0.0012


def test_an_arm_that_cannot_come_nearer_to_a_point_has_arrived():
    off = np.array([0.003, 0.0, -0.002])
    late = lambda pose, width, t: (Pose(pose.position + off, pose.wxyz), width)  # noqa: E731
    end, _ = run(TO_POINT, [0.4, 0.0, 0.3], follow=late)
    assert np.linalg.norm(end.T_world_ee.position - EXACT - off) < 0.0012


def test_a_goal_that_moves_midway_is_reached_where_it_went():
    before, after = [0.6, 0.2, 0.1], [0.5, -0.2, 0.1]
    maps = lambda t: toward(before if t < 1.0 else after)  # noqa: E731
    end, visited = run(maps, [0.4, 0.0, 0.3], follow=perfectly)
    assert np.linalg.norm(end.T_world_ee.position - after) < 0.016
    step = np.linalg.norm(np.diff(visited, axis=0), axis=1)
    assert step.max() <= CONFIG.max_speed * PERIOD + 1e-6


def test_the_fingers_close_only_once_the_hand_has_arrived():
    goal = np.array([0.5, 0.1, 0.1])
    near = Near.of(GRID.to_vox(goal[None]), 0.02, 0.0)
    widths = []

    def watch(pose, width, t):
        widths.append((np.linalg.norm(pose.position - goal), width))
        return pose, width

    end, _ = run(
        toward(goal, gripper=Recipe(1.0, (near,))), [0.5, -0.2, 0.3], follow=watch
    )
    assert end.gripper_width == 0.0
    assert all(width == ARM.max_width for gap, width in widths if gap > 0.02)


def test_an_arm_that_is_held_fast_is_reported():
    stuck = Pose(np.array([0.45, 0.05, 0.25]), DOWN)
    with pytest.raises(NotReachedError, match="stopped"):
        run(
            toward([0.6, 0.2, 0.1]),
            [0.45, 0.05, 0.25],
            follow=lambda pose, width, t: (stuck, width),
        )


def test_a_push_into_an_object_ends_where_its_surface_stops_the_hand():
    button = box_object((0.48, -0.02, 0.0), (0.52, 0.02, 0.05), "red button")

    def stopped(pose, width, t):
        p = pose.position.copy()
        p[2] = max(p[2], 0.045)
        return Pose(p, pose.wxyz), width

    end, _ = run(
        toward([0.5, 0.0, 0.03]),
        [0.5, 0.0, 0.2],
        follow=stopped,
        width=0.0,
        scene=scene_of(button),
    )
    assert end.T_world_ee.position[2] == pytest.approx(0.045)
    assert end.time < 4.0


def test_a_hand_that_follows_a_goal_that_creeps_on_has_not_been_stopped():
    start, push = np.array([0.4, 0.0, 0.1]), np.array([0.02, 0.0, 0.0])
    wall = box_object([0.3, -0.1, 0.0], [0.8, 0.1, 0.2])
    at = [start]

    def ahead(time):
        p = at[-1] + push
        cell = GRID.to_vox(p[None])
        return MapSet(affordance=Recipe(0.0, (Near.of(cell, 0.0, 1.0, tuple(p)),)))

    def follow(pose, width, t):
        slow = np.clip(pose.position - at[-1], -0.006, 0.006)  # [m] a period
        at.append(np.minimum(at[-1] + slow, [0.5, 1.0, 1.0]))
        return Pose(at[-1], pose.wxyz), width

    scene = replace(scene_of(wall), points_world=np.zeros((0, 3)))
    end, _ = run(ahead, start, follow=follow, scene=scene)
    assert end.T_world_ee.position[0] > 0.498


def test_the_same_stop_in_the_open_is_a_failure():
    def stopped(pose, width, t):
        p = pose.position.copy()
        p[2] = max(p[2], 0.045)
        return Pose(p, pose.wxyz), width

    with pytest.raises(NotReachedError):
        run(toward([0.5, 0.0, 0.03]), [0.5, 0.0, 0.2], follow=stopped, width=0.0)


def test_holding_still_never_jumps_even_where_the_hand_stopped_short():
    quarter = (0.0, np.sqrt(0.5), np.sqrt(0.5), 0.0)
    goal = np.array([0.5, 0.1, 0.1])
    near = Near.of(GRID.to_vox(goal[None]), 0.02, 0.0)
    maps = toward(goal, gripper=Recipe(1.0, (near,)), rotation=Recipe(quarter))
    poses = []

    def watch(pose, width, t):
        poses.append(pose)
        return pose, width

    run(maps, [0.5, -0.1, 0.2], follow=watch)
    for before, after in itertools.pairwise(poses):
        step = np.linalg.norm(after.position - before.position)
        assert step <= CONFIG.max_speed * PERIOD + 1e-6
        turn = angle_between(before.wxyz, after.wxyz)
        assert turn <= CONFIG.max_turn_rate * PERIOD + 1e-6
    last = [p.position for p in poses[-4:]]
    assert np.ptp(last, axis=0).max() < 1e-9


def test_a_goal_that_trembles_by_a_voxel_is_still_reached():
    size = GRID.voxel_size
    rng = np.random.default_rng(3)

    def maps(t):
        tremble = rng.integers(-1, 2, 3) * size
        return toward(np.array([0.6, 0.2, 0.1]) + tremble)

    end, _ = run(maps, [0.4, 0.0, 0.3], follow=perfectly)
    assert end.time < 6.0
    assert np.linalg.norm(end.T_world_ee.position - [0.6, 0.2, 0.1]) < 0.012


def test_a_surface_met_in_mid_motion_brakes_the_motion_and_does_not_cut_it_off():
    button = box_object((0.48, -0.02, 0.0), (0.52, 0.02, 0.05), "red button")
    maps = toward([0.5, 0.0, 0.03], gripper=Recipe(1.0))
    task, here = SubTask(ARM, CONFIG), Pose(np.array([0.5, 0.0, 0.045]), DOWN)
    down = np.array([0.0, 0.0, -0.2])
    for time in np.arange(0.0, 2.0, PERIOD):
        # The motion is always on its way down still, the hand is not.
        state = MotionState(here.position, down, DOWN, 0.0, 0.0, float(time))
        request = MotionRequest(maps, scene_of(button), state, None, GRID)
        tick = task.tick(request, Measured(here, 0.0, float(time)))
        np.testing.assert_array_equal(tick.trajectory.velocity[0], down)
        change = np.linalg.norm(np.diff(tick.trajectory.velocity, axis=0), axis=1)
        gaps = np.diff(tick.trajectory.time)
        assert (change <= CONFIG.max_acceleration * gaps + 1e-9).all()
    assert tick.trajectory.gripper_width[0] > 0.0, "the fingers never had their turn"


def test_a_plan_that_has_ended_is_at_rest():
    moving = np.tile([0.2, 0.0, 0.0], (2, 1))
    trajectory = Trajectory(
        time=np.array([0.0, 1.0]),
        p_world=np.array([[0.4, 0.0, 0.3], [0.6, 0.0, 0.3]]),
        velocity=moving,
        wxyz=np.tile(DOWN, (2, 1)),
        gripper_width=np.zeros(2),
    )
    for time, speed in ((0.5, 0.2), (1.0, 0.2), (1.2, 0.0)):
        here = Measured(Pose(np.array([0.5, 0.0, 0.3]), DOWN), 0.0, time)
        assert np.linalg.norm(state_at(trajectory, here).velocity) == speed
