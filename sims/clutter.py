"""Things that stand in the way, and what of all things the arm touched.

Clutter is grey and of no use to any instruction: tall cylinders and low ones, set
where they leave the task itself doable.
"""

import numpy as np

from sims.parts import Cylinder
from sims.tasks.layout import LOWER, REACH, UPPER, standing
from sims.world import World

NAME = "clutter"
GAP = 0.09  # [m] from the rim of whatever else stands there: half a hand
DRAWER_WAY = 0.35  # [m] before a cabinet that its drawer and the hand need
TRIES = 200


def add_clutter(world: World, rng: np.random.Generator, count: int) -> int:
    """Put up to `count` cylinders where there is room; return how many."""
    placed = 0
    for _ in range(TRIES):
        if placed == count:
            break
        tall = rng.random() < 0.5
        part = Cylinder(
            "gray" if tall else "white",
            radius=float(rng.uniform(0.018, 0.03)),
            height=float(rng.uniform(0.10, 0.20) if tall else rng.uniform(0.04, 0.08)),
        )
        place = rng.uniform(LOWER, UPPER)
        if np.linalg.norm(place) < REACH and _is_free(world, place, part.radius):
            world.add(f"{NAME} {placed + 1}", part, standing(place))
            placed += 1
    return placed


def _is_free(world: World, place: np.ndarray, radius: float) -> bool:
    for name in world.names:
        if name == "table":
            continue
        other = world.pose(name).position[:2]
        reach = world.body(name).model.footprint + radius + GAP
        if np.linalg.norm(place - other) < reach:
            return False
        before = other - place
        if "cabinet" in name and 0 < before[0] < DRAWER_WAY and abs(before[1]) < 0.22:
            return False
    hand = world.panda.T_world_ee.position[:2]
    return bool(np.linalg.norm(place - hand) > 0.15)


class ContactLog:
    """Notes every part that any link of the arm touches; a hook of the world."""

    def __init__(self, world: World):
        self._touched: set[str] = set()
        world.on_step(self._look)

    @property
    def touched(self) -> tuple[str, ...]:
        """Names of the parts touched so far."""
        return tuple(sorted(self._touched))

    def _look(self, world: World) -> None:
        self._touched |= world.all_touched_by_arm()
