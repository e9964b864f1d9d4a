import numpy as np
import pytest

from perception.scene import Object3D
from planner.motion.handle import Handle, direction_of

DOWN = np.array([0.0, 1.0, 0.0, 0.0])


def thing(points, shape):
    return Object3D(1, shape, "red", shape, points, np.zeros(3), 0.0, np.ones(3))


def handle(rng, yaw, along):
    """A bar 9 cm before a front that looks along -x, all turned about the robot."""
    c, s = np.cos(yaw), np.sin(yaw)
    turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    bar = rng.uniform(-0.009, 0.009, (300, 3)) + rng.uniform(-0.06, 0.06, (300, 1)) * (
        np.array(along)
    )
    front = rng.uniform([0.0, -0.15, -0.2], [0.016, 0.15, 0.1], (800, 3))
    bar += np.array([0.56, 0.0, 0.2])
    front += np.array([0.65, 0.05, 0.2])
    return Handle.of(thing(bar @ turn.T, "handle"), thing(front @ turn.T, "drawer"))


@pytest.mark.parametrize("yaw", [-0.4, 0.0, 0.3])
@pytest.mark.parametrize("along", [(0.0, 0.0, 1.0), (0.0, 1.0, 0.0)])
def test_the_frame_looks_out_of_the_front_and_up(rng, yaw, along):
    found = handle(rng, yaw, along)
    out = [-np.cos(yaw), -np.sin(yaw), 0.0]
    assert found.T_world_part.rotation[:, 0] @ out > np.cos(np.deg2rad(4.0))
    np.testing.assert_allclose(found.T_world_part.rotation[:, 2], [0, 0, 1], atol=1e-9)
    assert found.upright is (along[2] == 1.0)


@pytest.mark.parametrize("slant", [0.5, 1.1])
@pytest.mark.parametrize("along", [(0.0, 0.0, 1.0), (0.0, 1.0, 0.0)])
def test_a_grasp_comes_from_outside_and_above_with_the_fingers_across_the_bar(
    rng, slant, along
):
    found = handle(rng, 0.2, along)
    grasp = found.grasp(slant, DOWN)
    approach = grasp.rotation[:, 2]
    assert approach[2] == pytest.approx(-np.sin(slant), abs=1e-6)
    assert approach @ found.T_world_part.rotation[:, 0] < 0.0
    assert abs(grasp.rotation[:, 1] @ found.axis) < 0.1
    other = found.grasp(slant, grasp.turned_by(np.array([0.0, 0.0, np.pi])).wxyz)
    np.testing.assert_allclose(other.rotation[:, 0], -grasp.rotation[:, 0], atol=1e-6)


def test_the_direction_of_points_is_that_of_their_spread(rng):
    axis = np.array([0.6, 0.0, 0.8])
    points = rng.normal(size=(200, 1)) * axis + 0.01 * rng.normal(size=(200, 3))
    assert abs(direction_of(points) @ axis) > 0.999
