"""What can stand on the table: blocks, balls, bowls, buttons, a drawer cabinet.

A part's frame lies where it touches the table, z up, so that a part placed at
z = 0 stands on it. All sizes are in [m].
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from sims.assets.bowl import bowl_mesh, bowl_shapes
from sims.assets.colours import COLOURS, TABLE, Rgba
from sims.assets.turned import drum
from sims.assets.urdf import Joint, Link, Shape, robot
from sims.bullet import Friction

WOOD: Rgba = (0.58, 0.41, 0.26, 1.0)
FRONT: Rgba = (0.86, 0.84, 0.80, 1.0)
WOODEN = Friction(0.9)
BUTTON_BASE: Rgba = (0.20, 0.20, 0.22, 1.0)


@dataclass(frozen=True, slots=True)
class Spring:
    """What a part's joint does by itself: a push back, or friction, in [N]."""

    back: float = 0.0
    friction: float = 0.0


@dataclass(frozen=True, slots=True)
class Model:
    """What the world needs to build a part.

    Attributes:
        urdf: Its description.
        footprint: Radius of a circle round it on the table, [m].
        fixed: Whether it is bolted down.
        friction: Of all its links.
        joint: Behaviour of its one movable joint, if it has one.
        meshes: OBJ texts by file name.
    """

    urdf: str
    footprint: float
    fixed: bool = False
    friction: Friction = WOODEN
    joint: Spring | None = None
    meshes: Mapping[str, str] = field(default_factory=dict[str, str])


@runtime_checkable
class Part(Protocol):
    """Something that can be put into a world."""

    def model(self) -> Model:
        """Return how it is built."""
        ...


@dataclass(frozen=True, slots=True)
class Block:
    """A cube."""

    colour: str
    side: float = 0.04

    def model(self) -> Model:
        """Return how it is built."""
        s = self.side
        shape = Shape("box", (s, s, s), xyz=(0.0, 0.0, s / 2))
        return _single(shape, COLOURS[self.colour], 0.08, 0.71 * s)


@dataclass(frozen=True, slots=True)
class Ball:
    """A ball that stays where it is put unless pushed."""

    colour: str
    radius: float = 0.025
    mass: float = 0.08

    def model(self) -> Model:
        """Return how it is built."""
        shape = Shape("sphere", (self.radius,), xyz=(0.0, 0.0, self.radius))
        colour = COLOURS[self.colour]
        link = Link("body", (shape,), colour, self.mass, centre=self.radius)
        grip = Friction(0.9, rolling=0.004, spinning=0.004)
        return Model(robot([link]), self.radius, friction=grip)


@dataclass(frozen=True, slots=True)
class Cylinder:
    """A standing cylinder."""

    colour: str
    radius: float = 0.025
    height: float = 0.06

    def model(self) -> Model:
        """Return how it is built."""
        half = self.height / 2
        link = Link(
            "body",
            _drum(self.radius, self.height, half, "drum.obj"),
            COLOURS[self.colour],
            0.1,
            centre=half,
        )
        mesh = drum(self.radius, 0.0, self.height)
        return Model(robot([link]), self.radius, meshes={"drum.obj": mesh})


@dataclass(frozen=True, slots=True)
class Bowl:
    """A hollow round bowl, open on top, too heavy to slide about."""

    colour: str
    radius: float = 0.07
    height: float = 0.05

    def model(self) -> Model:
        """Return how it is built."""
        shapes = bowl_shapes(self.radius, self.height, "bowl.obj")
        low = 0.3 * self.height
        link = Link("body", shapes, COLOURS[self.colour], 0.6, centre=low)
        mesh = bowl_mesh(self.radius, self.height)
        return Model(robot([link]), self.radius, meshes={"bowl.obj": mesh})


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
        base = _drum(self.base_radius, base_height, half, "base.obj")
        cap = _drum(self.cap_radius, cap_height, cap_height / 2, "cap.obj")
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
            joint=Spring(back=4.0),
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
            joint=Spring(friction=3.0),
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
    """The slab all stands on; its top is the frame's plane."""

    def model(self) -> Model:
        """Return how it is built."""
        slab = Shape("box", (1.35, 1.5, 0.05), xyz=(0.375, 0.0, -0.025))
        link = Link("top", (slab,), TABLE, 0.0)
        return Model(robot([link]), 1.0, fixed=True)


def _drum(
    radius: float, height: float, middle: float, file: str
) -> tuple[Shape, Shape]:
    solid = Shape("cylinder", (radius, height), xyz=(0.0, 0.0, middle), shown=False)
    return Shape("mesh", file=file, solid=False), solid


def _single(shape: Shape, colour: Rgba, mass: float, footprint: float) -> Model:
    link = Link("body", (shape,), colour, mass, centre=shape.xyz[2])
    return Model(robot([link]), footprint)
