"""The proof that the arm came to rest after a cancel."""

from dataclasses import dataclass

import numpy as np

from perception.frames import Pose
from perception.observation import Observation

STOPPED_SPEED = 0.005  # [m/s]


@dataclass(frozen=True, slots=True, eq=False)
class StoppedState:
    """The measured state a cancelled session left the arm in.

    Attributes:
        stopped: Whether the hand was measured to rest.
        T_world_ee: Measured pose; None if nothing was ever observed.
        speed: Between the last two observations, [m/s]; None with fewer.
        joints: Measured, [rad].
        gripper_width: Measured, [m].
        time: Of the last observation, on its own clock, [s].
    """

    stopped: bool
    T_world_ee: Pose | None
    speed: float | None
    joints: np.ndarray
    gripper_width: float
    time: float


class StopWatch:
    """Measures whether the hand rests, from observations after a cancel."""

    def __init__(self, last: Observation | None):
        self._last = last
        self._speed: float | None = None

    def see(self, observation: Observation, braked: float) -> bool:
        """Take an observation and say whether the hand rests.

        Args:
            observation: The newest.
            braked: When the braking motion ends, on its clock, [s]; before that
                a hand that is slow may only not have got going.
        """
        before, self._last = self._last, observation
        if before is None or observation.time <= before.time or before.time < braked:
            return False
        gap = observation.T_world_ee.position - before.T_world_ee.position
        self._speed = float(np.linalg.norm(gap)) / (observation.time - before.time)
        return self._speed < STOPPED_SPEED

    def state(self, *, stopped: bool) -> StoppedState:
        """Return what was measured last."""
        last = self._last
        if last is None:
            return StoppedState(stopped, None, None, np.zeros(0), 0.0, 0.0)
        return StoppedState(
            stopped,
            last.T_world_ee,
            self._speed,
            last.joints,
            last.gripper_width,
            last.time,
        )
