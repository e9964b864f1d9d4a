"""How jerky the motion was that went to the arm.

Measured on what was sent and not on the simulated hand: motors that step from one set
point to the next ring at their rate, and a difference taken three times shows little
else.
"""

import numpy as np

from perception.frames import Vec3
from planner.execution.arm import Sent


class JerkMeter:
    """Takes in what was sent, in order; give `sent` to the loop as `on_sent`.

    Where the arm could not follow, what it reports as sent is where it got to, and
    that jump counts.
    """

    def __init__(self) -> None:
        self._peak = 0.0
        self._sent = 0
        self._position: Vec3 = np.zeros(3)
        self._velocity: Vec3 = np.zeros(3)
        self._acceleration: Vec3 = np.zeros(3)

    @property
    def peak(self) -> float | None:
        """Largest so far, [m/s^3]; None before the fourth command."""
        return self._peak if self._sent > 3 else None

    def sent(self, sent: Sent) -> None:
        """Take in a command as it went to the arm."""
        position, dt = sent.command.T_world_ee.position, sent.command.duration
        velocity = (position - self._position) / dt
        acceleration = (velocity - self._velocity) / dt
        if self._sent >= 3:  # before, the differences reach past the first command
            jerk = (acceleration - self._acceleration) / dt
            self._peak = max(self._peak, float(np.linalg.norm(jerk)))
        self._position, self._velocity = position, velocity
        self._acceleration = acceleration
        self._sent += 1
