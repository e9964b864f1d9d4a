import numpy as np
import pytest

from perception.errors import NoSurfaceError
from perception.support import fit_support


def table(rng, slope=(0.0, 0.0), z=0.0, n=6000, noise=0.001):
    xy = rng.uniform((0.1, -0.5), (0.9, 0.5), (n, 2))
    height = xy @ np.array(slope) + z + noise * rng.standard_normal(n)
    return np.column_stack([xy, height])


@pytest.mark.parametrize("z", [-0.05, 0.0, 0.3])
@pytest.mark.parametrize("slope", [(0.0, 0.0), (0.02, -0.01)])
def test_the_plane_is_found_under_clutter_that_covers_a_third(z, slope):
    rng = np.random.default_rng(0)
    clutter = table(rng, slope, z, 3000)
    clutter[:, 2] += rng.uniform(0.02, 0.2, 3000)
    plane = fit_support(np.concatenate([table(rng, slope, z), clutter]))
    np.testing.assert_allclose(plane.slope, slope, atol=0.003)
    assert abs(plane.z_at(np.array([0.5, 0.0])) - (0.5 * slope[0] + z)) < 0.0015


def test_heights_count_from_the_plane_that_was_fitted():
    rng = np.random.default_rng(1)
    plane = fit_support(table(rng, (0.02, 0.0), 0.1))
    raised = table(rng, (0.02, 0.0), 0.15, noise=0.0)
    np.testing.assert_allclose(plane.height(raised), 0.05, atol=0.001)


def test_scattered_points_are_no_table():
    rng = np.random.default_rng(2)
    with pytest.raises(NoSurfaceError):
        fit_support(rng.uniform(-1, 1, (500, 3)))
    with pytest.raises(NoSurfaceError):
        fit_support(np.zeros((5, 3)))
