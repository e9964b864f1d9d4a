import numpy as np
import pytest
from raycast import RIG, ball, block, observe
from scripted_models import FAINT, SURE, ScriptedDetector, ScriptedSegmenter

from perception.backends.hub.config import HubConfig
from perception.backends.hub.grounder import HubGrounder
from perception.errors import (
    InvalidPhraseError,
    InvalidSettingError,
    NoDepthError,
    ObjectNotFoundError,
)
from perception.grounder import Found, Grounder, NotFound, instances_of


def grounder(**config):
    return HubGrounder(ScriptedDetector(), ScriptedSegmenter(), HubConfig(**config))


@pytest.fixture
def solids():
    return [block("red", 0.5, 0.1), ball("green", 0.4, -0.2), block("red", 0.65, -0.1)]


@pytest.fixture
def cameras(solids):
    return observe(solids).cameras


def test_the_backend_is_a_grounder():
    assert isinstance(grounder(), Grounder)


def test_every_instance_of_a_phrase_is_found_in_its_place(cameras, solids):
    red, green = grounder().ground(cameras, ["red block", "green ball"])
    assert (red.phrase, green.phrase) == ("red block", "green ball")
    for found, centres in ((red, (solids[0], solids[2])), (green, (solids[1],))):
        assert isinstance(found, Found)
        assert len(found.instances) == len(centres)
        for solid in centres:
            gaps = [each.position - solid.centre for each in found.instances]
            assert min(np.linalg.norm(gap) for gap in gaps) < 0.008


def test_an_instance_has_a_mask_a_box_and_a_score_in_each_camera_that_sees_it(cameras):
    (green,) = grounder().ground(cameras, ["green ball"])
    (ball_seen,) = green.instances
    assert [each.camera for each in ball_seen.sightings] == [c.name for c in cameras]
    for sighting, camera in zip(ball_seen.sightings, cameras, strict=True):
        v, u = np.nonzero(sighting.mask)
        x0, y0, x1, y1 = sighting.box_px
        assert sighting.mask.shape == camera.depth.shape
        assert x0 <= u.min() <= u.max() <= x1
        assert y0 <= v.min() <= v.max() <= y1
        assert sighting.score == SURE
        assert not sighting.mask.flags.writeable


def test_the_absent_is_not_found_and_the_nearest_are_told(cameras):
    red, blue = grounder(nearest=2).ground(cameras, ["red block", "blue mug"])
    assert isinstance(red, Found)
    assert isinstance(blue, NotFound)
    assert blue.others == ("red block",)
    assert [each.score for each in blue.nearest] == [FAINT, FAINT]
    assert "scores 0.050 only" in str(blue)
    with pytest.raises(ObjectNotFoundError, match="red block") as caught:
        instances_of(blue)
    assert caught.value.phrase == "blue mug"


def test_the_order_of_the_cameras_and_of_the_phrases_does_not_matter(cameras):
    phrases = ["red block", "green ball", "blue mug"]
    ahead = grounder().ground(cameras, phrases)
    back = grounder().ground(cameras[::-1], phrases[::-1])
    for a, b in zip(ahead, back[::-1], strict=True):
        assert (a.phrase, type(a)) == (b.phrase, type(b))
        if isinstance(a, Found):
            for one, other in zip(a.instances, b.instances, strict=True):
                np.testing.assert_allclose(one.box_world, other.box_world, atol=1e-5)


def test_the_detector_sees_all_phrases_and_cameras_at_once(cameras):
    made = grounder()
    made.ground(cameras, ["red block", "green ball"])
    assert made.detector.seen == [(3, ("red block", "green ball"))]


def test_at_most_so_many_boxes_a_phrase_are_taken(cameras):
    (red,) = grounder(most=1).ground(cameras[:1], ["red block"])
    assert len(red.instances) == 1


def test_what_has_no_place_is_no_instance_and_the_reason_is_told(cameras):
    for camera in cameras:
        camera.depth[camera.colour[:, :, 1] > 1.5 * camera.colour[:, :, 0]] = 0.0
    (green,) = grounder().ground(cameras, ["green ball"])
    assert isinstance(green, NotFound)
    assert green.nearest[0].score == SURE
    assert "no depth" in green.nearest[0].why


def test_a_camera_without_depth_is_refused_by_name(cameras):
    cameras[2].depth[:] = 0.0
    with pytest.raises(NoDepthError, match="'right'"):
        grounder().ground(cameras, ["red block"])


@pytest.mark.parametrize("phrase", ["", "  "])
def test_an_empty_phrase_is_refused(cameras, phrase):
    with pytest.raises(InvalidPhraseError, match="empty"):
        grounder().ground(cameras, ["red block", phrase])


def test_no_phrase_has_no_answer_and_no_camera_sees_nothing(cameras):
    assert grounder().ground(cameras, []) == ()
    (red,) = grounder().ground([], ["red block"])
    assert isinstance(red, NotFound)


def test_one_camera_is_enough():
    observation = observe([block("red", 0.5, 0.1)], RIG[:1])
    (red,) = grounder().ground(observation.cameras, ["red block"])
    assert len(instances_of(red)) == 1


@pytest.mark.parametrize(
    "setting",
    [
        {"dtype": "int8"},
        {"threshold": 1.5},
        {"overlap": -0.1},
        {"most": 0},
        {"nearest": -1},
        {"batch": 0},
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(setting):
    with pytest.raises(InvalidSettingError, match=next(iter(setting))):
        HubConfig(**setting)
