import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import EmptyMapError, InvalidMapError
from planner.value_maps import (
    Box,
    Combine,
    MapSet,
    Near,
    Recipe,
    VoxelGrid,
    goal_voxels,
    rasterise,
    read,
    sample,
)

SMALL = VoxelGrid((0.0, -0.3, 0.1), (0.5, 0.3, 0.4), (12, 9, 15))
index = st.tuples(st.integers(0, 11), st.integers(0, 8), st.integers(0, 14))
number = st.floats(-3, 3, allow_nan=False)


@st.composite
def boxes(draw):
    a, b = draw(index), draw(index)
    lower = tuple(min(i, j) for i, j in zip(a, b, strict=True))
    upper = tuple(max(i, j) + 1 for i, j in zip(a, b, strict=True))
    return Box(lower, upper, draw(number))


@st.composite
def nears(draw):
    cells = draw(st.lists(index, min_size=1, max_size=25))
    radius = draw(st.floats(0, 0.15))
    return Near.of(np.array(cells), radius, draw(number))


combines = st.builds(
    Combine, st.sampled_from(["+", "-", "*", "min", "max"]), number, st.booleans()
)
recipes = st.builds(
    Recipe, number, st.lists(boxes() | nears() | combines, max_size=6).map(tuple)
)


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


@settings(max_examples=60, deadline=None)
@given(recipes, st.lists(index, min_size=1, max_size=30))
def test_reading_at_voxels_equals_rasterising_and_looking(recipe, voxels):
    voxels = np.array(voxels)
    whole = rasterise(recipe, SMALL)[tuple(voxels.T)]
    np.testing.assert_allclose(read(recipe, SMALL, voxels), whole, rtol=1e-5, atol=1e-5)


@given(index, st.floats(0, 0.3))
def test_a_ball_is_metric_and_never_empty(centre, radius):
    recipe = Recipe(0.0, (Near.of(np.array([centre]), radius, 1.0),))
    got = rasterise(recipe, SMALL) == 1.0
    everything = np.argwhere(np.ones(SMALL.shape))
    gap = np.linalg.norm(
        SMALL.to_world(everything) - SMALL.to_world(np.array([centre])), axis=1
    )
    expected = (gap <= radius + 1e-9).reshape(SMALL.shape)
    expected[centre] = True
    np.testing.assert_array_equal(got, expected)


@settings(max_examples=60, deadline=None)
@given(recipes)
def test_goals_are_where_the_map_is_highest(recipe):
    values = rasterise(recipe, SMALL)
    if values.max() <= 0.0:
        with pytest.raises(EmptyMapError):
            goal_voxels(recipe, SMALL)
        return
    goals = goal_voxels(recipe, SMALL)
    expected = np.argwhere(values == values.max())
    assert {tuple(v) for v in goals} == {tuple(v) for v in expected}


def test_rotation_maps_hold_quaternions():
    quarter = (0.0, 1.0, 0.0, 0.0)
    recipe = Recipe((1.0, 0.0, 0.0, 0.0), (Box((0, 0, 0), (2, 2, 2), quarter),))
    values = rasterise(recipe, SMALL)
    assert values.shape == (*SMALL.shape, 4)
    np.testing.assert_array_equal(values[1, 1, 1], quarter)
    np.testing.assert_array_equal(values[2, 1, 1], (1.0, 0.0, 0.0, 0.0))


def test_maps_combine_with_maps():
    one = Recipe(1.0, (Box((0, 0, 0), (3, 9, 15), 4.0),))
    both = Recipe(2.0, (Combine("max", one),))
    values = rasterise(both, SMALL)
    assert values[0, 0, 0] == 4.0
    assert values[5, 0, 0] == 2.0


def test_a_division_by_zero_is_an_error_that_names_the_cause():
    recipe = Recipe(1.0, (Combine("/", 0.0),))
    with pytest.raises(InvalidMapError, match="division"):
        rasterise(recipe, SMALL)


def test_equal_recipes_are_rasterised_once():
    make = lambda: Recipe(0.0, (Near.of(np.array([[1, 2, 3]]), 0.1, 1.0),))  # noqa: E731
    assert rasterise(make(), SMALL) is rasterise(make(), SMALL)


def test_absent_maps_are_not_among_the_layers():
    maps = MapSet(affordance=Recipe(0.0), gripper=Recipe(1.0))
    assert list(maps.layers()) == ["affordance", "gripper"]


@settings(max_examples=60, deadline=None)
@given(recipes, st.lists(st.integers(0, 14), min_size=1, max_size=9))
def test_a_sample_is_what_the_whole_map_holds_there(recipe, index):
    axes = tuple(np.sort(np.minimum(index, n - 1)) for n in SMALL.shape)
    expected = rasterise(recipe, SMALL)[np.ix_(*axes)]
    told = sample(recipe, SMALL, axes)
    np.testing.assert_allclose(told, expected, rtol=1e-5, atol=1e-5)


def test_the_maps_that_are_kept_take_little_memory():
    rotation = rasterise(Recipe((0.0, 1.0, 0.0, 0.0)), VoxelGrid())
    assert rasterise.cache_info().maxsize * rotation.nbytes <= 256e6
