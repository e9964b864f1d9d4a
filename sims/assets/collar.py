"""An upright pipe, out of boxes: what is solid of a skirt, a socket, a holder."""

import math

import numpy as np

from sims.assets.urdf import Shape

WALLS = 16


def collar(inside: float, outside: float, low: float, high: float) -> tuple[Shape, ...]:
    """Return a pipe about the z axis, from a height to another, in [m].

    It has flat sides: `inside` is what fits in, `outside` what it reaches to.
    """
    thick = outside - inside
    across = 2.0 * outside * math.tan(math.pi / WALLS)
    size, r, z = (thick, across, high - low), inside + thick / 2, (low + high) / 2
    return tuple(
        Shape(
            "box",
            size,
            xyz=(r * math.cos(angle), r * math.sin(angle), z),
            rpy=(0.0, 0.0, float(angle)),
            shown=False,
        )
        for angle in 2.0 * math.pi * np.arange(WALLS) / WALLS
    )
