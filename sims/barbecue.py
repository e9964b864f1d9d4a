"""A grill with its lid open and a shelf at its side, and what is grilled on it.

Frames and sizes are as in `sims.parts`. The grill's frame lies under the middle of
grate and shelf, which lie side by side along y; its lid hangs at +x. Meat lies along
x of its frame.
"""

from dataclasses import dataclass

import numpy as np

from sims.assets.colours import COLOURS, Rgba
from sims.assets.lofted import loft, obj
from sims.assets.urdf import Joint, Link, Shape, robot
from sims.furniture import WOOD
from sims.parts import Model, Thing

IRON: Rgba = (0.16, 0.16, 0.18, 1.0)
BARS: Rgba = (0.42, 0.42, 0.44, 1.0)
LACQUER: Rgba = (0.62, 0.10, 0.10, 1.0)
BEEF: Rgba = (0.36, 0.16, 0.11, 1.0)
FAT: Rgba = (0.93, 0.85, 0.74, 1.0)
ROAST: Rgba = (0.80, 0.50, 0.17, 1.0)
LEAN = np.deg2rad(40.0)  # of the open lid, from the upright


@dataclass(frozen=True, slots=True)
class Grill:
    """An iron box on legs under a grate.

    Attributes:
        side: Where its shelf is: +1 at +y, -1 at -y.
        width: Of the grate, along y, [m].
        depth: Of the grate and the shelf, along x, [m].
        height: Of the grate and the shelf, [m].
        shelf: Width of the shelf, [m].
    """

    side: int = 1
    width: float = 0.23
    depth: float = 0.21
    height: float = 0.10
    shelf: float = 0.16

    def model(self) -> Model:
        """Return how it is built."""
        links = [
            Link("legs", self._legs(), IRON, 2.0),
            Link("box", self._box(), IRON, 6.0),
            Link("grate", self._grate(), BARS, 0.5),
            Link("lid", self._lid(), LACQUER, 1.0),
            Link("shelf", self._shelf(), WOOD, 0.5),
        ]
        over = (0.0, self.grate_y, 0.0)
        joints = [Joint("fixed", "legs", link.name, xyz=over) for link in links[1:-1]]
        joints.append(Joint("fixed", "legs", "shelf"))
        return Model(
            robot(links, joints),
            0.5 * (self.width + self.shelf),
            fixed=True,
            things={"grate": Thing("grate"), "shelf": Thing("shelf")},
        )

    @property
    def shelf_y(self) -> float:
        """Where the middle of the shelf is, [m]."""
        return self.side * (self.width + 0.01) / 2

    @property
    def grate_y(self) -> float:
        """Where the middle of the grate is, [m]."""
        return -self.side * (self.shelf + 0.01) / 2

    def _box(self) -> tuple[Shape, ...]:
        w, d, t, deep = self.width, self.depth, 0.008, 0.055
        middle = self.height - 0.008 - deep / 2
        low = middle - deep / 2
        return (
            Shape("box", (d, t, deep), xyz=(0.0, (w - t) / 2, middle)),
            Shape("box", (d, t, deep), xyz=(0.0, (t - w) / 2, middle)),
            Shape("box", (t, w, deep), xyz=((d - t) / 2, 0.0, middle)),
            Shape("box", (t, w, deep), xyz=((t - d) / 2, 0.0, middle)),
            Shape("box", (d, w, t), xyz=(0.0, 0.0, low)),
        )

    def _legs(self) -> tuple[Shape, ...]:
        high = self.height - 0.06
        return tuple(
            Shape("box", (0.014, 0.014, high), xyz=(x, self.grate_y + y, high / 2))
            for x in (0.01 - self.depth / 2, self.depth / 2 - 0.01)
            for y in (0.01 - self.width / 2, self.width / 2 - 0.01)
        )

    def _grate(self) -> tuple[Shape, ...]:
        bar, z = 0.006, self.height - 0.003
        count = round(self.width / 0.018)
        ys = np.linspace(bar - self.width / 2, self.width / 2 - bar, count)
        xs = (0.006 - self.depth / 2, self.depth / 2 - 0.006)
        return (
            *(Shape("box", (self.depth, bar, bar), xyz=(0.0, float(y), z)) for y in ys),
            *(Shape("box", (0.01, self.width, bar), xyz=(x, 0.0, z)) for x in xs),
        )

    def _shelf(self) -> tuple[Shape, ...]:
        thick, y = 0.012, self.shelf_y
        board = (self.depth, self.shelf, thick)
        out = y + self.side * (self.shelf / 2 - 0.01)
        high = self.height - thick
        return (
            Shape("box", board, xyz=(0.0, y, self.height - thick / 2)),
            Shape("box", (self.depth, 0.014, high), xyz=(0.0, out, high / 2)),
        )

    def _lid(self) -> tuple[Shape, ...]:
        """Return a slanted panel and its two cheeks, open toward -x."""
        long, t = 0.15, 0.008
        c, s = float(np.cos(LEAN)), float(np.sin(LEAN))
        foot = self.depth / 2 + 0.004

        def at(up: float, fore: float, y: float) -> tuple[float, float, float]:
            return foot + up * s - fore * c, y, self.height + up * c + fore * s

        rpy = (0.0, float(LEAN), 0.0)
        cheek = (0.03, t, long)
        edge = self.width / 2 - t / 2
        return (
            Shape("box", (t, self.width, long), xyz=at(long / 2, 0.0, 0.0), rpy=rpy),
            Shape("box", cheek, xyz=at(long / 2, 0.015, edge), rpy=rpy),
            Shape("box", cheek, xyz=at(long / 2, 0.015, -edge), rpy=rpy),
            Shape("box", (0.03, self.width, t), xyz=at(long, 0.015, 0.0), rpy=rpy),
        )


@dataclass(frozen=True, slots=True)
class Steak:
    """A flat steak with a rim of fat."""

    def model(self) -> Model:
        """Return how it is built."""
        x = np.array([-0.043, -0.038, -0.02, 0.01, 0.03, 0.040, 0.044])
        width = np.array([0.010, 0.021, 0.028, 0.029, 0.024, 0.015, 0.007])
        meat = _slice(x, width, 0.011)
        fat = np.stack([x, width - 0.002, np.full(len(x), 0.011)], axis=1)
        rim = loft(fat, np.full((len(x), 2), (0.004, 0.0105)))
        shape = Shape("box", (0.078, 0.050, 0.022), xyz=(0.0, 0.0, 0.011), shown=False)
        links = [
            Link("meat", (_mesh("meat.obj"), shape), BEEF, 0.12, centre=0.011),
            Link("fat", (_mesh("fat.obj"),), FAT, 0.001),
        ]
        return Model(
            robot(links, [Joint("fixed", "meat", "fat")]),
            0.05,
            meshes={"meat.obj": meat, "fat.obj": obj(rim)},
        )


@dataclass(frozen=True, slots=True)
class Chicken:
    """A chicken's leg with its bone."""

    def model(self) -> Model:
        """Return how it is built."""
        x = np.array([-0.062, -0.058, -0.045, -0.025, 0.0, 0.02, 0.034])
        thick = np.array([0.004, 0.014, 0.021, 0.023, 0.020, 0.014, 0.008])
        bone = np.array([0.03, 0.05, 0.054, 0.060, 0.066, 0.068])
        knob = np.array([0.0055, 0.0055, 0.009, 0.010, 0.008, 0.003])
        shapes = (
            Shape("box", (0.072, 0.040, 0.038), xyz=(-0.02, 0.0, 0.0205), shown=False),
            Shape("box", (0.05, 0.013, 0.013), xyz=(0.041, 0.0, 0.0205), shown=False),
        )
        links = [
            Link("meat", (_mesh("meat.obj"), *shapes), ROAST, 0.12, centre=0.02),
            Link("bone", (_mesh("bone.obj"),), COLOURS["white"], 0.001),
        ]
        return Model(
            robot(links, [Joint("fixed", "meat", "bone")]),
            0.065,
            meshes={
                "meat.obj": _slice(x, thick, 0.0205, 0.9 * thick),
                "bone.obj": _slice(bone, knob, 0.0205, knob),
            },
        )


def _mesh(file: str) -> Shape:
    return Shape("mesh", file=file, solid=False)


def _slice(
    x: np.ndarray, width: np.ndarray, z: float, thick: np.ndarray | None = None
) -> str:
    """Return the OBJ text of a piece along x over half widths and half thicknesses."""
    middles = np.stack([x, np.zeros(len(x)), np.full(len(x), z)], axis=1)
    high = np.full(len(x), z) if thick is None else thick
    return obj(loft(middles, np.stack([width, high], axis=1)))
