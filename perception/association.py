"""Which of the things seen now is which of the things known before."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float
from scipy.optimize import linear_sum_assignment

from perception.scene import Object3D

GATE = 0.15  # [m] an object moves at most so far between two observations
LEAP = 0.60  # [m] unless nothing else looks like it
STILL = 0.02  # [m]
FORBIDDEN = 1e6

Cost = Float[np.ndarray, "k s"]  # known by seen


def associate(known: Sequence[Object3D], seen: Sequence[Object3D]) -> dict[int, int]:
    """Return, for each index of `seen` that is known, the index of `known`.

    Near ones first; what is left may have leapt if colour and shape agree.
    """
    if not known or not seen:
        return {}
    places = np.array([each.position for each in known])
    apart = places[:, None] - np.array([each.position for each in seen])
    distance = np.linalg.norm(apart, axis=2)
    pairs = _assign(_near_cost(known, seen, distance))
    leap = _leap_cost(known, seen, distance)
    leap[list(pairs.values())] = FORBIDDEN
    leap[:, list(pairs)] = FORBIDDEN
    return pairs | _assign(leap)


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
    sizes = np.array([each.size for each in known])[:, None]
    growth = np.log((sizes + 0.01) / (np.array([each.size for each in seen]) + 0.01))
    cost = distance / GATE + 0.3 * np.abs(growth).mean(axis=2)
    cost += 0.3 * ~_agree(known, seen, "shape")
    # Light may change the word, but only for a thing that stays where it is.
    cost[distance > np.where(same_colour, GATE, STILL)] = FORBIDDEN
    return cost


def _leap_cost(
    known: Sequence[Object3D], seen: Sequence[Object3D], distance: Cost
) -> Cost:
    alike = _agree(known, seen, "colour") & _agree(known, seen, "shape")
    return np.where(alike & (distance < LEAP), distance, FORBIDDEN)


def _agree(
    known: Sequence[Object3D],
    seen: Sequence[Object3D],
    word: Literal["colour", "shape"],
) -> Bool[np.ndarray, "k s"]:
    ours = np.array([getattr(each, word) for each in known])
    return ours[:, None] == np.array([getattr(each, word) for each in seen])
