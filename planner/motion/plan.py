"""One plan: value maps and scene in, path and trajectory out."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from perception.frames import Points, Pose, Vec3
from perception.scene import Object3D, Scene
from planner.errors import InvalidMapError, OutsideWorkspaceError, UnreachableError
from planner.goals import Goals, goals_of
from planner.map_reading import read
from planner.motion.arm_model import ArmModel, Spheres, hand_spheres, no_spheres
from planner.motion.config import MotionConfig
from planner.motion.follow import MotionState, Path, follow
from planner.motion.kinematics import Kinematics
from planner.motion.own import own_points
from planner.motion.path import resample
from planner.motion.published import plan_published
from planner.motion.search import SPACING, search
from planner.motion.search_problem import SearchProblem
from planner.motion.touchable import obstacles
from planner.motion.whole_arm import WholeArm
from planner.trajectory import Trajectory
from planner.value_maps import MapSet, Recipe, VoxelGrid


@dataclass(frozen=True, slots=True, eq=False)
class MotionRequest:
    """Everything one plan depends on.

    Attributes:
        maps: What the program wants.
        scene: What is seen.
        state: Where the motion starts.
        movable: The object that shall follow the maps; the hand if None.
        grid: Of the maps.
        last_goal: Where the plan before this one ended, if there was one, [m].
    """

    maps: MapSet
    scene: Scene
    state: MotionState
    movable: Object3D | None
    grid: VoxelGrid
    last_goal: Vec3 | None = None


@dataclass(frozen=True, slots=True, eq=False)
class MotionPlan:
    """A way to the goal.

    Attributes:
        goal: Pose of the end-effector at the goal.
        gripper_width: Finger distance asked for once there, [m].
        path_world: (n, 3) the whole path.
        trajectory: The motion along it, to the goal or the horizon.
        exact: Whether the goal was given in metres, not as a voxel.
    """

    goal: Pose
    gripper_width: float
    path_world: Points
    trajectory: Trajectory
    exact: bool = False


def plan_motion(
    request: MotionRequest,
    arm: ArmModel,
    config: MotionConfig,
    *,
    horizon: float = 30.0,
) -> MotionPlan:
    """Plan the way to the goal of the maps.

    Raises:
        EmptyMapError: The affordance map names no goal.
        OutsideWorkspaceError: The hand is outside the box that is planned in.
        UnreachableError: No collision-free path leads to the goal.
        InvalidMapError: A map holds values that mean nothing.
    """
    if config.mode == "straight":
        maps = replace(request.maps, avoidance=None, velocity=None)
        request = replace(request, maps=maps)
    state, grid = request.state, request.grid
    exact = False
    if request.maps.affordance is None:
        path_world = np.stack([state.p_world, state.p_world])
    else:
        if not grid.contains(state.p_world[None])[0]:
            raise OutsideWorkspaceError(
                f"the hand is at {np.round(state.p_world, 3).tolist()} m, outside the "
                f"workspace {grid.lower} to {grid.upper}; move it inside first"
            )
        goals = _goals(request, request.maps.affordance, config)
        path_world = _search(request, goals.p_world, arm, config)
        exact = bool(goals.exact.all())
    path = _with_maps(path_world, request, arm, config)
    goal_width = _goal_width(path_world[-1], request, arm)
    return MotionPlan(
        goal=Pose(path_world[-1], path.wxyz[-1]),
        gripper_width=goal_width,
        path_world=path_world,
        trajectory=follow(path, state, config, horizon=horizon),
        exact=exact,
    )


def _search(
    request: MotionRequest, goals: Points, arm: ArmModel, config: MotionConfig
) -> Points:
    """Return the path to the best goal, evenly spaced."""
    state, scene = request.state, request.scene
    nearest = goals[int(np.argmin(np.linalg.norm(goals - state.p_world, axis=1)))]
    if not arm.reaches(nearest):
        shoulder = np.array(arm.shoulder)
        outward = (nearest - shoulder) / np.linalg.norm(nearest - shoulder)
        raise UnreachableError(nearest, shoulder + arm.reach * outward)
    # By column: every filter below runs over one coordinate at a time.
    points = np.asfortranarray(_obstacles(request))
    held_ids = {o.id for o in scene.objects if o.held}
    if any(o.held and o.parent not in (None, *held_ids) for o in scene.objects):
        # A part goes where its joint lets it; a detour would tear the hand off.
        return resample(np.stack([state.p_world, nearest]), SPACING)
    if config.mode == "straight":
        return straight_way(state.p_world, nearest, config.approach)
    if config.mode == "reference":
        way = plan_published(request.maps, request.grid, state.p_world, points)
        return resample(np.concatenate([state.p_world[None], way.p_world]), SPACING)
    start = Pose(state.p_world, state.wxyz)
    goal_wxyz = _orientations(nearest[None], request)[0]
    held = _held_spheres(scene, state)
    own = own_points(scene, points, start, held)
    at_goal = np.zeros_like(own)
    if len(goals) == 1:
        at_goal = own_points(scene, points, Pose(goals[0], goal_wxyz), held)
    problem = SearchProblem(
        grid=request.grid,
        start=start,
        goals=goals,
        goal_wxyz=goal_wxyz,
        carried=_joined(hand_spheres(state.finger_gap), held),
        points_world=points,
        own=own | at_goal,
        at_goal=bool(at_goal.any()),
        floor=scene.table_height + config.floor,
        table_height=scene.table_height,
        orientations=lambda path: _orientations(path, request),
        joints=state.joints,
        held=held,
        avoidance=request.maps.avoidance,
    )
    return search(problem, config, whole_arm(arm.kinematics, config))


def straight_way(start: Vec3, goal: Vec3, height: float) -> Points:
    """Return straight lines to a goal, the last from above it if it is far aside.

    Args:
        start: Of the end-effector, [m].
        goal: Likewise.
        height: From which it is come down on, and how far aside is far, [m].
    """
    points = [start, goal]
    if np.linalg.norm(goal[:2] - start[:2]) > height:
        points.insert(1, goal + np.array([0.0, 0.0, height]))
    return resample(np.stack(points), SPACING)


def _obstacles(request: MotionRequest) -> Points:
    if request.maps.affordance is None:
        return request.scene.points_world
    return obstacles(request.scene, request.maps.affordance, request.grid)


@lru_cache(maxsize=8)
def whole_arm(kinematics: Kinematics, config: MotionConfig) -> WholeArm:
    """Return the checker of all links, made once an arm."""
    return WholeArm(kinematics, config)


def _goals(request: MotionRequest, affordance: Recipe, config: MotionConfig) -> Goals:
    """Return where the end-effector may end."""
    asked = goals_of(affordance, request.grid)
    goals = asked.p_world
    if request.movable is not None:
        goals = goals + (request.state.p_world - request.movable.position)
    last = request.last_goal
    if len(goals) == 1 and last is not None:
        # A goal trembles by a voxel from look to look; the mean is steadier, and
        # finer than a voxel. One that really moved is followed at once.
        if np.linalg.norm(goals[0] - last) < config.goal_jump:
            goals = last + config.goal_blend * (goals - last)
    goals[:, 2] = np.maximum(goals[:, 2], request.scene.table_height + config.floor)
    return replace(asked, p_world=goals)


def _held_spheres(scene: Scene, state: MotionState) -> Spheres:
    """Return spheres that cover what the hand holds, in the hand's frame."""
    held = [o for o in scene.objects if o.held]
    if not held:
        return no_spheres()
    T_ee_world = Pose(state.p_world, state.wxyz).inverse()
    points = T_ee_world.apply(np.concatenate([o.points_world for o in held]))
    cells = np.unique(np.rint(points / 0.02), axis=0) * 0.02
    return Spheres(cells, np.full(len(cells), 0.01))


def _joined(a: Spheres, b: Spheres) -> Spheres:
    return Spheres(
        np.concatenate([a.centre, b.centre]), np.concatenate([a.radius, b.radius])
    )


def _orientations(points: Points, request: MotionRequest) -> Float[np.ndarray, "n 4"]:
    """Return the orientation asked for at each point; the present one by default."""
    rotation = request.maps.rotation
    if rotation is None:
        return np.tile(request.state.wxyz, (len(points), 1))
    wxyz = read(rotation, request.grid, request.grid.to_vox(points)).astype(float)
    length = np.linalg.norm(wxyz, axis=1, keepdims=True)
    if (length < 1e-6).any():
        raise InvalidMapError("the rotation map holds a quaternion of length 0")
    return wxyz / length


def _with_maps(
    path_world: Points, request: MotionRequest, arm: ArmModel, config: MotionConfig
) -> Path:
    """Read rotation, speed and gripper along the path."""
    grid, state, n = request.grid, request.state, len(path_world)
    voxels = grid.to_vox(path_world)
    speed = np.full(n, config.max_speed)
    if request.maps.velocity is not None:
        speed = config.max_speed * read(request.maps.velocity, grid, voxels).astype(
            float
        )
        if (speed <= 0.0).any():
            raise InvalidMapError(
                "the velocity map is 0 or less on the path; it is a factor above 0"
            )
    width = np.full(n, state.gripper_width)
    if request.maps.gripper is not None:
        openness = read(request.maps.gripper, grid, voxels).astype(float)
        width = arm.max_width * np.clip(openness, 0.0, 1.0)
        near = np.linalg.norm(path_world - path_world[-1], axis=1) < config.snap
        before = np.flatnonzero(~near)
        width[near] = width[before[-1]] if len(before) else state.gripper_width
    return Path(path_world, _orientations(path_world, request), speed, width)


def _goal_width(goal: Vec3, request: MotionRequest, arm: ArmModel) -> float:
    """Return the finger distance asked for at the goal, in [m]."""
    if request.maps.gripper is None:
        return request.state.gripper_width
    value = read(request.maps.gripper, request.grid, request.grid.to_vox(goal[None]))
    return float(arm.max_width * np.clip(value[0], 0.0, 1.0))
