"""A tree that cups hang on by their handles: spokes that rise outward from a trunk.

Frames and sizes are as in `sims.parts`.
"""

from dataclasses import dataclass

import numpy as np

from perception.frames import Vec3
from sims.assets.colours import Rgba
from sims.assets.lofted import obj, rod
from sims.assets.turned import drum
from sims.assets.urdf import Joint, Link, Shape, robot
from sims.bullet import Friction
from sims.furniture import WOOD
from sims.parts import Model, Thing, drum_shapes

RUBBED = Friction(0.9, rolling=0.003)
STEEL: Rgba = (0.30, 0.31, 0.34, 1.0)


@dataclass(frozen=True, slots=True)
class CupHolder:
    """A trunk on a heavy foot with spokes all round.

    Attributes:
        spokes: How many.
        first: Direction of the first, from the trunk outward, [rad].
        height: Where the spokes leave the trunk, [m].
        length: How far they reach out from the trunk's middle, [m].
        rise: Of their slope, from the level, [rad].
        thick: Radius of a spoke, [m].
        foot: Radius of the foot, [m].
    """

    spokes: int = 3
    first: float = float(np.pi)
    height: float = 0.145
    length: float = 0.10
    rise: float = float(np.deg2rad(14.0))
    thick: float = 0.004
    foot: float = 0.11

    def model(self) -> Model:
        """Return how it is built."""
        names = [f"spoke_{k + 1}" for k in range(self.spokes)]
        trunk, low, high = 0.009, 0.012, self.height + 0.04
        stem = drum_shapes(trunk, high, high / 2, "trunk.obj")
        foot = drum_shapes(self.foot, low, low / 2, "foot.obj")
        knob = Shape("sphere", (1.6 * trunk,), xyz=(0.0, 0.0, high))
        links = [Link("trunk", (*stem, *foot, knob), WOOD, 3.0)]
        meshes = {
            "trunk.obj": drum(trunk, 0.0, high),
            "foot.obj": drum(self.foot, 0.0, low),
        }
        for k, name in enumerate(names):
            links.append(Link(name, self._spoke(k), STEEL, 0.05))
        line = np.linspace(self.ends(0)[0], self.ends(0)[1], 3)
        line = np.stack(
            [np.hypot(line[:, 0], line[:, 1]), 0 * line[:, 0], line[:, 2]], 1
        )
        meshes["spoke.obj"] = obj(rod(line, self.thick))
        return Model(
            robot(links, [Joint("fixed", "trunk", name) for name in names]),
            self.foot,
            fixed=True,
            friction=RUBBED,
            meshes=meshes,
            things={name: Thing("spoke") for name in names},
        )

    def ends(self, spoke: int) -> tuple[Vec3, Vec3]:
        """Return where the middle of a spoke begins and ends."""
        angle = self.first + 2 * np.pi * spoke / self.spokes
        out = np.array([np.cos(angle), np.sin(angle), np.tan(self.rise)])
        start = np.array([0.0, 0.0, self.height])
        return start + 0.006 * out, start + self.length * out

    def _spoke(self, spoke: int) -> tuple[Shape, Shape]:
        start, end = self.ends(spoke)
        angle = self.first + 2 * np.pi * spoke / self.spokes
        middle = (start + end) / 2
        size = (self.thick, float(np.linalg.norm(end - start)))
        tilt = float(np.pi / 2 - self.rise)
        solid = Shape(
            "cylinder",
            size,
            xyz=(float(middle[0]), float(middle[1]), float(middle[2])),
            rpy=(0.0, tilt, float(angle)),
            shown=False,
        )
        seen = Shape(
            "mesh", file="spoke.obj", rpy=(0.0, 0.0, float(angle)), solid=False
        )
        return seen, solid
