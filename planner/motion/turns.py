"""Quaternions wxyz as matrices, without the overhead of general rotations.

A plan asks for a dozen of them; on arrays this small the checks of a general
library cost ten times the arithmetic.
"""

import numpy as np
from jaxtyping import Float


def matrix_of(wxyz: Float[np.ndarray, "4"]) -> Float[np.ndarray, "3 3"]:
    """Return the rotation matrix of a unit quaternion."""
    w, x, y, z = (float(each) for each in wxyz)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def matrices_of(wxyz: Float[np.ndarray, "n 4"]) -> Float[np.ndarray, "n 3 3"]:
    """Return the rotation matrices of unit quaternions."""
    w, v = wxyz[:, 0, None, None], wxyz[:, 1:]
    matrices = np.zeros((len(wxyz), 3, 3))
    x, y, z = v.T
    matrices[:, 0, 1], matrices[:, 0, 2], matrices[:, 1, 2] = -z, y, -x
    matrices[:, 1, 0], matrices[:, 2, 0], matrices[:, 2, 1] = z, -y, x
    matrices *= 2.0 * w
    matrices += 2.0 * v[:, :, None] * v[:, None, :]
    diagonal = np.einsum("nkk->nk", matrices)
    diagonal += (2.0 * w * w - 1.0)[:, 0]
    return matrices
