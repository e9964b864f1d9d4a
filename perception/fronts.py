"""Which way the front looks that a handle stands on.

Angles are seen from above, in [rad].
"""

import numpy as np
from jaxtyping import Float

from perception.frames import Points, Vec3
from perception.shapes import Geometry

AROUND = 0.16  # [m] from the handle: what shows where its front looks
FACE = 0.008  # [m] of depth that a face's points lie in, noise and all
TURNS = np.deg2rad(sorted(range(-44, 45, 2), key=abs))  # (T,) the least first
FEWEST = 30  # points that show a face
SAMPLES = 1000
SHARP = 1.5  # times as many points as the usual direction has, in the face's plane
FITS = 3


def front_normal(
    cabinet: Geometry, points_world: Points, handle: Geometry
) -> Float[np.ndarray, "3"]:
    """Return the outward normal of the side of a cabinet that a handle stands on.

    The cabinet's box says which side. How that is turned its own points say: the
    box of a drawer that is half hidden or half open may be askew.

    Args:
        cabinet: Its geometry.
        points_world: (n, 3) its points, [m].
        handle: Geometry of the handle.
    """
    side = _side(cabinet, handle.centre)
    # Lids and table tops lie higher than a handle, and in no upright plane.
    low = points_world[points_world[:, 2] < handle.box_world[1, 2]]
    away = low[:, :2] - handle.centre[:2]
    near = away[np.einsum("nk,nk->n", away, away) < AROUND**2]
    if len(near) >= FEWEST:
        face = _flattest(near[:: max(1, len(near) // SAMPLES)], side)
        for _ in range(FITS):
            if len(face) < FEWEST:
                break
            face = face - face.mean(axis=0)
            along = np.linalg.svd(face, full_matrices=False)[2][0]
            across = np.array([-along[1], along[0]])
            side = np.array([*across, 0.0]) * np.sign(across @ side[:2])
            face = face[np.abs(face @ across) < FACE / 2]
    return side


def _flattest(away: Float[np.ndarray, "n 2"], side: Vec3) -> Float[np.ndarray, "m 2"]:
    """Return the points of the upright plane near a side, none if none shows."""
    angle = float(np.arctan2(side[1], side[0])) + TURNS
    behind = -away @ np.stack([np.cos(angle), np.sin(angle)])  # (n, T) [m]
    cells = np.floor(np.maximum(behind, 0.0) / FACE).astype(np.int64)
    count = int(cells.max()) + 1
    codes = cells + count * np.arange(len(TURNS))
    held = np.bincount(codes.ravel(), minlength=count * len(TURNS))
    held = held.reshape(-1, count)
    held[:, 0] = 0  # what is not behind the handle, but beside it
    most = held.max(axis=1)  # (T,)
    if most.max() < SHARP * np.median(most):
        return away[:0]
    turn, cell = divmod(int(held.argmax()), count)
    return away[np.abs(cells[:, turn] - cell) <= 1]


def _side(cabinet: Geometry, p: Vec3) -> Vec3:
    """Return the outward normal of the side of a box that a point is at."""
    c, s = np.cos(cabinet.yaw), np.sin(cabinet.yaw)
    axes = np.array([[c, s, 0.0], [-s, c, 0.0]])
    away = axes @ (p - cabinet.centre) / cabinet.size[:2]
    side = int(np.argmax(np.abs(away)))
    return axes[side] * np.sign(away[side])
