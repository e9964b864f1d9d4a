"""What a depth camera makes of the true depth: its noise, its steps, its holes."""

from dataclasses import replace

import numpy as np
import pytest

from sims.depth_sensor import KINECT, MILD, PERFECT, DepthSensor, sensed, shadowed

FOCAL = 215.0
WALL = np.full((120, 160), 1.2)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def box_before_a_wall(near=0.8, far=1.2):
    z = np.full((120, 160), far)
    z[40:80, 60:100] = near
    return z


def test_a_perfect_one_tells_the_truth_and_a_mild_one_nearly(rng):
    z = box_before_a_wall()
    np.testing.assert_array_equal(sensed(z, FOCAL, PERFECT, rng), z)
    error = sensed(z, FOCAL, MILD, rng) - z
    assert error[z == 1.2].std() == pytest.approx(0.00144, rel=0.05)
    assert error[z == 0.8].std() == pytest.approx(0.00064, rel=0.1)


def test_noise_grows_with_the_square_of_the_distance_beyond_the_best(rng):
    alone = replace(KINECT, step=0.0, baseline=0.0, flying=0.0, grazing=0.0, specks=0.0)
    for distance in (0.4, 0.9, 1.4):
        error = sensed(np.full((200, 200), distance), FOCAL, alone, rng) - distance
        expected = 0.0012 + 0.0019 * (distance - 0.4) ** 2
        assert error.std() == pytest.approx(expected, rel=0.03)


def test_depths_come_in_steps_that_grow_with_the_square_of_the_distance(rng):
    stepping = DepthSensor(growth=0.0, step=0.003)
    slope = np.linspace(0.5, 1.5, 4000)[None].repeat(2, axis=0)
    told = np.unique(sensed(slope, FOCAL, stepping, rng))
    gaps = np.diff(told) / (told[1:] * told[:-1])
    np.testing.assert_allclose(gaps, 0.003, rtol=1e-6)


def test_the_shadow_of_a_thing_is_as_wide_as_the_geometry_says():
    disparity = FOCAL * 0.075
    found = shadowed(box_before_a_wall(), disparity)
    width = disparity * (1.0 / 0.8 - 1.0 / 1.2)
    rows = found[40:80].sum(axis=1)
    assert np.abs(rows - width).max() <= 1.0
    assert found[40:80, 60 - int(width) : 60].all()  # at the side off the projector
    assert not found[:40].any()
    assert not shadowed(WALL, disparity).any()


def test_pixels_at_edges_fly_between_the_two_surfaces_and_nowhere_else(rng):
    z = box_before_a_wall()
    told = sensed(z, FOCAL, DepthSensor(growth=0.0, flying=0.5), rng)
    changed = told != z
    assert changed.any()
    assert told.min() >= 0.8
    assert told.max() <= 1.2
    beside = np.zeros_like(changed)
    beside[39:81, 59:101] = True
    beside[41:79, 61:99] = False
    assert not (changed & ~beside).any()


def test_surfaces_seen_edge_on_have_no_return(rng):
    width = 160
    u = (np.arange(width) - (width - 1) / 2) / FOCAL
    sensor = DepthSensor(growth=0.0, grazing=KINECT.grazing)
    for cosine, lost in ((0.5, False), (0.1, True)):
        # A plane whose normal makes the angle with the optical axis.
        slope = np.sqrt(1.0 - cosine**2) / cosine
        z = (0.4 / np.maximum(1.0 - slope * u, 0.1))[None].repeat(120, axis=0)
        middle = sensed(z, FOCAL, sensor, rng)[60, 78:82]
        assert (middle == 0.0).all() == lost


def test_specks_take_their_share_and_the_same_seed_gives_the_same(rng):
    sensor = DepthSensor(growth=0.0, specks=0.05)
    told = sensed(np.full((600, 600), 1.0), FOCAL, sensor, rng)
    assert (told == 0.0).mean() == pytest.approx(0.05, rel=0.1)
    z = box_before_a_wall()
    first, second = (
        sensed(z, FOCAL, KINECT, np.random.default_rng(3)) for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


def test_what_had_no_return_gets_none(rng):
    z = box_before_a_wall()
    z[:10] = 0.0
    for sensor in (MILD, KINECT):
        assert (sensed(z, FOCAL, sensor, rng)[:10] == 0.0).all()
