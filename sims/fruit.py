"""Fruit. Frames and sizes are as in `sims.parts`."""

from dataclasses import dataclass

import numpy as np

from sims.assets.colours import COLOURS
from sims.assets.lofted import loft, obj
from sims.assets.urdf import Joint, Link, Shape, robot
from sims.parts import Model

BEND = 0.085  # [m] radius of the arc that a banana lies along
ARC = np.linspace(-1.0, 1.0, 13) * 0.85  # [rad] from its middle
PEEL, STALK = COLOURS["yellow"], COLOURS["brown"]


@dataclass(frozen=True, slots=True)
class Banana:
    """A banana that lies on its side, its ends toward -x.

    Attributes:
        thick: Its diameter in the middle, [m].
    """

    thick: float = 0.034

    def model(self) -> Model:
        """Return how it is built."""
        line, half = self._line(ARC), self.thick / 2
        ends = np.cos(ARC / ARC[-1] * 1.25)
        halves = half * np.clip(1.15 * ends, 0.28, 1.0)
        up = np.array([0.0, 0.0, 1.0])
        peel = loft(line, np.stack([halves, halves], axis=1), up)
        past = self._line(ARC[-1] + np.linspace(-0.02, 0.16, 4))
        stalk = loft(past, np.full((4, 2), 0.22 * half), up)
        links = [
            Link("peel", (_shown("peel.obj"), *self._solid()), PEEL, 0.12, centre=half),
            Link("stalk", (_shown("stalk.obj"),), STALK, 0.005),
        ]
        return Model(
            robot(links, [Joint("fixed", "peel", "stalk")]),
            0.08,
            meshes={"peel.obj": obj(peel), "stalk.obj": obj(stalk)},
        )

    def _line(self, arc: np.ndarray) -> np.ndarray:
        x, y = BEND * (np.cos(arc) - 0.8), BEND * np.sin(arc)
        return np.stack([x, y, np.full(len(arc), self.thick / 2)], axis=1)

    def _solid(self) -> tuple[Shape, ...]:
        half = self.thick / 2
        middles = self._line(ARC[2:-2])
        return tuple(
            Shape("sphere", (half,), xyz=(float(x), float(y), half), shown=False)
            for x, y, _ in middles
        )


def _shown(file: str) -> Shape:
    return Shape("mesh", file=file, solid=False)
