import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from perception.doctor.table import find_table


def sheet(rng, tilt_deg=0.0, z=0.0, noise=0.0, count=3000):
    flat = np.zeros((count, 3))
    flat[:, :2] = rng.uniform(-0.4, 0.4, (count, 2))
    flat[:, 2] = noise * rng.standard_normal(count)
    turn = Rotation.from_euler("x", tilt_deg, degrees=True).as_matrix()
    return flat @ turn.T + [0.5, 0.0, z]


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("tilt", [0.0, 1.0, 3.0, 15.0, 28.0])
@pytest.mark.parametrize("z", [-0.2, 0.0, 0.4])
def test_height_tilt_and_noise_are_those_of_the_plane(rng, tilt, z):
    points = np.concatenate([sheet(rng, tilt, z, 0.002), rng.random((900, 3))])
    table = find_table(points, 30.0)
    assert table.tilt_deg == pytest.approx(tilt, abs=0.2)
    assert table.z_at(np.array([0.5, 0.0])) == pytest.approx(z, abs=0.001)
    assert table.residual == pytest.approx(0.002, rel=0.2)
    assert table.share == pytest.approx(3000 / 3900, abs=0.06)


def test_a_wall_is_no_table(rng):
    assert find_table(sheet(rng, 90.0), 30.0) is None


def test_few_points_are_no_table(rng):
    assert find_table(sheet(rng, count=50), 30.0) is None


def test_of_scaled_points_it_is_the_scaled_plane(rng):
    points = np.concatenate([sheet(rng, 2.0, -0.7, 0.001), rng.random((900, 3))])
    metres = find_table(points, 30.0, 0.01)
    millimetres = find_table(1e3 * points, 30.0, 10.0)
    assert millimetres.offset == pytest.approx(1e3 * metres.offset)
    np.testing.assert_allclose(millimetres.normal, metres.normal, atol=1e-9)
