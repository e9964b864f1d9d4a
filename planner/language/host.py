"""What a running program needs of the world: the pipeline implements it.

World positions are in [m] in the world frame, quaternions wxyz.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from perception.scene import Object3D
from planner.language.memory import Memory
from planner.value_maps import MapSet, VoxelGrid


@dataclass(frozen=True, slots=True, eq=False)
class HandState:
    """The end-effector as last observed.

    Attributes:
        position: (3,) [m].
        wxyz: (4,) orientation; z points out of the hand.
        gripper_open: Last command to the fingers.
        holding: Whether something is between them.
    """

    position: np.ndarray
    wxyz: np.ndarray
    gripper_open: bool
    holding: bool


@dataclass(frozen=True, slots=True)
class ExecuteCall:
    """One tick of a sub-task, its maps freshly evaluated.

    Attributes:
        index: Of the `execute` within the run, 0 and up; the same each tick.
        line: Of the program, 1 and up; 0 if unknown.
        movable: `gripper`, or the name of an object.
        maps: The recipes as of now.
    """

    index: int
    line: int
    movable: str
    maps: MapSet


@runtime_checkable
class ProgramHost(Protocol):
    """Eyes and motion for one program; called from the thread that runs it."""

    @property
    def grid(self) -> VoxelGrid:
        """The grid that voxel indices of the program mean."""
        ...

    def detect(self, phrase: str) -> tuple[Object3D, ...]:
        """Return what a phrase names, best first.

        Raises:
            UnknownObjectError: Nothing that is seen fits.
        """
        ...

    def hand(self) -> HandState:
        """Return the end-effector as last observed."""
        ...

    def table_height(self) -> float:
        """Return z of the supporting plane, in [m]."""
        ...

    def step(self, call: ExecuteCall) -> bool:
        """Advance one control period; say whether the sub-task is finished.

        Raises:
            PlanningError: The sub-task cannot be carried out.
        """
        ...

    @property
    def memory(self) -> Memory:
        """What programs of this session remember."""
        ...

    def wait(self) -> float:
        """Hold still for one control period; return how long that took, [s].

        Raises:
            PlanningError: The time given to the program is over.
        """
        ...

    def ask(self, text: str) -> str:
        """Ask the person something and wait for what they say.

        Raises:
            NoAnswerError: Nobody can answer, or nobody did.
        """
        ...

    def say(self, text: str) -> None:
        """Tell the person something."""
        ...

    def line(self, line: int, text: str) -> None:
        """Note what a line of the program came to."""
        ...
