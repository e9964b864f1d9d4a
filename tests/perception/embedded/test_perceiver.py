import numpy as np
import pytest
from raycast import RIG, block, bowl, drawer, observe
from scripted_looks import ColourLooks

from perception.backends.embedded.grounder import EmbeddedGrounder
from perception.backends.embedded.perceiver import EmbeddedPerceiver
from perception.errors import InvalidPhraseError
from perception.grounder import Found, Grounder, NotFound
from perception.grounding import ground
from perception.observation import NO_BODY
from perception.perceiver import Perceiver
from perception.tracker import Tracker

SOLIDS = [block("red", 0.5, 0.1), block("blue", 0.4, -0.2), bowl("red", 0.65, -0.1)]


@pytest.fixture
def perceiver():
    return EmbeddedPerceiver(ColourLooks())


@pytest.fixture
def grounder(perceiver):
    return EmbeddedGrounder(perceiver)


def test_they_are_what_they_say(perceiver, grounder):
    assert isinstance(perceiver, Perceiver)
    assert isinstance(grounder, Grounder)
    assert perceiver.name == grounder.name == "embedded"


def test_things_have_the_names_that_the_model_gives(perceiver):
    scene = perceiver.perceive(observe(SOLIDS), NO_BODY)
    assert sorted(scene.names) == ["blue block", "red block", "red bowl"]
    for camera, mask in scene.masks.items():
        assert set(np.unique(mask)) <= {0, 1, 2, 3}, camera


def test_the_models_own_judgement_is_asked_for_a_programs_words(perceiver):
    scene = perceiver.perceive(observe(SOLIDS), NO_BODY)
    assert [each.name for each in ground(scene, "red thing")] == [
        "red block",
        "red bowl",
    ]
    (found,) = ground(scene, "the block nearest to the bowl")
    assert found.name == "red block"


def test_what_the_model_takes_for_nothing_is_there_all_the_same(perceiver):
    class Blind(ColourLooks):
        def likely(self, texts, looks):
            return np.zeros((len(texts), len(looks)))

    blind = EmbeddedPerceiver(Blind()).perceive(observe(SOLIDS), NO_BODY)
    seen = perceiver.perceive(observe(SOLIDS), NO_BODY)
    assert len(blind.objects) == len(seen.objects)
    for camera, mask in seen.masks.items():
        np.testing.assert_array_equal(mask > 0, blind.masks[camera] > 0)


def test_the_order_of_the_cameras_does_not_matter(perceiver):
    ahead = perceiver.perceive(observe(SOLIDS), NO_BODY)
    back = perceiver.perceive(observe(SOLIDS, RIG[::-1]), NO_BODY)
    assert ahead.names == back.names


def test_looks_and_the_reader_stay_while_things_are_tracked(perceiver):
    tracker = Tracker(perceiver)
    for step in range(3):
        moved = [block("red", 0.5 + 0.02 * step, 0.1), *SOLIDS[1:]]
        scene = tracker.update(observe(moved, time=0.1 * step), NO_BODY)
        assert [each.name for each in ground(scene, "blue thing")] == ["blue block"]


def test_each_phrase_is_found_or_abstained_from(grounder):
    cameras = observe(SOLIDS).cameras
    phrases = ["red block", "the leftmost block", "green bowl", "blocks"]
    red, left, green, both = grounder.ground(cameras, phrases)
    assert isinstance(red, Found) and len(red.instances) == 1
    assert np.linalg.norm(red.instances[0].position - [0.5, 0.1, 0.02]) < 0.01
    assert isinstance(left, Found)
    assert left.instances[0].position[1] < 0.0
    assert isinstance(green, NotFound)
    assert green.nearest and "blocks" in green.others
    assert isinstance(both, Found) and len(both.instances) == 2


def test_an_instance_has_its_parts_within_its_masks(grounder):
    cameras = observe(drawer(0.62, 0.0)).cameras
    scene = grounder.perceiver.perceive(observe(drawer(0.62, 0.0)), NO_BODY)
    owners = {each.parent for each in scene.objects if each.parent is not None}
    for phrase in {each.colour for each in scene.objects if each.id in owners}:
        (found,) = grounder.ground(cameras, [phrase])
        assert isinstance(found, Found)


@pytest.mark.parametrize("phrase", ["", "  ", "the"])
def test_a_phrase_that_says_nothing_is_refused(grounder, phrase):
    with pytest.raises(InvalidPhraseError):
        grounder.ground(observe(SOLIDS).cameras, [phrase])


def test_no_phrase_and_no_camera_find_nothing(grounder):
    assert grounder.ground(observe(SOLIDS).cameras, []) == ()
    (found,) = grounder.ground([], ["red block"])
    assert isinstance(found, NotFound)
