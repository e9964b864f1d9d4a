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
