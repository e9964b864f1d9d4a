"""The published planner, plainly: a soft cost and a greedy descent on it.

Huang et al. 2023, "VoxPoser", with the settings of its released configuration: the
distance to the target and a blurred obstacle map, both brought to 0..1, are summed
2:1 and descended voxel by voxel. It is the `reference` that the planner of this
package is measured against, its weaknesses included: a way that is stuck ends in a
straight leg to the target. Mended is only what crashes or silently does nothing:
clearing around a start near the border, and the gripper's snap.

Voxel coordinates are indices into the grid, its centres at whole numbers.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.ndimage import distance_transform_edt, gaussian_filter
from scipy.signal import savgol_filter

from perception.frames import Points, Vec3
from planner.errors import EmptyMapError
from planner.map_reading import rasterise
from planner.motion.follow import Path
from planner.motion.path import resample
from planner.value_maps import MapSet, Recipe, VoxelGrid

Field = Float[np.ndarray, "nx ny nz"]
Mask = Bool[np.ndarray, "nx ny nz"]
Voxel = Int[np.ndarray, "3"]
Way = Float[np.ndarray, "_ 3"]

_FIRST_BEND = 5  # points of a way that may bend as they like
_CUT = 0.9  # share kept of a way up to its first sharp bend


@dataclass(frozen=True, slots=True)
class PublishedConfig:
    """Settings of the release; lengths in voxels.

    Attributes:
        target_weight: Of the distance to the target.
        obstacle_weight: Of the blurred obstacles.
        sigma: Of that blur.
        target_clearing: Distance from the target within which nothing collides.
        start_clearing: The same about the start, along each axis.
        max_steps: Of the descent.
        stop_threshold: A voxel no neighbour of which costs less than this more
            ends the descent.
        window: Of the Savitzky-Golay filter, in points.
        order: Of its polynomials.
        max_curvature: Where the way is cut off.
        spacing: Of waypoints, at 100 voxels a side.
        reached: Distance from the target that counts as there.
        snap: Distance before a change of the gripper within which it is made.
    """

    target_weight: float = 2.0
    obstacle_weight: float = 1.0
    sigma: float = 10.0
    target_clearing: float = 15.0
    start_clearing: int = 10
    max_steps: int = 300
    stop_threshold: float = 0.001
    window: int = 20
    order: int = 3
    max_curvature: float = 3.0
    spacing: float = 1.0
    reached: float = 2.0
    snap: float = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class PublishedPlan:
    """What the published planner comes to.

    Attributes:
        p_world: (n, 3) waypoints, [m].
        wxyz: (n, 4) the rotation map at each.
        speed: (n,) the velocity map at each, a factor.
        openness: (n,) the gripper map at each, 1 open.
        steps: (m, 3) the voxels descended through.
        reached: Whether the descent itself came to the target.
    """

    p_world: Points
    wxyz: Float[np.ndarray, "n 4"]
    speed: Float[np.ndarray, "n"]
    openness: Float[np.ndarray, "n"]
    steps: Int[np.ndarray, "m 3"]
    reached: bool

    def as_path(self, max_speed: float, max_width: float, spacing: float) -> Path:
        """Return the waypoints as an evenly spaced path to follow, all in SI units."""
        p_world = resample(self.p_world, spacing)
        gaps = np.linalg.norm(p_world[:, None] - self.p_world[None], axis=2)
        nearest = gaps.argmin(axis=1)
        return Path(
            p_world,
            self.wxyz[nearest],
            max_speed * self.speed[nearest],
            max_width * np.clip(self.openness[nearest], 0.0, 1.0),
        )


def plan_published(
    maps: MapSet,
    grid: VoxelGrid,
    start: Vec3,
    points_world: Points,
    config: PublishedConfig | None = None,
) -> PublishedPlan:
    """Return the published way from a start to the target of the maps.

    Args:
        maps: What the program wants; a default of the release for each absent one.
        grid: Of the maps.
        start: Of the end-effector, in [m].
        points_world: What is seen apart from the robot.
        config: Settings.

    Raises:
        EmptyMapError: The affordance map names no target.
        InvalidMapError: A map holds values that mean nothing.
    """
    config = config or PublishedConfig()
    target = target_mask(maps.affordance or Recipe(0.0), grid)
    avoidance = rasterise(maps.avoidance or Recipe(0.0), grid)
    first = grid.to_vox(start[None])[0]
    obstacles = obstacle_map(
        avoidance, occupancy(points_world, grid), target, first, config
    )
    steps = greedy_path(published_cost(target, obstacles, config), first, config)
    way = postprocess(steps, target, config)
    return _with_maps(way, steps, target, (maps, grid), config)


def target_mask(affordance: Recipe, grid: VoxelGrid) -> Mask:
    """Return which voxels the affordance map is highest at.

    Raises:
        EmptyMapError: No value is above 0.
    """
    values = rasterise(affordance, grid)
    best = values.max()
    if best <= 0.0:
        raise EmptyMapError("the affordance map has no value above 0: set the target")
    return values == best


def occupancy(points_world: Points, grid: VoxelGrid) -> Field:
    """Return 1 where a point lies, 0 elsewhere."""
    occupied = np.zeros(grid.shape)
    inside = points_world[grid.contains(points_world)]
    occupied[tuple(grid.to_vox(inside).T)] = 1.0
    return occupied


def obstacle_map(
    avoidance: Field,
    occupied: Field,
    target: Mask,
    start: Voxel,
    config: PublishedConfig,
) -> Field:
    """Return avoidance and collision as one map in 0..1, both ends cleared."""
    collision = occupied.copy()
    collision[distance_transform_edt(~target) < config.target_clearing] = 0.0
    low = np.maximum(start - config.start_clearing, 0)
    high = start + config.start_clearing
    collision[tuple(slice(a, b) for a, b in zip(low, high, strict=True))] = 0.0
    return np.clip(avoidance + collision, 0.0, 1.0)


def published_cost(
    target: Mask, obstacles: Field, config: PublishedConfig | None = None
) -> Field:
    """Return the cost of each voxel, 0..1: what the descent goes down."""
    config = config or PublishedConfig()
    distance = np.asarray(distance_transform_edt(~target), dtype=float)
    blurred = gaussian_filter(np.asarray(obstacles, dtype=float), config.sigma)
    return _normalised(
        config.target_weight * _normalised(distance)
        + config.obstacle_weight * _normalised(blurred)
    )


def _normalised(field: Field) -> Field:
    low, high = field.min(), field.max()
    if high - low < 1e-12:
        return np.zeros_like(field)
    return (field - low) / (high - low)


def greedy_path(
    cost: Field, start: Voxel, config: PublishedConfig | None = None
) -> Int[np.ndarray, "n 3"]:
    """Return the voxels of the steepest descent, each left one made dearer by 1."""
    config = config or PublishedConfig()
    cost = cost.copy()
    neighbours = _neighbourhood(cost.shape)
    here, steps = start, [start]
    for _ in range(config.max_steps):
        near = _inside(here + neighbours, cost.shape)
        following = near[int(np.argmin(cost[tuple(near.T)]))]
        cost[tuple(here)] += 1.0
        here = following
        steps.append(here)
        near = _inside(here + neighbours, cost.shape)
        limit = cost[tuple(here)] + config.stop_threshold
        if not (cost[tuple(near.T)] < limit).any():
            break
    return np.stack(steps)


def _neighbourhood(shape: tuple[int, ...]) -> Int[np.ndarray, "n 3"]:
    """Return the offsets to look at: 5 x 5 x 5 at 100 voxels a side."""
    half = [max(1, int(2 * n / 100)) for n in shape]
    offsets = np.indices([2 * h + 1 for h in half]).reshape(3, -1).T - half
    return offsets[(offsets != 0).any(axis=1)]


def _inside(
    voxels: Int[np.ndarray, "_ 3"], shape: tuple[int, ...]
) -> Int[np.ndarray, "_ 3"]:
    return voxels[((voxels >= 0) & (voxels < shape)).all(axis=1)]


def postprocess(
    steps: Int[np.ndarray, "n 3"], target: Mask, config: PublishedConfig
) -> Way:
    """Return the way smoothed, cut at a sharp bend, thinned, and led to the target."""
    window = min(len(steps), config.window)
    order = min(config.order, window - 1)
    way = np.asarray(savgol_filter(steps.astype(float), window, order, axis=0))
    bends = np.flatnonzero(_curvature(way)[_FIRST_BEND:] > config.max_curvature)
    if len(bends):
        way = way[: max(1, int(_CUT * (bends[0] + _FIRST_BEND)))]
    way = _thinned(way, config.spacing * target.shape[0] / 100)
    last = _rounded(way[-1:], target.shape)[0]
    if not target[tuple(last)]:
        voxels = np.argwhere(target)
        gaps = np.linalg.norm(voxels - last, axis=1)
        way = np.concatenate([way, voxels[[int(np.argmin(gaps))]]])
    return np.clip(way, 0, np.array(target.shape) - 1)


def _curvature(way: Way) -> Float[np.ndarray, "_"]:
    if len(way) < 3:
        return np.zeros(len(way))
    first = np.gradient(way, axis=0)
    second = np.gradient(first, axis=0)
    speed = np.maximum(np.linalg.norm(first, axis=1), 1e-9)
    return np.linalg.norm(np.cross(first, second), axis=1) / speed**3


def _thinned(way: Way, spacing: float) -> Way:
    inner = way[1:-1]
    steps = np.linalg.norm(np.diff(inner, axis=0), axis=1)
    if len(steps) and steps.sum() > spacing:
        inner = inner[:: max(1, int(np.ceil(spacing / steps.mean())))]
    return np.concatenate([way[:1], inner, way[-1:]])


def _rounded(way: Way, shape: tuple[int, ...]) -> Int[np.ndarray, "n 3"]:
    return np.clip(np.rint(way), 0, np.array(shape) - 1).astype(np.int64)


def _with_maps(
    way: Way,
    steps: Int[np.ndarray, "n 3"],
    target: Mask,
    rest: tuple[MapSet, VoxelGrid],
    config: PublishedConfig,
) -> PublishedPlan:
    """Read rotation, speed and gripper at the waypoints; say whether it arrived."""
    maps, grid = rest
    voxels = tuple(_rounded(way, grid.shape).T)
    rotation = rasterise(maps.rotation or Recipe((0.0, 1.0, 0.0, 0.0)), grid)[voxels]
    velocity = rasterise(maps.velocity or Recipe(1.0), grid)[voxels]
    gripper = rasterise(maps.gripper or Recipe(1.0), grid)
    openness = gripper[voxels].astype(float)
    openness[-1] = _snapped(gripper, way[-1], float(openness[-1]), config)
    distance = np.asarray(distance_transform_edt(~target))
    return PublishedPlan(
        p_world=np.array(grid.lower) + (way + 0.5) * grid.voxel_size,
        wxyz=rotation.astype(float),
        speed=velocity.astype(float),
        openness=openness,
        steps=steps,
        reached=bool(distance[tuple(steps[-1])] <= config.reached),
    )


def _snapped(
    gripper: Field, last: Vec3, openness: float, config: PublishedConfig
) -> float:
    """Return the rarer of the gripper's values where the last waypoint is near it."""
    values, counts = np.unique(gripper, return_counts=True)
    if len(values) < 2:
        return openness
    rarer = values[int(np.argmin(counts))]
    gaps = np.linalg.norm(np.argwhere(gripper == rarer) - last, axis=1)
    return float(rarer) if gaps.min() <= config.snap else openness
