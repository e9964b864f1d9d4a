"""What each camera shows of the workspace, and what is checked of it alone."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

from perception.doctor.config import DoctorConfig
from perception.doctor.finding import Finding
from perception.doctor.reading import View
from perception.doctor.table import Table, find_table
from perception.frames import Points

AROUND = 0.15  # [m] beyond the workspace that a wrong pose may move the table
STANDING = 0.015  # [m] above the table that is no table
NOISE = 3.0  # deviations of the table's points from its plane


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A camera's points in and around the workspace, and the table among them.

    Attributes:
        view: Its pictures, depth in metres.
        points_world: (n, 3).
        table: None if no plane is about level.
    """

    view: View
    points_world: np.ndarray
    table: Table | None

    @classmethod
    def of(cls, view: View, config: DoctorConfig) -> "Sight":
        """Return what a view shows."""
        points = view.points_world
        low, high = np.array(config.low) - AROUND, np.array(config.high) + AROUND
        points = points[((points >= low) & (points <= high)).all(axis=1)]
        table = find_table(points, config.level)
        if table is not None and table.share < config.table:
            table = None
        return cls(view, points, table)

    @property
    def standing(self) -> Points:
        """The points above the table; all of them where there is none."""
        if self.table is None:
            return self.points_world
        clear = max(STANDING, NOISE * self.table.residual)
        return self.points_world[self.table.height(self.points_world) > clear]


def middle_of(config: DoctorConfig) -> np.ndarray:
    """Return the middle of the workspace, x and y."""
    return (np.array(config.low[:2]) + np.array(config.high[:2])) / 2


def table_found(sight: Sight, config: DoctorConfig) -> Finding:
    """Return which share of the points in the workspace lies on a level plane."""
    return Finding(
        check="table found",
        where=sight.view.name,
        value=sight.table.share if sight.table else 0.0,
        unit="of points",
        low=config.table,
        remedy="no table in the workspace: is the pose that of the optical frame (z "
        "forward, y down) in the robot's base, and not its inverse? Does the camera "
        "look at the table?",
    )


def table_residual(sight: Sight, config: DoctorConfig) -> Finding:
    """Return how far the table's points stray from a plane, in [mm]."""
    return Finding(
        check="table residual",
        where=sight.view.name,
        value=1e3 * sight.table.residual if sight.table else None,
        unit="mm",
        high=config.residual,
        remedy="the table is not flat in depth: warm the camera up, calibrate its "
        "depth, undistort the images, or bring the camera nearer"
        if sight.table
        else "no table is found",
    )


def table_tilt(sight: Sight, config: DoctorConfig) -> Finding:
    """Return the angle between the table's normal and the world's z, in [deg]."""
    return Finding(
        check="table tilt",
        where=sight.view.name,
        value=sight.table.tilt_deg if sight.table else None,
        unit="deg",
        high=config.tilt,
        remedy="the camera's pose is turned, or its focal length or principal point is "
        "another: calibrate it to the robot's base again (hand-eye); where it is far "
        "off, the inverse of the optical frame's pose may have been sent"
        if sight.table
        else "no table is found",
    )


def workspace_seen(sight: Sight, config: DoctorConfig) -> Finding:
    """Return which share of the workspace's table area lies in the image."""
    _, inside = _table_pixels(sight, config)
    (x0, y0, _), (x1, y1, _) = config.low, config.high
    return Finding(
        check="workspace seen",
        where=sight.view.name,
        value=float(inside.mean()),
        unit="of its area",
        low=config.seen,
        remedy=f"turn the camera to the table, x {x0:g} to {x1:g} m and y {y0:g} to "
        f"{y1:g} m, or put it farther away",
    )


def missing_depth(sight: Sight, config: DoctorConfig) -> Finding:
    """Return which share of the pixels that look at the workspace has no depth.

    What lies beyond the table may be out of the sensor's range, and tells nothing.
    """
    pixels, inside = _table_pixels(sight, config)
    rows, columns = pixels[inside].T
    depth = sight.view.depth[rows, columns] if inside.any() else sight.view.depth
    return Finding(
        check="missing depth",
        where=sight.view.name,
        value=float((depth <= 0.0).mean()),
        unit="of pixels",
        high=config.missing,
        remedy="less shine and sunlight, the projector on, a distance within the "
        "sensor's range, or the driver's hole filling",
    )


def _table_pixels(
    sight: Sight, config: DoctorConfig
) -> tuple[Int[np.ndarray, "n 2"], Bool[np.ndarray, "n"]]:
    """Return row and column of places on the table, and which are in the image."""
    axes = [np.linspace(a, b, 60) for a, b in zip(config.low, config.high, strict=True)]
    x, y = np.meshgrid(axes[0], axes[1])
    z = sight.table.z_at(middle_of(config)) if sight.table else 0.0
    places = np.stack([x.ravel(), y.ravel(), np.full(x.size, z)], axis=1)
    pixels, _, inside = sight.view.pixels_of(places)
    return pixels, inside
