"""How far each cell is from the nearest point of the scene, up to a reach.

Squared distances in cells are small whole numbers: as bytes, a pass of shifts and
minima over each axis makes the exact Euclidean transform up to the reach (at most
11 cells), many times faster than one in floats without bounds. Nothing asks for
more: beyond the reach of a sphere's radius and its comfort, far is far.

The bytes cover the lattice and, around it, as many cells again as the reach, so
that points just outside the box count; along z there is padding between rows, so
that a shift of the flat array never carries one row's points into the next.
"""

from dataclasses import dataclass
from itertools import starmap

import numpy as np
from jaxtyping import Float, Int, UInt8

from perception.frames import Points
from planner.motion.arm_model import Spheres
from planner.motion.lattice import FAR, Field, Lattice
from planner.motion.turns import matrix_of

_REACH = 0.15  # [m] that is asked for
_MOST = 11  # cells; 2 * 11^2 + 1 still fits a byte


@dataclass(frozen=True, slots=True, eq=False)
class DistanceField:
    """Distances of the cells of a lattice, and of cells around it.

    Attributes:
        lattice: The cells that are asked about.
        reach: Distances up to so many cells are exact, larger ones read a bit more.
        squared: Squared distance in cells; the lattice begins at (reach,) * 3.
        cells: (m,) flat index into `squared` of each point that lies on it.
        rows: (m,) which points these are; None if all do.
    """

    lattice: Lattice
    reach: int
    squared: UInt8[np.ndarray, "a b c"]
    cells: Int[np.ndarray, "m"]
    rows: Int[np.ndarray, "m"] | None

    @classmethod
    def of(cls, lattice: Lattice, points_world: Points) -> "DistanceField":
        """Return the field of some points; fast if a column of them lies together."""
        reach = min(_MOST, int(np.ceil(_REACH / lattice.cell)))
        nx, ny, nz = (n + 2 * reach for n in lattice.shape)
        shape = (nx, ny, nz + reach)
        inside = np.ones(len(points_world), dtype=bool)
        index: list[np.ndarray] = []
        for k, (low, n) in enumerate(zip(lattice.lower, (nx, ny, nz), strict=True)):
            # A column at a time: `all` over three columns costs more than the rest.
            first = low - reach * lattice.cell
            place = (points_world[:, k] - first) * (1.0 / lattice.cell)
            inside &= (place >= 0.0) & (place < n)
            index.append(place)
        rows = None if inside.all() else np.flatnonzero(inside)
        x, y, z = (
            (place if rows is None else place[rows]).astype(np.int64) for place in index
        )
        cells = (x * shape[1] + y) * shape[2] + z
        return cls(lattice, reach, _spread(cells, shape, reach), cells, rows)

    def clearance(self, spheres: Spheres, wxyz: Float[np.ndarray, "4"]) -> Field:
        """Return the gap in [m] between the spheres and the scene, for each cell."""
        lattice = self.lattice
        offsets = np.rint(spheres.centre @ matrix_of(wxyz).T / lattice.cell).astype(int)
        by_radius: dict[float, set[tuple[int, int, int]]] = {}
        for (x, y, z), radius in zip(
            offsets.tolist(), spheres.radius.tolist(), strict=True
        ):
            by_radius.setdefault(radius, set()).add((x, y, z))
        clearance = np.full(lattice.shape, FAR, np.float32)
        for radius, shifts in by_radius.items():
            gap = self._in_metres(self._least(shifts))
            gap -= np.float32(radius)
            np.minimum(clearance, gap, out=clearance)
        return clearance

    def at(self, points: Float[np.ndarray, "*n 3"]) -> Float[np.ndarray, "*n"]:
        """Return distances in [m] as the cells have them, right to about a cell.

        Away from the cells the distance from them counts in, which is never more
        than the distance from a point on them.
        """
        inside, beyond2 = self._clipped(points)
        squared = self.squared.reshape(-1)[inside].astype(float)
        squared *= self.lattice.cell**2
        squared += beyond2
        return np.sqrt(squared)

    def cell_of(self, points: Float[np.ndarray, "*n 3"]) -> Int[np.ndarray, "*n"]:
        """Return the flat index into `squared` of the cell nearest to each point."""
        return self._clipped(points)[0]

    def _clipped(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return each point's cell or the nearest, and how far off, squared [m^2]."""
        cell, flat, beyond2 = self.lattice.cell, 0, 0.0
        shape = self.squared.shape
        counts = (shape[0], shape[1], shape[2] - self.reach)
        for k, (low, n) in enumerate(zip(self.lattice.lower, counts, strict=True)):
            place = (points[..., k] - low) * (1.0 / cell) + self.reach
            inside = np.minimum(np.maximum(place, 0.0), n - 1e-6)
            beyond2 = beyond2 + (place - inside) ** 2
            flat = flat * shape[k] + inside.astype(np.int64)
        return np.asarray(flat), np.asarray(beyond2) * cell**2

    def _least(self, shifts: set[tuple[int, int, int]]) -> UInt8[np.ndarray, "x y z"]:
        """Return the least squared distance at the shifted cells, for each cell."""
        r, (nx, ny, nz) = self.reach, self.lattice.shape
        row = self.squared.shape[2]
        least = np.full((nx, ny + 2 * r, row), 255, np.uint8)
        for x, y, z in shifts:
            if max(abs(x), abs(y)) <= r and abs(z) <= 2 * r:
                # Rows are padded: whole planes are shifted at once, in one piece.
                first = (r + x) * least[0].size + y * row + z
                flat = self.squared.reshape(-1)
                begin, end = max(-first, 0), min(least.size, flat.size - first)
                some = least.reshape(-1)[begin:end]
                np.minimum(some, flat[first + begin : first + end], out=some)
            else:
                here, there = self._window((x, y, z))
                inner = least[:, r : r + ny, r : r + nz][here]
                np.minimum(inner, self.squared[there], out=inner)
        return least[:, r : r + ny, r : r + nz]

    def _in_metres(self, squared: np.ndarray) -> Field:
        distance = np.sqrt(squared, dtype=np.float32)
        distance *= np.float32(self.lattice.cell)
        return distance

    def _window(
        self, shift: tuple[int, int, int]
    ) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
        """Return which cells have their shifted one on the bytes, and where."""
        r, shape = self.reach, self.lattice.shape

        def along(o: int, n: int) -> tuple[slice, slice]:
            first, last = max(0, -r - o), min(n, n + r - o)
            last = max(last, first)
            return slice(first, last), slice(first + o + r, last + o + r)

        pairs = list(starmap(along, zip(shift, shape, strict=True)))
        return tuple(a for a, _ in pairs), tuple(b for _, b in pairs)


def _spread(
    cells: Int[np.ndarray, "m"], shape: tuple[int, int, int], reach: int
) -> UInt8[np.ndarray, "a b c"]:
    """Return the squared distance of every cell from those given.

    The transform is separable: along each axis, the least over all shifts of the
    result so far plus the shift squared (Felzenszwalb and Huttenlocher 2012).
    """
    far = reach * reach + 1
    result = np.full(shape, far, np.uint8)
    result.reshape(-1)[cells] = 0
    raised = np.empty_like(result)
    for axis in (2, 1, 0):
        before = result.copy()
        for k in range(1, reach + 1):
            np.add(before, np.uint8(k * k), out=raised)
            ahead, behind = _shifted(axis, k)
            if axis == 2:  # rows are padded: the flat array is shifted at once
                flat, other = result.reshape(-1), raised.reshape(-1)
                np.minimum(flat[k:], other[:-k], out=flat[k:])
                np.minimum(flat[:-k], other[k:], out=flat[:-k])
            else:
                np.minimum(result[ahead], raised[behind], out=result[ahead])
                np.minimum(result[behind], raised[ahead], out=result[behind])
    result[:, :, shape[2] - reach :] = far
    return result


def _shifted(axis: int, k: int) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    every = [slice(None)] * axis
    return (*every, slice(k, None)), (*every, slice(None, -k))
