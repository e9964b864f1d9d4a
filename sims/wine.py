"""A wine bottle that lies on its side, and a rack for three of them.

Frames and sizes are as in `sims.parts`. The bottle lies along x of its frame, its
neck toward +x; the rack's places lie side by side along y, bottles in it along x.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sims.assets.colours import COLOURS, Rgba
from sims.assets.lofted import obj, rod
from sims.assets.turned import turned
from sims.assets.urdf import Joint, Link, Shape, robot
from sims.bullet import Friction
from sims.furniture import WOOD
from sims.parts import Model

GLASS: Rgba = (0.07, 0.26, 0.13, 1.0)
FOIL: Rgba = (0.45, 0.08, 0.14, 1.0)
ROLLING = Friction(0.8, rolling=0.004, spinning=0.002)
LYING = (0.0, np.pi / 2, 0.0)


@dataclass(frozen=True, slots=True)
class WineBottle:
    """A full bottle on its side; it stays where it is laid.

    Attributes:
        radius: Of its body, [m].
        length: Of all of it, [m].
    """

    radius: float = 0.029
    length: float = 0.24

    def model(self) -> Model:
        """Return how it is built."""
        joints = [Joint("fixed", "body", each) for each in ("label", "foil")]
        links = [
            Link("body", self._body(), GLASS, 0.3, centre=self.radius),
            Link("label", (self._wrap("label.obj"),), COLOURS["white"], 0.001),
            Link("foil", (self._wrap("foil.obj"),), FOIL, 0.001),
        ]
        r, half = self.radius, self.length / 2
        outline = [
            (0.0, -half),
            (r, -half),
            (r, 0.035),
            (0.6 * r, 0.052),
            (self.neck, 0.065),
            (self.neck, half),
            (0.0, half),
        ]
        label = [(r + 0.0005, -0.085), (r + 0.0005, -0.01)]
        foil = [(self.neck + 0.0008, 0.075), (self.neck + 0.0008, half + 0.001)]
        meshes = {
            "bottle.obj": turned(outline),
            "label.obj": turned(label),
            "foil.obj": turned([*foil, (0.0, half + 0.001)]),
        }
        return Model(robot(links, joints), half, friction=ROLLING, meshes=meshes)

    @property
    def neck(self) -> float:
        """Radius of the neck, [m]."""
        return 0.0125

    def _body(self) -> tuple[Shape, ...]:
        half, up = self.length / 2, self.radius
        pieces = (
            (self.radius, -half, 0.035),
            (0.75 * self.radius, 0.035, 0.052),
            (self.neck, 0.052, half),
        )
        return (
            self._wrap("bottle.obj"),
            *(
                Shape(
                    "cylinder",
                    (radius, end - start),
                    xyz=((start + end) / 2, 0.0, up),
                    rpy=LYING,
                    shown=False,
                )
                for radius, start, end in pieces
            ),
        )

    def _wrap(self, file: str) -> Shape:
        xyz = (0.0, 0.0, self.radius)
        return Shape("mesh", file=file, xyz=xyz, rpy=LYING, solid=False)


@dataclass(frozen=True, slots=True)
class WineRack:
    """Two rails with pegs between which bottles lie, three side by side.

    Attributes:
        pitch: From one place to the next, [m].
        depth: From rail to rail, [m].
        peg: Radius of a peg, [m].
    """

    pitch: float = 0.10
    depth: float = 0.13
    peg: float = 0.011

    places: ClassVar[tuple[str, ...]] = ("left", "middle", "right")
    top: ClassVar[float] = 0.03  # [m] of a rail
    pegs_top: ClassVar[float] = 0.075

    def model(self) -> Model:
        """Return how it is built."""
        shapes: list[Shape] = []
        for x in (-self.depth / 2, self.depth / 2):
            shapes.append(self._bar((0.02, 3 * self.pitch + 2 * self.peg), x, 0.0))
            for k in range(4):
                shapes += self._peg(x, (k - 1.5) * self.pitch)
        for k in range(2):
            y = (2 * k - 1) * 1.5 * self.pitch
            shapes.append(self._bar((self.depth, 0.02), 0.0, y, low=True))
        line = np.array([[0.0, 0.0, self.top - 0.005], [0.0, 0.0, self.pegs_top]])
        line = np.insert(line, 1, line.mean(axis=0), axis=0)
        return Model(
            robot([Link("rack", tuple(shapes), WOOD, 2.0)]),
            1.6 * self.pitch,
            fixed=True,
            meshes={"peg.obj": obj(rod(line, self.peg))},
        )

    def slot(self, place: str) -> float:
        """Return where a place is along y; left and right as who faces the robot."""
        return (self.places.index(place) - 1) * self.pitch

    def _bar(
        self, size: tuple[float, float], x: float, y: float, *, low: bool = False
    ) -> Shape:
        height = 0.014 if low else self.top
        return Shape("box", (*size, height), xyz=(x, y, height / 2))

    def _peg(self, x: float, y: float) -> tuple[Shape, Shape]:
        height = self.pegs_top - self.top
        at = (x, y, self.top + height / 2)
        solid = Shape("cylinder", (self.peg, height), xyz=at, shown=False)
        return Shape("mesh", file="peg.obj", xyz=(x, y, 0.0), solid=False), solid
