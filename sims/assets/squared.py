"""Square things to look at, or to be solid as convex hulls, as OBJ text.

A profile is (half a side, height), both in [m], from the bottom up.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

CORNERS = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])


def squared(profile: Sequence[tuple[float, float]]) -> str:
    """Return the OBJ text of squares over each other, closed at both ends."""
    rings = [np.c_[half * CORNERS, np.full(4, z)] for half, z in profile]
    faces = [
        np.stack([low[k], low[(k + 1) % 4], high[(k + 1) % 4], high[k]])
        for low, high in pairwise(rings)
        for k in range(4)
    ]
    faces += [rings[-1], rings[0][::-1]]
    lines: list[str] = []
    for number, face in enumerate(faces):
        across = np.cross(face[2] - face[0], face[3] - face[1])
        x, y, z = across / np.linalg.norm(across)
        lines += [f"v {px:.6f} {py:.6f} {pz:.6f}" for px, py, pz in face.tolist()]
        lines += [f"vn {x:.5f} {y:.5f} {z:.5f}"]
        a, n = 4 * number + 1, number + 1
        lines += [f"f {a}//{n} {a + i}//{n} {a + i + 1}//{n}" for i in (1, 2)]
    return "\n".join(lines) + "\n"
