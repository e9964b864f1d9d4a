import numpy as np
import pytest

from planner.events import SegmentPlanned, Verdict
from planner.execution.loop import LoopConfig, run_episode
from planner.trajectory import Trajectory
from tests.planner.conftest import DOWN
from tests.planner.execution.fake_arm import FakeArm

START = np.array([0.5, 0.0, 0.3])
DONE = Verdict(True, "", "OK", "done")


class Drifts:
    """Moves the hand slowly along y; its verdict comes after some steps."""

    def __init__(self, steps, fails_at=None):
        self.left, self.fails_at = steps, fails_at
        self.reports, self.closed, self.times = [], 0, []

    def step(self, observation):
        self.times.append(observation.time)
        if self.fails_at == len(self.times):
            raise ConnectionError("gone")
        if self.left == 0:
            return [DONE]
        self.left -= 1
        return [self._segment(observation)]

    def _segment(self, observation):
        time = observation.time + np.array([0.0, 1.0])
        here = observation.T_world_ee.position
        there = here + np.array([0.0, 0.05, 0.0])
        motion = Trajectory(
            time=time,
            p_world=np.stack([here, there]),
            velocity=np.tile([0.0, 0.05, 0.0], (2, 1)),
            wxyz=np.tile(DOWN, (2, 1)),
            gripper_width=np.full(2, 0.08),
        )
        return SegmentPlanned(
            len(self.times), 0, motion, time[1], motion.p_world, 0, {}
        )

    def report(self, segment_id, sent):
        self.reports.append((segment_id, sent))

    def close(self):
        self.closed += 1


def test_observations_go_up_once_a_period_until_the_verdict():
    arm, session = FakeArm(START), Drifts(5)
    outcome = run_episode(arm, session, LoopConfig(period=0.1, tick=0.02))
    assert outcome.verdict is DONE
    assert outcome.observations == 6
    np.testing.assert_allclose(np.diff(session.times), 0.1)
    assert outcome.seconds == pytest.approx(0.5)


def test_everything_sent_is_reported_with_its_segment():
    arm, session = FakeArm(START), Drifts(3)
    run_episode(arm, session, LoopConfig(period=0.1, tick=0.02))
    assert [i for i, _ in session.reports] == [1] * 5 + [2] * 5 + [3] * 5
    assert [s.command for _, s in session.reports] == arm.sent


def test_the_hand_follows_the_segments():
    arm = FakeArm(START)
    run_episode(arm, Drifts(10), LoopConfig())
    moved = arm.pose.position - START
    assert moved[1] == pytest.approx(0.05, rel=0.1)
    assert abs(moved[0]) + abs(moved[2]) < 1e-12


def test_the_arm_is_stopped_and_the_session_closed_at_the_end():
    arm, session = FakeArm(START), Drifts(1)
    run_episode(arm, session)
    assert (arm.stops, session.closed) == (1, 1)


def test_the_arm_is_stopped_when_the_session_breaks():
    arm, session = FakeArm(START), Drifts(5, fails_at=3)
    with pytest.raises(ConnectionError):
        run_episode(arm, session)
    assert (arm.stops, session.closed) == (1, 1)


def test_an_episode_that_takes_too_long_ends_with_a_verdict():
    outcome = run_episode(FakeArm(START), Drifts(999), LoopConfig(max_seconds=1.0))
    assert not outcome.verdict.success
    assert (outcome.verdict.stage, outcome.verdict.reason) == ("time", "TIME_LIMIT")
    assert outcome.seconds <= 1.2
