"""The oracle: what can be reached, and by how short a way, at a given clearance.

Dijkstra over the 26 neighbours of a 1 cm grid with Euclidean steps (dijkstra3d), on
the cells whose exact gap is at least the clearance; the way found is then pulled
taut by cutting corners wherever the straight line keeps that clearance too. The
obstacles are the solids themselves, not points or voxels of them.

A grid misses passages that lie between its cells, so a way already known to keep
the clearance is pulled taut as well and the shorter one counts: what is called the
optimum is never longer than a way that was found. It may still be longer than the
true one.
"""

import dijkstra3d
import numpy as np
from scipy import ndimage

from perception.frames import Points, Vec3
from planner.motion.lattice import Lattice
from planner.motion.path import resample
from planner.value_maps import VoxelGrid
from sims.planner_bench.solids import Field, Solids, length_of

CELL = 0.01  # [m]
_TOLERANCE = 0.001  # [m] a straight cut may come nearer than the clearance
_BLOCKED = np.float32(1e6)


class Oracle:
    """One scene on a fine grid; asked at different clearances."""

    def __init__(self, solids: Solids, grid: VoxelGrid):
        self._solids = solids
        self._lattice = Lattice.over(grid, CELL)
        self._gaps: Field = solids.gap_field(self._lattice)

    def reachable(self, start: Vec3, clearance: float) -> np.ndarray:
        """Return the cells that can be come to from a start, as a mask."""
        free = self._gaps >= clearance
        first = tuple(self._lattice.to_cell(start[None])[0])
        free[first] = True
        labels, _ = ndimage.label(free, structure=np.ones((3, 3, 3)))
        return np.asarray(labels == labels[first])

    def reaches(self, start: Vec3, goal: Vec3, clearance: float) -> bool:
        """Say whether there is a way."""
        last = tuple(self._lattice.to_cell(goal[None])[0])
        return bool(self.reachable(start, clearance)[last])

    def nearest(self, start: Vec3, goal: Vec3, clearance: float) -> float:
        """Return how near to the goal one can come, in [m]."""
        cells = np.argwhere(self.reachable(start, clearance))
        gaps = np.linalg.norm(self._lattice.to_world(cells) - goal, axis=1)
        return float(gaps.min())

    def optimum(
        self, known: Points, clearance: float, rng: np.random.Generator
    ) -> float:
        """Return the length in [m] of the shortest way between a known one's ends.

        Args:
            known: A way that keeps the clearance.
            clearance: To keep, in [m].
            rng: Of the cuts.
        """
        taut = length_of(self._taut(known, clearance - _TOLERANCE, rng))
        found = self.shortest(known[0], known[-1], clearance, rng)
        return taut if found is None else min(taut, found)

    def shortest(
        self, start: Vec3, goal: Vec3, clearance: float, rng: np.random.Generator
    ) -> float | None:
        """Return the length in [m] of the grid's shortest way; None without one."""
        free = self._gaps >= clearance
        first, last = self._lattice.to_cell(np.stack([start, goal]))
        weights = np.where(free, np.float32(1.0), _BLOCKED)
        weights[tuple(first)] = weights[tuple(last)] = 1.0
        cells = dijkstra3d.dijkstra(
            weights,
            tuple(int(i) for i in first),
            tuple(int(i) for i in last),
            anisotropy=(1.0, 1.0, 1.0),
        ).astype(np.int64)
        if (weights[tuple(cells.T)] > 1.0).any():
            return None
        inner = self._lattice.to_world(cells[1:-1])
        path = np.concatenate([start[None], inner, goal[None]])
        return length_of(self._taut(path, clearance - _TOLERANCE, rng))

    def _taut(self, path: Points, clearance: float, rng: np.random.Generator) -> Points:
        """Return the path pulled taut: random cuts, finer as it gets shorter."""
        for _ in range(4):
            path = resample(path, 0.5 * CELL)
            for _ in range(150):
                if len(path) < 3:
                    return path
                i, j = np.sort(rng.choice(len(path), 2, replace=False))
                n = max(2, int(np.linalg.norm(path[j] - path[i]) / (0.5 * CELL)))
                line = path[i] + np.linspace(0, 1, n)[:, None] * (path[j] - path[i])
                if (
                    j > i + 1
                    and self._solids.gap(line[1:-1]).min(initial=1) >= clearance
                ):
                    path = np.concatenate([path[: i + 1], path[j:]])
        return path
