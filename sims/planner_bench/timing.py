"""CPU time of a whole plan, the published planner's and ours, turn by turn.

Both get the same recipes, recorded anew, and the same 20,000 points; obstacles and
goal move a little before every turn, so nothing is in a cache. The published planner
plans for a point and ends with waypoints. Ours ends with a timed trajectory of a
second and plans for the whole hand, and once more for a ball of 2 cm, to compare
like with like.
"""

import cProfile
import gc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path as FilePath
from time import process_time
from types import CodeType

import numpy as np

from perception.frames import Pose
from perception.scene import Scene
from planner.map_reading import rasterise, read
from planner.motion.arm_model import ArmModel, Spheres
from planner.motion.config import MotionConfig
from planner.motion.follow import MotionState, Path, follow
from planner.motion.plan import MotionRequest, plan_motion
from planner.motion.published import (
    PublishedConfig,
    greedy_path,
    obstacle_map,
    occupancy,
    plan_published,
    postprocess,
    published_cost,
    target_mask,
)
from planner.motion.search import search
from planner.motion.search_problem import SearchProblem
from planner.value_maps import Recipe, VoxelGrid
from sims.planner_bench.timed_scenes import DOWN, LOWER, UPPER, TimedScene

_BALL = Spheres(np.zeros((1, 3)), np.array([0.02]))
# What the profiler sees of ours, by file and function, as stages.
_STAGES = {
    ("plan.py", "_goals"): "goal",
    ("plan.py", "_own_points"): "own points",
    ("scene_points.py", "of"): "distances",
    ("cost_field.py", "cost_field"): "cost field",
    ("path.py", "find_path"): "search",
    ("path.py", "shorten"): "shorten",
    ("path.py", "smooth"): "smooth",
    ("measure.py", "clearances"): "measure",
    ("whole_arm.py", "check_path"): "check links",
    ("plan.py", "_with_maps"): "read maps",
    ("follow.py", "follow"): "trajectory",
}


@dataclass(frozen=True, slots=True)
class TimingRow:
    """Medians over the turns, in CPU milliseconds.

    Attributes:
        scene: Name of the scene.
        voxels: Along each side of the maps.
        published_ms: A whole plan of the published planner.
        ours_ms: A whole plan of ours.
        ratio: Median over the turns of the one over the other.
        point_ms: Ours for a small ball in place of the hand.
        point_ratio: The like of `ratio` for it.
        published_stages_ms: Of one turn.
        stages_ms: Of ours: the whole shared out as a profile of it says.
    """

    scene: str
    voxels: int
    published_ms: float
    ours_ms: float
    ratio: float
    point_ms: float
    point_ratio: float
    published_stages_ms: dict[str, float]
    stages_ms: dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """One plan to make, by whichever planner; `state` is where the arm is."""

    scene: TimedScene
    sight: Scene
    grid: VoxelGrid
    arm: ArmModel
    config: MotionConfig
    state: MotionState

    def published(self) -> object:
        """Plan as published."""
        maps = self.scene.maps(self.grid)
        return plan_published(
            maps, self.grid, self.scene.start, self.sight.points_world
        )

    def ours(self) -> object:
        """Plan as the service does."""
        maps = self.scene.maps(self.grid)
        request = MotionRequest(maps, self.sight, self.state, None, self.grid)
        horizon = self.config.horizon
        return plan_motion(request, self.arm, self.config, horizon=horizon)

    def as_ball(self) -> object:
        """Plan as the service does, for a small ball in place of the hand."""
        maps, config = self.scene.maps(self.grid), self.config
        points = self.sight.points_world
        problem = SearchProblem(
            grid=self.grid,
            start=Pose(self.scene.start, np.array(DOWN)),
            goals=self.scene.goal[None],
            goal_wxyz=np.array(DOWN),
            carried=_BALL,
            points_world=points,
            own=np.zeros(len(points), dtype=bool),
            floor=config.floor,
            avoidance=maps.avoidance,
        )
        p_world = search(problem, config)
        voxels = self.grid.to_vox(p_world)
        rotation, velocity, gripper = (
            read(recipe or Recipe(1.0), self.grid, voxels).astype(float)
            for recipe in (maps.rotation, maps.velocity, maps.gripper)
        )
        path = Path(p_world, rotation, config.max_speed * velocity, 0.08 * gripper)
        return follow(path, self.state, config, horizon=config.horizon)


def time_scene(scene: TimedScene, voxels: int, repeats: int, seed: int) -> TimingRow:
    """Time the planners in turn on a scene; the first turn of each does not count."""
    grid = VoxelGrid(LOWER, UPPER, (voxels, voxels, voxels))
    rng = np.random.default_rng([seed, voxels])
    arm, config = ArmModel.panda(), MotionConfig()
    pose = Pose(scene.start, np.array(DOWN))
    joints = arm.kinematics.settle(pose).q[0]
    state = MotionState(pose.position, np.zeros(3), pose.wxyz, 0.08, 0.08, 0.0, joints)

    def another() -> Turn:
        moved = scene.moved(rng)
        return Turn(moved, moved.seen(rng), grid, arm, config, state)

    spent: list[tuple[float, float, float]] = []
    for _ in range(repeats + 1):
        turn = another()
        spent.append((_spent(turn.published), _spent(turn.ours), _spent(turn.as_ball)))
    theirs, ours, ball = np.array(spent[1:]).T
    whole = float(np.median(ours))
    return TimingRow(
        scene=scene.name,
        voxels=voxels,
        published_ms=float(np.median(theirs)),
        ours_ms=whole,
        ratio=float(np.median(theirs / ours)),
        point_ms=float(np.median(ball)),
        point_ratio=float(np.median(theirs / ball)),
        published_stages_ms=_published_stages(another()),
        stages_ms=_stages([another() for _ in range(repeats)], whole),
    )


def _spent(work: Callable[[], object]) -> float:
    """Return the CPU time of this process that some work takes, in [ms]."""
    rasterise.cache_clear()
    gc.collect()
    began = process_time()
    work()
    return 1e3 * (process_time() - began)


def _published_stages(turn: Turn) -> dict[str, float]:
    """Return the published planner's time by stage, in [ms]."""
    config, grid = PublishedConfig(), turn.grid
    rasterise.cache_clear()
    clock = [process_time()]

    def lap() -> None:
        clock.append(process_time())

    maps = turn.scene.maps(grid)
    for recipe in maps.layers().values():
        rasterise(recipe, grid)
    target = target_mask(maps.affordance or Recipe(0.0), grid)
    lap()
    first = grid.to_vox(turn.scene.start[None])[0]
    occupied = occupancy(turn.sight.points_world, grid)
    avoidance = rasterise(maps.avoidance or Recipe(0.0), grid)
    obstacles = obstacle_map(avoidance, occupied, target, first, config)
    lap()
    cost = published_cost(target, obstacles, config)
    lap()
    steps = greedy_path(cost, first, config)
    lap()
    postprocess(steps, target, config)
    lap()
    names = ("maps", "obstacles", "cost", "descent", "waypoints")
    return dict(zip(names, (1e3 * np.diff(clock)).tolist(), strict=True))


def _stages(turns: list[Turn], whole: float) -> dict[str, float]:
    """Return the time of ours by stage in [ms], as parts of the whole."""
    shares = np.median([_shares(turn) for turn in turns], axis=0)
    parts: dict[str, float] = dict(
        zip(_STAGES.values(), (whole * shares).tolist(), strict=True)
    )
    return parts | {"the rest": whole - sum(parts.values())}


def _shares(turn: Turn) -> list[float]:
    """Return what share of a turn of ours each stage takes, as a profile has it."""
    rasterise.cache_clear()
    profile = cProfile.Profile()
    profile.runcall(turn.ours)
    seen: dict[tuple[str, str], float] = {}
    for entry in profile.getstats():
        if isinstance(entry.code, CodeType):
            key = FilePath(entry.code.co_filename).name, entry.code.co_name
            seen[key] = seen.get(key, 0.0) + entry.totaltime
    return [seen.get(key, 0.0) / seen["timing.py", "ours"] for key in _STAGES]
