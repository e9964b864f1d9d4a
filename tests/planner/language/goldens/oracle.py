"""Maps computed apart from the planner: plain numpy on the dense grid, in metres.

A layer is a base value and parts, each a mask and the value it sets, later ones over
earlier ones. World points are in [m], lengths in centimetres where a name says `cm`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from scipy.ndimage import binary_dilation
from scipy.spatial import KDTree
from scipy.spatial.transform import Rotation

LOWER = np.array([0.15, -0.45, -0.02])
UPPER = np.array([0.85, 0.45, 0.58])
N = 100
SIZE = (UPPER - LOWER) / N
HOME = np.array([0.40, 0.0, 0.30])  # where the hand is at first
DOWN = np.array([0.0, 1.0, 0.0, 0.0])  # how it points, wxyz

# Centre and edge lengths of the boxes that make up the scene.
THINGS = {
    "red block": ((0.45, 0.10, 0.02), (0.04, 0.04, 0.04)),
    "blue bowl": ((0.50, -0.20, 0.03), (0.14, 0.14, 0.06)),
    "green button": ((0.36, 0.30, 0.015), (0.08, 0.08, 0.03)),
    "white mug": ((0.60, -0.05, 0.05), (0.08, 0.08, 0.10)),
    "brown drawer": ((0.70, 0.25, 0.08), (0.25, 0.24, 0.16)),
    "black handle": ((0.565, 0.25, 0.12), (0.02, 0.12, 0.02)),
    "gray handle": ((0.565, 0.25, 0.04), (0.02, 0.12, 0.02)),
    "yellow block": ((0.35, -0.30, 0.02), (0.04, 0.04, 0.04)),
    "green ball": ((0.30, 0.05, 0.03), (0.06, 0.06, 0.06)),
    "purple block": ((0.50, 0.02, 0.03), (0.06, 0.06, 0.06)),
    "pink block": ((0.50, -0.20, 0.04), (0.03, 0.03, 0.03)),
    "black line": ((0.40, -0.12, 0.001), (0.30, 0.03, 0.002)),
    "red line": ((0.62, 0.10, 0.001), (0.03, 0.20, 0.002)),
}
PARTS = {"black handle": "brown drawer", "gray handle": "brown drawer"}
FACING = {each: (-1.0, 0.0, 0.0) for each in ("brown drawer", *PARTS)}

# The table as programs see it: a tenth smaller than the grid on every side.
TABLE_LOW = LOWER + 0.1 * (UPPER - LOWER)
TABLE_HIGH = UPPER - 0.1 * (UPPER - LOWER)
TABLE = np.array([0.50, 0.0, 0.0])

Mask = Callable[[], np.ndarray]
Part = tuple[Mask, object]


@dataclass(frozen=True)
class Layer:
    """A map: what is everywhere, and what is set where, in order."""

    base: object
    parts: tuple[Part, ...] = ()

    def dense(self):
        """Return the map, (n, n, n) or (n, n, n, 4)."""
        base = np.asarray(self.base, float)
        values = np.broadcast_to(base, (N, N, N, *base.shape)).copy()
        for mask, value in self.parts:
            values[mask()] = value
        return values


@dataclass(frozen=True)
class Stage:
    """What one call of `execute` must be given; maps not named must be absent."""

    maps: dict[str, Layer] = field(default_factory=dict)
    movable: str = "gripper"


@dataclass(frozen=True)
class Golden:
    """A program and what its calls of `execute` must be given, in order."""

    name: str
    source: str
    stages: tuple[Stage, ...]
    open_value: int = 1
    said: tuple[str, ...] = ()


def stage(movable="gripper", **maps):
    return Stage(maps, movable)


def golden(name, source, *stages, **more):
    return Golden(name, source.strip("\n") + "\n", stages, **more)


def layer(base, *parts):
    return Layer(base, parts)


def goal(*masks, value=1.0):
    return Layer(0.0, tuple((each, value) for each in masks))


def forbidden(*masks, value=1.0):
    return Layer(0.0, tuple((each, value) for each in masks))


@cache
def centres():
    """World centres of all voxels, (n, n, n, 3)."""
    axes = [LOWER[k] + (np.arange(N) + 0.5) * SIZE[k] for k in range(3)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), -1)


def points(name):
    """Surface and inner points of a thing, (125, 3)."""
    centre, size = (np.array(each) for each in THINGS[name])
    unit = np.stack(np.meshgrid(*[np.linspace(-0.5, 0.5, 5)] * 3), -1).reshape(-1, 3)
    return centre + unit * size


def voxel(point):
    index = np.floor((np.asarray(point) - LOWER) / SIZE).astype(int)
    return tuple(np.clip(index, 0, N - 1))


def at(*places):
    """Only the voxels these points lie in."""

    def mask():
        made = np.zeros((N, N, N), bool)
        for each in places:
            made[voxel(each)] = True
        return made

    return mask


def snapped(places):
    """The centres of the voxels that points lie in: programs place things by voxel."""
    index = np.floor((np.asarray(places) - LOWER) / SIZE)
    return LOWER + (index + 0.5) * SIZE


def ball(place, radius_cm):
    def mask():
        x, y, z = (
            (LOWER[k] + (np.arange(N) + 0.5) * SIZE[k] - snapped(place)[k]) ** 2
            for k in range(3)
        )
        gap = x[:, None, None] + y[None, :, None] + z[None, None, :]
        return gap <= (radius_cm / 100 + 1e-9) ** 2

    return mask


def near(name, radius_cm):
    """Within a distance of a thing's points."""
    return lambda: _gap(name) <= radius_cm / 100 + 1e-9


def solid(*names):
    """The voxels that things lie in."""
    return at(*[each for name in names for each in points(name)])


@cache
def _gap(name):
    gap, _ = KDTree(snapped(points(name))).query(centres().reshape(-1, 3))
    return gap.reshape(N, N, N)


def half(axis, sign, bound):
    """One side of a plane: sign * coordinate > sign * bound."""
    return lambda: sign * centres()[..., "xyz".index(axis)] > sign * bound


def both(*masks):
    return lambda: np.logical_and.reduce([each() for each in masks])


def everywhere():
    return np.ones((N, N, N), bool)


def centre(name, dx=0.0, dy=0.0, dz=0.0):
    """The centre of a thing, moved by centimetres."""
    return np.array(THINGS[name][0]) + np.array([dx, dy, dz]) / 100


def side(name, axis, sign, cm=0.0):
    """The middle of a side of a thing's box, some centimetres out of it."""
    k = "xyz".index(axis)
    place = centre(name)
    place[k] += sign * (THINGS[name][1][k] / 2 + cm / 100)
    return place


def hand(dx=0.0, dy=0.0, dz=0.0):
    """Where the hand is at first, moved by centimetres."""
    return HOME + np.array([dx, dy, dz]) / 100


def table(x=0.0, y=0.0, dz=0.0):
    """A point on the table: -1 to 1 from edge to edge, and centimetres above it."""
    reach = (TABLE_HIGH - TABLE_LOW) / 2
    return TABLE + np.array([x * reach[0], y * reach[1], dz / 100])


def pointing(direction):
    """How a hand points that way, its x as near to the world's x as can be."""
    z = np.array(direction, float) / np.linalg.norm(direction)
    x = np.array([1.0, 0.0, 0.0]) if abs(z[0]) < 0.999 else np.array([0.0, 1.0, 0.0])
    x = x - z * (x @ z)
    x /= np.linalg.norm(x)
    columns = np.stack([x, np.cross(z, x), z], axis=1)
    return Rotation.from_matrix(columns).as_quat(scalar_first=True)


def turned(axis, degrees, wxyz=DOWN, *, by_hand=False):
    """An orientation turned about an axis of the world, or of the hand itself."""
    turn = Rotation.from_euler(axis, degrees, degrees=True)
    now = Rotation.from_quat(wxyz, scalar_first=True)
    made = now * turn if by_hand else turn * now
    return made.as_quat(scalar_first=True)


def differences(made, layer):
    """Count the voxels where a map has a value that is expected nowhere next to it.

    Both ways round: what is made has to be expected, what is expected has to be made.
    """
    expected = layer.dense()
    if made.ndim == 4:
        kinds = np.array([layer.base, *(value for _, value in layer.parts)], float)
        made, expected = _numbered(made, kinds), _numbered(expected, kinds)
    wrong = ~np.isclose(made, expected, rtol=1e-5, atol=1e-5)
    if not wrong.any():
        return 0
    where = np.argwhere(wrong)
    low, high = np.maximum(where.min(axis=0) - 1, 0), where.max(axis=0) + 2
    window = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    made, expected = made[window], expected[window]
    values = np.unique(np.round(np.concatenate([made.ravel(), expected.ravel()]), 5))
    count = 0
    for value in values:
        here, there = (np.isclose(m, value, 1e-5, 2e-5) for m in (made, expected))
        count += (here & ~_widened(there)).sum() + (there & ~_widened(here)).sum()
    return int(count)


def _widened(mask):
    return binary_dilation(mask, np.ones((3, 3, 3), bool))


def _numbered(values, kinds):
    """Number the orientations: those closer than 2 degrees are one; -1 is none."""
    number = np.full(values.shape[:3], -1.0)
    for k in reversed(range(len(kinds))):
        alike = np.abs(values @ kinds[k]) >= np.cos(np.radians(2.0) / 2.0)
        number[alike] = k
    return number
