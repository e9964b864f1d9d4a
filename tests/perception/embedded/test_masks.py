from dataclasses import replace

import numpy as np
import pytest
from raycast import block, observe
from scipy.ndimage import binary_dilation

from perception.backends.embedded.masks import ROUNDS, filled


@pytest.fixture
def camera():
    return observe([block("red", 0.5, 0.1, side=0.08)]).cameras[0]


@pytest.fixture
def true(camera):
    red, green, _ = camera.colour.astype(int).transpose(2, 0, 1)
    return np.where(red > 2 * green, 7, 0).astype(np.int32)


def lose(camera, where):
    return replace(camera, depth=np.where(where, 0.0, camera.depth).astype(np.float32))


def test_what_has_depth_keeps_its_mask(camera, true):
    np.testing.assert_array_equal(filled(true, camera), true)


def test_holes_and_edges_without_depth_are_filled_up_to_the_colours_border(
    camera, true
):
    rng = np.random.default_rng(0)
    edge = binary_dilation(true > 0, iterations=2) & (
        ~(true > 0) | binary_dilation(true == 0, iterations=2)
    )
    lost = edge | (rng.random(true.shape) < 0.1)
    seen = np.where(lost, 0, true)
    assert (seen > 0).sum() < 0.9 * (true > 0).sum()
    full = filled(seen, lose(camera, lost)) > 0
    assert (full & (true > 0)).sum() > 0.97 * (full | (true > 0)).sum()


def test_nothing_grows_farther_than_a_few_pixels(camera, true):
    seen = np.zeros_like(true)
    v, u = np.argwhere(true > 0).mean(axis=0).astype(int)
    seen[v, u] = 7
    grown = filled(seen, lose(camera, np.ones_like(true, dtype=bool)))
    rows, columns = np.nonzero(grown)
    assert np.abs(rows - v).max() <= ROUNDS and np.abs(columns - u).max() <= ROUNDS
