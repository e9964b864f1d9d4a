"""What a table is laid with: cups, mugs with handles, plates, cutlery.

Frames and sizes are as in `sims.parts`. A mug's handle points along x of its frame;
cutlery lies along x, its handle toward -x.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from sims.assets.colours import COLOURS
from sims.assets.lofted import Surface, joined, loft, obj, rod
from sims.assets.urdf import Joint, Link, Shape, Triple, robot
from sims.assets.vessel import Vessel
from sims.bullet import Friction
from sims.parts import Model, Thing

GLAZED = Friction(0.5, rolling=0.0005, spinning=0.001)
CUP = Vessel(foot=0.023, rim=0.033, height=0.07, wall=0.0025, floor=0.02)
MUG = Vessel(foot=0.031, rim=0.033, height=0.08, wall=0.0035, floor=0.006)
PLATE = Vessel(foot=0.079, rim=0.090, height=0.022, wall=0.005, floor=0.006)
BEND = np.linspace(-0.5 * np.pi, 0.5 * np.pi, 9)
HEAD = 0.002  # [m] half the thickness of what cutlery is named for
GRIP = 0.010  # [m] thickness of the handle of cutlery: fingers reach it on a table


@dataclass(frozen=True, slots=True)
class Cup:
    """A cup without a handle; equal ones go into one another."""

    colour: str
    vessel: Vessel = CUP

    def model(self) -> Model:
        """Return how it is built."""
        return _vessel(self.vessel, self.colour, 0.08, "cup.obj")


@dataclass(frozen=True, slots=True)
class Plate:
    """A round plate; its rim can be pinched."""

    colour: str
    vessel: Vessel = PLATE

    def model(self) -> Model:
        """Return how it is built."""
        return _vessel(self.vessel, self.colour, 0.15, "plate.obj")


@dataclass(frozen=True, slots=True)
class Handle:
    """The loop on a mug: half an oval on its side, [m].

    Attributes:
        reach: From the mug's wall to the outside of the loop.
        low: Height of its lower end, to the middle of the rod.
        high: Of its upper end.
        rod: Radius of the rod.
    """

    reach: float = 0.034
    low: float = 0.015
    high: float = 0.066
    rod: float = 0.0045


@dataclass(frozen=True, slots=True)
class Hole:
    """The hole of a loop, in the plane of x and z of its mug, [m].

    Attributes:
        x: Of its middle.
        z: Likewise.
        half_width: Along x.
        half_height: Along z.
    """

    x: float
    z: float
    half_width: float
    half_height: float


@dataclass(frozen=True, slots=True)
class Mug:
    """A mug, or a cup, with a handle.

    Attributes:
        colour: Of all of it.
        vessel: Its body.
        handle: Its loop.
    """

    colour: str
    vessel: Vessel = MUG
    handle: Handle = field(default_factory=Handle)

    def model(self) -> Model:
        """Return how it is built."""
        body = self.vessel.shapes("body.obj")
        shown = Shape("mesh", file="handle.obj", solid=False)
        links = [
            Link("body", body, COLOURS[self.colour], 0.10, centre=0.035),
            Link("handle", (shown, *self._solid()), COLOURS[self.colour], 0.01),
        ]
        loop = obj(rod(self._line(), self.handle.rod))
        return Model(
            robot(links, [Joint("fixed", "body", "handle")]),
            self.vessel.rim + self.handle.reach,
            friction=GLAZED,
            meshes={"body.obj": self.vessel.mesh(), "handle.obj": loop},
            things={"handle": Thing(f"{self.colour} handle")},
        )

    @property
    def hole(self) -> "Hole":
        """What may go through the loop."""
        handle = self.handle
        width = handle.reach - 2 * handle.rod
        return Hole(
            self.vessel.rim + width / 2,
            (handle.high + handle.low) / 2,
            width / 2,
            (handle.high - handle.low) / 2 - handle.rod,
        )

    def _line(self) -> np.ndarray:
        """Return the middle of the rod, from the wall's lower end to its upper."""
        handle = self.handle
        middle, half = (handle.high + handle.low) / 2, (handle.high - handle.low) / 2
        start = self.vessel.foot - 0.5 * self.vessel.wall
        reach = self.vessel.rim + handle.reach - handle.rod - start
        x = start + reach * np.cos(BEND) ** 0.6
        z = middle + half * np.sin(BEND)
        return np.stack([x, np.zeros(len(x)), z], axis=1)

    def _solid(self) -> list[Shape]:
        """Return the rod as straight pieces."""
        line, radius = self._line(), self.handle.rod
        return [_piece(a, b, radius) for a, b in pairwise(line)]


@dataclass(frozen=True, slots=True)
class Fork:
    """A fork with four tines."""

    colour: str = "gray"

    def model(self) -> Model:
        """Return how it is built."""
        head = _strap([(-0.01, 0.006), (0.015, 0.012), (0.03, 0.0125)], HEAD)
        tines = [
            _strap([(0.028, 0.0017), (0.065, 0.0012)], 0.8 * HEAD, y=y)
            for y in (-0.0105, -0.0035, 0.0035, 0.0105)
        ]
        solid = _slab((-0.01, 0.065), 0.024)
        return _cutlery(self.colour, joined((_grip(), head, *tines)), solid)


@dataclass(frozen=True, slots=True)
class Spoon:
    """A spoon."""

    colour: str = "gray"

    def model(self) -> Model:
        """Return how it is built."""
        x = np.linspace(-0.012, 0.055, 12)
        width = [(float(a), float(b)) for a, b in zip(x, _oval(x), strict=True)]
        solid = _slab((-0.01, 0.055), 0.03)
        return _cutlery(self.colour, joined((_grip(), _strap(width, HEAD))), solid)


@dataclass(frozen=True, slots=True)
class Knife:
    """A table knife."""

    colour: str = "gray"

    def model(self) -> Model:
        """Return how it is built."""
        blade = [(-0.01, 0.007), (0.02, 0.010), (0.06, 0.010), (0.085, 0.004)]
        solid = _slab((-0.01, 0.085), 0.018)
        return _cutlery(self.colour, joined((_grip(), _strap(blade, HEAD))), solid)


def _vessel(vessel: Vessel, colour: str, mass: float, file: str) -> Model:
    shapes = vessel.shapes(file)
    low = 0.4 * vessel.height
    link = Link("body", shapes, COLOURS[colour], mass, centre=low)
    widest = max(vessel.rim, vessel.foot)
    return Model(robot([link]), widest, friction=GLAZED, meshes={file: vessel.mesh()})


def _cutlery(colour: str, seen: Surface, head: Shape) -> Model:
    handle = Shape("box", (0.09, 0.014, GRIP), xyz=(-0.055, 0.0, GRIP / 2), shown=False)
    shown = Shape("mesh", file="cutlery.obj", solid=False)
    shapes = (shown, handle, head)
    link = Link("body", shapes, COLOURS[colour], 0.06, centre=GRIP / 2)
    return Model(robot([link]), 0.10, meshes={"cutlery.obj": obj(seen)})


def _grip() -> Surface:
    stations = [(-0.10, 0.005), (-0.095, 0.0075), (-0.05, 0.007), (-0.01, 0.005)]
    return _strap(stations, GRIP / 2)


def _strap(
    stations: list[tuple[float, float]], thick: float, *, y: float = 0.0
) -> Surface:
    """Return a strap along x over (x, half width), half as thick as twice `thick`."""
    x, width = np.array(stations).T
    middles = np.stack([x, np.full(len(x), y), np.full(len(x), GRIP / 2)], axis=1)
    return loft(middles, np.stack([width, np.full(len(x), thick)], axis=1))


def _oval(x: np.ndarray) -> np.ndarray:
    """Return half the width of a spoon at some places along it."""
    share = np.clip((x - 0.0215) / 0.0335, -1.0, 1.0)
    return np.maximum(0.016 * np.sqrt(1.0 - share**2), 0.004)


def _slab(x: tuple[float, float], width: float) -> Shape:
    size = (x[1] - x[0], width, GRIP / 2 + HEAD)
    at = ((x[0] + x[1]) / 2, 0.0, size[2] / 2)
    return Shape("box", size, xyz=at, shown=False)


def _piece(a: np.ndarray, b: np.ndarray, radius: float) -> Shape:
    """Return a straight piece of a rod in the plane of x and z."""
    way, at = b - a, (a + b) / 2
    tilt = float(np.arctan2(way[0], way[2]))
    xyz: Triple = (float(at[0]), float(at[1]), float(at[2]))
    size = (radius, float(np.linalg.norm(way)) + radius)
    return Shape("cylinder", size, xyz=xyz, rpy=(0.0, tilt, 0.0), shown=False)
