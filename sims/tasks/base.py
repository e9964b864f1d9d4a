"""What a task is: it lays the table, says what to do, and judges the outcome.

A task reads the simulator's state alone; nothing of it reaches the planner but the
instruction.
"""

from typing import Protocol, runtime_checkable

import numpy as np

from sims.world import World


@runtime_checkable
class Task(Protocol):
    """One kind of episode."""

    @property
    def name(self) -> str:
        """What the registry calls it."""
        ...

    @property
    def max_seconds(self) -> float:
        """How long an episode may take, in simulated seconds."""
        ...

    @property
    def instruction(self) -> str:
        """What is to be done, in words; known after `reset`."""
        ...

    @property
    def meant(self) -> tuple[str, ...]:
        """Names of the parts that the arm may touch; known after `reset`."""
        ...

    def reset(self, world: World, rng: np.random.Generator) -> None:
        """Clear the world and lay out a new episode."""
        ...

    def success(self, world: World) -> bool:
        """Say whether what was asked for is done now."""
        ...

    def stages(self, world: World) -> dict[str, bool]:
        """Return the steps on the way, in order, and whether each was reached."""
        ...


@runtime_checkable
class Referenced(Task, Protocol):
    """A task that knows a program for its episodes."""

    def reference(self) -> str:
        """Return the reference program; known after `reset`.

        It is what a perfect reading of the instruction comes to, for a scene whose
        things have their true names: what fails then is the task, the grasp or the
        motion.
        """
        ...
