import numpy as np
import pytest
from raycast import RGB, RIG, ball, block, bowl, box, button, cylinder, drawer, observe

from perception.errors import NoSurfaceError
from perception.observation import NO_BODY, Capsules
from perception.perceiver import Perceiver

MAKERS = {"block": block, "ball": ball, "cylinder": cylinder, "bowl": bowl}


def see(perceiver, *solids, rig=RIG, table=0.0, body=NO_BODY):
    return perceiver.perceive(observe(solids, rig, table), body)


def only(scene, name):
    found = [each for each in scene.objects if each.name == name]
    assert len(found) == 1, scene.names
    return found[0]


def test_the_backend_is_a_perceiver(perceiver):
    assert isinstance(perceiver, Perceiver)


@pytest.mark.parametrize("colour", RGB)
def test_every_colour_is_named_on_a_shaded_block(perceiver, colour):
    scene = see(perceiver, block(colour, 0.5, 0.05, yaw=0.4))
    assert scene.names == (f"{colour} block",)


@pytest.mark.parametrize("shape", MAKERS)
@pytest.mark.parametrize("place", [(0.35, -0.3), (0.5, 0.0), (0.7, 0.25)])
def test_shapes_are_told_apart_and_placed_within_four_millimetres(
    perceiver, shape, place
):
    solid = MAKERS[shape]("red", *place)
    scene = see(perceiver, solid)
    assert scene.names == (f"red {shape}",)
    error = scene.objects[0].position - np.array(solid.centre)
    assert np.linalg.norm(error) < 0.004
    # A pixel is 5 mm wide out there, and half of one may be lost at each end.
    assert np.abs(np.sort(scene.objects[0].size) - np.sort(solid.size)).max() < 0.009


def test_the_order_of_the_cameras_does_not_matter(perceiver):
    solids = [block("red", 0.5, 0.1), ball("green", 0.4, -0.2), bowl("blue", 0.6, -0.1)]
    ahead = see(perceiver, *solids)
    back = see(perceiver, *solids, rig=RIG[::-1])
    assert ahead.names == back.names
    for a, b in zip(ahead.objects, back.objects, strict=True):
        np.testing.assert_allclose(a.position, b.position, atol=1e-6)
        assert a.id == b.id


def test_touching_blocks_of_different_colour_are_two(perceiver):
    scene = see(perceiver, block("red", 0.5, 0.0), block("green", 0.5, 0.04))
    assert sorted(scene.names) == ["green block", "red block"]


def test_touching_black_and_white_are_two(perceiver):
    scene = see(perceiver, block("white", 0.5, 0.0), block("black", 0.5, 0.04))
    assert sorted(scene.names) == ["black block", "white block"]


def test_a_stacked_block_is_its_own_object(perceiver):
    scene = see(perceiver, block("red", 0.5, 0.0), block("green", 0.5, 0.0, z=0.04))
    assert abs(only(scene, "green block").position[2] - 0.06) < 0.004


def test_equal_names_are_numbered(perceiver):
    scene = see(perceiver, block("red", 0.4, 0.0), block("red", 0.6, 0.1))
    assert sorted(scene.names) == ["red block", "red block 2"]


def test_yaw_and_size_follow_the_longer_side(perceiver):
    scene = see(perceiver, box("red", (0.5, 0.0, 0.02), (0.12, 0.05, 0.04), yaw=0.6))
    found = only(scene, "red block")
    assert abs(found.yaw - 0.6) < np.deg2rad(4.0)
    np.testing.assert_allclose(found.size, [0.12, 0.05, 0.04], atol=0.008)


def test_a_button_is_one_object_with_the_colour_and_top_of_its_cap(perceiver):
    scene = see(perceiver, *button("green", 0.45, 0.1))
    found = only(scene, "green button")
    assert len(scene.objects) == 1
    np.testing.assert_allclose(found.position[:2], [0.45, 0.1], atol=0.004)
    assert abs(found.aabb_world[1, 2] - 0.042) < 0.003


@pytest.mark.parametrize("travel", [0.0, 0.05, 0.1, 0.15, 0.19])
def test_a_drawer_is_one_thing_with_a_handle_however_far_it_is_open(perceiver, travel):
    scene = see(perceiver, *drawer(0.62, 0.0, travel=travel))
    assert sorted(each.shape for each in scene.objects) == ["drawer", "handle"]
    owner = next(each for each in scene.objects if each.shape == "drawer")
    handle = only(scene, "black handle")
    assert handle.parent == owner.id
    np.testing.assert_allclose(handle.position, [0.57 - travel, 0, 0.105], atol=0.006)


def test_paint_on_the_table_is_a_zone_and_no_obstacle(perceiver):
    scene = see(perceiver, box("blue", (0.5, 0.0, 0.0005), (0.1, 0.1, 0.001)))
    assert only(scene, "blue zone").size[2] < 0.006
    assert len(scene.points_world) == 0


def test_the_table_is_measured_not_assumed(perceiver):
    scene = see(perceiver, block("red", 0.5, 0.0, z=0.07), table=0.07)
    assert abs(scene.table_height - 0.07) < 0.002
    assert abs(only(scene, "red block").position[2] - 0.09) < 0.004


def test_depth_noise_makes_no_objects(perceiver):
    clean = observe([block("red", 0.5, 0.0)])
    rng = np.random.default_rng(0)
    for camera in clean.cameras:
        camera.depth.setflags(write=True)
        noise = rng.standard_normal(camera.depth.shape).astype(np.float32)
        camera.depth[:] += 0.0015 * noise * (camera.depth > 0)
    scene = perceiver.perceive(clean, NO_BODY)
    assert scene.names == ("red block",)
    away = np.linalg.norm(scene.points_world[:, :2] - [0.5, 0.0], axis=1)
    assert away.max() < 0.05


def test_the_arm_is_left_out(perceiver):
    arm = box("gray", (0.4, 0.0, 0.3), (0.05, 0.05, 0.4))
    body = Capsules(
        np.array([[0.4, 0.0, 0.1]]), np.array([[0.4, 0.0, 0.5]]), np.array([0.036])
    )
    scene = see(perceiver, arm, block("red", 0.6, 0.2), body=body)
    assert scene.names == ("red block",)


def test_masks_show_where_each_object_is(perceiver):
    scene = see(perceiver, block("red", 0.5, 0.0), ball("green", 0.4, -0.2))
    observation = observe([block("red", 0.5, 0.0), ball("green", 0.4, -0.2)])
    red = only(scene, "red block").id
    for camera in observation.cameras:
        pixels = camera.colour[scene.masks[camera.name] == red].astype(int)
        assert len(pixels) > 30
        assert (pixels[:, 0] > 2 * pixels[:, 1]).all()


def test_no_table_is_an_error_with_a_remedy(perceiver):
    observation = observe([])
    for camera in observation.cameras:
        camera.depth.setflags(write=True)
        camera.depth[:] = 0.0
    with pytest.raises(NoSurfaceError, match="check depth"):
        perceiver.perceive(observation, NO_BODY)
