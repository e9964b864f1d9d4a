"""A task that is a function: it lays a table and says what is asked and judged."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sims.checks import Check
from sims.disturbances import Disturbances, Happened
from sims.world import World


@dataclass(frozen=True, slots=True)
class Laid:
    """An episode, laid out.

    Attributes:
        instruction: What is to be done, in words.
        checks: What the judge asks, in the order in which it comes about.
        meant: Names of the parts that the arm may touch.
        program: The reference program: what a perfect reading of the instruction
            comes to, for a scene whose things have their true names.
        disturbances: What a person does meanwhile, if anything.
    """

    instruction: str
    checks: tuple[Check, ...]
    meant: tuple[str, ...]
    program: str
    disturbances: Disturbances | None = None


Lay = Callable[[World, np.random.Generator], Laid]
_NOTHING = Laid("", (), (), "")


class LaidTask:
    """One kind of episode, laid out by a function on an empty table.

    Success: every check holds.

    Args:
        name: What the registry calls it.
        lay: Lays the table; the same randomness, the same episode.
        max_seconds: How long an episode may take, in simulated seconds.
    """

    def __init__(self, name: str, lay: Lay, *, max_seconds: float = 60.0):
        self.name = name
        self.max_seconds = max_seconds
        self._lay = lay
        self._laid = _NOTHING

    @property
    def instruction(self) -> str:
        """What is to be done, in words; known after `reset`."""
        return self._laid.instruction

    @property
    def meant(self) -> tuple[str, ...]:
        """Names of the parts that the arm may touch; known after `reset`."""
        return self._laid.meant

    def reset(self, world: World, rng: np.random.Generator) -> None:
        """Clear the world and lay out a new episode."""
        world.clear()
        self._laid = self._lay(world, rng)
        if self._laid.disturbances is not None:
            world.on_step(self._laid.disturbances.watch)
        for check in self._laid.checks:
            world.on_step(check.watch)

    def success(self, world: World) -> bool:
        """Say whether every check holds."""
        return all(check.holds(world) for check in self._laid.checks)

    def stages(self, world: World) -> dict[str, bool]:
        """Return the checks by name."""
        return {check.name: check.holds(world) for check in self._laid.checks}

    @property
    def happened(self) -> tuple[Happened, ...]:
        """What a person has done to the episode so far."""
        if self._laid.disturbances is None:
            return ()
        return tuple(self._laid.disturbances.happened)

    @property
    def disturbed(self) -> tuple[str, ...]:
        """The same, a line each."""
        return tuple(str(each) for each in self.happened)

    def end(self) -> None:
        """Let nobody disturb any more: the arm has done its work."""
        if self._laid.disturbances is not None:
            self._laid.disturbances.end()

    def reference(self) -> str:
        """Return the reference program; known after `reset`."""
        return self._laid.program
