import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from perception.frames import Pose, angle_between
from planner.motion.config import MotionConfig
from planner.motion.follow import MotionState
from planner.motion.rest import lead_back, stand
from tests.planner.conftest import DOWN

CONFIG = MotionConfig()
vector = st.tuples(*[st.floats(-0.14, 0.14)] * 3).map(np.array)


def state(velocity):
    return MotionState(np.zeros(3), velocity, DOWN, 0.03, 0.03, 7.0)


def check(motion, begin):
    """It goes on from a state and keeps to the limits."""
    assert motion.start == begin.time
    np.testing.assert_array_equal(motion.p_world[0], begin.p_world)
    np.testing.assert_allclose(motion.velocity[0], begin.velocity, atol=1e-12)
    gaps = np.diff(motion.time)
    change = np.linalg.norm(np.diff(motion.velocity, axis=0), axis=1)
    assert (change <= CONFIG.max_acceleration * gaps + 1e-9).all()
    mean = 0.5 * (motion.velocity[1:] + motion.velocity[:-1]) * gaps[:, None]
    np.testing.assert_allclose(np.diff(motion.p_world, axis=0), mean, atol=1e-9)


@settings(max_examples=50, deadline=None)
@given(vector)
def test_standing_comes_to_rest_straight_on_as_soon_as_it_may(velocity):
    motion = stand(state(velocity), CONFIG, 0.08)
    check(motion, state(velocity))
    speed = np.linalg.norm(velocity)
    np.testing.assert_array_equal(motion.velocity[-1], 0.0)
    way = np.linalg.norm(motion.p_world[-1])
    fastest = speed**2 / (2.0 * CONFIG.max_acceleration)
    assert way <= fastest + 0.5 * CONFIG.dt * speed + 1e-9
    np.testing.assert_allclose(np.cross(motion.p_world[-1], velocity), 0.0, atol=1e-9)
    assert motion.end >= 7.0 + CONFIG.horizon
    assert (motion.gripper_width == 0.08).all()


@settings(max_examples=30, deadline=None)
@given(vector, vector, st.floats(-0.5, 0.5))
def test_leading_back_goes_on_from_the_motion_and_ends_at_the_arm(velocity, p, turn):
    here = Pose(p, DOWN).turned_by(np.array([0.0, 0.0, turn]))
    here = Pose(p, here.wxyz)
    motion = lead_back(state(velocity), here, CONFIG)
    check(motion, state(velocity))
    assert np.linalg.norm(motion.p_world[-1] - p) < 0.001
    assert np.linalg.norm(motion.velocity[-1]) < 0.01
    assert angle_between(motion.wxyz[-1], here.wxyz) < 0.002
    assert (motion.gripper_width == 0.03).all()
