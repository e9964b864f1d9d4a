"""Searching the path of the hand: coarse first, fine where coarse cannot tell.

A coarse lattice is searched with the cells it is unsure of at a price; the path is
then measured against the points themselves. Where that finds a touch, or the coarse
lattice no way, the fine lattice decides: what is unreachable there is unreachable.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial import KDTree
from scipy.spatial.transform import Rotation

from perception.frames import Points, Pose, Vec3, angle_between
from planner.errors import UnreachableError
from planner.motion.arm_model import Spheres, no_spheres
from planner.motion.config import MotionConfig
from planner.motion.cost_field import (
    FAR,
    Field,
    Lattice,
    Mask,
    cells_near_segment,
    clearance_at,
    clearance_field,
    distance_field,
    within,
)
from planner.motion.link_clearance import Surroundings
from planner.motion.path import CostField, find_path, shorten, smooth
from planner.motion.whole_arm import Quats, Start, WholeArm
from planner.value_maps import Recipe, VoxelGrid, rasterise, read

SPACING = 0.01  # [m] between the points of a path
_RETRIES = 4


@dataclass(frozen=True, slots=True, eq=False)
class SearchProblem:
    """What a path has to get past.

    Attributes:
        grid: Workspace box; the path stays in it.
        start: Pose of the end-effector now.
        goals: (n, 3) where it may end, [m].
        goal_wxyz: Orientation it ends with.
        carried: The hand and what it holds, in the end-effector's frame.
        points_world: (n, 3) what must not be touched.
        own: Which of these belong to what the start or the goal lies in: they do
            not block the straight last or first leg.
        floor: Least height of the end-effector, [m].
        avoidance: Map of what to keep away from, if any.
        table_height: z of the supporting plane, [m].
        orientations: Returns the orientation asked for at each point of a path; that
            of the goal if None.
        joints: Of the arm, [rad]; as it would rest at the start if None.
        held: What the hand holds, in the end-effector's frame.
    """

    grid: VoxelGrid
    start: Pose
    goals: Points
    goal_wxyz: Float[np.ndarray, "4"]
    carried: Spheres
    points_world: Points
    own: Bool[np.ndarray, "n"]
    floor: float
    avoidance: Recipe | None = None
    table_height: float = 0.0
    orientations: Callable[[Points], Quats] | None = None
    joints: np.ndarray | None = None
    held: Spheres | None = None

    @property
    def others(self) -> Points:
        """The points that block every leg."""
        if not self.own.any():
            return self.points_world
        return self.points_world[~self.own]

    def asked(self, path: Points) -> Quats:
        """Return the orientation asked for at each point of a path."""
        if self.orientations is None:
            return np.tile(self.goal_wxyz, (len(path), 1))
        return self.orientations(path)

    @property
    def turns(self) -> list[Float[np.ndarray, "4"]]:
        """The orientations the hand has on the way."""
        if angle_between(self.start.wxyz, self.goal_wxyz) > 0.1:
            return [self.start.wxyz, self.goal_wxyz]
        return [self.goal_wxyz]


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
    coarse = cost_field(problem, Lattice.over(problem.grid, config.coarse_cell), config)
    try:
        path = _path(problem, coarse, None)
    except UnreachableError:
        path = None
    if path is not None and _least_gap(problem, path, config)[1].min() >= 0.0:
        around = _surroundings(problem, coarse)
        asked = problem.asked(path)
        if arm is None or arm.check_path(path, asked, start, around).clear.all():
            return path
    fine = cost_field(problem, Lattice.over(problem.grid, config.cell), config)
    if arm is None:
        return _measured(problem, fine, None, config)

    def again(blocked: Mask | None) -> tuple[Points, Quats]:
        path = _measured(problem, fine, blocked, config)
        return path, problem.asked(path)

    return arm.plan_around(again, start, _surroundings(problem, fine))[0]


def _measured(
    problem: SearchProblem, field: CostField, blocked: Mask | None, config: MotionConfig
) -> Points:
    """Return a path through the fine field that the points themselves bear out.

    Where the measurement finds a touch the cells around it are closed and the
    search is asked again. What remains after that is below half a cell, or the
    goal cannot be reached.
    """
    closed = np.zeros(field.lattice.shape, bool) if blocked is None else blocked.copy()
    path = _path(problem, field, closed)
    for _ in range(_RETRIES):
        places, gaps = _least_gap(problem, path, config)
        if gaps.min() >= 0.0:
            return path
        kept = path
        for p in places[gaps < 0.0]:
            closed[_ball(field.lattice, p)] = True
        closed[_ball(field.lattice, problem.start.position)] = False
        try:
            path = _path(problem, field, closed)
        except UnreachableError:
            if gaps.min() < -0.5 * field.lattice.cell:
                raise
            return kept
    if _least_gap(problem, path, config)[1].min() < -0.5 * field.lattice.cell:
        raise UnreachableError(path[-1], path[0], "the way is too narrow for the hand")
    return path


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


def _surroundings(problem: SearchProblem, field: CostField) -> Surroundings:
    return Surroundings(
        points_world=problem.points_world,
        distance=field.distance,
        lattice=field.lattice,
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


def cost_field(
    problem: SearchProblem, lattice: Lattice, config: MotionConfig
) -> CostField:
    """Return what each cell costs and which may be entered."""
    distance = distance_field(lattice, problem.points_world)
    clearance = _clearance(problem, distance, lattice)
    # What a coarse lattice cannot tell is passable, at the price of its closeness.
    doubt = lattice.cell - config.cell
    free = clearance >= config.margin - doubt
    free[:, :, lattice.centres()[2] + 0.5 * lattice.cell < problem.floor] = False
    if len(problem.goals) == 1 and problem.own.any():
        # What lies at an object is come upon along the hand's axis, not sideways.
        around = cells_near_segment(
            lattice, problem.goals[0], problem.goals[0], 0.8 * config.approach
        )
        free[tuple(around.T)] = False
    for leg in _legs(problem, config):
        free[_leg_cells(problem, leg, lattice, config)] = True
    closeness = np.maximum(1.0 - clearance * np.float32(1.0 / config.comfort), 0.0)
    cost = 1.0 + config.closeness_weight * closeness * closeness
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


def _clearance(problem: SearchProblem, distance: Field, lattice: Lattice) -> Field:
    fields = [
        clearance_field(distance, lattice, problem.carried, wxyz)
        for wxyz in problem.turns
    ]
    return fields[0] if len(fields) == 1 else np.minimum(*fields)


def _legs(problem: SearchProblem, config: MotionConfig) -> list[tuple[Pose, Vec3]]:
    """Return the ends of the path, each with where its straight leg begins."""
    ends = [problem.start]
    if len(problem.goals) == 1:
        ends.append(Pose(problem.goals[0], problem.goal_wxyz))
    return [(end, end.position - config.approach * end.rotation[:, 2]) for end in ends]


def _leg_cells(
    problem: SearchProblem,
    leg: tuple[Pose, Vec3],
    lattice: Lattice,
    config: MotionConfig,
) -> tuple[np.ndarray, ...]:
    """Return the cells of the straight leg along the hand's axis to an end pose.

    The fingers come nearer to the object there than the lattice can tell, so that
    object does not block its own leg; everything else does, to half a fine cell.
    """
    end, retreat = leg
    cells = cells_near_segment(lattice, end.position, retreat, 0.75 * lattice.cell)
    # Cell centres lie beside the leg: measure on the leg itself.
    axis = (retreat - end.position) / np.linalg.norm(retreat - end.position)
    along = (lattice.to_world(cells) - end.position) @ axis
    on_leg = end.position + np.clip(along, 0.0, None)[:, None] * axis
    clearance = clearance_at(on_leg, problem.others, problem.carried, end.wxyz)
    return tuple(cells[clearance >= -0.5 * config.cell].T)


def _least_gap(
    problem: SearchProblem, path: Points, config: MotionConfig
) -> tuple[Points, Float[np.ndarray, "n"]]:
    """Return by how much the hand keeps its margin, at points along a path.

    On the straight legs it is measured to what does not belong to their ends, and
    half a cell is allowed: the fingers come nearer there than anywhere.
    """
    checked = path[1:]
    on_leg = np.zeros(len(checked), dtype=bool)
    for end, retreat in _legs(problem, config):
        axis = retreat - end.position
        along = np.clip((checked - end.position) @ axis / (axis @ axis), 0.0, 1.0)
        aside = checked - end.position - along[:, None] * axis
        on_leg |= np.linalg.norm(aside, axis=1) < config.cell
    rotations = [Rotation.from_quat(q, scalar_first=True) for q in problem.turns]
    offsets = np.concatenate([r.apply(problem.carried.centre) for r in rotations])
    radius = np.tile(problem.carried.radius, len(rotations))
    spheres = checked[:, None] + offsets
    gaps = _gaps(spheres, radius, problem.others).min(axis=1)
    gaps = gaps + 0.5 * config.cell * on_leg
    if problem.own.any() and not on_leg.all():
        own = problem.points_world[problem.own]
        beside = _gaps(spheres[~on_leg], radius, own).min(axis=1)
        gaps[~on_leg] = np.minimum(gaps[~on_leg], beside)
    return checked, gaps - config.margin * ~on_leg


def _gaps(
    spheres: Float[np.ndarray, "n m 3"],
    radius: Float[np.ndarray, "m"],
    points_world: Points,
) -> Float[np.ndarray, "n m"]:
    """Return the gap in [m] between each sphere and the nearest point."""
    reach = float(radius.max()) + 0.01
    low, high = spheres.min(axis=(0, 1)) - reach, spheres.max(axis=(0, 1)) + reach
    close = points_world[within(points_world, low, high)]
    if not len(close):
        return np.full(spheres.shape[:2], FAR)
    # A plain tree is built faster than a balanced one and is asked only once.
    tree = KDTree(close, leafsize=32, balanced_tree=False, compact_nodes=False)
    gap = np.asarray(tree.query(spheres, distance_upper_bound=reach)[0])
    return np.minimum(gap, FAR) - radius


def _value_at(problem: SearchProblem, p_world: Vec3) -> float:
    assert problem.avoidance is not None
    voxel = problem.grid.to_vox(p_world[None])
    return float(read(problem.avoidance, problem.grid, voxel)[0])


def _worst_in_cell(recipe: Recipe, grid: VoxelGrid, lattice: Lattice) -> Field:
    """Return the highest value of a map at the corners of each cell.

    A path that keeps to cells below 1 then never cuts into what is forbidden.
    """
    values = rasterise(recipe, grid)
    axes = [
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
    ]
    worst = values[np.ix_(*axes)]
    worst = np.maximum(worst[1:], worst[:-1])
    worst = np.maximum(worst[:, 1:], worst[:, :-1])
    return np.maximum(worst[:, :, 1:], worst[:, :, :-1])
