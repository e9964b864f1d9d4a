"""Whether the cameras of a rig have the same world before them."""

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

from perception.doctor.config import DoctorConfig
from perception.doctor.finding import Finding
from perception.doctor.sight import Sight, middle_of
from perception.frames import Points

MIN_SHARED = 60  # points of one surface that two cameras must see
MOST = 3000
BEHIND = 0.01  # [m] behind what a camera sees at that pixel it is hidden


def table_heights(sights: Sequence[Sight], config: DoctorConfig) -> tuple[Finding, ...]:
    """Return how much higher each camera has the table than most, in [mm].

    Of two cameras nobody can tell which is wrong: one finding names both.
    """
    found = [(sight, sight.table) for sight in sights if sight.table]
    z = np.array([table.z_at(middle_of(config)) for _, table in found])
    if len(found) < 2:
        return ()
    names = [sight.view.name for sight, _ in found]
    if len(found) == 2:
        return (_height_finding(", ".join(names), float(z[1] - z[0]), config),)
    off = z - np.median(z)
    return tuple(
        _height_finding(name, float(each), config)
        for name, each in zip(names, off, strict=True)
    )


def clouds_agree(a: Sight, b: Sight, config: DoctorConfig) -> Finding:
    """Return how far apart two cameras have a surface that both see, in [mm].

    It is the median distance from what one shows standing on the table, where the
    other must see it too, to the nearest that the other shows. The table is left
    out: a camera moved along it would agree with itself.
    """
    gaps = [_gap(a, b), _gap(b, a)]
    known = [each for each in gaps if each is not None]
    return Finding(
        check="clouds agree",
        where=f"{a.view.name}, {b.view.name}",
        value=1e3 * max(known) if known else None,
        unit="mm",
        high=config.gap,
        remedy="one of the two poses is wrong; the camera that other lines name, too, "
        "is the one to calibrate again"
        if known
        else "put some things on the table that both cameras see",
    )


def _gap(a: Sight, b: Sight) -> float | None:
    others = b.standing
    points = _seen_by(b, a.standing)
    if len(points) < MIN_SHARED or len(others) < MIN_SHARED:
        return None
    points = points[:: max(1, len(points) // MOST)]
    return float(np.median(cKDTree(others).query(points)[0]))


def _seen_by(b: Sight, points_world: Points) -> Points:
    """Return the points that nothing hides from a camera."""
    rows, z, inside = b.view.pixels_of(points_world)
    points, z, rows = points_world[inside], z[inside], rows[inside]
    depth = b.view.depth[rows[:, 0], rows[:, 1]]
    return points[(depth > 0.0) & (depth >= z - BEHIND)]


def _height_finding(where: str, off: float, config: DoctorConfig) -> Finding:
    return Finding(
        check="table height",
        where=where,
        value=1e3 * off,
        unit="mm",
        low=-config.height,
        high=config.height,
        remedy="the cameras have the table at different heights: calibrate them to the "
        "robot's base again, with one target in one place",
    )
