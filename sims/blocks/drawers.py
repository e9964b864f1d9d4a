"""Closing one of three drawers, stacked or side by side.

Lengths in [m]; those side by side open toward the robot, along -x.
"""

import numpy as np

from sims.blocks.moving import Builder
from sims.blocks.templates import Wish
from sims.checks import AtEnd, Check
from sims.chests import LEVELS, Chest, aside
from sims.furniture import Cabinet
from sims.tasks.layout import standing
from sims.world import World

SHUT = 0.015  # [m] of travel that still counts as closed
UNTOUCHED = 0.03  # [m] that the other drawers may move
CHEST = "chest"
ROW = ("cabinet-a", "cabinet-b", "cabinet-c")  # from the left of who faces the robot
BESIDE = Cabinet(width=0.17, depth=0.22, height=0.12, travel=0.16)
SPACING = 0.23  # [m] between the middles of drawers side by side
_Drawer = tuple[str, str]  # a body, and its link


def close_drawer(
    world: World, rng: np.random.Generator, wish: Wish, colours: tuple[str, ...]
) -> tuple[Check, ...]:
    """Close the drawer that is meant to 1.5 cm; the others move by 3 cm at most.

    It stands open by 9 to 13 cm; the others are shut. The hand may push it or the
    handle, gripping it or not.
    """
    del colours
    assert wish.deixis is not None
    drawers = _stack(world, rng) if wish.deixis.stacked else _row(world, rng)
    asked = drawers[wish.deixis.index]
    world.set_joint(asked[0], float(rng.uniform(0.09, 0.13)), asked[1])
    others = {each: world.joint(*each) for each in drawers if each != asked}

    def alone(world: World) -> bool:
        shifts = [abs(world.joint(*each) - was) for each, was in others.items()]
        return max(shifts) <= UNTOUCHED

    return (
        AtEnd("moved", lambda w: w.joint(*asked) < 0.08),
        AtEnd("shut", lambda w: w.joint(*asked) <= SHUT),
        AtEnd("no other", alone),
    )


def _row(world: World, rng: np.random.Generator) -> list[_Drawer]:
    """Put three cabinets side by side, from the left of who faces the robot: -y."""
    front, middle = rng.uniform(0.60, 0.63), rng.uniform(-0.02, 0.02)
    for k, name in enumerate(ROW):
        place = np.array([front, middle + SPACING * (k - 1)])
        world.add(name, BESIDE, standing(place))
    return [(name, "drawer") for name in ROW]


def _stack(world: World, rng: np.random.Generator) -> list[_Drawer]:
    """Put a chest, the lowest drawer first."""
    world.add(CHEST, Chest(), aside(rng))
    return [(CHEST, level) for level in LEVELS]


DRAWERS: dict[str, Builder] = {"close-drawer": close_drawer}
