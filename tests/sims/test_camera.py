import time
from dataclasses import replace

import numpy as np
import pytest

from perception.frames import Pose
from sims.assets.colours import COLOURS
from sims.bullet import Light
from sims.camera import VIEWPOINTS, Rig, RigConfig, render, render_view
from sims.depth_sensor import PERFECT
from sims.furniture import Cabinet, Table
from sims.parts import Block
from sims.tasks.layout import standing
from sims.world import World

CLEAN = RigConfig(sensor=PERFECT)


def back_projected(camera):
    """Points of all pixels in the world, (h, w, 3)."""
    k = camera.intrinsics
    height, width = camera.depth.shape
    u, v = np.meshgrid(np.arange(width), np.arange(height))
    rays = np.stack(
        [(u - k.cx) / k.fx, (v - k.cy) / k.fy, np.ones_like(u, dtype=float)], axis=-1
    )
    points = (rays * camera.depth[..., None]).reshape(-1, 3).astype(float)
    return camera.T_world_cam.apply(points).reshape(height, width, 3)


def shows(rig, name, what):
    seen = rig.segmentation(name)
    numbers = [number for number, each in seen.names.items() if each == what]
    return np.isin(seen.ids, numbers)


@pytest.fixture
def scene(world):
    world.add("block", Block("red"), standing(np.array([0.5, 0.1])))
    return world


@pytest.mark.parametrize("index", range(len(VIEWPOINTS)))
def test_pixels_of_the_table_lie_on_it_and_those_of_a_block_on_the_block(scene, index):
    rig = Rig(scene, CLEAN)
    camera = rig.capture()[index]
    points = back_projected(camera)
    table = points[shows(rig, camera.name, "table")]
    on_top = table[np.abs(table[:, 2]) < 0.02]  # not the slab's rim
    assert len(on_top) > 0.95 * len(table) > 5000
    assert np.abs(on_top[:, 2]).max() < 0.002
    block = points[shows(rig, camera.name, "block")]
    assert block[:, 2].max() == pytest.approx(0.04, abs=0.001)
    half = np.abs(block[:, :2] - [0.5, 0.1]).max(axis=0)
    assert (half < 0.0205).all()
    assert (half > 0.016).all()


@pytest.mark.parametrize("view", VIEWPOINTS, ids=lambda view: view.name)
def test_every_camera_sees_the_whole_workspace(view):
    x, y, z = np.meshgrid([0.25, 0.80], [-0.40, 0.40], [0.0, 0.05])
    corners = np.stack([x.ravel(), y.ravel(), z.ravel()], axis=1)
    at_cam = view.T_world_cam.inverse().apply(corners)
    k, (width, height) = view.intrinsics, view.size
    u = at_cam[:, 0] / at_cam[:, 2] * k.fx + k.cx
    v = at_cam[:, 1] / at_cam[:, 2] * k.fy + k.cy
    assert ((u > 0) & (u < width - 1) & (v > 0) & (v < height - 1)).all()


def test_a_block_covers_sixty_pixels_in_the_nearest_camera(scene):
    rig = Rig(scene)
    assert max(shows(rig, view.name, "block").sum() for view in VIEWPOINTS) >= 60


def test_depth_noise_is_seeded_and_a_millimetre_at_a_metre(scene):
    clean = Rig(scene, CLEAN).capture()[0].depth
    noisy = Rig(scene).capture()[0].depth
    again = Rig(scene).capture()[0].depth
    np.testing.assert_array_equal(noisy, again)
    seen = clean > 0.0
    assert (noisy[~seen] == 0.0).all()
    sigma = ((noisy - clean)[seen] / clean[seen] ** 2).std()
    assert sigma == pytest.approx(0.001, rel=0.05)


def test_noise_differs_from_picture_to_picture_and_seed_to_seed():
    with World(1) as one, World(2) as two:
        rig = Rig(one)
        first, second = rig.capture()[0].depth, rig.capture()[0].depth
        assert not np.array_equal(first, second)
        assert not np.array_equal(first, Rig(two).capture()[0].depth)


def test_segmentation_names_bodies_and_their_links(scene):
    scene.add("cabinet", Cabinet(), standing(np.array([0.6, -0.1])))
    seen = Rig(scene).segmentation("left")
    expected = {
        "panda",
        "table",
        "block",
        "cabinet",
        "cabinet/drawer",
        "cabinet/handle",
    }
    assert expected <= set(seen.names.values())
    assert set(np.unique(seen.ids)) - {0} == set(seen.names)


def test_segmentation_is_that_of_the_last_picture(scene):
    rig = Rig(scene)
    rig.capture()
    before = shows(rig, "front", "block")
    assert before.any()
    scene.teleport("block", standing(np.array([0.5, -0.1])))
    np.testing.assert_array_equal(shows(rig, "front", "block"), before)
    rig.capture()
    now = shows(rig, "front", "block")
    assert now.any() and not (now & before).any()
    np.testing.assert_array_equal(now, shows(Rig(scene), "front", "block"))


@pytest.mark.parametrize("colour", [c for c in COLOURS if c != "white"])
def test_a_block_has_the_hue_of_its_name(world, colour):
    world.add("block", Block(colour), standing(np.array([0.5, 0.1])))
    rig = Rig(world)
    pixels = rig.capture()[0].colour[shows(rig, "front", "block")] / 255.0
    brightest = pixels[pixels.sum(axis=1).argmax()]
    table = {name: np.array(rgba[:3]) for name, rgba in COLOURS.items()}
    nearest = min(table, key=lambda name: np.abs(table[name] - brightest).sum())
    assert nearest == colour


def test_the_stage_view_shows_arm_and_block_in_any_size(scene):
    picture = render_view(scene, 320, 240)
    assert picture.shape == (240, 320, 3)
    red = (picture[..., 0] > 120) & (picture[..., 1] < 60) & (picture[..., 2] < 60)
    assert red.sum() > 20


def test_a_rig_takes_the_viewpoints_it_is_given(scene):
    small = replace(VIEWPOINTS[0], name="tiny", size=(64, 48), focal=60.0)
    (camera,) = Rig(scene, RigConfig(viewpoints=(small,))).capture()
    assert camera.name == "tiny"
    assert camera.colour.shape == (48, 64, 3)


def test_three_pictures_take_less_than_80_ms(scene):
    rig = Rig(scene)
    rig.capture()

    def once():
        start = time.perf_counter()
        rig.capture()
        return time.perf_counter() - start

    # The best of several: the machine may be busy with something else.
    assert min(once() for _ in range(5)) < 0.080


def test_a_pose_of_a_viewpoint_looks_at_its_target():
    for view in VIEWPOINTS:
        target = view.T_world_cam.inverse().apply(np.array([view.target]))[0]
        np.testing.assert_allclose(target[:2], 0.0, atol=1e-9)
        assert target[2] > 0.5
        assert isinstance(view.T_world_cam, Pose)


def test_the_table_drawn_once_is_the_table_drawn_with_what_stands_on_it(scene):
    """A picture made in one go, of a world with a table that is shown, is the same."""
    view, light = VIEWPOINTS[0], Light(direction=(-0.5, 0.2, 1.0))
    apart = render(scene, view, light)
    scene.add("shown", Table(solid=False), Pose.identity())
    together = render(scene, view, light)
    np.testing.assert_array_equal(apart.colour, together.colour)
    np.testing.assert_array_equal(apart.depth, together.depth)
    seen = np.unique(together.segments)
    assert scene.body("shown").id in seen
    assert scene.body("table").id not in seen
