"""How jerky the motion was that an arm was told to make.

Measured on the commands and not on the simulated hand: motors that step from one set
point to the next ring at their rate, and a difference taken three times shows little
else.
"""

from types import TracebackType

import numpy as np

from perception.frames import Vec3
from perception.observation import Observation
from planner.execution.arm import Arm, Command, Sent


class MeteredArm:
    """An arm whose commands are measured; behind the safety filter, itself an `Arm`.

    Attributes:
        not_followed: Commands so far that the arm did not carry out in full.
    """

    def __init__(self, arm: Arm):
        self._arm = arm
        self.not_followed = 0
        self._peak = 0.0
        self._commands = 0
        self._position: Vec3 = np.zeros(3)
        self._velocity: Vec3 = np.zeros(3)
        self._acceleration: Vec3 = np.zeros(3)

    @property
    def peak_jerk(self) -> float | None:
        """Largest so far, [m/s^3]; None before the fourth command."""
        return self._peak if self._commands > 3 else None

    @property
    def time(self) -> float:
        """The arm's own clock, in [s]."""
        return self._arm.time

    def observe(self) -> Observation:
        """Return what the arm reports."""
        return self._arm.observe()

    def send(self, command: Command) -> Sent:
        """Send a command on, and measure it."""
        self._measure(command.T_world_ee.position, command.duration)
        sent = self._arm.send(command)
        self.not_followed += bool(sent.clipped)
        return sent

    def stop(self) -> None:
        """Come to rest."""
        self._arm.stop()

    def __enter__(self) -> "MeteredArm":
        self._arm.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._arm.__exit__(kind, error, trace)

    def _measure(self, position: Vec3, dt: float) -> None:
        velocity = (position - self._position) / dt
        acceleration = (velocity - self._velocity) / dt
        if self._commands >= 3:  # before, differences reach past the first command
            jerk = (acceleration - self._acceleration) / dt
            self._peak = max(self._peak, float(np.linalg.norm(jerk)))
        self._position, self._velocity = position, velocity
        self._acceleration = acceleration
        self._commands += 1
