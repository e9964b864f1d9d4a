"""Which of the things seen now is which of the things known before."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float
from scipy.optimize import linear_sum_assignment

from perception.scene import Object3D

GATE = 0.15  # [m] an object moves at most so far between two observations
LEAP = 0.60  # [m] unless nothing else looks like it
STILL = 0.02  # [m]
GROWN = 1.4  # times as long, and
NOISE = 0.01  # [m] more: that is no change of the light
REPAINTED = 0.5  # what another colour costs
SMALL = 0.035  # [m] of so few pixels the shape word is a guess
ALIKE = 0.4  # [log] mean difference between sizes that are
FORBIDDEN = 1e6

Cost = Float[np.ndarray, "k s"]  # known by seen


def associate(known: Sequence[Object3D], seen: Sequence[Object3D]) -> dict[int, int]:
    """Return, for each index of `seen` that is known, the index of `known`.

    Near ones first; what is left may have leapt if colour and shape agree.
    """
    if not known or not seen:
        return {}
    distance = _distance(known, seen)
    pairs = _assign(_near_cost(known, seen, distance))
    leap = _leap_cost(known, seen, distance)
    leap[list(pairs.values())] = FORBIDDEN
    leap[:, list(pairs)] = FORBIDDEN
    return pairs | _assign(leap)


def owners(
    known: Sequence[Object3D], seen: Sequence[Object3D], pairs: Mapping[int, int]
) -> dict[int, int]:
    """Return the same for what is not in `pairs` and has a part that is.

    A drawer may seem another one once it is shut; its handle is still its handle.
    """
    known_at = {each.id: i for i, each in enumerate(known)}
    seen_at = {each.id: j for j, each in enumerate(seen)}
    found: dict[int, int] = {}
    for j, i in pairs.items():
        owner_j = seen_at.get(seen[j].parent or 0)
        owner_i = known_at.get(known[i].parent or 0)
        if owner_j is None or owner_i is None:
            continue
        if owner_j not in {*pairs, *found}:
            if owner_i not in {*pairs.values(), *found.values()}:
                found[owner_j] = owner_i
    return found


def recognise(lost: Sequence[Object3D], seen: Sequence[Object3D]) -> dict[int, int]:
    """Return the same for what was lost from sight, however far off it was."""
    if not lost or not seen:
        return {}
    cost = np.where(_alike(lost, seen), _distance(lost, seen), FORBIDDEN)
    return _assign(cost + np.where(_agree(lost, seen, "shape"), 0.0, 0.1))


def _assign(cost: Cost) -> dict[int, int]:
    rows, columns = linear_sum_assignment(cost)
    return {
        int(j): int(i)
        for i, j in zip(rows, columns, strict=True)
        if cost[i, j] < FORBIDDEN
    }


def _near_cost(
    known: Sequence[Object3D], seen: Sequence[Object3D], distance: Cost
) -> Cost:
    same_colour = _agree(known, seen, "colour")
    cost = distance / GATE + 0.3 * np.abs(_growth(known, seen)).mean(axis=2)
    cost += 0.3 * ~_agree(known, seen, "shape") + REPAINTED * ~same_colour
    # Light may change the word, but only for a thing that stays where it is, and as
    # large as it is: what pushes it away comes to its place, too.
    cost[distance > np.where(same_colour, GATE, STILL)] = FORBIDDEN
    cost[~same_colour & _has_grown(known, seen)] = FORBIDDEN
    return cost


def _leap_cost(
    known: Sequence[Object3D], seen: Sequence[Object3D], distance: Cost
) -> Cost:
    same = _agree(known, seen, "colour") & _agree(known, seen, "shape")
    may = (same | _alike(known, seen)) & (distance < LEAP)
    return np.where(may, distance, FORBIDDEN)


def _alike(
    known: Sequence[Object3D], seen: Sequence[Object3D]
) -> Bool[np.ndarray, "k s"]:
    """Say which are of one colour, one size, and one shape unless they are small."""
    apart = np.asarray(np.abs(_growth(known, seen)).mean(axis=2))
    same_size = (apart < ALIKE) & _agree(known, seen, "colour")
    small = _sizes(known).max(axis=1) < SMALL
    return same_size & (_agree(known, seen, "shape") | small[:, None])


def _distance(known: Sequence[Object3D], seen: Sequence[Object3D]) -> Cost:
    places = np.array([each.position for each in known])
    apart = places[:, None] - np.array([each.position for each in seen])
    return np.linalg.norm(apart, axis=2)


def _growth(
    known: Sequence[Object3D], seen: Sequence[Object3D]
) -> Float[np.ndarray, "k s 3"]:
    return np.log((_sizes(seen)[None] + NOISE) / (_sizes(known)[:, None] + NOISE))


def _has_grown(
    known: Sequence[Object3D], seen: Sequence[Object3D]
) -> Bool[np.ndarray, "k s"]:
    most = GROWN * _sizes(known)[:, None] + NOISE
    return np.asarray((_sizes(seen)[None] > most).any(axis=2))


def _sizes(things: Sequence[Object3D]) -> Float[np.ndarray, "n 3"]:
    return np.array([each.size for each in things])


def _agree(
    known: Sequence[Object3D],
    seen: Sequence[Object3D],
    word: Literal["colour", "shape"],
) -> Bool[np.ndarray, "k s"]:
    ours = np.array([getattr(each, word) for each in known])
    return ours[:, None] == np.array([getattr(each, word) for each in seen])
