"""Where one object is to another: the relation words of a phrase.

A relation gives a cost in [m], lowest first, or None where it does not hold.
Directions are those of `perception.directions`.
"""

from collections.abc import Callable
from types import MappingProxyType

import numpy as np

from perception.directions import direction
from perception.scene import Object3D

Relation = Callable[[Object3D, Object3D], float | None]

BESIDE = 0.12  # [m] between the boxes
TOUCHING = 0.025  # [m]
SIDEWAYS = 0.01  # [m] further that way at least


def _gap(a: Object3D, b: Object3D) -> float:
    low_a, high_a = a.aabb_world
    low_b, high_b = b.aabb_world
    apart = np.maximum(np.maximum(low_a - high_b, low_b - high_a), 0.0)
    return float(np.linalg.norm(apart))


def _toward(word: str) -> Relation:
    axis = direction(word)

    def cost(a: Object3D, b: Object3D) -> float | None:
        apart = a.position - b.position
        return float(np.linalg.norm(apart)) if apart @ axis > SIDEWAYS else None

    return cost


def _beside(a: Object3D, b: Object3D) -> float | None:
    gap = _gap(a, b)
    return gap if gap < BESIDE else None


def _nearness(a: Object3D, b: Object3D) -> float | None:
    return float(np.linalg.norm(a.position - b.position))


def _farness(a: Object3D, b: Object3D) -> float | None:
    return -float(np.linalg.norm(a.position - b.position))


def _over(a: Object3D, b: Object3D) -> bool:
    low, high = b.aabb_world[:, :2]
    return bool(((a.position[:2] > low) & (a.position[:2] < high)).all())


def _on(a: Object3D, b: Object3D) -> float | None:
    gap = abs(a.aabb_world[0, 2] - b.aabb_world[1, 2])
    return float(gap) if _over(a, b) and gap < TOUCHING else None


def _in(a: Object3D, b: Object3D) -> float | None:
    low, high = b.aabb_world[:, 2]
    inside = _over(a, b) and low - TOUCHING < a.aabb_world[0, 2] < high - SIDEWAYS
    smaller = bool((np.sort(a.size)[:2] < np.sort(b.size)[1:]).all())
    return _nearness(a, b) if inside and smaller else None


def _above(a: Object3D, b: Object3D) -> float | None:
    rise = float(a.aabb_world[0, 2] - b.aabb_world[1, 2])
    return abs(rise) if _over(a, b) and rise > -TOUCHING else None


def _below(a: Object3D, b: Object3D) -> float | None:
    return _above(b, a)


def part_of(a: Object3D, b: Object3D) -> float | None:
    """Return 0 if `a` is a part of `b`."""
    return 0.0 if a.parent == b.id else None


_PHRASES: dict[Relation, tuple[str, ...]] = {
    _toward("left"): ("to the left of", "on the left of", "left of"),
    _toward("right"): ("to the right of", "on the right of", "right of"),
    _toward("front"): ("in front of",),
    _toward("back"): ("at the back of", "in back of", "behind"),
    _beside: ("next to", "beside", "near to", "close to", "near", "by"),
    _nearness: ("nearest to", "closest to", "nearest", "closest"),
    _farness: ("farthest from", "furthest from", "far from"),
    _on: ("on top of", "on", "upon", "onto"),
    _in: ("inside of", "inside", "within", "into", "in"),
    _above: ("above", "over"),
    _below: ("underneath", "beneath", "below", "under"),
    part_of: ("of", "on the side of"),
}

RELATIONS = MappingProxyType(
    {
        tuple(phrase.split()): relation
        for relation, phrases in _PHRASES.items()
        for phrase in phrases
    }
)
