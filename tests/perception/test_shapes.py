import numpy as np
import pytest

from perception.shapes import measure, shape_word


def boxed(rng, length, width, height, *, n=1500, yaw=0.0):
    """Return points on the top and the sides of a box that stands on z = 0."""
    points = rng.uniform(-0.5, 0.5, (n, 3)) * (length, width, height)
    face = rng.integers(0, 3, n)
    for axis, half in ((0, length / 2), (1, width / 2)):
        rows = face == axis
        points[rows, axis] = half * rng.choice([-1.0, 1.0], rows.sum())
    points[face == 2, 2] = height / 2
    c, s = np.cos(yaw), np.sin(yaw)
    points[:, :2] = points[:, :2] @ np.array([[c, s], [-s, c]])
    return points + np.array([0.5, 0.1, height / 2])


def turned(rng, radius_at, height, n=2500):
    """Return points of a surface turned about z: radius as a function of height."""
    z, angle = rng.uniform(0.0, height, n), rng.uniform(0.0, 2 * np.pi, n)
    r = radius_at(z)
    return np.column_stack([r * np.cos(angle), r * np.sin(angle), z])


def lid(rng, radius, z, n=800):
    angle, r = rng.uniform(0, 2 * np.pi, n), radius * np.sqrt(rng.uniform(0, 1, n))
    return np.column_stack([r * np.cos(angle), r * np.sin(angle), np.full(n, z)])


def look(points):
    return measure(points, points[:, 2])


@pytest.mark.parametrize("yaw", np.deg2rad([-80, -45, -20, 0, 30, 60, 90]))
def test_a_box_gets_its_sides_and_its_yaw_back(yaw):
    found = look(boxed(np.random.default_rng(0), 0.12, 0.05, 0.04, yaw=yaw))
    np.testing.assert_allclose(found.size, [0.12, 0.05, 0.04], atol=0.004)
    turn = (found.yaw - yaw + np.pi / 2) % np.pi - np.pi / 2
    assert abs(turn) < np.deg2rad(2.5)
    assert -np.pi / 2 < found.yaw <= np.pi / 2


@pytest.mark.parametrize("scale", [0.7, 1.0, 1.6])
def test_solids_have_their_words_at_any_scale(scale):
    rng = np.random.default_rng(1)
    radius = 0.03 * scale

    def ball_radius(z):
        return np.sqrt(np.maximum(radius**2 - (z - radius) ** 2, 0.0))

    ball = turned(rng, ball_radius, 2 * radius)
    can = turned(rng, lambda z: radius + 0 * z, 2 * radius)
    can = np.concatenate([can, lid(rng, radius, 2 * radius)])
    bowl = turned(rng, lambda z: 1.2 * radius + z, 1.6 * radius)
    cap = turned(rng, lambda z: np.where(z < radius, 2, 1) * radius, 1.8 * radius)
    cap = np.concatenate([cap, lid(rng, radius, 1.8 * radius)])
    block = boxed(rng, 2 * radius, 2 * radius, 2 * radius)
    words = [shape_word(look(each)) for each in (ball, can, bowl, cap, block)]
    assert words == ["ball", "cylinder", "bowl", "button", "block"]


def test_what_lies_flat_is_a_zone_or_a_line():
    rng = np.random.default_rng(2)
    square, strip = boxed(rng, 0.1, 0.1, 0.001), boxed(rng, 0.3, 0.02, 0.001)
    assert [shape_word(look(each)) for each in (square, strip)] == ["zone", "line"]


def test_round_things_have_no_yaw():
    rng = np.random.default_rng(3)
    assert look(lid(rng, 0.05, 0.02)).yaw == 0.0
