"""Push the button of one colour and no other."""

import numpy as np

from sims.furniture import Button
from sims.programs import HAND
from sims.tasks.layout import Layout, sample
from sims.world import World

COLOURS = ("red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink")
TEMPLATES = (
    "push the {button} button",
    "press the {button} button",
    "press down on the {button} button",
    "hit the {button} button",
)
PRESSED = 0.6  # share of the travel that counts


class PushButton:
    """Push the named button among one or two others.

    Args:
        button: Colour of the button; sampled if absent.
        instruction: The words to use; sampled from the templates if absent.
    """

    name = "push-button"
    max_seconds = 20.0

    def __init__(self, button: str | None = None, instruction: str | None = None):
        self._asked = (button, instruction)
        self.instruction = ""
        self.button = ""
        self._deepest: dict[str, float] = {}

    @property
    def meant(self) -> tuple[str, ...]:
        """Names of the parts that the arm may touch; known after `reset`."""
        return (self.button,)

    def reset(self, world: World, rng: np.random.Generator) -> None:
        """Clear the world and lay out a new episode."""
        world.clear()
        button, instruction = self._asked
        colour = button or sample(rng, COLOURS, 1)[0]
        words = instruction or str(rng.choice(TEMPLATES))
        self.instruction = words.format(button=colour)
        self.button = f"{colour} button"
        others = tuple(each for each in COLOURS if each != colour)
        layout = Layout(world, rng)
        self._deepest = {}
        for each in (colour, *sample(rng, others, int(rng.integers(1, 3)))):
            layout.add(f"{each} button", Button(each), gap=0.09)
            self._deepest[f"{each} button"] = 0.0
        world.on_step(self._watch)

    def success(self, world: World) -> bool:
        """Say whether the button was pressed at any time, and no other was."""
        del world  # the button springs back: what counts was seen while it happened
        return self._pressed() == {self.button}

    def stages(self, world: World) -> dict[str, bool]:
        """Return whether the button was touched, pressed, and it alone."""
        return {
            "touched": self._deepest[self.button] > 0.001,
            "pressed": self.button in self._pressed(),
            "no other": self.success(world),
        }

    def reference(self) -> str:
        """Return the reference program; known after `reset`."""
        return f"""{HAND}
close_gripper()
button = detect('{self.button}')
cap = np.array([button.position[0], button.position[1], button.aabb[1][2]])
go(over(cap, 5))
go(over(cap, -2))
go(over(cap, 8))
"""

    def _pressed(self) -> set[str]:
        limit = PRESSED * Button("red").travel
        return {name for name, depth in self._deepest.items() if depth >= limit}

    def _watch(self, world: World) -> None:
        for name, depth in self._deepest.items():
            self._deepest[name] = max(depth, world.joint(name))
