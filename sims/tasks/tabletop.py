"""A rich table for an instruction that somebody types: nothing is judged."""

import numpy as np

from sims.furniture import Button, Cabinet
from sims.parts import Ball, Block, Bowl
from sims.tasks.layout import Layout
from sims.tasks.named import named_in
from sims.world import World

PARTS = {
    "red block": Block("red"),
    "green block": Block("green"),
    "yellow block": Block("yellow"),
    "orange ball": Ball("orange"),
}
BUTTONS = {"green button": Button("green"), "purple button": Button("purple")}
BOWL = "blue bowl"


class Tabletop:
    """Blocks, a ball, a bowl, two buttons and a drawer.

    Args:
        instruction: What is to be done.
    """

    name = "tabletop"
    max_seconds = 60.0

    def __init__(self, instruction: str):
        self.instruction = instruction

    @property
    def meant(self) -> tuple[str, ...]:
        """Names of the parts that the instruction names."""
        return named_in(self.instruction, ("cabinet", *BUTTONS, BOWL, *PARTS))

    def reset(self, world: World, rng: np.random.Generator) -> None:
        """Clear the world and lay out a new episode."""
        world.clear()
        layout = Layout(world, rng)
        layout.put("cabinet", Cabinet(), np.array([0.60, 0.17]))
        layout.keep_free(np.array([0.46, 0.17]), 0.12)  # room for the drawer
        for (name, part), y in zip(BUTTONS.items(), (0.36, -0.36), strict=True):
            layout.put(name, part, np.array([0.36, y]))
        layout.add(BOWL, Bowl("blue"))
        for name, part in PARTS.items():
            layout.add(name, part, gap=0.04)

    def success(self, world: World) -> bool:
        """Say no: only a task with a goal of its own can be judged."""
        del world
        return False

    def stages(self, world: World) -> dict[str, bool]:
        """Return nothing: there are no steps that are known."""
        del world
        return {}
