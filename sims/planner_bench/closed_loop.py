"""The closed loop: a goal and an obstacle that both move, a new plan at every tick.

The goal drifts across the table and then rests; a post sweeps through the way. The
arm follows perfectly, so what is measured is the planner: its rate, and whether each
waypoint it ever gave keeps the limits.
"""

from dataclasses import dataclass, replace
from time import process_time

import numpy as np

from perception.frames import Pose, angle_between
from planner.errors import UnreachableError
from planner.motion.arm_model import ArmModel, hand_spheres
from planner.motion.config import MotionConfig
from planner.motion.plan import MotionRequest
from planner.motion.subtask import Measured, SubTask, state_at
from planner.trajectory import Trajectory
from planner.value_maps import VoxelGrid
from sims.planner_bench.solids import Solids
from sims.planner_bench.timed_scenes import DOWN, LOWER, UPPER, TimedScene

PERIOD = 0.02  # [s] between plans
_DRIFT = 3.0  # [s] that the goal moves for
_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class LoopFacts:
    """What a closed loop came to.

    Attributes:
        hz: Plans a second of CPU time, at the median.
        worst_hz: At the slowest plan.
        median_ms: CPU time of a plan.
        worst_ms: Of the slowest.
        ticks: Plans made.
        unreachable: Ticks at which the post stood in the only way.
        reached: Whether the hand came to the goal where it rests.
        seconds: Until then, simulated.
        beyond_limits: Waypoints beyond a limit on speed, acceleration or turning.
        waypoints: How many were checked.
        gap: Least distance between hand and obstacles, [m].
    """

    hz: float
    worst_hz: float
    median_ms: float
    worst_ms: float
    ticks: int
    unreachable: int
    reached: bool
    seconds: float
    beyond_limits: int
    waypoints: int
    gap: float


def run_closed_loop(seed: int, *, voxels: int = 100, seconds: float = 8.0) -> LoopFacts:
    """Drive to a moving goal past a moving post."""
    grid = VoxelGrid(LOWER, UPPER, (voxels, voxels, voxels))
    arm, config = ArmModel.panda(), MotionConfig()
    rng = np.random.default_rng([seed, 50])
    task, trajectory = SubTask(arm, config), None
    measured = Measured(Pose(np.array([0.45, -0.3, 0.25]), np.array(DOWN)), 0.08, 0.0)
    spent: list[float] = []
    gap, beyond, checked, unreachable, done = 1.0, 0, 0, 0, False
    while measured.time < seconds and not done:
        now = _scene_at(measured.time)
        state = state_at(trajectory, measured, config.slip)
        sight = now.seen(rng)
        maps = now.maps(grid)
        maps = replace(maps, gripper=None)
        request = MotionRequest(maps, sight, state, None, grid)
        began = process_time()
        try:
            tick = task.tick(request, measured)
        except UnreachableError:
            unreachable += 1
            tick = None
        spent.append(1e3 * (process_time() - began))
        if tick is not None:
            trajectory = tick.trajectory
            beyond += beyond_limits(trajectory, state.velocity, config)
            checked += len(trajectory.time)
            done = tick.done and measured.time > _DRIFT
        hand = hand_spheres(measured.gripper_width)
        centres = measured.T_world_ee.apply(hand.centre)
        gap = min(gap, float((now.solids.gap(centres) - hand.radius).min()))
        measured = _followed(trajectory, measured)
    goal = _scene_at(seconds).goal
    off = float(np.linalg.norm(measured.T_world_ee.position - goal))
    median, worst = float(np.median(spent)), float(np.max(spent))
    return LoopFacts(
        hz=1e3 / median,
        worst_hz=1e3 / worst,
        median_ms=median,
        worst_ms=worst,
        ticks=len(spent),
        unreachable=unreachable,
        reached=off < config.goal_tolerance + 0.5 * float(grid.voxel_size.max()),
        seconds=measured.time,
        beyond_limits=beyond,
        waypoints=checked,
        gap=gap,
    )


def _scene_at(time: float) -> TimedScene:
    """Return what the world is like at a time."""
    drift = min(time, _DRIFT)
    goal = np.array([0.45 + 0.04 * drift, 0.25 + 0.02 * drift, 0.15])
    x = 0.3 + 0.1 * time
    post = ((x - 0.02, -0.02, 0.0), (x + 0.02, 0.02, 0.25))
    blocks = [
        ((0.34, 0.1, 0.0), (0.4, 0.16, 0.1)),
        ((0.6, -0.2, 0.0), (0.66, -0.14, 0.12)),
        ((0.3, -0.25, 0.0), (0.36, -0.19, 0.08)),
    ]
    middle = np.array([x, 0.0, 0.2])
    return TimedScene("loop", Solids.of(post, *blocks), goal, goal, middle)


def _followed(trajectory: Trajectory | None, measured: Measured) -> Measured:
    time = measured.time + PERIOD
    if trajectory is None:
        return replace(measured, time=time)
    return Measured(trajectory.pose_at(time), measured.gripper_width, time)


def beyond_limits(
    trajectory: Trajectory, velocity: np.ndarray, config: MotionConfig
) -> int:
    """Return how many waypoints exceed the speed, acceleration or turning limits.

    Args:
        trajectory: To check.
        velocity: Of the motion that it replaces, at its start, in [m/s].
        config: Limits.
    """
    v = np.concatenate([velocity[None], trajectory.velocity])
    dt = np.concatenate([[config.dt], np.diff(trajectory.time)])
    fast = np.linalg.norm(trajectory.velocity, axis=1) > config.speed_limit + _SLACK
    push = np.linalg.norm(np.diff(v, axis=0), axis=1) / dt
    hard = push > config.max_acceleration + _SLACK
    turns = [
        angle_between(a, b)
        for a, b in zip(trajectory.wxyz[:-1], trajectory.wxyz[1:], strict=True)
    ]
    turned = np.array([0.0, *turns]) / dt > config.max_turn_rate + 1e-3
    return int((fast | hard | turned).sum())
