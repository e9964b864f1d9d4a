"""Things of a household: a vase that is better left alone, a sponge, an apple.

Frames and sizes are as in `sims.parts`.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from perception.frames import Vec3
from sims.assets.colours import COLOURS
from sims.assets.turned import turned
from sims.assets.urdf import Link, Shape, robot
from sims.bullet import Friction
from sims.parts import Model

# (r, z) of the outside of a vase, foot first, in shares of its radius and height.
_OUTLINE = (
    (0.62, 0.0),
    (0.80, 0.10),
    (0.96, 0.25),
    (1.00, 0.38),
    (0.90, 0.52),
    (0.66, 0.66),
    (0.46, 0.78),
    (0.42, 0.88),
    (0.58, 1.0),
)
# Likewise of an apple, from below to its dent.
_APPLE = (
    (0.30, 0.0),
    (0.72, 0.10),
    (0.96, 0.34),
    (1.00, 0.56),
    (0.88, 0.80),
    (0.60, 0.95),
    (0.30, 0.97),
    (0.08, 0.88),
)


@dataclass(frozen=True, slots=True)
class Vase:
    """A slender vase."""

    colour: str
    radius: float = 0.04
    height: float = 0.19

    def model(self) -> Model:
        """Return how it is built."""
        line = [(r * self.radius, z * self.height) for r, z in _OUTLINE]
        rim, top = line[-1]
        mouth = [(rim - 0.004, top), (line[-2][0] - 0.004, line[-2][1])]
        mesh = turned([(0.0, 0.0), *line, *mouth, (0.0, 0.6 * top)])
        shown = Shape("mesh", file="vase.obj", solid=False)
        solid = [_drum(max(a[0], b[0]), a[1], b[1]) for a, b in pairwise(line)]
        low = 0.3 * self.height
        link = Link("body", (shown, *solid), COLOURS[self.colour], 0.35, centre=low)
        return Model(robot([link]), self.radius, meshes={"vase.obj": mesh})

    def gap(self, p_world: Vec3, at_world: Vec3) -> float:
        """Return how far a point is from a cylinder round a vase at a place, [m]."""
        away = p_world - at_world
        aside = max(float(np.hypot(away[0], away[1])) - self.radius, 0.0)
        return float(np.hypot(aside, max(float(away[2]) - self.height, 0.0)))


@dataclass(frozen=True, slots=True)
class Sponge:
    """A sponge that fingers can close on."""

    colour: str
    size: tuple[float, float, float] = (0.085, 0.055, 0.035)

    def model(self) -> Model:
        """Return how it is built."""
        half = self.size[2] / 2
        shape = Shape("box", self.size, xyz=(0.0, 0.0, half))
        link = Link("body", (shape,), COLOURS[self.colour], 0.04, centre=half)
        return Model(robot([link]), float(np.hypot(*self.size[:2])) / 2)


@dataclass(frozen=True, slots=True)
class Apple:
    """An apple; it lies still unless pushed."""

    colour: str
    radius: float = 0.03

    def model(self) -> Model:
        """Return how it is built."""
        r, high = self.radius, 1.8 * self.radius
        line = [(a * r, z * high) for a, z in _APPLE]
        mesh = turned([(0.0, 0.0), *line, (0.0, line[-1][1])])
        shapes = (
            Shape("mesh", file="apple.obj", solid=False),
            Shape("sphere", (0.94 * r,), xyz=(0.0, 0.0, 0.94 * r), shown=False),
        )
        link = Link("body", shapes, COLOURS[self.colour], 0.12, centre=0.9 * r)
        friction = Friction(0.9, rolling=0.004, spinning=0.004)
        return Model(robot([link]), r, friction=friction, meshes={"apple.obj": mesh})


def _drum(radius: float, bottom: float, top: float) -> Shape:
    at = (0.0, 0.0, (bottom + top) / 2)
    return Shape("cylinder", (radius, top - bottom), xyz=at, shown=False)
