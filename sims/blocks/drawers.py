"""Closing one of three drawers, stacked or side by side.

Lengths in [m]; the drawers open toward the robot, along -x.
"""

import numpy as np

from perception.frames import Pose
from sims.blocks.moving import Builder
from sims.blocks.templates import Wish
from sims.checks import AtEnd, Check
from sims.furniture import Cabinet
from sims.tasks.layout import standing
from sims.world import World

SHUT = 0.015  # [m] of travel that still counts as closed
UNTOUCHED = 0.03  # [m] that the other drawers may move
NAMES = ("cabinet-a", "cabinet-b", "cabinet-c")
ROW = Cabinet(width=0.17, depth=0.22, height=0.12, travel=0.16)
STACKED = Cabinet(width=0.22, depth=0.22, height=0.11, travel=0.16)
SPACING = 0.23  # [m] between the middles of drawers side by side


def close_drawer(
    world: World, rng: np.random.Generator, wish: Wish, colours: tuple[str, ...]
) -> tuple[Check, ...]:
    """Close the drawer that is meant to 1.5 cm; the others move by 3 cm at most.

    It stands open by 9 to 13 cm; the others are shut. The hand may push it or the
    handle, gripping it or not.
    """
    del colours
    assert wish.deixis is not None
    deixis = wish.deixis
    poses = _stack(rng) if deixis.stacked else _row(rng)
    part = STACKED if deixis.stacked else ROW
    for name, pose in zip(NAMES, poses, strict=True):
        world.add(name, part, pose)
    asked = NAMES[deixis.index]
    world.set_joint(asked, float(rng.uniform(0.09, 0.13)))
    others = {name: world.joint(name) for name in NAMES if name != asked}

    def alone(world: World) -> bool:
        shifts = [abs(world.joint(name) - was) for name, was in others.items()]
        return max(shifts) <= UNTOUCHED

    return (
        AtEnd("moved", lambda w: w.joint(asked) < 0.08),
        AtEnd("shut", lambda w: w.joint(asked) <= SHUT),
        AtEnd("no other", alone),
    )


def _row(rng: np.random.Generator) -> list[Pose]:
    """Return places from the left of a person who faces the robot: -y first."""
    front = rng.uniform(0.60, 0.63)
    aside = rng.uniform(-0.02, 0.02)
    places = [np.array([front, aside + SPACING * k]) for k in (-1, 0, 1)]
    return [standing(each) for each in places]


def _stack(rng: np.random.Generator) -> list[Pose]:
    place = standing(rng.uniform((0.68, -0.10), (0.71, 0.10)), rng.uniform(-0.1, 0.1))
    return [
        Pose(place.position + np.array([0.0, 0.0, k * STACKED.height]), place.wxyz)
        for k in range(3)
    ]


DRAWERS: dict[str, Builder] = {"close-drawer": close_drawer}
