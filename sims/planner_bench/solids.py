"""Obstacles whose distance is known exactly, and the points a camera sees of them.

A *body* is a ball around the end-effector; a *gap* is the distance between its
surface and the nearest obstacle, below 0 where they overlap. All in the world frame.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float

from perception.frames import Points, Vec3
from planner.motion.lattice import Lattice
from planner.motion.path import resample

Field = Float[np.ndarray, "nx ny nz"]
Box = tuple[tuple[float, float, float], tuple[float, float, float]]

_STEP = 0.001  # [m] between the places at which a path is measured


def _no_rows(columns: int) -> np.ndarray:
    return np.zeros((0, columns))


@dataclass(frozen=True, slots=True, eq=False)
class Solids:
    """Boxes and forbidden balls.

    Attributes:
        lower: (n, 3) lowest corners of the boxes, [m].
        upper: (n, 3) their highest.
        centre: (m, 3) of balls only the end-effector itself has to keep out of.
        radius: (m,) of these, [m].
        body: Radius of the body, [m].
    """

    lower: np.ndarray
    upper: np.ndarray
    centre: np.ndarray = field(default_factory=lambda: _no_rows(3))
    radius: np.ndarray = field(default_factory=lambda: np.zeros(0))
    body: float = 0.0

    @classmethod
    def of(cls, *boxes: Box) -> "Solids":
        """Return boxes given by their corners."""
        corners = np.array(boxes, dtype=float).reshape(-1, 2, 3)
        return cls(corners[:, 0], corners[:, 1])

    def moved(self, by: Vec3) -> "Solids":
        """Return all of them somewhere else."""
        return replace(
            self, lower=self.lower + by, upper=self.upper + by, centre=self.centre + by
        )

    def gap(self, points: Points) -> Float[np.ndarray, "_"]:
        """Return the gap in [m] of a body at each point."""
        at = points[:, None]
        beyond = np.maximum(self.lower - at, at - self.upper)  # (points, boxes, 3)
        outside = np.sqrt((np.maximum(beyond, 0.0) ** 2).sum(axis=2))
        boxes = outside + np.minimum(beyond.max(axis=2), 0.0) - self.body
        balls = np.sqrt(((at - self.centre) ** 2).sum(axis=2)) - self.radius
        return np.concatenate([boxes, balls], axis=1).min(axis=1, initial=1.0)

    def gap_along(self, path: Points) -> float:
        """Return the least gap in [m] along a path, measured every millimetre."""
        return float(self.gap(resample(path, _STEP)).min())

    def gap_field(self, lattice: Lattice) -> Field:
        """Return the gap in [m] at every cell centre; inside a box below -1."""
        gaps = np.full(lattice.shape, 1.0, np.float32)
        centres = lattice.centres()
        for low, high in zip(self.lower, self.upper, strict=True):
            squares = [
                np.maximum(np.maximum(a - c, c - b), 0.0).astype(np.float32) ** 2
                for c, a, b in zip(centres, low, high, strict=True)
            ]
            away = _outer(squares)
            away = np.where(away > 0.0, np.sqrt(away), np.float32(-1.0))
            np.minimum(gaps, away - np.float32(self.body), out=gaps)
        for middle, radius in zip(self.centre, self.radius, strict=True):
            squares = [
                (c - m).astype(np.float32) ** 2
                for c, m in zip(centres, middle, strict=True)
            ]
            np.minimum(gaps, np.sqrt(_outer(squares)) - np.float32(radius), out=gaps)
        return gaps

    def surface(self, spacing: float) -> Points:
        """Return points on the boxes, in rows `spacing` [m] apart or closer."""
        each = [
            _surface(low, high, spacing)
            for low, high in zip(self.lower, self.upper, strict=True)
        ]
        return np.concatenate([_no_rows(3), *each])

    def seen(self, count: int, rng: np.random.Generator) -> list[Points]:
        """Return `count` points scattered over the boxes, a list of them a box."""
        size = self.upper - self.lower
        faces = size[:, [1, 0, 0]] * size[:, [2, 2, 1]]  # (n, 3) areas by normal
        of_box = rng.choice(len(size), count, p=faces.sum(axis=1) / faces.sum())
        points: list[Points] = []
        for box, (low, area) in enumerate(zip(self.lower, faces, strict=True)):
            n = int((of_box == box).sum())
            at = rng.random((n, 3))
            at[np.arange(n), rng.choice(3, n, p=area / area.sum())] = rng.integers(
                2, size=n
            )
            points.append(low + at * size[box])
        return points


def _outer(squares: list[np.ndarray]) -> Field:
    x, y, z = squares
    return x[:, None, None] + y[None, :, None] + z[None, None, :]


def _surface(low: Vec3, high: Vec3, spacing: float) -> Points:
    counts = np.maximum(np.ceil((high - low) / spacing).astype(int), 1)
    axes: list[np.ndarray] = [
        a + (b - a) / n * np.arange(n + 1)
        for a, b, n in zip(low, high, counts, strict=True)
    ]
    faces: list[Points] = []
    for normal in range(3):
        ends = [ax[[0, -1]] if k == normal else ax for k, ax in enumerate(axes)]
        faces.append(np.stack(np.meshgrid(*ends, indexing="ij"), -1).reshape(-1, 3))
    return np.concatenate(faces)


def length_of(path: Points) -> float:
    """Return the length of a path, in [m]."""
    return float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
