"""Push buttons that light up, and a lamp.

Frames and sizes are as in `sims.parts`.
"""

from dataclasses import dataclass

from sims.assets.colours import COLOURS
from sims.assets.urdf import Joint, Link, Shape, robot
from sims.bullet import BASE
from sims.furniture import BUTTON_BASE, Button
from sims.parts import Model
from sims.world import World

PRESSED = 0.6  # share of the travel that counts as pressed
RELEASED = 0.3  # share of it that ends a press


@dataclass(frozen=True, slots=True)
class LitButton(Button):
    """A button whose dark ring lights up when it is pressed, and stays so."""

    def start(self, world: World, name: str) -> None:
        """Watch the button's own joint, and light its ring."""
        body, cap = world.body(name).id, world.body(name).joints["cap"]
        lit: list[bool] = []

        def look(world: World) -> None:
            down = float(world.bullet.joints(body, [cap])[0, 0])
            if not lit and down >= PRESSED * self.travel:
                world.bullet.paint(body, BASE, COLOURS[self.colour])
                lit.append(True)

        world.on_step(look)


@dataclass(frozen=True, slots=True)
class Lamp:
    """A lamp that shines in one colour: a globe on a dark pillar."""

    colour: str
    radius: float = 0.03
    height: float = 0.09

    def model(self) -> Model:
        """Return how it is built."""
        r, h = self.radius, self.height
        post = h - 2 * r + 0.004
        pillar = Shape("cylinder", (0.6 * r, post), xyz=(0.0, 0.0, post / 2))
        globe = Shape("sphere", (r,), xyz=(0.0, 0.0, h - r))
        links = [
            Link("pillar", (pillar,), BUTTON_BASE, 0.4),
            Link("globe", (globe,), COLOURS[self.colour], 0.1),
        ]
        return Model(robot(links, [Joint("fixed", "pillar", "globe")]), r, fixed=True)
