"""What is told of maps equals what is in them."""

import numpy as np
from hypothesis import given

from planner.map_reading import rasterise
from planner.map_summary import summarise, value_range
from planner.value_maps import MapSet, Near, Recipe
from tests.planner.recipes import SMALL, recipes


@given(recipes)
def test_a_range_is_that_of_the_whole_map(recipe):
    whole = rasterise(recipe, SMALL)
    assert value_range(recipe, SMALL) == (float(whole.min()), float(whole.max()))


def test_only_maps_that_are_present_are_told():
    ball = Recipe(0.0, (Near.of(np.array([[3, 3, 3]]), 0.05, 1.0),))
    (told,) = summarise(MapSet(velocity=ball), SMALL)
    assert (told.kind, told.minimum, told.maximum) == ("velocity", 0.0, 1.0)
    assert told.shape == SMALL.shape
