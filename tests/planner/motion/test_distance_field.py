import numpy as np
import pytest
from scipy.spatial import KDTree

from planner.map_reading import all_cells
from planner.motion.arm_model import hand_spheres
from planner.motion.distance_field import DistanceField
from planner.motion.lattice import Lattice
from planner.motion.turns import matrix_of
from planner.value_maps import VoxelGrid
from tests.planner.conftest import DOWN

GRID = VoxelGrid((0.0, -0.5, 0.0), (1.0, 0.5, 0.8))
SIDEWAYS = np.array([0.5, 0.5, 0.5, -0.5])


def cells_of(lattice):
    return all_cells(np.zeros(3, int), np.array(lattice.shape))


@pytest.fixture(params=[0.03, 0.0125, 0.05])
def lattice(request):
    return Lattice.over(GRID, request.param)


@pytest.fixture
def points(rng):
    """Some in the box, some just outside it, some far away."""
    near = rng.uniform([-0.13, -0.63, -0.13], [1.13, 0.63, 0.93], (40, 3))
    return np.vstack([near, [[5.0, 0.0, 0.0]]])


def test_distances_are_those_between_cells_up_to_the_reach(lattice, points):
    field = DistanceField.of(lattice, points)
    cells = cells_of(lattice)
    of_points = np.floor((points - np.array(lattice.lower)) / lattice.cell)
    truth = KDTree(of_points).query(cells)[0]
    told = field.at(lattice.to_world(cells)) / lattice.cell
    near = truth <= field.reach
    np.testing.assert_allclose(told[near], truth[near], atol=1e-4)
    assert (told[~near] >= field.reach).all()


def test_places_off_the_cells_are_never_told_too_far(lattice, points, rng):
    field = DistanceField.of(lattice, points)
    places = rng.uniform([-0.6, -1.0, -0.6], [1.6, 1.0, 1.4], (500, 3))
    close = points[:-1]  # the last lies farther off than the cells go
    truth = KDTree(close).query(places)[0]
    reach = field.reach * lattice.cell
    told = np.minimum(field.at(places), reach) - np.sqrt(3.0) * lattice.cell
    assert (told <= truth + 1e-9).all()


@pytest.mark.parametrize("wxyz", [DOWN, SIDEWAYS])
def test_clearance_is_the_least_of_the_spheres(lattice, points, wxyz):
    field, hand = DistanceField.of(lattice, points), hand_spheres(0.08)
    cells = cells_of(lattice)
    of_points = np.floor((points - np.array(lattice.lower)) / lattice.cell)
    tree = KDTree(of_points)
    offsets = np.rint(hand.centre @ matrix_of(wxyz).T / lattice.cell)
    truth = np.min(
        [
            tree.query(cells + offset)[0] * lattice.cell - radius
            for offset, radius in zip(offsets, hand.radius, strict=True)
        ],
        axis=0,
    )
    told = field.clearance(hand, wxyz).reshape(-1)
    most = field.reach * lattice.cell - hand.radius.max()
    told, truth = np.minimum(told, most), np.minimum(truth, most)
    low, high = (f(cells[:, None] + offsets, axis=1) for f in (np.min, np.max))
    on = (low >= -field.reach) & (high < np.array(lattice.shape) + field.reach)
    on = on.all(axis=1)  # what would be farther off the cells is not asked
    np.testing.assert_allclose(told[on], truth[on], atol=1e-5)
    assert (told >= truth - 1e-5).all()


def test_where_nothing_is_everything_is_far(lattice):
    field = DistanceField.of(lattice, np.zeros((0, 3)))
    assert (field.at(lattice.to_world(cells_of(lattice))) >= 0.13).all()
