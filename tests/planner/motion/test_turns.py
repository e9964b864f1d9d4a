import numpy as np
from scipy.spatial.transform import Rotation

from planner.motion.turns import matrices_of, matrix_of


def test_matrices_are_those_of_general_rotations(rng):
    turns = Rotation.random(50, rng=rng)
    wxyz = turns.as_quat(scalar_first=True)
    np.testing.assert_allclose(matrices_of(wxyz), turns.as_matrix(), atol=1e-12)
    np.testing.assert_allclose(matrix_of(wxyz[0]), turns[0].as_matrix(), atol=1e-12)
