import numpy as np
from raycast import RIG, ball, block, observe

from perception.observation import Capsules
from perception.point_cloud import at_pixels, flying_pixels, fuse, outside_body, unfuse

BOX = np.array([[-1.0, -1.0, -1.0], [2.0, 2.0, 2.0]])


def is_red(cloud):
    return cloud.colours[:, 0] > 2 * cloud.colours[:, 1].astype(int)


def test_points_lie_on_the_surface_they_were_cast_from():
    cloud = fuse(observe([ball("red", 0.5, 0.0, radius=0.1)]).cameras, BOX)
    red = cloud.points_world[is_red(cloud)]
    gap = np.linalg.norm(red - [0.5, 0.0, 0.1], axis=1) - 0.1
    # Averaging cuts the curve by its sagitta over one pixel, more at the limb.
    assert np.quantile(np.abs(gap), 0.9) < 0.001


def test_normals_point_up_on_the_table_and_out_of_a_ball():
    cloud = fuse(observe([ball("red", 0.5, 0.0, radius=0.1)]).cameras, BOX)
    normals = cloud.normals()
    red = is_red(cloud)
    assert np.median(normals[~red, 2]) > 0.999
    out = (cloud.points_world[red] - [0.5, 0.0, 0.1]) / 0.1
    assert np.median(np.einsum("nk,nk->n", normals[red], out)) > 0.99


def test_the_box_crops():
    low_high = np.array([[0.4, -0.1, -0.1], [0.6, 0.1, 0.1]])
    cloud = fuse(observe([]).cameras, low_high)
    assert len(cloud) > 100
    assert (cloud.points_world >= low_high[0] - 1e-6).all()
    assert (cloud.points_world <= low_high[1] + 1e-6).all()


def test_pixels_survive_the_round_trip_to_images_and_back():
    cameras = observe([block("red", 0.5, 0.0)]).cameras
    cloud = fuse(cameras, BOX)
    values = np.arange(1, len(cloud) + 1)
    images = unfuse(cameras, cloud.pixel, values)
    assert [image.shape for image in images.values()] == [(150, 200)] * len(RIG)
    np.testing.assert_array_equal(at_pixels(list(images.values()), cloud.pixel), values)


def test_a_taken_cloud_keeps_its_neighbours_straight():
    cloud = fuse(observe([block("red", 0.5, 0.0)]).cameras, BOX)
    part = cloud.take(cloud.points_world[:, 2] > 0.01)
    np.testing.assert_array_equal(part.row_of_pixel[part.pixel], np.arange(len(part)))
    a, b = part.touching_pixels(part.normals()).T
    gap = np.linalg.norm(part.points_world[a] - part.points_world[b], axis=1)
    assert len(a) > len(part)
    assert gap.max() < 0.03


def test_only_a_pixel_between_two_surfaces_flies():
    depth = np.full((5, 9), 1.0, dtype=np.float32)
    depth[:, 5:] = 1.5
    assert not flying_pixels(depth).any()
    depth[:, 5] = 1.25
    np.testing.assert_array_equal(np.unique(np.nonzero(flying_pixels(depth))[1]), [5])


def test_the_body_takes_away_its_points_and_its_margin_and_no_more():
    rng = np.random.default_rng(0)
    points = rng.uniform(-0.3, 0.3, (2000, 3))
    body = Capsules(np.zeros((1, 3)), np.array([[0.0, 0.0, 0.1]]), np.array([0.05]))
    outside = outside_body(points, body, 0.02)
    np.testing.assert_array_equal(outside, body.distance(points) > 0.02)
