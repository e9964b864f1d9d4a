"""Goals are where a map is highest, and exactly where a program named a point."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import EmptyMapError
from planner.goals import goal_voxels, goals_of
from planner.map_reading import rasterise
from planner.value_maps import Box, Combine, Near, Recipe
from tests.planner.recipes import SMALL, recipes

inside = st.tuples(
    *(st.floats(a, b) for a, b in zip(SMALL.lower, SMALL.upper, strict=True))
)


def at(point, value=1.0):
    return Near.of(SMALL.to_vox(np.array([point])), 0.0, value, point)


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


@settings(max_examples=60, deadline=None)
@given(recipes)
def test_without_points_goals_are_centres_of_voxels(recipe):
    if rasterise(recipe, SMALL).max() <= 0.0:
        return
    goals = goals_of(recipe, SMALL)
    assert not goals.exact.any()
    centres = SMALL.to_world(goal_voxels(recipe, SMALL))
    np.testing.assert_array_equal(goals.p_world, centres)


@settings(max_examples=60, deadline=None)
@given(recipes, inside)
def test_a_point_that_is_the_goal_is_the_goal_exactly(recipe, point):
    goals = goals_of(Recipe(0.0, (*recipe.operations, at(point, 1e3))), SMALL)
    np.testing.assert_array_equal(goals.p_world, [point])
    assert goals.exact.all()


@given(inside)
def test_a_point_sets_what_its_voxel_would(point):
    plain = Near.of(SMALL.to_vox(np.array([point])), 0.0, 1.0)
    set_by = [rasterise(Recipe(0.0, (each,)), SMALL) for each in (plain, at(point))]
    np.testing.assert_array_equal(*set_by)


@given(inside, st.sampled_from(["box", "ball"]))
def test_a_voxel_that_is_set_anew_forgets_its_point(point, how):
    cell = SMALL.to_vox(np.array([point]))
    lower = tuple(cell[0].tolist())
    box = Box(lower, tuple(i + 1 for i in lower), 1.0)
    anew = box if how == "box" else Near.of(cell, 0.0, 1.0)
    goals = goals_of(Recipe(0.0, (at(point), anew)), SMALL)
    np.testing.assert_array_equal(goals.p_world, SMALL.to_world(cell))


@given(inside, inside, st.booleans())
def test_of_two_maps_each_keeps_its_points_and_the_first_goes_before(one, two, turned):
    both = Combine("max", Recipe(0.0, (at(two),)), reflected=turned)
    goals = goals_of(Recipe(0.0, (at(one), both)), SMALL)
    same = (SMALL.to_vox(np.array([one])) == SMALL.to_vox(np.array([two]))).all()
    expected = [one] if same else [one, two]
    assert {*map(tuple, goals.p_world.tolist())} == {*expected}


def test_recipes_that_differ_in_a_point_alone_are_two():
    one, two = (Recipe(0.0, (at((0.1, 0.0, 0.2 + e)),)) for e in (0.0, 1e-4))
    assert len({one, two, Recipe(0.0, (at((0.1, 0.0, 0.2)),))}) == 2
