"""Buttons to push: in an order that is told, or one that a lamp tells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from sims.buttons import PRESSED, RELEASED, Lamp, LitButton
from sims.checks import AtEnd
from sims.programs import HAND
from sims.tasks.laid import Laid, LaidTask
from sims.tasks.layout import Layout, sample
from sims.tasks.push_button import COLOURS
from sims.world import World

MOST = 3  # that are to be pushed
AT_LEAST = 3  # on the table
APART = 0.08  # [m] between their rims: room for a hand
TOUCHED = 0.001  # [m]
TRAVEL = LitButton("red").travel
ORDERED = (
    ("push the {} button", ", then push the {} button"),
    ("press the {} button", ", after that the {} button"),
    ("push down the {} button", " and then the {} one"),
    ("first the {} button is to be pushed", ", next the {} button"),
)
ONE = (
    "push the button with the same color as the light",
    "press the button that has the colour of the lamp",
    "which button matches the light? Push it",
    "push the button whose colour the light shows",
)
DEEP = round(0.85 * TRAVEL, 4)  # [m] that the reference pushes, short of the stop
PUSH = f"""{HAND}
def push(button):
    top = button.world_position
    top[2] = button.world_aabb[1][2]
    go_exact(top + np.array([0, 0, 0.05]))
    go_exact(top - np.array([0, 0, {DEEP}]))

close_gripper()
"""


@dataclass(slots=True)
class Presses:
    """The check that a button was touched; notes which were pressed, in order."""

    buttons: tuple[str, ...]
    name: str = "touched"
    order: list[str] = field(default_factory=list[str])
    touched: bool = False
    down: set[str] = field(default_factory=set[str])

    def watch(self, world: World) -> None:
        """Take note of the buttons after a physics step."""
        for button in self.buttons:
            depth = world.joint(button)
            self.touched = self.touched or depth > TOUCHED
            if depth < RELEASED * TRAVEL:
                self.down.discard(button)
            elif depth >= PRESSED * TRAVEL and button not in self.down:
                self.down.add(button)
                self.order.append(button)

    def holds(self, world: World) -> bool:
        """Say whether any was touched."""
        del world
        return self.touched


def push_buttons(world: World, rng: np.random.Generator) -> Laid:
    """Push one to three buttons in their order, and no other, each once."""
    count = int(rng.integers(1, MOST + 1))
    colours = sample(rng, COLOURS, max(AT_LEAST, count + 1))
    presses = _lay(Layout(world, rng), colours)
    asked = presses.buttons[:count]
    first, then = ORDERED[int(rng.integers(len(ORDERED)))]
    said = [(then if k else first).format(c) for k, c in enumerate(colours[:count])]
    up = "go(over(get_ee_pos(), 10))\n"
    return Laid(
        "".join(said),
        (
            presses,
            *(_begun(presses, asked[: k + 1]) for k in range(count)),
            AtEnd("no other", lambda _: presses.order == list(asked)),
        ),
        asked,
        PUSH + up.join(f"push(detect('{each}'))\n" for each in asked) + up,
    )


def push_buttons_light(world: World, rng: np.random.Generator) -> Laid:
    """Push the button of three that has the colour of a lamp, and no other."""
    colours = sample(rng, COLOURS, AT_LEAST)
    layout = Layout(world, rng)
    layout.add(f"{colours[0]} light", Lamp(colours[0]), gap=APART)
    presses = _lay(layout, colours)
    asked = presses.buttons[0]
    return Laid(
        str(rng.choice(ONE)),
        (
            presses,
            AtEnd("pressed", lambda _: asked in presses.order),
            AtEnd("no other", lambda _: set(presses.order) == {asked}),
        ),
        (asked,),
        f"{PUSH}push(detect(detect('light').colour + ' button'))\n",
    )


def _lay(layout: Layout, colours: Sequence[str]) -> Presses:
    names = tuple(f"{each} button" for each in colours)
    for name, colour in zip(names, colours, strict=True):
        layout.add(name, LitButton(colour), gap=APART)
    return Presses(names)


def _begun(presses: Presses, asked: tuple[str, ...]) -> AtEnd:
    """Return the check that the first presses were those asked for."""
    k = len(asked)
    return AtEnd(f"pressed {k}", lambda _: presses.order[:k] == list(asked))


BUTTONS: dict[str, Callable[[], LaidTask]] = {
    name: partial(LaidTask, name, lay)
    for name, lay in (
        ("base/push-buttons", push_buttons),
        ("novel/push-buttons-light", push_buttons_light),
    )
}
