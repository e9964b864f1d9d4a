"""What a visible part says of where the whole is."""

from dataclasses import replace

import numpy as np
import pytest
from raycast import block, box, observe

from perception.observation import NO_BODY
from perception.takeover import has_shrunk, shift_of


@pytest.fixture
def bar(perceiver):
    solid = box("red", (0.5, 0.0, 0.02), (0.02, 0.12, 0.04))
    (thing,) = perceiver.perceive(observe([solid]), NO_BODY).objects
    return thing


def near_end(points, y=0.02):
    return points[points[:, 1] > y]


@pytest.mark.parametrize("move", [(0.0, 0.0, 0.0), (0.02, 0.0, 0.0), (-0.03, 0.0, 0.0)])
def test_a_whole_goes_where_its_visible_part_has_gone(bar, move):
    part = near_end(bar.points_world) + move
    np.testing.assert_allclose(shift_of(bar.points_world, part), move, atol=0.004)


def test_a_bar_of_which_one_end_is_hidden_has_not_moved_along_itself(bar):
    for y in (-0.03, 0.0, 0.03):
        shift = shift_of(bar.points_world, near_end(bar.points_world, y))
        np.testing.assert_allclose(shift, 0.0, atol=0.004)


def test_what_does_not_lie_on_a_whole_says_nothing_of_it(bar):
    rng = np.random.default_rng(0)
    heap = bar.position + rng.uniform(-0.08, 0.08, (300, 3))
    assert shift_of(bar.points_world, heap) is None


def test_a_few_millimetres_less_are_noise_on_what_is_small(perceiver):
    small, large = block("red", 0.5, 0.0, side=0.022), block("blue", 0.5, 0.2, side=0.1)
    things = perceiver.perceive(observe([small, large]), NO_BODY).objects
    for each in things:
        less = replace(each, size=0.75 * each.size)
        assert has_shrunk(each, less) is (each.colour == "blue")
        assert has_shrunk(each, replace(each, size=0.5 * each.size))
        assert not has_shrunk(each, replace(each, size=1.5 * each.size))
