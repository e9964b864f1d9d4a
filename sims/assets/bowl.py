"""A round bowl: a smooth hollow mesh to look at, a ring of boxes to bump into.

The bowl's frame has its origin at the centre of its foot, z up.
"""

import math

import numpy as np

from sims.assets.turned import turned
from sims.assets.urdf import Shape

WALLS = 20
THICKNESS = 0.005  # [m]


def bowl_shapes(radius: float, height: float, file: str) -> tuple[Shape, ...]:
    """Return what is drawn and what is solid; `radius` is the rim's outside."""
    foot = 0.55 * radius
    slope = math.atan2(radius - foot, height)  # from the vertical
    length = math.hypot(radius - foot, height)
    middle = (radius + foot) / 2 - THICKNESS
    lift = THICKNESS * math.sin(slope) / 2  # their lower corners stay above the foot
    side = 2.1 * radius * math.tan(math.pi / WALLS)
    walls: list[Shape] = []
    for angle in 2 * math.pi * np.arange(WALLS) / WALLS:
        xyz = (middle * math.cos(angle), middle * math.sin(angle), height / 2 + lift)
        rpy = (0.0, slope, float(angle))
        size = (THICKNESS, side, length)
        walls.append(Shape("box", size, xyz=xyz, rpy=rpy, shown=False))
    floor = Shape(
        "cylinder", (foot, THICKNESS), xyz=(0.0, 0.0, THICKNESS / 2), shown=False
    )
    return (Shape("mesh", file=file, solid=False), floor, *walls)


def bowl_mesh(radius: float, height: float) -> str:
    """Return the OBJ text of the bowl: out from the foot, up, over the rim, in."""
    foot = 0.55 * radius
    outside = [(foot + (radius - foot) * s**0.8, height * s) for s in (0.0, 0.5, 1.0)]
    inside = [(r - THICKNESS, max(z, THICKNESS)) for r, z in reversed(outside)]
    return turned([(0.0, 0.0), *outside, *inside, (0.0, THICKNESS)])
