"""Which things are near, within or behind one another, in the world frame, in [m]."""

import numpy as np
from jaxtyping import Bool
from scipy.spatial import cKDTree

from perception.frames import Points, Vec3
from perception.observation import Camera
from perception.scene import Object3D


def gap(known: Object3D, p: Vec3) -> float:
    """Return the distance in [m] from a point to an object's box."""
    low, high = known.aabb_world
    return float(np.linalg.norm(np.maximum(np.maximum(low - p, p - high), 0.0)))


def distance(known: Object3D, p: Vec3) -> float:
    """Return the distance in [m] from a point to an object's surface points."""
    return float(np.linalg.norm(known.points_world - p, axis=1).min())


def near(points: Points, others: Points, reach: float) -> Bool[np.ndarray, "n"]:
    """Say which points are within `reach` of any of the others."""
    low, high = others.min(axis=0) - reach, others.max(axis=0) + reach
    found = ((points >= low) & (points <= high)).all(axis=1)
    rows = np.flatnonzero(found)
    if len(rows):
        tree = cKDTree(others)
        gaps = tree.query(points[rows], distance_upper_bound=reach)[0]
        found[rows] = np.isfinite(gaps)
    return found


def covers(each: Object3D, known: Object3D, margin: float = 0.01) -> bool:
    """Say whether the points of `each` lie at most of those of `known`."""
    return bool(near(known.points_world, each.points_world, margin).mean() > 0.7)


def fills_part_of(each: Object3D, known: Object3D, margin: float = 0.015) -> bool:
    """Say whether `each` fills no more than the place of `known`, in its colour."""
    low, high = known.aabb_world
    points = each.points_world
    within = (points > low - margin) & (points < high + margin)
    return each.colour == known.colour and bool(within.all(axis=1).mean() > 0.9)


def looks_through(camera: Camera, known: Object3D, depth: float) -> bool:
    """Say whether a camera sees `depth` [m] behind most of an object's place."""
    points = camera.T_world_cam.inverse().apply(known.points_world[::7])
    k, (height, width) = camera.intrinsics, camera.depth.shape
    z = np.maximum(points[:, 2], 1e-3)
    u = np.rint(k.fx * points[:, 0] / z + k.cx).astype(int)
    v = np.rint(k.fy * points[:, 1] / z + k.cy).astype(int)
    on = (points[:, 2] > 0) & (u >= 0) & (u < width) & (v >= 0) & (v < height)
    if on.mean() < 0.5:
        return False
    behind = camera.depth[v[on], u[on]] > z[on] + depth
    return bool(behind.mean() > 0.5)
