"""A round vessel with slanted walls: a hollow mesh to look at, boxes to bump into.

Its frame has the origin at the centre of its foot, z up.
"""

import math
from dataclasses import dataclass

import numpy as np

from sims.assets.turned import turned
from sims.assets.urdf import Shape

WALLS = 16


@dataclass(frozen=True, slots=True)
class Vessel:
    """Sizes of a vessel, in [m].

    Attributes:
        foot: Radius outside, at the bottom.
        rim: Radius outside, at the top.
        height: From foot to rim.
        wall: Thickness of the wall.
        floor: Thickness of the floor.
    """

    foot: float
    rim: float
    height: float
    wall: float
    floor: float

    @property
    def nested(self) -> float:
        """How much higher than this one an equal one stands that is put into it."""
        slope = (self.rim - self.foot) / self.height
        wedged = self.wall * math.hypot(1.0, slope) / max(slope, 1e-9)
        return max(self.floor, wedged)

    def shapes(self, file: str) -> tuple[Shape, ...]:
        """Return what is drawn, from an OBJ file, and what is solid."""
        slope = math.atan2(self.rim - self.foot, self.height)  # from the vertical
        length = self.height / math.cos(slope)
        middle = (self.rim + self.foot - self.wall * math.cos(slope)) / 2
        lift = self.wall * math.sin(slope) / 2  # lower corners stay above the foot
        side = 2.0 * self.rim * math.tan(math.pi / WALLS)
        size = (self.wall, side, length - lift)
        walls: list[Shape] = []
        for angle in 2 * math.pi * np.arange(WALLS) / WALLS:
            xyz = (
                middle * math.cos(angle),
                middle * math.sin(angle),
                self.height / 2 + lift,
            )
            rpy = (0.0, slope, float(angle))
            walls.append(Shape("box", size, xyz=xyz, rpy=rpy, shown=False))
        disc = (self.foot, self.floor)
        floor = Shape("cylinder", disc, xyz=(0.0, 0.0, self.floor / 2), shown=False)
        return (Shape("mesh", file=file, solid=False), floor, *walls)

    def mesh(self) -> str:
        """Return the OBJ text: out from the foot, up, over the rim, in."""
        slope = (self.rim - self.foot) / self.height
        inside = self.foot + slope * self.floor - self.wall
        outline = [
            (0.0, 0.0),
            (self.foot, 0.0),
            (self.rim, self.height),
            (self.rim - self.wall, self.height),
            (inside, self.floor),
            (0.0, self.floor),
        ]
        return turned(outline)
