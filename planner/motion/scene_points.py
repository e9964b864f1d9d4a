"""The points of a scene, asked for exact distances from a few places.

Most places are far from everything, and a field of distances says so. What is left
is measured against the points in the cells around, which are few.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.spatial import cKDTree

from perception.frames import Points
from planner.map_reading import all_cells
from planner.motion.distance_field import DistanceField
from planner.motion.lattice import Lattice, within


@dataclass(frozen=True, slots=True, eq=False)
class ScenePoints:
    """Points, and which cell each lies in.

    Attributes:
        points_world: (n, 3) all of them.
        own: (n,) those that only count where they are asked for; None if none.
        field: The distance from all of them, by cell.
    """

    points_world: Points
    own: Bool[np.ndarray, "n"] | None
    field: DistanceField

    @classmethod
    def of(
        cls,
        points_world: Points,
        lattice: Lattice,
        own: Bool[np.ndarray, "n"] | None = None,
    ) -> "ScenePoints":
        """Return points on a lattice; coarse cells are searched faster."""
        none = own is None or not own.any()
        field = DistanceField.of(lattice, points_world)
        return cls(points_world, None if none else own, field)

    def distance(
        self,
        places: Float[np.ndarray, "*n 3"],
        need: Float[np.ndarray, "..."],
        *,
        own: bool = True,
    ) -> Float[np.ndarray, "*n"]:
        """Return how far the nearest point is, in [m].

        It is exact where it is less than `need`; elsewhere it is at least that, and
        as the cells have it: right to about one of them.

        Args:
            places: Where from.
            need: Up to where it matters, [m].
            own: Whether the own points count.
        """
        flat = places.reshape(-1, 3)
        needed = np.broadcast_to(need, places.shape[:-1]).reshape(-1)
        # Either end may lie anywhere in its cell.
        distance = self.field.at(flat)
        short = distance - np.sqrt(3.0) * self.field.lattice.cell < needed
        if self.field.rows is not None:  # points the field has not seen
            short |= self._off_the_lattice(flat)
        near = np.flatnonzero(short)
        if len(near):
            most = needed[near]
            points = self._around(flat[near], float(most.max()), own=own)
            distance[near] = np.maximum(distance[near], most)
            if len(points):
                tree = cKDTree(points, 32, balanced_tree=False, compact_nodes=False)
                reach = float(most.max()) + 1e-9
                found = tree.query(flat[near], distance_upper_bound=reach)[0]
                distance[near] = np.where(found < most, found, distance[near])
        return distance.reshape(places.shape[:-1])

    def _around(self, places: Points, reach: float, *, own: bool) -> Points:
        """Return the points that lie within `reach` of a place, and some more."""
        field = self.field
        marked = np.zeros(field.squared.size, dtype=bool)
        centres = np.unique(field.cell_of(places))
        offsets = _ball(field.squared.shape, reach / field.lattice.cell)
        spread = (centres[:, None] + offsets).reshape(-1)
        marked[np.clip(spread, 0, marked.size - 1)] = True
        kept = marked[field.cells]
        rows = np.flatnonzero(kept) if field.rows is None else field.rows[kept]
        if not own and self.own is not None:
            rows = rows[~self.own[rows]]
        near = self.points_world[rows]
        if field.rows is None:
            return near
        return np.vstack([near, self._strays(places, reach, own=own)])

    def _off_the_lattice(self, places: Points) -> Bool[np.ndarray, "n"]:
        lattice = self.field.lattice
        low = np.array(lattice.lower)
        return ~within(places, low, low + np.array(lattice.shape) * lattice.cell)

    def _strays(self, places: Points, reach: float, *, own: bool) -> Points:
        """Return the points off the cells that are near enough to matter."""
        low, high = places.min(axis=0) - reach, places.max(axis=0) + reach
        kept = within(self.points_world, low, high)
        kept[self.field.rows] = False
        if not own and self.own is not None:
            kept &= ~self.own
        return self.points_world[kept]


def _ball(shape: tuple[int, ...], radius: float) -> Int[np.ndarray, "k"]:
    """Return flat offsets of the cells that come within `radius` of the middle one."""
    most = int(np.ceil(radius))
    around = all_cells(np.full(3, -most), np.full(3, most + 1))
    # From edge to edge of a cell there is one cell less than between centres.
    gaps = np.maximum(np.abs(around) - 1, 0)
    kept = around[np.einsum("nk,nk->n", gaps, gaps) <= radius * radius]
    return kept @ np.array([shape[1] * shape[2], shape[2], 1])
