"""A collision-free path through a field of cost, straightened and smoothed.

The search is A* over 26 neighbours with Euclidean step lengths (dijkstra3d), so
there are no local minima; where no free path exists that is the answer.
"""

import math

import dijkstra3d
import numpy as np
from jaxtyping import Float
from scipy import ndimage

from perception.frames import Points, Vec3
from planner.errors import UnreachableError
from planner.motion.cost_field import CostField

_BLOCKED = np.float32(1e6)


def find_path(field: CostField, start: Vec3, goal: Vec3) -> Points:
    """Return the cheapest path from start to goal, both included.

    Raises:
        UnreachableError: No free path leads there; carries the nearest point
            that can be reached.
    """
    lattice = field.lattice
    first, last = lattice.to_cell(np.stack([start, goal]))
    if np.array_equal(first, last):
        return np.stack([start, goal])
    weights = np.where(field.free, field.cost, _BLOCKED).astype(np.float32)
    weights[tuple(first)] = 1.0
    if field.free[tuple(last)]:
        cells = dijkstra3d.dijkstra(
            weights,
            tuple(int(i) for i in first),
            tuple(int(i) for i in last),
            compass=True,
            anisotropy=(1.0, 1.0, 1.0),
        ).astype(np.int64)
        if field.free[tuple(cells[1:].T)].all():
            inner = lattice.to_world(cells[1:-1])
            return np.concatenate([start[None], inner, goal[None]])
    raise UnreachableError(goal, _nearest_reachable(field, first, start, goal))


def _nearest_reachable(
    field: CostField, first: np.ndarray, start: Vec3, goal: Vec3
) -> Vec3:
    free = field.free.copy()
    free[tuple(first)] = True
    labels, _ = ndimage.label(free, structure=np.ones((3, 3, 3)))
    reached = labels == labels[tuple(first)]
    # A cell away from what is blocked, so that rounding does not put it inside.
    inner = ndimage.binary_erosion(reached, border_value=1)
    cells = np.argwhere(inner if inner.any() else reached)
    points = field.lattice.to_world(cells)
    best = points[int(np.argmin(np.linalg.norm(points - goal, axis=1)))]
    closer = np.linalg.norm(best - goal) < np.linalg.norm(start - goal)
    return best if closer else start


def shorten(field: CostField, path: Points) -> Points:
    """Return the path with detours cut where the straight line costs no more."""
    kept = [path[0]]
    at = 0
    step_cost = _cumulative_cost(field, path)
    lines = _Lines(field)
    while at < len(path) - 1:
        reach = len(path) - 1
        while reach > at + 1:
            straight = lines.cost(path[at], path[reach])
            if straight <= step_cost[reach] - step_cost[at] + 1e-6:
                break
            reach = at + max(1, (reach - at) * 2 // 3)
        kept.append(path[reach])
        at = reach
    return np.stack(kept)


def _cumulative_cost(field: CostField, path: Points) -> Float[np.ndarray, "n"]:
    """Return the cost up to each point, by the cells the path itself visits."""
    cost = field.cost[tuple(field.lattice.to_cell(path).T)]
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    return np.concatenate([[0.0], np.cumsum(0.5 * (cost[1:] + cost[:-1]) * steps)])


class _Lines:
    """Straight lines through a field, between points in its box."""

    def __init__(self, field: CostField):
        lattice = field.lattice
        self._cell = lattice.cell
        self._low = np.array(lattice.lower)
        self._top = np.array(lattice.shape) - 1.0
        self._strides = np.array(
            [lattice.shape[1] * lattice.shape[2], lattice.shape[2], 1.0]
        )
        self._cost, self._free = field.cost.reshape(-1), field.free.reshape(-1)

    def cost(self, a: Vec3, b: Vec3) -> float:
        """Return the cost of a line; infinite if it leaves the free cells."""
        to_b = (b - a) / self._cell
        length = math.sqrt(to_b @ to_b)  # in cells
        n = max(2, math.ceil(2.0 * length))
        part = np.arange(n) * (1.0 / (n - 1))
        index = np.floor((a - self._low) / self._cell + part[:, None] * to_b)
        index = np.minimum(np.maximum(index, 0.0), self._top)
        cells = (index @ self._strides).astype(np.intp)
        if not self._free[cells[1:]].all():
            return math.inf
        return float(self._cost[cells].mean()) * length * self._cell


def smooth(field: CostField, path: Points, spacing: float) -> Points:
    """Return the path resampled evenly with its corners rounded while that is free.

    Args:
        field: What the rounded path must stay free in.
        path: At least two points.
        spacing: Distance between the points returned, at most, in [m].
    """
    dense = resample(path, spacing)
    for sigma in (0.03, 0.015):
        width = sigma / spacing
        if len(dense) < 4:
            break
        rounded = _round_corners(dense, width)
        cells = tuple(field.lattice.to_cell(rounded).T)
        if field.free[cells][1:].all():
            return rounded
    return dense


def _round_corners(dense: Points, width: float) -> Points:
    """Blur the path along itself; odd reflection keeps both ends where they are."""
    pad = min(len(dense) - 1, int(np.ceil(3 * width)))
    head = 2 * dense[0] - dense[pad:0:-1]
    tail = 2 * dense[-1] - dense[-2 : -pad - 2 : -1]
    padded = np.concatenate([head, dense, tail])
    blurred = ndimage.gaussian_filter1d(
        padded, width, axis=0, mode="nearest", radius=pad
    )
    rounded = blurred[pad : pad + len(dense)]
    rounded[0], rounded[-1] = dense[0], dense[-1]
    return rounded


def resample(path: Points, spacing: float) -> Points:
    """Return points along the path, evenly spaced by `spacing` [m] or a bit less."""
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    if along[-1] < 1e-9:
        return np.stack([path[0], path[-1]])
    n = max(2, int(np.ceil(along[-1] / spacing)) + 1)
    s = np.arange(n, dtype=float) * (along[-1] / (n - 1))
    columns: list[np.ndarray] = [np.interp(s, along, path[:, k]) for k in range(3)]
    return np.stack(columns, axis=1)
