"""Open a door, a window, a fridge: what holds them shut differs every time.

Which side the hinge is on, how far the lever must go down, how hard the magnet
pulls and how stiff things are is drawn anew in every episode and told to nobody.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from sims.articulated import Door, Fridge, Window
from sims.parts import Part
from sims.programs import HAND
from sims.tasks.layout import standing
from sims.tasks.opening_programs import DOOR, FRIDGE, SWING, WINDOW
from sims.world import World

COLOURS = ("red", "green", "blue", "purple")
FURNITURE = "furniture"
MOVED = 0.1  # share of the opening asked for that counts as moved


class _Open(ABC):
    """What the three have in common: one piece of furniture, judged by its joint.

    Args:
        instruction: The words to use; the task's own if absent.
    """

    name: ClassVar[str]
    words: ClassVar[str]
    enough: ClassVar[float]  # [rad] or [m]
    program: ClassVar[str]
    max_seconds = 180.0

    def __init__(self, instruction: str | None = None):
        self.instruction = instruction or self.words
        self._gripped = False

    @property
    def meant(self) -> tuple[str, ...]:
        """Names of the parts that the arm may touch; known after `reset`."""
        return (FURNITURE,)

    def reset(self, world: World, rng: np.random.Generator) -> None:
        """Clear the world and lay out a new episode."""
        world.clear()
        place = rng.uniform((0.65, -0.05), (0.68, 0.05))
        yaw = float(rng.uniform(-0.1, 0.1))
        world.add(FURNITURE, self._furniture(rng), standing(place, yaw))
        self._gripped = False
        world.on_step(self._watch)

    def reference(self) -> str:
        """Return the reference program; known after `reset`."""
        return HAND + SWING + self.program

    def success(self, world: World) -> bool:
        """Say whether it stands open as far as was asked for."""
        return world.joint(FURNITURE) >= self.enough

    def stages(self, world: World) -> dict[str, bool]:
        """Return whether the handle was gripped, and its part moved, and is open."""
        return {
            "gripped": self._gripped,
            "moved": world.joint(FURNITURE) > MOVED * self.enough,
            "open": self.success(world),
        }

    @abstractmethod
    def _furniture(self, rng: np.random.Generator) -> Part:
        """Return the furniture of one episode."""

    def _watch(self, world: World) -> None:
        self._gripped = self._gripped or world.gripped(FURNITURE)


class OpenDoor(_Open):
    """Press the lever of a door down and pull it open by 30 degrees."""

    name = "open-door"
    words = "open the door"
    enough = float(np.deg2rad(30.0))
    program = DOOR

    def _furniture(self, rng: np.random.Generator) -> Part:
        return Door(
            handle=str(rng.choice(COLOURS)),
            side=int(rng.choice((-1, 1))),
            release=float(rng.uniform(0.40, 0.70)),
            friction=float(rng.uniform(0.3, 1.0)),
            width=float(rng.uniform(0.25, 0.29)),
        )


class OpenWindow(_Open):
    """Slide a window open by 15 cm."""

    name = "open-window"
    words = "open the window"
    enough = 0.15
    program = WINDOW

    def _furniture(self, rng: np.random.Generator) -> Part:
        return Window(
            handle=str(rng.choice(COLOURS)),
            side=int(rng.choice((-1, 1))),
            friction=float(rng.uniform(4.0, 14.0)),
        )


class OpenFridge(_Open):
    """Tear the heavy door of a fridge off its magnet and open it by 30 degrees."""

    name = "open-fridge"
    words = "open the fridge"
    enough = float(np.deg2rad(30.0))
    program = FRIDGE

    def _furniture(self, rng: np.random.Generator) -> Part:
        return Fridge(
            handle=str(rng.choice(COLOURS)),
            side=int(rng.choice((-1, 1))),
            magnet=float(rng.uniform(5.0, 10.0)),
            friction=float(rng.uniform(0.8, 1.6)),
            mass=float(rng.uniform(3.0, 5.0)),
        )


OPENINGS: dict[str, type[OpenDoor | OpenWindow | OpenFridge]] = {
    task.name: task for task in (OpenDoor, OpenWindow, OpenFridge)
}
