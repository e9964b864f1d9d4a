"""The grid, and which maps a sub-task has."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import InvalidMapError
from planner.value_maps import MapSet, Recipe, VoxelGrid
from tests.planner.recipes import SMALL


@given(
    st.integers(1, 40),
    st.lists(st.tuples(*[st.floats(0.001, 0.999)] * 3), min_size=1, max_size=20),
)
def test_world_to_voxel_and_back_is_within_half_a_voxel(n, parts):
    grid = VoxelGrid((-0.2, 0.1, 0.0), (0.7, 0.3, 1.1), (n, 2 * n, n + 3))
    lower, upper = np.array(grid.lower), np.array(grid.upper)
    points = lower + np.array(parts) * (upper - lower)
    back = grid.to_world(grid.to_vox(points))
    assert (np.abs(back - points) <= grid.voxel_size / 2 + 1e-12).all()


def test_points_outside_the_box_take_the_nearest_voxel():
    points = np.array([[-9.0, 0.0, 0.205], [9.0, 9.0, 9.0]])
    np.testing.assert_array_equal(SMALL.to_vox(points), [[0, 4, 5], [11, 8, 14]])


@pytest.mark.parametrize("shape", [(0, 1, 1), (4, -1, 2)])
def test_a_grid_without_voxels_is_refused(shape):
    with pytest.raises(InvalidMapError):
        VoxelGrid(shape=shape)


def test_absent_maps_are_not_among_the_layers():
    maps = MapSet(affordance=Recipe(0.0), gripper=Recipe(1.0))
    assert list(maps.layers()) == ["affordance", "gripper"]
