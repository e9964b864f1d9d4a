"""Which of the things seen now is which of the things known before."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from perception.scene import Object3D

GATE = 0.15  # [m] an object moves at most so far between two observations
LEAP = 0.60  # [m] unless nothing else looks like it
FORBIDDEN = 1e6


def associate(known: Sequence[Object3D], seen: Sequence[Object3D]) -> dict[int, int]:
    """Return, for each index of `seen` that is known, the index of `known`.

    Near ones first; what is left may have leapt if colour and shape agree.
    """
    pairs = _assign(known, seen, _near_cost)
    left_known = [i for i in range(len(known)) if i not in pairs.values()]
    left_seen = [j for j in range(len(seen)) if j not in pairs]
    leaps = _assign(
        [known[i] for i in left_known], [seen[j] for j in left_seen], _leap_cost
    )
    return pairs | {left_seen[j]: left_known[i] for j, i in leaps.items()}


def _assign(known: Sequence[Object3D], seen: Sequence[Object3D], cost_of):
    cost = np.array([[cost_of(a, b) for b in seen] for a in known])
    if cost.size == 0:
        return {}
    rows, columns = linear_sum_assignment(cost)
    return {
        int(j): int(i)
        for i, j in zip(rows, columns, strict=True)
        if cost[i, j] < FORBIDDEN
    }


def _near_cost(a: Object3D, b: Object3D) -> float:
    distance = float(np.linalg.norm(a.position - b.position))
    same_colour = a.colour == b.colour
    # Light may change the word, but only for a thing that stays where it is.
    if distance > (GATE if same_colour else 0.02):
        return FORBIDDEN
    growth = np.abs(np.log((a.size + 0.01) / (b.size + 0.01))).mean()
    return distance / GATE + 0.3 * float(growth) + 0.3 * (a.shape != b.shape)


def _leap_cost(a: Object3D, b: Object3D) -> float:
    distance = float(np.linalg.norm(a.position - b.position))
    alike = a.colour == b.colour and a.shape == b.shape
    return distance if alike and distance < LEAP else FORBIDDEN
