import numpy as np
import pytest
from raycast import RIG, ball, block, box, observe
from scripted_models import mask_of

from perception.errors import InvalidSettingError, NoDepthError
from perception.fusion import Depths, FusionConfig, place
from perception.grounder import Sighting


def sightings_of(observation, *colours, score=0.5):
    return [
        sighting(camera, mask_of(camera, colour), score)
        for camera in observation.cameras
        for colour in colours
    ]


def sighting(camera, mask, score=0.5):
    v, u = np.nonzero(mask)
    box_px = np.array([u.min(), v.min(), u.max() + 1, v.max() + 1], float)
    return Sighting(camera.name, mask, box_px, score)


def placed(observation, sightings, **config):
    return place(Depths.of(observation.cameras, FusionConfig(**config)), sightings)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_one_thing_in_any_number_of_cameras_is_one_thing_in_its_place(count):
    solid = block("red", 0.5, 0.1, yaw=0.4)
    observation = observe([solid, ball("green", 0.4, -0.2)], RIG[:count])
    things, lost = placed(observation, sightings_of(observation, "red"))
    assert (len(things), lost) == (1, ())
    assert len(things[0].sightings) == count
    # The lowest few millimetres go with the table, half of them are the centre's.
    assert np.linalg.norm(things[0].position - solid.centre) < 0.008


def test_two_equal_things_that_touch_stay_two():
    # Beside each other in the cameras' eyes, so that neither hides the other.
    solids = [block("red", 0.5, 0.0), block("green", 0.5, 0.04)]
    observation = observe(solids)
    things, _ = placed(observation, sightings_of(observation, "red", "green"))
    assert [len(each.sightings) for each in things] == [3, 3]
    assert abs(abs(things[0].position[1] - things[1].position[1]) - 0.04) < 0.006


def test_two_sightings_of_one_camera_are_never_one_thing():
    observation = observe([block("red", 0.5, 0.1)], RIG[:1])
    things, _ = placed(observation, 2 * sightings_of(observation, "red"))
    assert len(things) == 2


def test_the_order_of_the_sightings_does_not_matter():
    observation = observe([block("red", 0.5, 0.1), block("blue", 0.4, -0.1)])
    sightings = sightings_of(observation, "red", "blue")
    ahead, _ = placed(observation, sightings)
    back, _ = placed(observation, sightings[::-1])
    for a, b in zip(ahead, back, strict=True):
        np.testing.assert_allclose(a.box_world, b.box_world)
        assert [s.camera for s in a.sightings] == [s.camera for s in b.sightings]


def test_the_best_sighting_gives_the_score_and_the_best_thing_comes_first():
    observation = observe([block("red", 0.5, 0.1), block("blue", 0.4, -0.1)])
    low = sightings_of(observation, "red", score=0.3)
    high = sightings_of(observation, "blue", score=0.6)
    things, _ = placed(observation, [*low, *high])
    assert [each.score for each in things] == [0.6, 0.3]
    np.testing.assert_allclose(things[0].position[:2], [0.4, -0.1], atol=0.005)


def test_the_table_within_a_mask_is_no_part_of_the_thing():
    solid = block("red", 0.5, 0.1)
    observation = observe([solid])
    grown = []
    for camera in observation.cameras:
        v, u = np.nonzero(mask_of(camera, "red"))
        mask = np.zeros(camera.depth.shape, bool)
        mask[v.min() - 2 : v.max() + 3, u.min() - 2 : u.max() + 3] = True
        grown.append(sighting(camera, mask))
    (thing,), _ = placed(observation, grown)
    assert np.linalg.norm(thing.position - solid.centre) < 0.008


def test_what_hangs_apart_is_no_part_of_the_thing():
    solids = [block("red", 0.5, 0.1), block("red", 0.6, -0.3, side=0.015)]
    observation = observe(solids, RIG[:1])
    (thing,), _ = placed(observation, sightings_of(observation, "red"))
    assert np.linalg.norm(thing.position - solids[0].centre) < 0.01


def test_a_flat_thing_lies_on_the_table_and_is_found():
    observation = observe([box("blue", (0.5, 0.0, 0.0005), (0.1, 0.1, 0.001))])
    (thing,), _ = placed(observation, sightings_of(observation, "blue"))
    np.testing.assert_allclose(thing.position, [0.5, 0.0, 0.0], atol=0.004)


def test_what_lies_outside_the_box_looked_at_has_no_place():
    observation = observe([block("red", 0.5, 0.1)])
    sightings = sightings_of(observation, "red")
    things, lost = placed(observation, sightings, low=(0.6, -0.5, -0.1))
    assert things == ()
    assert list(lost) == sightings


def test_no_depth_at_all_is_an_error_that_names_the_camera():
    observation = observe([block("red", 0.5, 0.1)])
    observation.cameras[1].depth[:] = 0.0
    with pytest.raises(NoDepthError, match=r"'left'.*aligned") as caught:
        Depths.of(observation.cameras, FusionConfig())
    assert caught.value.camera == "left"


def test_a_box_without_room_is_refused():
    with pytest.raises(InvalidSettingError, match="longer than 0"):
        FusionConfig(low=(0.5, 0.0, 0.0), high=(0.5, 1.0, 1.0))
