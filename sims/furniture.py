"""What is bolted down: the table, push buttons, a cabinet with a drawer.

Frames and sizes are as in `sims.parts`.
"""

from dataclasses import dataclass

from sims.assets.colours import COLOURS, TABLE, Rgba
from sims.assets.turned import drum
from sims.assets.urdf import Joint, Link, Shape, robot
from sims.parts import Model, Spring, Thing, drum_shapes

WOOD: Rgba = (0.58, 0.41, 0.26, 1.0)
FRONT: Rgba = (0.86, 0.84, 0.80, 1.0)
BUTTON_BASE: Rgba = (0.20, 0.20, 0.22, 1.0)


@dataclass(frozen=True, slots=True)
class Button:
    """A coloured cap on a darker base; its joint reads how far it is pressed."""

    colour: str
    cap_radius: float = 0.026
    base_radius: float = 0.04
    travel: float = 0.012

    def model(self) -> Model:
        """Return how it is built."""
        base_height, cap_height = 0.022, 0.02
        half = base_height / 2
        base = drum_shapes(self.base_radius, base_height, half, "base.obj")
        cap = drum_shapes(self.cap_radius, cap_height, cap_height / 2, "cap.obj")
        meshes = {
            "base.obj": drum(self.base_radius, 0.0, base_height),
            "cap.obj": drum(self.cap_radius, 0.0, cap_height),
        }
        return Model(
            robot(
                [
                    Link("base", base, BUTTON_BASE, 1.0),
                    Link("cap", cap, COLOURS[self.colour], 0.05),
                ],
                [
                    Joint(
                        "prismatic",
                        "base",
                        "cap",
                        xyz=(0.0, 0.0, base_height),
                        axis=(0.0, 0.0, -1.0),
                        travel=self.travel,
                    )
                ],
            ),
            self.base_radius,
            fixed=True,
            joints={"cap": Spring(back=4.0)},
            meshes=meshes,
        )


@dataclass(frozen=True, slots=True)
class Cabinet:
    """A low box with one drawer that opens along -x of its frame.

    The frame lies under the middle of the closed front. The handle is a bar along
    y, free in front and above, so that a hand that points down can pinch it.
    """

    depth: float = 0.25
    width: float = 0.24
    height: float = 0.12
    travel: float = 0.20
    handle: str = "black"

    def model(self) -> Model:
        """Return how it is built."""
        return Model(
            robot(
                [
                    Link("body", self._body(), WOOD, 5.0),
                    Link("drawer", self._drawer(), FRONT, 0.6),
                    Link("handle", self._handle(), COLOURS[self.handle], 0.1),
                ],
                [
                    Joint(
                        "prismatic",
                        "body",
                        "drawer",
                        axis=(-1.0, 0.0, 0.0),
                        travel=self.travel,
                    ),
                    Joint("fixed", "drawer", "handle"),
                ],
            ),
            0.6 * self.width,
            fixed=True,
            joints={"drawer": Spring(friction=3.0)},
            things={"": Thing("drawer"), "handle": Thing("handle")},
        )

    def _body(self) -> tuple[Shape, ...]:
        d, w, h, t = self.depth, self.width, self.height, 0.012
        middle = 0.012 + (d - 0.012) / 2
        long = d - 0.012
        return (
            Shape("box", (long, w, t), xyz=(middle, 0.0, h - t / 2)),
            Shape("box", (long, w, t), xyz=(middle, 0.0, t / 2)),
            Shape("box", (long, t, h), xyz=(middle, (w - t) / 2, h / 2)),
            Shape("box", (long, t, h), xyz=(middle, -(w - t) / 2, h / 2)),
            Shape("box", (t, w, h), xyz=(d - t / 2, 0.0, h / 2)),
        )

    def _drawer(self) -> tuple[Shape, ...]:
        w, h = self.width - 0.004, self.height - 0.004
        inside, deep, wall = self.width - 0.04, self.depth - 0.045, 0.06
        middle = 0.012 + deep / 2
        return (
            Shape("box", (0.012, w, h), xyz=(0.006, 0.0, self.height / 2)),
            Shape("box", (deep, inside, 0.008), xyz=(middle, 0.0, 0.022)),
            Shape("box", (deep, 0.008, wall), xyz=(middle, inside / 2, 0.048)),
            Shape("box", (deep, 0.008, wall), xyz=(middle, -inside / 2, 0.048)),
            Shape("box", (0.008, inside, wall), xyz=(0.012 + deep, 0.0, 0.048)),
            self._post(0.05),
            self._post(-0.05),
        )

    def _handle(self) -> tuple[Shape, ...]:
        bar = 0.018
        at = (-self.handle_reach, 0.0, self.handle_height)
        return (Shape("box", (bar, 0.12, bar), xyz=at),)

    def _post(self, y: float) -> Shape:
        long = self.handle_reach
        at = (-long / 2, y, self.handle_height)
        return Shape("box", (long, 0.01, 0.01), xyz=at)

    @property
    def handle_reach(self) -> float:
        """How far the middle of the bar stands off the front.

        An open finger of 2 cm fits behind the bar with the gripper fully open.
        """
        return 0.08

    @property
    def handle_height(self) -> float:
        """Height of the middle of the bar."""
        return self.height - 0.015


@dataclass(frozen=True, slots=True)
class Table:
    """The slab all stands on; its top is the frame's plane.

    Attributes:
        solid: Whether things stand on it.
        shown: Whether it is drawn.
    """

    solid: bool = True
    shown: bool = True

    def model(self) -> Model:
        """Return how it is built."""
        slab = Shape(
            "box",
            (1.35, 1.5, 0.05),
            xyz=(0.375, 0.0, -0.025),
            solid=self.solid,
            shown=self.shown,
        )
        # Where nothing is to be drawn, Bullet draws what collides: a speck within is.
        speck = Shape("box", (1e-4,) * 3, xyz=slab.xyz, solid=False)
        shapes = (slab,) if self.shown else (slab, speck)
        link = Link("top", shapes, TABLE, 0.0)
        return Model(robot([link]), 1.0, fixed=True)


@dataclass(frozen=True, slots=True)
class Strip:
    """A flat coloured patch along the x axis of its frame: a line, or a zone."""

    colour: str
    length: float = 0.36
    width: float = 0.03

    def model(self) -> Model:
        """Return how it is built."""
        size = (self.length, self.width, 0.001)
        paint = Shape("box", size, xyz=(0.0, 0.0, 0.0005), solid=False)
        link = Link("paint", (paint,), COLOURS[self.colour], 0.0)
        return Model(robot([link]), 0.5 * self.width, fixed=True)
