"""Where to a person may move a thing: free places, free ways there, things at rest.

Places are (x, y) on the table's top in the world frame, in [m].
"""

from collections.abc import Callable

import numpy as np

from sims.tasks.layout import LOWER, REACH, UPPER
from sims.world import World

TRIES = 20  # places that are looked at, each time
HAND_ROOM = 0.13  # [m] that a moved thing keeps from the hand above the table
THING_ROOM = 0.02  # [m] that it keeps from other things' footprints
NEAR_HAND = 0.08  # [m] nearer to the fingertips than that a thing is theirs
OVER_THING = 0.05  # [m] a hand farther above it than that is in nobody's way
REST = 0.02  # [m/s]

Where = Callable[[World, str, np.random.Generator], np.ndarray | None]
Allowed = Callable[[World, np.ndarray], bool]


def is_busy(world: World, name: str) -> bool:
    """Say whether the arm has to do with a thing, or it moves already."""
    apart = world.panda.T_world_ee.position - world.pose(name).position
    own = world.body(name).model.footprint
    near = np.linalg.norm(apart) < min(own, NEAR_HAND) + NEAR_HAND
    return bool(near or world.touched_by_arm(name) or world.speed(name) > REST)


def anywhere(world: World, place: np.ndarray) -> bool:
    """Say that a place is allowed."""
    del world, place
    return True


def aside(nearest: float, farthest: float, allowed: Allowed = anywhere) -> Where:
    """Return what finds a free place at a distance, with a free way there."""

    def where(world: World, name: str, rng: np.random.Generator) -> np.ndarray | None:
        here = world.pose(name).position[:2]
        for _ in range(TRIES):
            angle = rng.uniform(-np.pi, np.pi)
            way = np.array([np.cos(angle), np.sin(angle)])
            place = here + rng.uniform(nearest, farthest) * way
            if (
                ((place >= LOWER) & (place <= UPPER)).all()
                and np.linalg.norm(place) < REACH
                and is_way_free(world, name, place)
                and allowed(world, place)
            ):
                return place
        return None

    return where


def is_way_free(world: World, name: str, place: np.ndarray) -> bool:
    """Say whether a thing meets neither another nor the hand on a straight way."""
    here = world.pose(name).position[:2]
    own = world.body(name).model.footprint
    hand = world.panda.T_world_ee.position
    low = hand[2] < world.bullet.top(world.body(name).id) + OVER_THING
    if low and distance_to_way(hand[:2], here, place) < own + HAND_ROOM:
        return False
    for other in world.names:
        if other in ("table", name):
            continue
        there = world.pose(other).position[:2]
        need = own + world.body(other).model.footprint + THING_ROOM
        # What stands nearer already may stay so, but not come nearer.
        need = min(need, float(np.linalg.norm(there - here)) - 1e-6)
        if distance_to_way(there, here, place) < need:
            return False
    return True


def distance_to_way(p: np.ndarray, start: np.ndarray, end: np.ndarray) -> float:
    """Return the distance of a point from a straight line between two others."""
    way = end - start
    share = float(np.clip((p - start) @ way / max(float(way @ way), 1e-12), 0.0, 1.0))
    return float(np.linalg.norm(p - start - share * way))
