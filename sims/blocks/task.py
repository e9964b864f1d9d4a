"""The task of an entry: a wish drawn from it, its table, its judge."""

import numpy as np

from sims.blocks.drawers import DRAWERS
from sims.blocks.handling import HANDLING
from sims.blocks.moving import MOVING
from sims.blocks.reference import reference_program
from sims.blocks.templates import Entry, Wish
from sims.tasks.laid import Laid, LaidTask
from sims.tasks.named import named_in
from sims.world import World

BUILDERS = MOVING | HANDLING | DRAWERS


class BlocksTask(LaidTask):
    """One instruction of an entry, carried out on a table made for it.

    What counts as success is said where the table is laid: `sims.blocks.moving`,
    `handling` and `drawers`.

    Args:
        entry: Template and half of the words.
        wish: The instruction; drawn from the entry's if absent.
    """

    def __init__(self, entry: Entry, wish: Wish | None = None):
        super().__init__(entry.name, self._lay_wish)
        self.entry = entry
        self._asked = wish
        self.wish = wish or entry.wishes()[0]

    def _lay_wish(self, world: World, rng: np.random.Generator) -> Laid:
        wishes = self.entry.wishes()
        wish = self.wish = self._asked or wishes[int(rng.integers(len(wishes)))]
        template = self.entry.template.name
        checks = BUILDERS[template](world, rng, wish, self.entry.attributes.colours)
        meant = named_in(wish.text, world.names)
        return Laid(wish.text, checks, meant, reference_program(template, wish))
