from dataclasses import replace

import numpy as np
import pytest
from camera_setups import colour_moved, holes, reading

from perception.doctor.alignment import colour_on_depth
from perception.doctor.config import DoctorConfig


@pytest.fixture(scope="module")
def front():
    return reading(noise=0.002).views[0]


@pytest.mark.parametrize("shift", [(0, 0), (1, 0), (5, -2), (-8, 3), (0, 11)])
def test_a_shift_of_colour_is_measured_to_the_pixel(front, shift):
    for view in (front, holes(front)):
        found = colour_on_depth(colour_moved(*shift)(view), DoctorConfig())
        assert found.value == pytest.approx(np.hypot(*shift), abs=1.01)


def test_the_remedy_says_which_way_it_is_off(front):
    found = colour_on_depth(colour_moved(6, -4)(front), DoctorConfig())
    assert found.ok is False
    assert "+6 px right and -4 px down" in found.remedy


def test_images_without_edges_tell_nothing(front):
    plain = replace(front, colour=np.full_like(front.colour, 90))
    assert colour_on_depth(plain, DoctorConfig()).ok is None
    flat = replace(front, depth=np.ones_like(front.depth))
    assert colour_on_depth(flat, DoctorConfig()).ok is None


def test_colour_that_has_nothing_to_do_with_depth_tells_nothing(front):
    noise = np.random.default_rng(0).integers(0, 256, front.colour.shape)
    other = replace(front, colour=noise.astype(np.uint8))
    assert colour_on_depth(other, DoctorConfig()).ok is None
