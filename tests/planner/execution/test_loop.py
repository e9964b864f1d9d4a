import threading
from dataclasses import replace

import numpy as np
import pytest

from planner.errors import NoAnswerError
from planner.events import Asked, SegmentPlanned, Verdict
from planner.execution.loop import Hooks, LoopConfig, run_episode
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
        self.answers = []

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

    def answer(self, question_id, text):
        self.answers.append((question_id, text))

    def decline(self, question_id, why):
        self.answers.append((question_id, f"nobody: {why}"))

    def close(self):
        self.closed += 1


class Asks(Drifts):
    """Asks at its first step, and holds until it has an answer."""

    def step(self, observation):
        *_, last = super().step(observation)
        asks = [Asked(1, "which one?", 9.0)] if len(self.times) == 1 else []
        if self.answers or not isinstance(last, SegmentPlanned):
            return [DONE]
        return [*asks, replace(last, holding=True)]


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


def test_the_arm_goes_on_holding_while_the_person_thinks():
    session, thought = Asks(500), threading.Event()

    def think(asked):
        assert asked.text == "which one?"
        assert thought.wait(5.0)
        return " the left one\n"

    def listen(observation, events):
        if len(session.times) == 20:
            thought.set()

    config = LoopConfig(max_seconds=1.0)  # in which waiting does not count
    outcome = run_episode(FakeArm(START), session, config, Hooks(listen, None, think))
    assert outcome.verdict is DONE
    assert session.answers == [(1, "the left one")]
    assert outcome.observations > 20


@pytest.mark.parametrize(
    ("on_question", "why"),
    [
        (None, "nobody is asked"),
        (lambda asked: "  ", "empty"),
        (lambda asked: _raise(NoAnswerError(asked.text, "no terminal")), "no terminal"),
    ],
)
def test_a_question_that_nobody_answers_is_declined_with_why(on_question, why):
    session = Asks(500)
    run_episode(FakeArm(START), session, hooks=Hooks(on_question=on_question))
    ((number, text),) = session.answers
    assert number == 1
    assert text.startswith("nobody: ")
    assert why in text


def _raise(error):
    raise error
