"""What stands on what: columns of blocks and of cups, told from their poses alone.

Lengths in [m]. A block's place is its centre.
"""

from collections.abc import Sequence

import numpy as np

from perception.frames import Vec3
from sims.parts import Block
from sims.world import World

SIDE = Block("red").side
SUPPORTED = 0.5 * SIDE  # between the axes of two blocks, else the upper one tips
LEVEL = 0.008  # off the height that a block on another has
ON_TABLE = 0.01
STILL = 0.02  # [m/s]


def centre(world: World, block: str) -> Vec3:
    """Return the centre of a block."""
    return world.pose(block).apply(np.array([[0.0, 0.0, SIDE / 2]]))[0]


def columns(world: World, blocks: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the blocks as columns, each from the table up."""
    places = {name: centre(world, name) for name in blocks}
    low = [n for n in blocks if abs(places[n][2] - SIDE / 2) < ON_TABLE]
    found: list[tuple[str, ...]] = []
    for name in low:
        column = [name]
        while True:
            above = [n for n in blocks if _on(places[n], places[column[-1]])]
            if not above:
                break
            column.append(above[0])
        found.append(tuple(column))
    return found


def at_rest(world: World, names: Sequence[str], *, still: float = STILL) -> bool:
    """Say whether none of some parts is touched by the arm or moves, `still` [m/s]."""
    return not any(
        world.touched_by_arm(each) or world.speed(each) > still for each in names
    )


def _on(upper: Vec3, lower: Vec3) -> bool:
    aside = float(np.linalg.norm((upper - lower)[:2]))
    return aside < SUPPORTED and bool(abs(upper[2] - lower[2] - SIDE) < LEVEL)
