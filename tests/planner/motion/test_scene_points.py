import numpy as np
import pytest
from scipy.spatial import KDTree

from planner.motion.lattice import Lattice
from planner.motion.scene_points import ScenePoints
from planner.value_maps import VoxelGrid

GRID = VoxelGrid((0.0, -0.5, 0.0), (1.0, 0.5, 0.8))


@pytest.fixture(params=[0.03, 0.0125])
def lattice(request):
    return Lattice.over(GRID, request.param)


@pytest.mark.parametrize("spread", [0.0, 0.4])
@pytest.mark.parametrize("need", [0.02, 0.075, 0.2])
def test_distances_are_exact_where_they_matter(lattice, rng, spread, need):
    low, high = np.array([0.0, -0.5, 0.0]), np.array([1.0, 0.5, 0.8])
    points = rng.uniform(low - spread, high + spread, (3000, 3))
    places = rng.uniform(low - 0.5, high + 0.5, (50, 7, 3))
    truth = KDTree(points).query(places)[0]
    told = ScenePoints.of(points, lattice).distance(places, np.array(need))
    near = truth < need
    assert near.any()
    np.testing.assert_allclose(told[near], truth[near], atol=1e-9)
    assert (told[~near] >= need).all()


def test_each_place_may_have_its_own_need(lattice, rng):
    points = rng.uniform(GRID.lower, GRID.upper, (500, 3))
    places = rng.uniform(GRID.lower, GRID.upper, (300, 3))
    need = rng.uniform(0.0, 0.12, 300)
    truth = KDTree(points).query(places)[0]
    told = ScenePoints.of(points, lattice).distance(places, need)
    np.testing.assert_array_equal(told < need, truth < need)


@pytest.mark.parametrize("spread", [0.0, 0.4])
def test_own_points_can_be_left_out(lattice, rng, spread):
    low, high = np.array([0.0, -0.5, 0.0]), np.array([1.0, 0.5, 0.8])
    points = rng.uniform(low - spread, high + spread, (2000, 3))
    own = rng.random(2000) < 0.5
    places = rng.uniform(low - 0.3, high + 0.3, (400, 3))
    scene, need = ScenePoints.of(points, lattice, own), np.array(0.08)
    for kept, told in (
        (points, scene.distance(places, need)),
        (points[~own], scene.distance(places, need, own=False)),
    ):
        truth = KDTree(kept).query(places)[0]
        np.testing.assert_array_equal(told < need, truth < need)


def test_an_empty_scene_is_far_from_everything(lattice):
    scene = ScenePoints.of(np.zeros((0, 3)), lattice)
    assert (scene.distance(np.zeros((4, 3)), np.array(0.3)) >= 0.3).all()
