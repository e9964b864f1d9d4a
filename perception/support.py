"""The surface that things stand on, measured from the cloud.

World frame, z up. The surface is nearly horizontal: z = slope · (x, y) + offset.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from perception.errors import NoSurfaceError
from perception.frames import Points

BIN = 0.005  # [m]
SAMPLES = 4000
MIN_POINTS = 200
MAX_SLOPE = 0.05  # steeper means that something else was fitted
BANDS = (0.015, 0.008, 0.005)  # [m] what still belongs, from fit to fit


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """A nearly horizontal plane.

    Attributes:
        slope: (2,) rise along x and along y.
        offset: z at x = y = 0, in [m].
    """

    slope: np.ndarray
    offset: float

    def height(self, points_world: Points) -> Float[np.ndarray, "n"]:
        """Return how far above the plane each point is, in [m]."""
        surface = points_world[:, :2] @ self.slope.astype(points_world.dtype)
        return points_world[:, 2] - surface - points_world.dtype.type(self.offset)

    def z_at(self, xy: Float[np.ndarray, "2"]) -> float:
        """Return the plane's z at a place."""
        return float(xy @ self.slope + self.offset)


def fit_support(points_world: Points) -> Plane:
    """Return the horizontal plane that most points lie on.

    Raises:
        NoSurfaceError: Too few points share a height.
    """
    step = max(1, len(points_world) // SAMPLES)
    sample = points_world[::step].astype(float)
    if len(points_world) < MIN_POINTS:
        raise NoSurfaceError(len(points_world))
    plane = Plane(np.zeros(2), _commonest_height(sample[:, 2]))
    for band in BANDS:
        near = sample[np.abs(plane.height(sample)) < band]
        if len(near) * step < MIN_POINTS:
            raise NoSurfaceError(len(near) * step)
        plane = _least_squares(near)
    return plane


def _commonest_height(z: Float[np.ndarray, "n"]) -> float:
    lowest = float(z.min())
    bins = ((z - lowest) / BIN).astype(np.int64)
    counts = np.convolve(np.bincount(bins), [1, 2, 1], mode="same")
    return lowest + BIN * (int(counts.argmax()) + 0.5)


def _least_squares(points: Points) -> Plane:
    design = np.column_stack([points[:, :2], np.ones(len(points))])
    solution = np.linalg.lstsq(design, points[:, 2], rcond=None)[0]
    if np.abs(solution[:2]).max() > MAX_SLOPE:
        return Plane(np.zeros(2), float(np.median(points[:, 2])))
    return Plane(solution[:2], float(solution[2]))
