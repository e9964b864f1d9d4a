import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner.motion.config import MotionConfig
from planner.motion.follow import MotionState, Path, follow
from planner.motion.path import resample
from planner.motion.smoothing import Smoother
from tests.planner.conftest import DOWN

CONFIG = MotionConfig()
PERIOD = 0.1
coordinate = st.floats(-0.3, 0.3)
point = st.tuples(coordinate, coordinate, coordinate).map(np.array)
# How often the goal moves, and where to.
goals = st.lists(st.tuples(point, st.integers(1, 12)), min_size=1, max_size=5)


def path_to(start, goal):
    points = resample(np.stack([start, goal]), 0.005)
    n = len(points)
    return Path(points, np.tile(DOWN, (n, 1)), np.full(n, 0.25), np.full(n, 0.08))


def drive(goals, start, ticks_after=40):
    """Replan every period toward goals that jump; return what was sent, joined."""
    smoother = Smoother(CONFIG)
    state = MotionState(start, np.zeros(3), DOWN, 0.08, 0.08, 0.0)
    sent = [(0.0, start, np.zeros(3))]
    plan = [goal for goal, ticks in goals for _ in range(ticks)]
    for goal in plan + [goals[-1][0]] * ticks_after:
        raw = follow(path_to(state.p_world, goal), state, CONFIG, horizon=1.0)
        smooth = smoother.smooth(raw)
        end = state.time + PERIOD
        for t, p, v in zip(smooth.time, smooth.p_world, smooth.velocity, strict=True):
            if state.time + 1e-9 < t <= end + 1e-9:
                sent.append((t, p, v))
        state = MotionState(
            raw.pose_at(end).position, raw.velocity_at(end), DOWN, 0.08, 0.08, end
        )
    return [np.array(each) for each in zip(*sent, strict=True)]


UP, HALF, DOWNWARD = (np.array([0.0, 0.0, z]) for z in (0.25, 0.125, 0.0))


@settings(max_examples=30, deadline=None)
@given(goals, point)
@example([(UP, 1), (HALF, 6), (DOWNWARD, 1)], HALF)  # comes to rest between plans
def test_speed_acceleration_and_jerk_are_bounded_over_every_replacement(goals, start):
    time, p, v = drive(goals, start)
    keep = np.concatenate([[True], np.diff(time) > 1e-6])
    time, p, v = time[keep], p[keep], v[keep]
    gaps = np.diff(time)
    even = np.isclose(gaps, CONFIG.dt, atol=1e-6)
    assert np.linalg.norm(v, axis=1).max() <= CONFIG.max_speed + 1e-6
    a = np.diff(v, axis=0) / CONFIG.dt
    assert np.linalg.norm(a[even], axis=1).max() <= CONFIG.max_acceleration + 1e-6
    jerk = np.diff(a, axis=0) / CONFIG.dt
    both = even[1:] & even[:-1]
    assert np.linalg.norm(jerk[both], axis=1).max() <= CONFIG.max_jerk + 1e-6
    step = np.diff(p, axis=0)[even]
    mean = (0.5 * (v[1:] + v[:-1]) * CONFIG.dt)[even]
    # The planned motion ends at a crawl of up to 5 mm/s, then stands.
    np.testing.assert_allclose(step, mean, atol=1e-4)


@settings(max_examples=20, deadline=None)
@given(goals, point)
def test_it_arrives_where_the_plan_does(goals, start):
    _, p, _ = drive(goals, start)
    assert np.linalg.norm(p[-1] - goals[-1][0]) < 0.001


def test_a_motion_that_starts_from_rest_starts_where_it_should():
    start, goal = np.zeros(3), np.array([0.2, 0.0, 0.0])
    raw = follow(
        path_to(start, goal), MotionState(start, start, DOWN, 0.08, 0.08, 5.0), CONFIG
    )
    smooth = Smoother(CONFIG).smooth(raw)
    np.testing.assert_array_equal(smooth.p_world[0], start)
    assert smooth.start == 5.0
    assert np.linalg.norm(smooth.p_world[-1] - goal) < 0.001
    assert np.linalg.norm(smooth.velocity[-1]) < 0.006
