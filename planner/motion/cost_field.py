"""Where the hand may be, and what it costs: clearance of everything it carries.

A hand in a fixed orientation is a set of spheres around the end-effector, so its
clearance at a cell is the least distance from the scene at the shifted cells, less
the spheres' radii.
"""

from dataclasses import dataclass

import numpy as np

from perception.frames import Vec3
from planner.map_reading import read, sample
from planner.motion.config import MotionConfig
from planner.motion.distance_field import DistanceField
from planner.motion.lattice import Field, Lattice, Mask, cells_near_segment
from planner.motion.scene_points import ScenePoints
from planner.motion.search_problem import Leg, SearchProblem
from planner.motion.turns import matrix_of
from planner.value_maps import Recipe, VoxelGrid


@dataclass(frozen=True, slots=True, eq=False)
class CostField:
    """What a step into each cell costs, and which cells are out of bounds.

    Attributes:
        lattice: Where the cells are.
        cost: At least 1 a cell length.
        free: Cells that may be entered.
        distance: Of the cells from the nearest point of the scene.
    """

    lattice: Lattice
    cost: Field
    free: Mask
    distance: DistanceField


def cost_field(
    problem: SearchProblem, points: ScenePoints, lattice: Lattice, config: MotionConfig
) -> CostField:
    """Return what each cell costs and which may be entered."""
    distance = points.field
    if distance.lattice != lattice:
        distance = DistanceField.of(lattice, points.points_world)
    clearance = _clearance(problem, distance)
    # What a coarse lattice cannot tell is passable, at the price of its closeness.
    doubt = lattice.cell - config.cell
    free = clearance >= config.margin - doubt
    free[:, :, lattice.centres()[2] + 0.5 * lattice.cell < problem.floor] = False
    at_goal = problem.at_goal and points.own is not None
    if at_goal and len(problem.goals) == 1:
        # What lies at an object is come upon along the hand's axis, not sideways.
        around = cells_near_segment(
            lattice, problem.goals[0], problem.goals[0], 0.8 * config.approach
        )
        free[tuple(around.T)] = False
    for leg in problem.legs(config):
        free[_leg_cells(problem, points, leg, lattice, config)] = True
    clearance *= np.float32(-1.0 / config.comfort)
    clearance += np.float32(1.0)
    closeness = np.maximum(clearance, np.float32(0.0), out=clearance)
    cost = closeness * closeness
    cost *= np.float32(config.closeness_weight)
    cost += np.float32(1.0)
    if problem.avoidance is not None:
        avoidance = _worst_in_cell(problem.avoidance, problem.grid, lattice)
        if _value_at(problem, problem.start.position) < 1.0:
            free &= avoidance < 1.0
            # The ends count as they are, not as the worst of the cell around them.
            free[tuple(lattice.to_cell(problem.start.position[None])[0])] = True
            if len(problem.goals) == 1 and _value_at(problem, problem.goals[0]) < 1.0:
                free[tuple(lattice.to_cell(problem.goals)[0])] = True
        cost += config.avoidance_weight * np.clip(avoidance, 0.0, 5.0)
    return CostField(lattice, cost, free, distance)


def _clearance(problem: SearchProblem, distance: DistanceField) -> Field:
    fields = [distance.clearance(problem.carried, wxyz) for wxyz in problem.turns]
    return fields[0] if len(fields) == 1 else np.minimum(*fields)


def _leg_cells(
    problem: SearchProblem,
    points: ScenePoints,
    leg: Leg,
    lattice: Lattice,
    config: MotionConfig,
) -> tuple[np.ndarray, ...]:
    """Return the cells of the straight leg along the hand's axis to an end pose.

    The fingers come nearer to the object there than the lattice can tell, so that
    object does not block its own leg; everything else does, to half a fine cell.
    """
    near = cells_near_segment(lattice, leg.end, leg.retreat, 0.75 * lattice.cell)
    # An end in the corner of its cell is farther than that from the cell's centre.
    cells = np.concatenate([near, lattice.to_cell(leg.end[None])])
    # Cell centres lie beside the leg: measure on the leg itself.
    axis = (leg.retreat - leg.end) / np.linalg.norm(leg.retreat - leg.end)
    along = (lattice.to_world(cells) - leg.end) @ axis
    on_leg = leg.end + np.maximum(along, 0.0)[:, None] * axis
    spheres = on_leg[:, None] + problem.carried.centre @ matrix_of(leg.wxyz).T
    need = problem.carried.radius - 0.5 * config.cell
    gaps = points.distance(spheres, need, own=False) - need
    return tuple(cells[(gaps >= 0.0).all(axis=1)].T)


def _value_at(problem: SearchProblem, p_world: Vec3) -> float:
    assert problem.avoidance is not None
    voxel = problem.grid.to_vox(p_world[None])
    return float(read(problem.avoidance, problem.grid, voxel)[0])


def _worst_in_cell(recipe: Recipe, grid: VoxelGrid, lattice: Lattice) -> Field:
    """Return the highest value of a map at the corners of each cell.

    A path that keeps to cells below 1 then never cuts into what is forbidden.
    """
    x, y, z = (
        np.clip(
            ((low - lower + lattice.cell * np.arange(n + 1)) / size).astype(int),
            0,
            voxels - 1,
        )
        for low, n, lower, size, voxels in zip(
            lattice.lower,
            lattice.shape,
            grid.lower,
            grid.voxel_size,
            grid.shape,
            strict=True,
        )
    )
    worst = sample(recipe, grid, (x, y, z))
    worst = np.maximum(worst[1:], worst[:-1])
    worst = np.maximum(worst[:, 1:], worst[:, :-1])
    return np.maximum(worst[:, :, 1:], worst[:, :, :-1])
