"""What sweeping takes: a hand brush that stands upright, a dustpan, pieces of trash.

Frames and sizes are as in `sims.parts`. The brush's bristles lie along y; the
dustpan's frame lies under the middle of its mouth, which looks along -x.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull

from sims.assets.colours import COLOURS
from sims.assets.lofted import Surface, obj
from sims.assets.urdf import Joint, Link, Shape, robot
from sims.bullet import Friction
from sims.furniture import WOOD
from sims.parts import Model, Thing

SMOOTH = Friction(0.4)
TUFTS = 13
CORNERS = 40  # of a crumpled piece


@dataclass(frozen=True, slots=True)
class Brush:
    """A hand brush on its bristles, with an upright handle to take it by.

    Attributes:
        colour: Of its bristles.
        width: Of its bristles, [m].
        thickness: Likewise.
        bristles: Their height.
        height: Of the whole.
    """

    colour: str
    width: float = 0.13
    thickness: float = 0.05
    bristles: float = 0.034
    height: float = 0.125

    def model(self) -> Model:
        """Return how it is built."""
        w, t, b = self.width, self.thickness, self.bristles
        solid = Shape("box", (t, w, b), xyz=(0.0, 0.0, b / 2), shown=False)
        pitch = w / TUFTS
        tufts = tuple(
            Shape(
                "box",
                (t - 0.004 * (k % 2), 0.75 * pitch, b),
                xyz=(0.0, (k - (TUFTS - 1) / 2) * pitch, b / 2),
                solid=False,
            )
            for k in range(TUFTS)
        )
        links = [
            Link("bristles", (solid, *tufts), COLOURS[self.colour], 0.2, centre=b / 2),
            Link("wood", self._wood(), WOOD, 0.05, centre=b + 0.03),
        ]
        return Model(
            robot(links, [Joint("fixed", "bristles", "wood")]),
            0.5 * w,
        )

    def _wood(self) -> tuple[Shape, ...]:
        b, deck, knob = self.bristles, 0.014, 0.012
        long = self.height - b - deck - knob
        return (
            Shape(
                "box", (self.thickness, self.width, deck), xyz=(0.0, 0.0, b + deck / 2)
            ),
            Shape("box", (0.022, 0.026, long), xyz=(0.0, 0.0, b + deck + long / 2)),
            Shape("box", (0.026, 0.034, knob), xyz=(0.0, 0.0, self.height - knob / 2)),
        )


@dataclass(frozen=True, slots=True)
class Dustpan:
    """A dustpan that is held fast, its low lip on the table, a handle at its back.

    Attributes:
        colour: Of its pan.
        width: Of its mouth, [m].
        depth: From the lip to the back wall.
    """

    colour: str
    width: float = 0.22
    depth: float = 0.16

    def model(self) -> Model:
        """Return how it is built."""
        links = [
            Link("pan", self._pan(), COLOURS[self.colour], 0.3),
            Link("handle", self._handle(), COLOURS[self.colour], 0.05),
        ]
        return Model(
            robot(links, [Joint("fixed", "pan", "handle")]),
            0.5 * self.width,
            fixed=True,
            friction=SMOOTH,
            things={"handle": Thing(f"{self.colour} handle")},
        )

    def _pan(self) -> tuple[Shape, ...]:
        w, d, lip, floor, wall = self.width, self.depth, 0.024, 0.003, 0.004
        tilt = float(np.arctan2(floor, lip))
        sides = [
            Shape(
                "box",
                (d - 0.03, wall, 0.03),
                xyz=(0.03 + (d - 0.03) / 2, s * (w - wall) / 2, 0.015),
            )
            for s in (-1.0, 1.0)
        ]
        return (
            # The lip is a slope of no thickness that begins on the table.
            Shape(
                "box",
                (lip, w, 0.002),
                xyz=(lip / 2, 0.0, 0.0005),
                rpy=(0.0, -tilt, 0.0),
            ),
            Shape("box", (d - lip, w, floor), xyz=((d + lip) / 2, 0.0, floor / 2)),
            Shape("box", (wall, w, 0.035), xyz=(d - wall / 2, 0.0, 0.0175)),
            *sides,
        )

    def _handle(self) -> tuple[Shape, ...]:
        size = (0.09, 0.024, 0.014)
        return (Shape("box", size, xyz=(self.depth + 0.045, 0.0, 0.028)),)


@dataclass(frozen=True, slots=True)
class Trash:
    """A crumpled piece of paper or peel.

    Attributes:
        colour: Of it.
        radius: About, [m].
        crumple: Tells apart pieces that are crumpled otherwise.
    """

    colour: str
    radius: float = 0.012
    crumple: int = 0

    def model(self) -> Model:
        """Return how it is built."""
        surface = self._surface()
        shape = Shape("mesh", file="piece.obj")
        link = Link("piece", (shape,), COLOURS[self.colour], 0.01, centre=self.radius)
        return Model(
            robot([link]),
            self.radius,
            friction=Friction(0.6, rolling=0.002, spinning=0.002),
            meshes={"piece.obj": obj(surface)},
        )

    def _surface(self) -> Surface:
        """Return a crumpled ball that rests on the flat it is cut off at."""
        rng = np.random.default_rng(self.crumple)
        k = np.arange(CORNERS) + 0.5
        z = 1.0 - 2.0 * k / CORNERS
        turn = np.pi * (1.0 + np.sqrt(5.0)) * k
        ring = np.sqrt(1.0 - z**2)
        out = np.stack([ring * np.cos(turn), ring * np.sin(turn), z], axis=1)
        points = self.radius * rng.uniform(0.75, 1.1, (CORNERS, 1)) * out
        points[:, 2] = np.maximum(points[:, 2] + 0.75 * self.radius, 0.0)
        hull = ConvexHull(points)
        return _flat(points[hull.simplices], points.mean(axis=0))


def _flat(corners: np.ndarray, middle: np.ndarray) -> Surface:
    """Return triangles (m, 3, 3), each with its own normal, turned outward."""
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    inward = np.einsum("mk,mk->m", normals, corners.mean(axis=1) - middle) < 0.0
    corners[inward] = corners[inward][:, ::-1]
    normals[inward] *= -1.0
    faces = np.arange(3 * len(corners)).reshape(-1, 3)
    return Surface(corners.reshape(-1, 3), np.repeat(normals, 3, axis=0), faces)
