"""What the hand, and what it holds, may touch on its way to a goal.

A map of where to go names its goal by its highest value. A thing that it names with
less is what the way leads to and past: a brush goes through the crumbs it sweeps.
"""

import numpy as np

from perception.frames import Points
from perception.scene import Scene
from planner.goals import goal_voxels
from planner.map_reading import read
from planner.motion.lattice import within
from planner.value_maps import Box, Combine, Near, Recipe, VoxelGrid

_SKIN = 0.01  # [m] round a thing's box: its points seen a little aside
_EVERY = 5  # of a thing's points is looked at


def obstacles(scene: Scene, affordance: Recipe, grid: VoxelGrid) -> Points:
    """Return the points of a scene less those that may be touched.

    A thing may be touched if most of it lies where the map is above 0 and below its
    highest value.
    """
    points = scene.points_world
    if not _has_several_values(affordance):
        return points
    best = float(read(affordance, grid, goal_voxels(affordance, grid)[:1])[0])
    touchable = np.zeros(len(points), dtype=bool)
    for each in scene.objects:
        inside = each.points_world[::_EVERY]
        inside = inside[grid.contains(inside)]
        if each.held or not len(inside):
            continue
        values = read(affordance, grid, grid.to_vox(inside))
        if ((values > 0.0) & (values < best)).mean() > 0.5:
            low, high = each.aabb_world
            touchable |= within(points, low - _SKIN, high + _SKIN)
    return points[~touchable]


def _has_several_values(recipe: Recipe) -> bool:
    """Say whether a map may hold two values above 0."""
    values: set[float] = set()
    for operation in recipe.operations:
        if isinstance(operation, Combine):
            return True
        assert isinstance(operation, Box | Near)
        value = operation.value
        if isinstance(value, float | int) and value > 0.0:
            values.add(float(value))
    return len(values) > 1
