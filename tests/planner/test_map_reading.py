"""Every way to read a map tells the same, and it is what the operations say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import InvalidMapError
from planner.map_reading import rasterise, read, sample
from planner.value_maps import Box, Combine, Near, Recipe, VoxelGrid
from tests.planner.recipes import SMALL, index, recipes


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
