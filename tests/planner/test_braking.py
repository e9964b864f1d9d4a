import numpy as np
import pytest

from perception.frames import Pose
from planner.braking import brake, hold
from planner.trajectory import Trajectory

LIMIT = 0.5  # [m/s^2]


@pytest.fixture
def curve() -> Trajectory:
    time = 3.0 + np.linspace(0.0, 4.0, 200)
    angle = 0.5 * (time - 3.0)  # [rad], on a circle of 0.4 m at 0.2 m/s
    zero = np.zeros_like(angle)
    return Trajectory(
        time=time,
        p_world=0.4 * np.stack([np.cos(angle), np.sin(angle), zero], axis=1),
        velocity=0.2 * np.stack([-np.sin(angle), np.cos(angle), zero], axis=1),
        wxyz=np.tile([0.0, 1.0, 0.0, 0.0], (200, 1)),
        gripper_width=np.where(angle < 0.8, 0.08, 0.0),
    )


@pytest.mark.parametrize("time", [3.0, 3.5, 5.0, 6.5])
def test_braking_starts_as_the_motion_is_and_ends_at_rest_on_its_path(curve, time):
    stop = brake(curve, time, LIMIT)
    assert stop.start == time
    np.testing.assert_allclose(stop.p_world[0], curve.pose_at(time).position)
    np.testing.assert_allclose(stop.velocity[0], curve.velocity_at(time))
    np.testing.assert_array_equal(stop.velocity[-1], 0.0)
    np.testing.assert_allclose(np.linalg.norm(stop.p_world, axis=1), 0.4, atol=1e-4)


@pytest.mark.parametrize("time", [3.0, 5.0, 6.5, 6.9])
def test_no_waypoint_of_a_braking_motion_breaks_the_limit(curve, time):
    stop = brake(curve, time, LIMIT)
    gaps = np.diff(stop.time)
    change = np.linalg.norm(np.diff(stop.velocity, axis=0), axis=1)
    assert (change <= LIMIT * gaps + 1e-9).all()
    mean = 0.5 * (stop.velocity[1:] + stop.velocity[:-1]) * gaps[:, None]
    np.testing.assert_allclose(np.diff(stop.p_world, axis=0), mean, atol=1e-9)


def test_a_path_too_short_to_brake_on_is_run_on_straight(curve):
    stop = brake(curve, 6.9, LIMIT)
    np.testing.assert_allclose(stop.velocity[0], curve.velocity_at(6.9))
    np.testing.assert_array_equal(stop.velocity[-1], 0.0)
    beyond = stop.p_world[-1] - curve.p_world[-1]
    ahead = curve.velocity[-1] / np.linalg.norm(curve.velocity[-1])
    # 4 cm are needed, of which the path has 2 left.
    assert beyond @ ahead == pytest.approx(0.02, abs=0.002)
    assert np.linalg.norm(beyond - (beyond @ ahead) * ahead) < 1e-4


def test_a_motion_that_brakes_already_is_not_braked_harder(curve):
    stop = brake(curve, 5.0, LIMIT)
    again = brake(stop, 5.1, LIMIT)
    assert again.end == pytest.approx(stop.end, abs=0.03)
    np.testing.assert_allclose(again.p_world[-1], stop.p_world[-1], atol=1e-4)


def test_braking_keeps_to_the_limit_along_the_path(curve):
    stop = brake(curve, 4.0, LIMIT)
    speed = np.linalg.norm(np.diff(stop.p_world, axis=0), axis=1) / np.diff(stop.time)
    assert (np.diff(speed) < 0.0).all()
    # Past midpoints the speed falls by at most the limit a second.
    assert (-np.diff(speed) / np.diff(stop.time)[1:]).max() <= LIMIT * 1.02


def test_the_fingers_stay_as_they_are_while_braking(curve):
    stop = brake(curve, 4.55, LIMIT)  # the motion would close them at 4.6 s
    np.testing.assert_array_equal(stop.gripper_width, 0.08)


def test_braking_after_the_end_holds(curve):
    stop = brake(curve, 99.0, LIMIT)
    np.testing.assert_allclose(stop.p_world, curve.p_world[-1:])
    np.testing.assert_array_equal(stop.velocity, 0.0)


def test_hold_stays_at_the_pose():
    pose = Pose(np.array([0.4, 0.1, 0.3]), np.array([0.0, 1.0, 0.0, 0.0]))
    still = hold(pose, 0.05, 2.0)
    np.testing.assert_array_equal(still.pose_at(9.0).position, pose.position)
    np.testing.assert_array_equal(still.velocity_at(9.0), 0.0)
