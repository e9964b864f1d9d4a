"""The table as one camera sees it: is there one, how flat, how level, how high.

`support.fit_support` looks for what is nearly horizontal, as it is in a right
set-up. Here the plane may be tilted, for that is what a wrong pose shows.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from perception.frames import Points, Vec3

SAMPLES = 4000
TRIES = 300
MIN_POINTS = 200
BAND = 0.02  # what belongs to a plane, as a share of its distance or in [m] at 1 m


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A plane that a camera looks down on.

    Attributes:
        normal: (3,) unit, up.
        offset: normal · p of its points.
        share: Of the points that lie on it.
        residual: How far points that do stray from it, a robust deviation.
    """

    normal: np.ndarray
    offset: float
    share: float
    residual: float

    @property
    def tilt_deg(self) -> float:
        """The angle between its normal and z."""
        return float(np.degrees(np.arccos(np.clip(self.normal[2], -1.0, 1.0))))

    def z_at(self, xy: Float[np.ndarray, "2"]) -> float:
        """Return its height at a place."""
        return float((self.offset - xy @ self.normal[:2]) / self.normal[2])

    def height(self, points: Points) -> Float[np.ndarray, "n"]:
        """Return how far above it points are."""
        return points @ self.normal - self.offset


def find_table(points: Points, level_deg: float, band: float = BAND) -> Table | None:
    """Return the plane most points lie on of those that are about level, if any.

    Args:
        points: In a frame whose z is up.
        level_deg: Steepest that counts.
        band: What belongs to the plane, in the unit of the points.
    """
    if len(points) < MIN_POINTS:
        return None
    sample = points[:: max(1, len(points) // SAMPLES)]
    first = _best_of_tries(sample, np.cos(np.radians(level_deg)), band)
    if first is None:
        return None
    normal, offset = first
    for share in (1.0, 0.7, 0.7):
        near = sample[np.abs(sample @ normal - offset) < share * band]
        if len(near) < MIN_POINTS // 4:
            return None
        normal, offset = _least_squares(near)
    off = np.abs(sample @ normal - offset)
    near = off < band
    return Table(normal, offset, float(near.mean()), _deviation(off[near]))


def _best_of_tries(
    sample: Points, least_cos: float, band: float
) -> tuple[Vec3, float] | None:
    """Return the plane through three points that has most of the sample near it."""
    rng = np.random.default_rng(0)  # the same file, the same answer
    a, b, c = sample[rng.integers(0, len(sample), (3, TRIES))]
    normals = np.cross(b - a, c - a)
    length = np.linalg.norm(normals, axis=1)
    normals = normals / np.where(length > 0.0, length, 1.0)[:, None]
    normals *= np.where(normals[:, 2:] < 0.0, -1.0, 1.0)
    level = normals[:, 2] >= least_cos
    if not level.any():
        return None
    normals, a = normals[level], a[level]
    offsets = np.einsum("nk,nk->n", normals, a)
    near = np.abs(sample @ normals.T - offsets) < band / 2
    best = int(near.sum(axis=0).argmax())
    return normals[best], float(offsets[best])


def _least_squares(points: Points) -> tuple[Vec3, float]:
    middle = points.mean(axis=0)
    normal = np.linalg.svd(points - middle, full_matrices=False)[2][2]
    normal = normal if normal[2] >= 0.0 else -normal
    return normal, float(normal @ middle)


def _deviation(off: Float[np.ndarray, "n"]) -> float:
    """Return what would be the standard deviation without the few far ones."""
    return float(1.4826 * np.median(off)) if len(off) else 0.0
