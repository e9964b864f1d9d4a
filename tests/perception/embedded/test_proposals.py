import numpy as np
import pytest
from raycast import ball, block, bowl, box, observe

from perception.backends.embedded.config import EmbeddedConfig
from perception.backends.embedded.crops import FACTS, PLANES, S, crop
from perception.backends.embedded.proposals import propose
from perception.foreground import Foreground
from perception.observation import NO_BODY

CONFIG = EmbeddedConfig()


def look(*solids):
    observation = observe(solids)
    seen = Foreground.of(observation.cameras, NO_BODY, CONFIG.foreground)
    return observation, seen, propose(seen, CONFIG.proposals)


def of_colour(seen, rgb):
    """Rows whose hue is that of a colour."""
    colours = seen.cloud.colours.astype(float)
    unit = colours / np.linalg.norm(colours, axis=1, keepdims=True)
    return np.flatnonzero(unit @ (np.array(rgb) / np.linalg.norm(rgb)) > 0.98)


def best(proposals, rows):
    both = [len(np.intersect1d(each, rows)) for each in proposals]
    return max(
        b / (len(each) + len(rows) - b) for b, each in zip(both, proposals, strict=True)
    )


def test_what_stands_alone_is_proposed_as_it_is():
    _, seen, proposals = look(block("red", 0.5, 0.1), bowl("blue", 0.6, -0.2))
    assert best(proposals, of_colour(seen, (215, 25, 25))) > 0.95
    assert best(proposals, of_colour(seen, (30, 70, 215))) > 0.95


def test_of_what_touches_each_and_all_together_are_proposed():
    _, seen, proposals = look(block("red", 0.5, 0.0), block("blue", 0.5, 0.04))
    red, blue = of_colour(seen, (215, 25, 25)), of_colour(seen, (30, 70, 215))
    for rows in (red, blue, np.concatenate([red, blue])):
        assert best(proposals, rows) > 0.9


@pytest.mark.parametrize("yaw", [0.0, 0.4, 1.3])
def test_what_reaches_out_thin_from_something_broad_is_proposed_without_it(yaw):
    pan = box("red", (0.5, 0.0, 0.015), (0.16, 0.20, 0.03), yaw)
    away = 0.13 * np.array([np.cos(yaw), np.sin(yaw)])
    at = (0.5 + away[0], away[1], 0.015)
    handle = box("red", at, (0.10, 0.024, 0.02), yaw)
    _, seen, proposals = look(pan, handle)
    along = (seen.cloud.points_world[:, :2] - [0.5, 0.0]) @ away / 0.13
    rows = np.flatnonzero(along > 0.085)
    assert best(proposals, rows) > 0.7


def test_none_is_proposed_twice_nor_is_next_to_nothing():
    proposals = look(block("red", 0.5, 0.0), ball("blue", 0.5, 0.06))[2]
    for i, one in enumerate(proposals):
        assert len(one) >= CONFIG.foreground.min_points
        assert len(np.unique(one)) == len(one)
        others = proposals[:i] + proposals[i + 1 :]
        assert best(others, one) < CONFIG.proposals.same


def test_a_crop_shows_the_thing_by_its_mask_in_every_camera_that_sees_it():
    observation, seen, proposals = look(block("red", 0.5, 0.1), block("red", 0.4, -0.2))
    crops = crop(seen, observation.cameras, proposals)
    assert crops.planes().shape == (len(crops), PLANES, S, S)
    assert crops.facts.shape == (len(crops), FACTS)
    assert set(crops.proposal) == set(range(len(proposals)))
    for near in crops.near:
        mask = near[3] > 0
        assert 0.1 < mask.mean() < 0.8
        red, green = near[0][mask].mean(), near[1][mask].mean()
        assert red > 3 * green


def test_measures_do_not_depend_on_how_far_the_camera_is():
    observation, seen, proposals = look(block("red", 0.45, 0.1, side=0.05))
    crops = crop(seen, observation.cameras, proposals)
    of_one = crops.facts[crops.proposal == 0].astype(int)
    assert len(of_one) == len(observation.cameras)
    ours = np.r_[:9, 10:FACTS]  # the side of the crop is the camera's
    assert np.ptp(of_one[:, ours], axis=0).max() == 0
    assert abs(of_one[0, 2] - 255 * 0.05 / 0.4) < 6  # height


@pytest.mark.parametrize("count", [0, 3])
def test_no_proposal_makes_no_crop(count):
    observation, seen, proposals = look(block("red", 0.5, 0.1))
    few = crop(seen, observation.cameras, proposals[:count])
    assert len(few) == (count and len(few))
    assert few.planes().shape[1:] == (PLANES, S, S)
