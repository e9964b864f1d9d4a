import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from perception.frames import angle_between
from planner.motion.config import MotionConfig
from planner.motion.follow import MotionState, Path, follow
from planner.motion.path import resample
from tests.planner.conftest import DOWN

CONFIG = MotionConfig()
coordinate = st.floats(-0.4, 0.4)
point = st.tuples(coordinate, coordinate, coordinate).map(np.array)
unit = st.tuples(*[st.floats(-1, 1)] * 3).map(np.array)


def path_through(corners, speed=CONFIG.max_speed, wxyz=DOWN):
    points = resample(np.stack(corners), 0.005)
    n = len(points)
    return Path(points, np.tile(wxyz, (n, 1)), np.full(n, speed), np.full(n, 0.08))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(point, min_size=2, max_size=5),
    unit,
    st.floats(0.05, 0.6),
    st.floats(0.0, 0.25),
)
def test_no_waypoint_breaks_a_limit(corners, direction, speed, initial):
    direction = direction / max(np.linalg.norm(direction), 1e-9)
    state = MotionState(corners[0], direction * initial, DOWN, 0.08, 0.08, 0.0)
    motion = follow(path_through(corners, speed), state, CONFIG, horizon=4.0)
    size = np.linalg.norm(motion.velocity, axis=1)
    assert size.max() <= max(min(speed, CONFIG.speed_limit), initial) + 1e-6
    change = np.linalg.norm(np.diff(motion.velocity, axis=0), axis=1)
    assert change.max(initial=0.0) <= CONFIG.max_acceleration * CONFIG.dt + 1e-9
    step = np.diff(motion.p_world, axis=0)
    mean = 0.5 * (motion.velocity[1:] + motion.velocity[:-1]) * CONFIG.dt
    np.testing.assert_allclose(step, mean, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.lists(point, min_size=2, max_size=4))
@example([np.array((0.0, 0.0, z)) for z in (0.25, -0.25, 0.0)])
@example(
    [
        np.array((0.0, y, z))
        for y, z in ((0, 0), (0.25, 0.21875), (0.25, 0), (0.25, 0.1875))
    ]
)
def test_it_arrives_and_comes_to_rest_without_overshooting(corners):
    state = MotionState(corners[0], np.zeros(3), DOWN, 0.08, 0.08, 0.0)
    motion = follow(path_through(corners), state, CONFIG)
    goal = corners[-1]
    assert np.linalg.norm(motion.p_world[-1] - goal) < 0.001
    last_leg = goal - corners[-2]
    length = np.linalg.norm(last_leg)
    if length > 0.02:
        beyond = (motion.p_world - goal) @ (last_leg / length)
        # An earlier leg may run through the goal: only the end of the last counts.
        last_quarter = int(np.flatnonzero(beyond <= -0.25 * length).max(initial=-1)) + 1
        assert beyond[last_quarter:].max() < 0.001


@settings(max_examples=25, deadline=None)
@given(point, point, st.floats(0.1, 1.5))
def test_a_plan_replaced_midway_keeps_position_and_velocity(start, goal, when):
    first = follow(
        path_through([start, goal]),
        MotionState(start, np.zeros(3), DOWN, 0.08, 0.08, 0.0),
        CONFIG,
    )
    when = min(when, first.end)
    p, v = first.pose_at(when).position, first.velocity_at(when)
    moved = goal + np.array([0.05, -0.05, 0.02])
    second = follow(
        path_through([p, moved]), MotionState(p, v, DOWN, 0.08, 0.08, when), CONFIG
    )
    np.testing.assert_allclose(second.p_world[0], p, atol=1e-12)
    np.testing.assert_allclose(second.velocity[0], v, atol=1e-12)
    assert second.start == when
    assert np.linalg.norm(second.p_world[-1] - moved) < 0.001


def test_the_hand_never_turns_faster_than_it_may():
    start = np.zeros(3)
    turned = np.array([0.0, 0.0, 1.0, 0.0])
    path = path_through([start, np.array([0.3, 0.0, 0.0])], wxyz=turned)
    motion = follow(path, MotionState(start, start, DOWN, 0.08, 0.08, 0.0), CONFIG)
    turns = [
        angle_between(a, b)
        for a, b in zip(motion.wxyz[:-1], motion.wxyz[1:], strict=True)
    ]
    assert max(turns) <= CONFIG.max_turn_rate * CONFIG.dt + 1e-6
    assert angle_between(motion.wxyz[-1], turned) < 1e-3
