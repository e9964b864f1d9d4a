"""Seven scenes a greedy descent fails or detours in, and one with no way at all.

A box of a metre; the body is a ball of 2 cm radius, since the published algorithm
plans for a point. Whether a path collides is measured on the solids themselves.
"""

from dataclasses import dataclass, replace

import numpy as np

from perception.frames import Points, Pose
from planner.errors import UnreachableError
from planner.motion.arm_model import Spheres
from planner.motion.config import MotionConfig
from planner.motion.published import plan_published
from planner.motion.search import search
from planner.motion.search_problem import SearchProblem
from planner.value_maps import MapSet, Near, Recipe, VoxelGrid
from sims.planner_bench.shortest import Oracle
from sims.planner_bench.solids import Solids, length_of

GRID = VoxelGrid((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (100, 100, 100))
BODY = 0.02  # [m]
DOWN = np.array([0.0, 1.0, 0.0, 0.0])
_SEEN = 0.005  # [m] between points seen of a surface


@dataclass(frozen=True, slots=True, eq=False)
class PathScene:
    """A start, a goal and what lies between."""

    name: str
    solids: Solids
    start: np.ndarray
    goal: np.ndarray

    def with_body(self, radius: float) -> Solids:
        """Return the obstacles as they are for a body of a radius [m]."""
        return replace(self.solids, body=radius)

    @property
    def maps(self) -> MapSet:
        """The maps a program would make."""
        balls = zip(self.solids.centre, self.solids.radius, strict=True)
        avoid = tuple(Near.of(GRID.to_vox(c[None]), float(r), 1.0) for c, r in balls)
        goal = Near.of(GRID.to_vox(self.goal[None]), 0.0, 1.0)
        return MapSet(Recipe(0.0, (goal,)), Recipe(0.0, avoid) if avoid else None)


def path_scenes(seed: int) -> list[PathScene]:
    """Return the seven scenes."""
    start, goal = np.array([0.14, 0.5, 0.3]), np.array([0.86, 0.5, 0.3])
    wall = Solids.of(((0.48, 0.15, 0.0), (0.52, 0.85, 0.75)))
    thin = Solids.of(((0.495, 0.15, 0.0), (0.505, 0.85, 0.75)))
    trap = Solids.of(
        ((0.50, 0.25, 0.0), (0.52, 0.75, 0.6)),
        ((0.25, 0.25, 0.0), (0.50, 0.27, 0.6)),
        ((0.25, 0.73, 0.0), (0.50, 0.75, 0.6)),
        ((0.25, 0.25, 0.58), (0.52, 0.75, 0.6)),
    )
    window = Solids.of(
        ((0.49, 0.0, 0.0), (0.51, 0.7, 1.0)),
        ((0.49, 0.9, 0.0), (0.51, 1.0, 1.0)),
        ((0.49, 0.7, 0.0), (0.51, 0.9, 0.6)),
        ((0.49, 0.7, 0.8), (0.51, 0.9, 1.0)),
    )
    cabinet = Solids.of(
        ((0.55, 0.33, 0.10), (0.57, 0.67, 0.50)),
        ((0.55, 0.33, 0.10), (0.85, 0.35, 0.50)),
        ((0.55, 0.65, 0.10), (0.85, 0.67, 0.50)),
        ((0.55, 0.33, 0.10), (0.85, 0.67, 0.12)),
        ((0.55, 0.33, 0.48), (0.85, 0.67, 0.50)),
    )
    ball = replace(
        Solids.of(), centre=np.array([[0.5, 0.5, 0.3]]), radius=np.array([0.1])
    )
    inside = np.array([0.68, 0.5, 0.3])
    rng = np.random.default_rng([seed, 14])
    return [
        PathScene("wall 4 cm", wall, start, goal),
        PathScene("wall 1 cm", thin, start, goal),
        PathScene("U-trap with roof", trap, start, goal),
        PathScene("wall with a window", window, start, goal),
        PathScene("cabinet from behind", cabinet, start, inside),
        PathScene("14 pillars", pillars(14, start, goal, rng), start, goal),
        PathScene("avoidance ball", ball, start, goal),
    ]


def pillars(
    count: int, start: np.ndarray, goal: np.ndarray, rng: np.random.Generator
) -> Solids:
    """Return square pillars of full height, clear of both ends, one on the line."""
    boxes: list[np.ndarray] = []
    while len(boxes) < count:
        centre, half = rng.uniform(0.1, 0.9, 2), rng.uniform(0.02, 0.05)
        if not boxes:
            centre = 0.5 * (start + goal)[:2] + rng.uniform(-0.01, 0.01, 2)
        ends = np.stack([start, goal])[:, :2]
        if np.abs(ends - centre).max(axis=1).min() > half + 0.08:
            low, high = centre - half, centre + half
            boxes.append(np.array([[*low, 0.0], [*high, 1.0]]))
    corners = np.stack(boxes)
    return Solids(corners[:, 0], corners[:, 1])


def enclosed() -> PathScene:
    """Return a goal shut in on all sides."""
    low, high, t = 0.35, 0.65, 0.02
    sides = [
        ((low, low, low), (high, high, low + t)),
        ((low, low, high - t), (high, high, high)),
        ((low, low, low), (low + t, high, high)),
        ((high - t, low, low), (high, high, high)),
        ((low, low, low), (high, low + t, high)),
        ((low, high - t, low), (high, high, high)),
    ]
    middle = np.full(3, 0.5)
    return PathScene("enclosed", Solids.of(*sides), np.array([0.1, 0.5, 0.5]), middle)


def find_ours(scene: PathScene, config: MotionConfig) -> Points:
    """Return our path for the body.

    Raises:
        UnreachableError: There is none.
    """
    points = scene.solids.surface(_SEEN)
    problem = SearchProblem(
        grid=GRID,
        start=Pose(scene.start, DOWN),
        goals=scene.goal[None],
        goal_wxyz=DOWN,
        carried=Spheres(np.zeros((1, 3)), np.array([BODY])),
        points_world=points,
        own=np.zeros(len(points), dtype=bool),
        floor=0.0,
        avoidance=scene.maps.avoidance,
    )
    return search(problem, config)


@dataclass(frozen=True, slots=True)
class SceneRow:
    """What became of a scene.

    Attributes:
        scene: Its name.
        published_reaches: Whether the descent itself came to the target.
        published_collides: Whether its waypoints, as a point, run through anything.
        reaches: Whether ours ends at the goal.
        collides: Whether our body touches anything on the way.
        gap: Least distance between body and obstacles on our path, [m].
        length: Of our path, [m].
        optimum: Shortest way that keeps the gap ours keeps, [m].
        ratio: Length over that.
        ratio_least: Length over the shortest way that keeps the margin only.
    """

    scene: str
    published_reaches: bool
    published_collides: bool
    reaches: bool
    collides: bool
    gap: float
    length: float
    optimum: float
    ratio: float
    ratio_least: float


def run_scene(scene: PathScene, config: MotionConfig, seed: int) -> SceneRow:
    """Let both plan a scene and measure what came of it."""
    points = scene.solids.surface(_SEEN)
    theirs = plan_published(scene.maps, GRID, scene.start, points)
    body = scene.with_body(BODY)
    nan = float("nan")
    row = SceneRow(
        scene=scene.name,
        published_reaches=theirs.reached,
        published_collides=scene.solids.gap_along(theirs.p_world) < 0.0,
        reaches=False,
        collides=False,
        gap=nan,
        length=nan,
        optimum=nan,
        ratio=nan,
        ratio_least=nan,
    )
    try:
        path = find_ours(scene, config)
    except UnreachableError:
        return row
    gap, length = body.gap_along(path), length_of(path)
    oracle, rng = Oracle(body, GRID), np.random.default_rng(seed)
    equal = oracle.optimum(path, gap, rng)
    least = oracle.optimum(path, min(gap, config.margin), rng)
    return replace(
        row,
        reaches=bool(np.linalg.norm(path[-1] - scene.goal) < 1e-6),
        collides=gap < 0.0,
        gap=gap,
        length=length,
        optimum=equal,
        ratio=length / equal,
        ratio_least=length / least,
    )
