"""Scenes made by hand: boxes of surface points."""

import numpy as np
import pytest

from perception.scene import Object3D, Scene
from planner.motion.follow import MotionState
from planner.value_maps import VoxelGrid

DOWN = np.array([0.0, 1.0, 0.0, 0.0])


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def grid():
    return VoxelGrid()


def box_points(lower, upper, spacing=0.005):
    """Points on the surface of a box."""
    axes = [
        np.arange(a, b + 1e-9, min(spacing, max(b - a, 1e-3)))
        for a, b in zip(lower, upper, strict=True)
    ]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)
    low, high = points.min(axis=0), points.max(axis=0)
    return points[((points == low) | (points == high)).any(axis=1)]


def box_object(lower, upper, name="red block", **changes):
    points = box_points(lower, upper)
    colour, _, shape = name.partition(" ")
    facts = {
        "id": 1,
        "name": name,
        "colour": colour,
        "shape": shape,
        "points_world": points,
        "normal": np.array([0.0, 0.0, 1.0]),
        "yaw": 0.0,
        "size": np.array(upper) - np.array(lower),
    }
    return Object3D(**(facts | changes))


def scene_of(*objects):
    loose = [o.points_world for o in objects if not o.held]
    points = np.concatenate(loose) if loose else np.zeros((0, 3))
    return Scene(tuple(objects), points, table_height=0.0, time=0.0)


def at_rest(p_world, width=0.08, time=0.0):
    return MotionState(np.array(p_world), np.zeros(3), DOWN, width, width, time)
