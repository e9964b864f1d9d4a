"""Measuring a path against the points themselves: what cells cannot tell."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from perception.frames import Points
from planner.motion.config import MotionConfig
from planner.motion.scene_points import ScenePoints
from planner.motion.search_problem import SearchProblem
from planner.motion.turns import matrix_of

_HAIR = 1e-6  # [m]; a gap of nothing is no touch


@dataclass(frozen=True, slots=True, eq=False)
class Clearances:
    """How near the hand comes to things at points along a path.

    Attributes:
        p_world: (n, 3) the points.
        gaps: (n,) by how much the hand keeps its margin, [m]; exact if negative.
        least: The least of them.
        touches: Whether it comes nearer than it may come at all: off the straight
            legs that is contact, on them another half cell is allowed.
    """

    p_world: Points
    gaps: Float[np.ndarray, "n"]
    least: float
    touches: bool


def clearances(
    problem: SearchProblem, points: ScenePoints, path: Points, config: MotionConfig
) -> Clearances:
    """Return how near the hand comes to things along a path.

    On the straight legs it is measured to what does not belong to their ends, and
    half a cell is allowed: the fingers come nearer there than anywhere.
    """
    checked = path[1:]
    on_leg = np.zeros(len(checked), dtype=bool)
    for leg in problem.legs(config):
        axis = leg.retreat - leg.end
        along = np.clip((checked - leg.end) @ axis / (axis @ axis), 0.0, 1.0)
        aside = checked - leg.end - along[:, None] * axis
        on_leg |= np.einsum("nk,nk->n", aside, aside) < config.cell**2
    turns = [matrix_of(wxyz) for wxyz in problem.turns]
    offsets = np.concatenate([problem.carried.centre @ turn.T for turn in turns])
    radius = np.tile(problem.carried.radius, len(turns))
    spheres = checked[:, None] + offsets
    allowed = np.where(on_leg, -0.5 * config.cell, config.margin)
    need = radius + allowed[:, None] + _HAIR
    if points.own is None or not on_leg.any():
        gaps = points.distance(spheres, need) - need
    else:
        gaps = np.empty(spheres.shape[:2])
        for rows, own in ((on_leg, False), (~on_leg, True)):
            found = points.distance(spheres[rows], need[rows], own=own)
            gaps[rows] = found - need[rows]
    least = gaps.min(axis=1) + _HAIR
    most = np.where(on_leg, 0.5 * config.cell, config.margin)
    return Clearances(checked, least, float(least.min()), bool((least < -most).any()))
