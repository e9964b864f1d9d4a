"""Round things to look at: a profile turned about the z axis, as OBJ text.

`r` is a distance from the axis, `z` a height, both in [m]. The renderer rounds the
edges of its own cylinders; here each piece of the profile keeps its own normals.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

SEGMENTS = 24


def turned(profile: Sequence[tuple[float, float]]) -> str:
    """Return the OBJ text of a profile of (r, z), the outside on its right hand."""
    angles = 2 * math.pi * np.arange(SEGMENTS) / SEGMENTS
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)  # (S, 2)
    lines: list[str] = []
    faces: list[str] = []
    for (r0, z0), (r1, z1) in pairwise(profile):
        first = 2 * SEGMENTS * (len(faces) // (2 * SEGMENTS)) + 1
        length = math.hypot(r1 - r0, z1 - z0)
        out, up = (z1 - z0) / length, (r0 - r1) / length
        for x, y in ring:
            lines += [
                f"v {r0 * x:.6f} {r0 * y:.6f} {z0:.6f}",
                f"v {r1 * x:.6f} {r1 * y:.6f} {z1:.6f}",
                *[f"vn {out * x:.5f} {out * y:.5f} {up:.5f}"] * 2,
            ]
        for k in range(SEGMENTS):
            a, b = first + 2 * k, first + 2 * ((k + 1) % SEGMENTS)
            faces += [_face(a, b, b + 1), _face(a, b + 1, a + 1)]
    return "\n".join(lines + faces) + "\n"


def _face(*corners: int) -> str:
    return "f " + " ".join(f"{k}//{k}" for k in corners)


def drum(radius: float, bottom: float, top: float) -> str:
    """Return the OBJ text of a standing cylinder."""
    return turned([(0.0, bottom), (radius, bottom), (radius, top), (0.0, top)])
