import numpy as np
import pytest

from perception.fronts import front_normal
from perception.shapes import measure


def turned(points, yaw):
    c, s = np.cos(yaw), np.sin(yaw)
    return points @ np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])


def face(low, high, rng, count):
    """Points all over a flat box, as noisy as a depth camera's."""
    points = rng.uniform(low, high, (count, 3))
    return points + rng.normal(scale=0.001, size=points.shape)


def seen_drawer(travel, rng):
    """What shows of a drawer that looks along -x: its front, tray and one side."""
    front = face((-travel, -0.15, 0.1), (-travel, 0.15, 0.2), rng, 600)
    floor = face((-travel, -0.14, 0.11), (0.0, 0.14, 0.11), rng, int(3000 * travel))
    wall = face((-travel, 0.14, 0.11), (0.0, 0.14, 0.17), rng, int(1000 * travel))
    bar = face((-travel - 0.08, -0.02, 0.18), (-travel - 0.06, 0.02, 0.19), rng, 60)
    return np.concatenate([front, floor, wall]), bar


@pytest.mark.parametrize("yaw_deg", range(-90, 91, 15))
@pytest.mark.parametrize("travel", [0.0, 0.1, 0.2])
def test_a_front_looks_where_its_face_does_however_it_stands(travel, yaw_deg):
    rng = np.random.default_rng(0)
    yaw = np.deg2rad(yaw_deg)
    drawer, bar = (turned(each, yaw) for each in seen_drawer(travel, rng))
    cabinet, handle = (measure(each, each[:, 2]) for each in (drawer, bar))
    normal = front_normal(cabinet, drawer, handle)
    out = turned(np.array([[-1.0, 0.0, 0.0]]), yaw)[0]
    assert np.rad2deg(np.arccos(np.clip(normal @ out, -1.0, 1.0))) < 1.5


def test_where_no_face_shows_the_box_tells_the_side():
    rng = np.random.default_rng(0)
    lid = face((0.0, -0.1, 0.2), (0.3, 0.1, 0.2), rng, 500)
    bar = face((-0.08, -0.02, 0.17), (-0.06, 0.02, 0.18), rng, 60)
    normal = front_normal(measure(lid, lid[:, 2]), lid, measure(bar, bar[:, 2]))
    np.testing.assert_allclose(normal, [-1.0, 0.0, 0.0], atol=1e-9)
