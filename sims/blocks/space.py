"""Regions of the table and sides of blocks, as the judge sees them.

World frame, [m]. The words are those of a person who faces the robot: front +x,
right +y, as in `perception.directions`. Blocks are upright cubes of side `SIDE`.
"""

import numpy as np

from perception.directions import direction
from perception.frames import Vec3
from sims.parts import Block
from sims.world import World

SIDE = Block("red").side
MIDDLE = np.array([0.50, 0.0])  # of the part of the table that is worked on
HALF = np.array([0.17, 0.22])  # from there to where a region is surely meant
INSIDE = 0.05  # [m] past the middle lines that counts as in a region
NEAREST, FARTHEST = 0.03, 0.20  # [m] beside a block, from its centre
ABOVE = 0.20  # [m] over a block, at most


def centre_of(region: str) -> np.ndarray:
    """Return (x, y) of a place that is surely in a region."""
    return MIDDLE + HALF * _signs(region)


def depth_in(region: str, p_world: Vec3) -> float:
    """Return how far a point is past the middle lines of a region, [m]; < 0 outside."""
    past = (p_world[:2] - MIDDLE) * _signs(region)
    return float(past[_signs(region) != 0.0].min())


def is_beside(side: str, p_world: Vec3, block_world: Vec3) -> bool:
    """Say whether a point is at a side of a block.

    It lies 3 to 20 cm from the block's centre along that axis (above: 0 to 20 cm
    over its top), and aside of the axis by no more than it lies along it, or 5 cm.
    """
    axis = direction(side)
    away = p_world - block_world
    along = float(away @ axis)
    aside = away - along * axis
    if side == "top":
        over = along - SIDE / 2
        return 0.0 <= over <= ABOVE and bool(np.linalg.norm(aside) <= SIDE)
    level = np.linalg.norm(aside[:2]) <= max(along, 0.05)
    low = aside[2] <= max(along, 0.10)
    return bool(NEAREST <= along <= FARTHEST and level and low)


def gap_to_block(p_world: Vec3, T_block: tuple[Vec3, np.ndarray]) -> float:
    """Return the distance from a point to the surface of a block, [m]."""
    centre, rotation = T_block
    local = np.abs(rotation.T @ (p_world - centre)) - SIDE / 2
    return float(np.linalg.norm(np.maximum(local, 0.0)))


def block_at(world: World, name: str) -> tuple[Vec3, np.ndarray]:
    """Return a block's centre and rotation."""
    pose = world.pose(name)
    return pose.apply(np.array([[0.0, 0.0, SIDE / 2]]))[0], pose.rotation


def _signs(region: str) -> np.ndarray:
    """Return the signs of (x, y) of a region, 0 where either will do."""
    words = region.split()
    named = [word for word in words if word in ("left", "right", "front", "back")]
    return np.sum([direction(word)[:2] for word in named], axis=0)
