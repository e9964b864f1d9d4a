"""What can stand on the table and be moved: blocks, balls, cylinders, bowls.

A part's frame lies where it touches the table, z up, so that a part placed at
z = 0 stands on it. All sizes are in [m].
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from sims.assets.bowl import bowl_mesh, bowl_shapes
from sims.assets.colours import COLOURS, Rgba
from sims.assets.turned import drum
from sims.assets.urdf import Link, Shape, robot
from sims.bullet import Friction

WOODEN = Friction(0.9)


@dataclass(frozen=True, slots=True)
class Spring:
    """What a part's joint does by itself: a push back, or friction, in [N]."""

    back: float = 0.0
    friction: float = 0.0


@dataclass(frozen=True, slots=True)
class Thing:
    """What people call a piece of a part that they tell apart from the rest.

    Attributes:
        words: Its noun, with a colour before it if the paint has a named one.
        of: Link of the piece that this is a part of; empty for the part itself.
    """

    words: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """What the world needs to build a part.

    Attributes:
        urdf: Its description.
        footprint: Radius of a circle round it on the table, [m].
        fixed: Whether it is bolted down.
        friction: Of all its links.
        joints: Behaviour of its movable joints, by the link that each moves, the
            first of them the one that is meant where none is named.
        meshes: OBJ texts by file name.
        things: What links are called, if not as the part they belong to; an empty
            link name stands for the part itself, if not as it is named in its world.
    """

    urdf: str
    footprint: float
    fixed: bool = False
    friction: Friction = WOODEN
    joints: Mapping[str, Spring] = field(default_factory=dict[str, Spring])
    meshes: Mapping[str, str] = field(default_factory=dict[str, str])
    things: Mapping[str, Thing] = field(default_factory=dict[str, Thing])


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
            drum_shapes(self.radius, self.height, half, "drum.obj"),
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


def drum_shapes(
    radius: float, height: float, middle: float, file: str
) -> tuple[Shape, Shape]:
    """Return a standing cylinder: the mesh that is drawn and what is solid."""
    solid = Shape("cylinder", (radius, height), xyz=(0.0, 0.0, middle), shown=False)
    return Shape("mesh", file=file, solid=False), solid


def _single(shape: Shape, colour: Rgba, mass: float, footprint: float) -> Model:
    link = Link("body", (shape,), colour, mass, centre=shape.xyz[2])
    return Model(robot([link]), footprint)
