"""The task of an entry: a wish drawn from it, its table, its judge."""

import numpy as np

from sims.blocks.checks import Check
from sims.blocks.drawers import DRAWERS
from sims.blocks.handling import HANDLING
from sims.blocks.moving import MOVING
from sims.blocks.templates import Entry, Wish
from sims.world import World

BUILDERS = MOVING | HANDLING | DRAWERS


class BlocksTask:
    """One instruction of an entry, carried out on a table made for it.

    What counts as success is said where the table is laid: `sims.blocks.moving`,
    `handling` and `drawers`.

    Args:
        entry: Template and half of the words.
        wish: The instruction; drawn from the entry's if absent.
    """

    max_seconds = 60.0

    def __init__(self, entry: Entry, wish: Wish | None = None):
        self._asked = wish
        self.entry = entry
        self.name = entry.name
        self.wish = wish or entry.wishes()[0]
        self._checks: tuple[Check, ...] = ()

    @property
    def instruction(self) -> str:
        """What is to be done, in words."""
        return self.wish.text

    def reset(self, world: World, rng: np.random.Generator) -> None:
        """Clear the world and lay out a new episode."""
        world.clear()
        wishes = self.entry.wishes()
        self.wish = self._asked or wishes[int(rng.integers(len(wishes)))]
        build = BUILDERS[self.entry.template.name]
        self._checks = build(world, rng, self.wish, self.entry.attributes.colours)
        for check in self._checks:
            world.on_step(check.watch)

    def success(self, world: World) -> bool:
        """Say whether every check holds."""
        return all(check.holds(world) for check in self._checks)

    def stages(self, world: World) -> dict[str, bool]:
        """Return the checks by name."""
        return {check.name: check.holds(world) for check in self._checks}
