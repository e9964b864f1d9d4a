"""Recipes of maps at random, on a small grid."""

import numpy as np
from hypothesis import strategies as st

from planner.value_maps import Box, Combine, Near, Recipe, VoxelGrid

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
