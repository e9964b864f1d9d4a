"""What the loop needs of an arm, simulated or real."""

import math
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, runtime_checkable

from perception.frames import Pose
from perception.observation import Observation


@dataclass(frozen=True, slots=True, eq=False)
class Command:
    """Where the end-effector shall be when `duration` has passed.

    Attributes:
        T_world_ee: Pose of the point between the fingertips.
        gripper_width: Distance between the fingers asked for, in [m]; 0 closes
            until something stops them.
        duration: Time to get there, in [s].
        expires: Time on the arm's clock after which it must not be sent, [s].
    """

    T_world_ee: Pose
    gripper_width: float
    duration: float
    expires: float = math.inf


@dataclass(frozen=True, slots=True, eq=False)
class Sent:
    """What really went to the arm.

    Attributes:
        command: The command as sent.
        clipped: One sentence for each limit that changed it; empty if none did.
    """

    command: Command
    clipped: tuple[str, ...] = ()


@runtime_checkable
class Arm(Protocol):
    """An arm with a gripper and cameras.

    `send` returns when the command's duration has passed on the arm's clock, so
    the caller need not pace itself.
    """

    @property
    def time(self) -> float:
        """The arm's own clock now, in [s]: that of its observations."""
        ...

    def observe(self) -> Observation:
        """Return what the cameras and the joints report now."""
        ...

    def send(self, command: Command) -> Sent:
        """Move for one control period."""
        ...

    def stop(self) -> None:
        """Come to rest at once and stay."""
        ...

    def __enter__(self) -> "Arm":
        """Connect."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop and disconnect."""
        ...
