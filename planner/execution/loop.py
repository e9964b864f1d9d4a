"""The closed loop: observations up, motion down, until the verdict.

The same loop drives an in-process session and one of the gRPC client, a simulated
arm and a real one.
"""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np

from perception.observation import Observation
from planner.errors import NoAnswerError, TimeLimitError
from planner.events import Asked, Event, SegmentPlanned, Verdict
from planner.execution.arm import Arm, Command, Sent
from planner.execution.safety import SafeArm, SafetyLimits
from planner.questions import LONGEST_ANSWER
from planner.trajectory import Trajectory


@runtime_checkable
class StepSession(Protocol):
    """A session as the loop sees it, near or remote."""

    def step(self, observation: Observation) -> list[Event]:
        """Return what an observation led to; motion or a verdict comes last."""
        ...

    def report(self, segment_id: int, sent: Sent) -> None:
        """Take in what was really sent of a segment."""
        ...

    def answer(self, question_id: int, text: str) -> None:
        """Answer a question that came as an event."""
        ...

    def decline(self, question_id: int, why: str) -> None:
        """Say why nobody answers it."""
        ...

    def close(self) -> None:
        """End it."""
        ...


@dataclass(frozen=True, slots=True)
class LoopConfig:
    """Rhythm of the loop.

    Attributes:
        period: Time between observations, [s].
        tick: Time between commands, [s].
        max_seconds: Longest episode on the arm's clock, [s]; time in which the
            program waits, for an answer or paused, does not count.
        limits: Of the safety filter.
    """

    period: float = 0.1
    tick: float = 0.02
    max_seconds: float = math.inf
    limits: SafetyLimits = field(default_factory=SafetyLimits)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an episode went, as the loop saw it.

    Attributes:
        verdict: The planner's own.
        seconds: On the arm's clock.
        observations: How many were sent.
        clipped: Commands the safety filter changed.
    """

    verdict: Verdict
    seconds: float
    observations: int
    clipped: int


OnQuestion = Callable[[Asked], str]


@dataclass(frozen=True, slots=True)
class Hooks:
    """Who else has a part in an episode; each may be absent.

    Attributes:
        listener: Told of each observation and what it led to.
        on_sent: Told of what was sent to the arm.
        on_question: Returns what the person answers, or raises `NoAnswerError`; it
            has a thread of its own, so the arm holds still meanwhile. Without it
            questions are declined.
    """

    listener: Callable[[Observation, list[Event]], None] | None = None
    on_sent: Callable[[Sent], None] | None = None
    on_question: OnQuestion | None = None


def run_episode(
    arm: Arm,
    session: StepSession,
    config: LoopConfig | None = None,
    hooks: Hooks | None = None,
) -> Outcome:
    """Drive an arm until the session gives its verdict.

    The arm is stopped whatever ends the loop, an exception included.
    """
    config, hooks = config or LoopConfig(), hooks or Hooks()
    safe = SafeArm(arm, config.limits)
    observation = safe.observe()
    begin, waited, count, clipped = observation.time, 0.0, 0, 0
    try:
        while True:
            events = session.step(observation)
            count += 1
            if hooks.listener is not None:
                hooks.listener(observation, events)
            for event in events:
                if isinstance(event, Asked):
                    _pass_on(event, session, hooks.on_question)
            last = events[-1]
            late = observation.time - begin - waited > config.max_seconds
            if late and not isinstance(last, Verdict):
                last = _out_of_time(config.max_seconds)
            if isinstance(last, Verdict):
                seconds = observation.time - begin
                return Outcome(last, seconds, count, clipped)
            assert isinstance(last, SegmentPlanned)
            for sent in _follow(safe, last, observation.time, config):
                session.report(last.id, sent)
                clipped += bool(sent.clipped)
                if hooks.on_sent is not None:
                    hooks.on_sent(sent)
            before, observation = observation, safe.observe()
            if last.holding:
                waited += observation.time - before.time
    finally:
        safe.stop()
        session.close()


def _pass_on(
    asked: Asked, session: StepSession, on_question: OnQuestion | None
) -> None:
    """Let the person be asked while the loop goes on."""
    if on_question is None:
        session.decline(asked.id, "nobody is asked here")
        return
    threading.Thread(
        target=_ask, args=(asked, session, on_question), name="question", daemon=True
    ).start()


def _ask(asked: Asked, session: StepSession, on_question: OnQuestion) -> None:
    try:
        text = on_question(asked).strip()[:LONGEST_ANSWER]
    except NoAnswerError as error:
        session.decline(asked.id, error.why)
        return
    if text:
        session.answer(asked.id, text)
    else:
        session.decline(asked.id, "the answer was empty")


def _out_of_time(limit: float) -> Verdict:
    return Verdict(
        success=False,
        stage=TimeLimitError.stage,
        reason=TimeLimitError.reason,
        message=f"not finished within {limit:.0f} s",
    )


def _follow(
    arm: SafeArm, segment: SegmentPlanned, now: float, config: LoopConfig
) -> list[Sent]:
    """Send one period of a segment."""
    ticks = max(1, round(config.period / config.tick))
    times = now + config.tick * np.arange(1, ticks + 1)
    return [
        arm.send(command_at(segment.trajectory, float(t), config.tick, segment.expires))
        for t in times
    ]


def command_at(
    trajectory: Trajectory, time: float, duration: float, expires: float
) -> Command:
    """Return the command that leads to where a trajectory is at a time."""
    return Command(
        T_world_ee=trajectory.pose_at(time),
        gripper_width=trajectory.width_at(time),
        duration=duration,
        expires=expires,
    )
