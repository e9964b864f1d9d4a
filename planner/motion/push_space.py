"""Distances to what stands on a table, in slices of height."""

import edt
import numpy as np
from jaxtyping import Float

from perception.frames import Points
from planner.value_maps import VoxelGrid

CELL = 0.005  # [m]
FAR = 1.0  # [m]; beyond it distances do not matter


class Layers:
    """Distances over the table from the points between two heights.

    Args:
        grid: Its box is what is looked at.
        points_world: What is there.
    """

    def __init__(self, grid: VoxelGrid, points_world: Points):
        self._lower = np.array(grid.lower[:2])
        extent = np.array(grid.upper[:2]) - self._lower
        self._shape = np.maximum(np.ceil(extent / CELL - 1e-9), 1).astype(int)
        self._points = points_world
        self._fields: dict[tuple[float, float], np.ndarray | None] = {}

    def gap(
        self, xy: Float[np.ndarray, "2 n"], low: float, high: float
    ) -> Float[np.ndarray, "n"]:
        """Return the distance of places from all that is between two heights, [m]."""
        field = self._field(low, high)
        if field is None:
            return np.full(xy.shape[1], FAR)
        i, j = self._cells(xy.T).T
        return field[i, j].astype(float)

    def _field(self, low: float, high: float) -> np.ndarray | None:
        key = (round(low, 4), round(high, 4))
        if key not in self._fields:
            z = self._points[:, 2]
            within = self._points[(z > low) & (z < high), :2]
            if len(within):
                inside = within >= self._lower
                inside &= within < self._lower + self._shape * CELL
                within = within[inside.all(axis=1)]
            self._fields[key] = self._transform(within) if len(within) else None
        return self._fields[key]

    def _transform(self, xy: Float[np.ndarray, "k 2"]) -> Float[np.ndarray, "a b"]:
        free = np.ones(tuple(self._shape), dtype=np.uint8)
        free[tuple(self._cells(xy).T)] = 0
        return edt.edt(free, parallel=1) * np.float32(CELL)

    def _cells(self, xy: Float[np.ndarray, "k 2"]) -> np.ndarray:
        index = np.floor((xy - self._lower) / CELL).astype(np.int64)
        return np.clip(index, 0, self._shape - 1)
