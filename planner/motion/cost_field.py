"""Where the hand may be: clearance of everything it carries, as a field of cost.

The lattice has cubic cells over the workspace box; `D` is the distance of a cell
from the nearest scene point. A hand in a fixed orientation is a set of spheres
around the end-effector, so its clearance at a cell is the least of `D` read at
the shifted cell less the sphere's radius: a shift and a minimum a sphere.
"""

from dataclasses import dataclass

import edt
import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.spatial import KDTree
from scipy.spatial.transform import Rotation

from perception.frames import Points, Vec3
from perception.observation import Capsules
from planner.motion.arm_model import Spheres
from planner.value_maps import VoxelGrid, all_cells

Field = Float[np.ndarray, "nx ny nz"]
Mask = Bool[np.ndarray, "nx ny nz"]
Cells = Int[np.ndarray, "_ 3"]

FAR = 1.0  # [m]; beyond it distances do not matter


@dataclass(frozen=True, slots=True)
class Lattice:
    """Cubic cells over a box.

    Attributes:
        lower: Lowest corner, [m].
        cell: Edge of a cell, [m].
        shape: Cells along x, y, z.
    """

    lower: tuple[float, float, float]
    cell: float
    shape: tuple[int, int, int]

    @classmethod
    def over(cls, grid: VoxelGrid, cell: float) -> "Lattice":
        """Return the lattice that covers a grid's box."""
        extent = np.array(grid.upper) - np.array(grid.lower)
        nx, ny, nz = (int(n) for n in np.maximum(np.ceil(extent / cell - 1e-9), 1))
        return cls(grid.lower, cell, (nx, ny, nz))

    def to_cell(self, points_world: Points) -> Cells:
        """Return the cell of each point, or the nearest one to it."""
        index = np.floor((points_world - np.array(self.lower)) / self.cell)
        return np.clip(index, 0, np.array(self.shape) - 1).astype(np.int64)

    def to_world(self, cells: Cells) -> Points:
        """Return the centres of cells."""
        return np.array(self.lower) + (cells + 0.5) * self.cell

    def centres(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the coordinates of cell centres along each axis, in [m]."""
        x, y, z = (
            low + (np.arange(n) + 0.5) * self.cell
            for low, n in zip(self.lower, self.shape, strict=True)
        )
        return x, y, z


def within(points_world: Points, low: Vec3, high: Vec3) -> Bool[np.ndarray, "_"]:
    """Say which points lie in a box; a column at a time, which is four times faster."""
    inside = np.ones(len(points_world), dtype=bool)
    for k in range(3):
        column = points_world[:, k]
        inside &= (column >= low[k]) & (column <= high[k])
    return inside


def distance_field(lattice: Lattice, points_world: Points) -> Field:
    """Return the distance in [m] of each cell from the nearest point."""
    free = np.ones(lattice.shape, dtype=np.uint8)
    index: list[np.ndarray] = []
    inside = np.ones(len(points_world), dtype=bool)
    for k, (low, n) in enumerate(zip(lattice.lower, lattice.shape, strict=True)):
        # A column at a time: `all` over three columns costs more than the rest.
        cells = np.floor((points_world[:, k] - low) * (1.0 / lattice.cell))
        inside &= (cells >= 0.0) & (cells < n)
        index.append(cells)
    x, y, z = (cells[inside].astype(np.intp) for cells in index)
    if not len(x):
        return np.full(lattice.shape, FAR, np.float32)
    free[x, y, z] = 0
    return edt.edt(free, parallel=1) * np.float32(lattice.cell)


def clearance_field(
    distance: Field, lattice: Lattice, spheres: Spheres, wxyz: Float[np.ndarray, "4"]
) -> Field:
    """Return the gap in [m] between the spheres and the scene, for each cell."""
    rotation = Rotation.from_quat(wxyz, scalar_first=True)
    offsets = np.rint(rotation.apply(spheres.centre) / lattice.cell).astype(int)
    clearance = np.full(lattice.shape, FAR, np.float32)
    largest: dict[tuple[int, int, int], float] = {}
    for offset, radius in zip(offsets, spheres.radius, strict=True):
        key = (int(offset[0]), int(offset[1]), int(offset[2]))
        largest[key] = max(largest.get(key, 0.0), float(radius))
    for offset, radius in largest.items():
        here, there = _overlap(offset, lattice.shape)
        gap = distance[there] - np.float32(radius)
        np.minimum(clearance[here], gap, out=clearance[here])
    return clearance


def _overlap(
    offset: tuple[int, int, int], shape: tuple[int, int, int]
) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Return the windows of cells p and p + offset that both lie on the lattice."""
    here = tuple(
        slice(max(0, -o), max(0, min(n, n - o)))
        for o, n in zip(offset, shape, strict=True)
    )
    there = tuple(
        slice(max(0, o), max(0, min(n, n + o)))
        for o, n in zip(offset, shape, strict=True)
    )
    return here, there


def cells_near_segment(lattice: Lattice, a: Vec3, b: Vec3, radius: float) -> Cells:
    """Return the cells whose centres lie within `radius` [m] of the segment a-b."""
    low, high = lattice.to_cell(
        np.stack([np.minimum(a, b) - radius, np.maximum(a, b) + radius])
    )
    cells = all_cells(low, high + 1)
    leg = Capsules(a[None], b[None], np.array([radius]))
    return cells[leg.contain(lattice.to_world(cells))]


def clearance_at(
    places: Points,
    points_world: Points,
    spheres: Spheres,
    wxyz: Float[np.ndarray, "4"],
) -> Float[np.ndarray, "m"]:
    """Return the gap in [m] between spheres and points, for a few places only."""
    rotation = Rotation.from_quat(wxyz, scalar_first=True)
    centres = places[:, None] + rotation.apply(spheres.centre)
    if not len(points_world) or not len(places):
        return np.full(len(places), FAR)
    reach = float(spheres.radius.max()) + 0.01
    low, high = centres.min(axis=(0, 1)) - reach, centres.max(axis=(0, 1)) + reach
    close = points_world[within(points_world, low, high)]
    if not len(close):
        return np.full(len(places), FAR)
    gap, _ = KDTree(close).query(centres, distance_upper_bound=reach)
    return np.min(np.minimum(gap, FAR) - spheres.radius, axis=1)
