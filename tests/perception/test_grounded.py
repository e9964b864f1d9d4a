import numpy as np
import pytest
from raycast import RIG, ball, block, box, drawer, observe
from scripted_models import ScriptedDetector, ScriptedSegmenter

from perception.backends.grounded import GroundedPerceiver
from perception.backends.hub.config import HubConfig
from perception.backends.hub.grounder import HubGrounder
from perception.errors import InvalidSettingError
from perception.grounding import ground
from perception.observation import NO_BODY, Capsules
from perception.perceiver import Perceiver
from perception.tracker import Tracker


def perceiver(*phrases, **config):
    grounder = HubGrounder(ScriptedDetector(), ScriptedSegmenter(), HubConfig(**config))
    return GroundedPerceiver(grounder, phrases)


@pytest.fixture
def observation():
    return observe([block("red", 0.5, 0.1), ball("green", 0.4, -0.2)])


def test_it_is_a_perceiver_that_reports_its_grounder():
    made = perceiver("red toaster")
    assert isinstance(made, Perceiver)
    assert made.name == "hub"


def test_what_is_found_has_the_name_it_was_found_by(observation):
    scene = perceiver("red toaster").perceive(observation, NO_BODY)
    assert scene.names == ("red toaster", "green ball")
    toaster, _ = scene.objects
    assert np.linalg.norm(toaster.position - [0.5, 0.1, 0.02]) < 0.004
    assert toaster.score == 0.8


def test_what_is_not_found_leaves_the_scene_as_it_was(observation):
    made = perceiver("blue toaster")
    scene, rest = (each.perceive(observation, NO_BODY) for each in (made, made.rest))
    assert scene.names == rest.names
    for camera in observation.cameras:
        np.testing.assert_array_equal(
            scene.masks[camera.name] > 0, rest.masks[camera.name] > 0
        )


def test_a_program_finds_it_by_words_that_only_the_scene_knows(observation):
    scene = perceiver("red coffee machine").perceive(observation, NO_BODY)
    for phrase in (
        "coffee machine",
        "the red coffee machine",
        "coffee machines",
        "leftmost coffee machine",
        "the coffee machine to the right of the green ball",
        "red thing",
    ):
        (found,) = ground(scene, phrase)
        assert found.shape == "coffee machine"
    (found,) = ground(scene, "the ball nearest to the coffee machine")
    assert found.name == "green ball"


def test_names_and_ids_are_unique_and_masks_show_them():
    solids = [
        block("red", 0.5, 0.1),
        block("red", 0.65, -0.1),
        ball("green", 0.4, -0.2),
    ]
    observation = observe(solids)
    scene = perceiver("red block").perceive(observation, NO_BODY)
    assert sorted(scene.names) == ["green ball", "red block", "red block 2"]
    assert sorted(each.id for each in scene.objects) == [1, 2, 3]
    for camera in observation.cameras:
        seen = set(np.unique(scene.masks[camera.name])) - {0}
        assert seen == {1, 2, 3}


def test_the_order_of_the_cameras_does_not_matter():
    solids = [
        block("red", 0.5, 0.1),
        block("red", 0.65, -0.1),
        ball("green", 0.4, -0.2),
    ]
    ahead = perceiver("red fork").perceive(observe(solids), NO_BODY)
    back = perceiver("red fork").perceive(observe(solids, RIG[::-1]), NO_BODY)
    assert ahead.names == back.names
    for a, b in zip(ahead.objects, back.objects, strict=True):
        assert a.id == b.id
        np.testing.assert_allclose(a.position, b.position, atol=1e-5)


def test_one_thing_found_by_two_phrases_is_one_thing(observation):
    scene = perceiver("red block", "red brick").perceive(observation, NO_BODY)
    assert scene.names == ("red block", "green ball")


def test_a_handle_has_its_drawer_as_parent_and_looks_its_way():
    observation = observe(drawer(0.62, 0.0))
    scene = perceiver("white drawer", "black handle").perceive(observation, NO_BODY)
    by_name = {each.name: each for each in scene.objects}
    handle, owner = by_name["black handle"], by_name["white drawer"]
    assert handle.parent == owner.id
    np.testing.assert_allclose(handle.normal, [-1.0, 0.0, 0.0], atol=0.05)
    np.testing.assert_allclose(handle.position, [0.57, 0.0, 0.105], atol=0.008)
    assert ground(scene, "drawer handle") == (handle,)


def test_the_arm_has_no_name_whatever_the_grounder_takes_it_for():
    arm = box("gray", (0.4, 0.0, 0.3), (0.05, 0.05, 0.4))
    body = Capsules(
        np.array([[0.4, 0.0, 0.1]]), np.array([[0.4, 0.0, 0.5]]), np.array([0.036])
    )
    observation = observe([arm, block("red", 0.6, 0.2)])
    scene = perceiver("gray bottle").perceive(observation, body)
    assert scene.names == ("red block",)


def test_names_stay_while_things_are_tracked():
    tracker = Tracker(perceiver("red coffee machine"))
    for step in range(4):
        solids = [block("red", 0.5 + 0.02 * step, 0.1), ball("green", 0.4, -0.2)]
        scene = tracker.update(observe(solids, time=0.1 * step), NO_BODY)
        assert sorted(scene.names) == ["green ball", "red coffee machine"]
        (found,) = ground(scene, "coffee machine")
        assert np.linalg.norm(found.position - solids[0].centre) < 0.005


def test_no_phrase_is_refused():
    with pytest.raises(InvalidSettingError, match="no phrase"):
        perceiver()
