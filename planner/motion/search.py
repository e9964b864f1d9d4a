"""Searching the path of the hand: coarse first, fine where coarse cannot tell.

A coarse lattice is searched with the cells it is unsure of at a price; the path is
then measured against the points themselves. Where that finds a touch, or the coarse
lattice no way, the fine lattice decides: what is unreachable there is unreachable.
"""

from dataclasses import replace

import numpy as np

from perception.frames import Points, Vec3
from planner.errors import UnreachableError
from planner.motion.arm_model import no_spheres
from planner.motion.config import MotionConfig
from planner.motion.cost_field import CostField, cost_field
from planner.motion.lattice import Lattice, Mask, cells_near_segment
from planner.motion.link_clearance import Surroundings
from planner.motion.measure import clearances
from planner.motion.path import find_path, resample, shorten, smooth
from planner.motion.scene_points import ScenePoints
from planner.motion.search_problem import SearchProblem
from planner.motion.whole_arm import Quats, Start, WholeArm

SPACING = 0.01  # [m] between the points of a path
_RETRIES = 4


def search(
    problem: SearchProblem, config: MotionConfig, arm: WholeArm | None = None
) -> Points:
    """Return the path to the nearest goal, evenly spaced.

    Args:
        problem: What to get past.
        config: How.
        arm: Whose links must be able to follow; only the hand counts if None.

    Raises:
        UnreachableError: No free path leads there.
    """
    start = Start(problem.start.wxyz, problem.joints)
    lattice = Lattice.over(problem.grid, config.coarse_cell)
    points = ScenePoints.of(problem.points_world, lattice, problem.own)
    coarse = cost_field(problem, points, lattice, config)
    path = _on_leg(problem, config)
    if path is None:
        try:
            path = _path(problem, coarse, None)
        except UnreachableError:
            pass
    if path is not None and clearances(problem, points, path, config).least >= 0.0:
        around = _surroundings(problem, points, coarse)
        asked = problem.asked(path)
        if arm is None or arm.check_path(path, asked, start, around).clear.all():
            return path
    fine_lattice = Lattice.over(problem.grid, config.cell)
    fine = cost_field(problem, points, fine_lattice, config)
    if arm is None:
        return _measured(problem, points, fine, None, config)

    def again(blocked: Mask | None) -> tuple[Points, Quats]:
        path = _measured(problem, points, fine, blocked, config)
        return path, problem.asked(path)

    return arm.plan_around(again, start, _surroundings(problem, points, fine))[0]


def _on_leg(problem: SearchProblem, config: MotionConfig) -> Points | None:
    """Return the straight way, if one end of it is on, or just past, the other's leg.

    Cells would let it stray by half their size: too far for what fits closely.
    """
    if len(problem.goals) != 1 or problem.avoidance is not None:
        return None
    start, goal = problem.start.position, problem.goals[0]
    for leg, other in zip(problem.legs(config), (goal, start), strict=True):
        axis = leg.retreat - leg.end
        along = float((other - leg.end) @ axis / (axis @ axis))
        aside = float(np.linalg.norm(other - leg.end - along * axis))
        if 0.0 <= along <= 2.0 and aside <= config.cell:
            return resample(np.stack([start, goal]), SPACING)
    return None


def _measured(
    problem: SearchProblem,
    points: ScenePoints,
    field: CostField,
    blocked: Mask | None,
    config: MotionConfig,
) -> Points:
    """Return a path through the fine field that the points themselves bear out.

    Where the margin is not kept the cells around are closed and the search is asked
    again. If that ends without a path that keeps it, the one that comes nearest to
    that is taken, as long as nothing is touched.
    """
    closed = np.zeros(field.lattice.shape, bool) if blocked is None else blocked.copy()
    path = _path(problem, field, closed)
    found = clearances(problem, points, path, config)
    best, tried = (found, path), 0
    while found.least < 0.0 and tried < _RETRIES:
        for p in found.p_world[found.gaps < 0.0]:
            closed[_ball(field.lattice, p)] = True
        closed[_ball(field.lattice, problem.start.position)] = False
        try:
            path = _path(problem, field, closed)
        except UnreachableError:
            if best[0].touches:
                raise
            return best[1]
        found, tried = clearances(problem, points, path, config), tried + 1
        best = max(best, (found, path), key=lambda each: each[0].least)
    if best[0].touches:
        raise UnreachableError(path[-1], path[0], "the way is too narrow for the hand")
    return best[1]


def _ball(lattice: Lattice, centre: Vec3) -> tuple[np.ndarray, ...]:
    return tuple(cells_near_segment(lattice, centre, centre, 0.9 * lattice.cell).T)


def _path(problem: SearchProblem, field: CostField, blocked: Mask | None) -> Points:
    """Return the path through one field, less the cells that are blocked."""
    if blocked is not None:
        field = replace(field, free=field.free & ~blocked)
    start, goal = problem.start.position, _nearest_free(field, problem)
    if np.linalg.norm(goal - start) < SPACING:
        return np.stack([start, goal])
    path = find_path(field, start, goal)
    return smooth(field, shorten(field, path), SPACING)


def _surroundings(
    problem: SearchProblem, points: ScenePoints, field: CostField
) -> Surroundings:
    return Surroundings(
        points=points,
        distance=field.distance,
        table_height=problem.table_height,
        held=no_spheres() if problem.held is None else problem.held,
    )


def _nearest_free(field: CostField, problem: SearchProblem) -> Vec3:
    goals = problem.goals
    if len(goals) == 1:
        return goals[0]
    free = field.free[tuple(field.lattice.to_cell(goals).T)]
    candidates = goals[free] if free.any() else goals
    gaps = np.linalg.norm(candidates - problem.start.position, axis=1)
    return candidates[int(np.argmin(gaps))]
