"""The closed loop: a goal and an obstacle that both move, a new plan at every tick.

The goal drifts across the table and then rests; a post sweeps through the way. The
arm follows what is sent perfectly, so what is measured is the planner: its rate, and
whether each waypoint ever sent keeps the limits.
"""

from dataclasses import dataclass, replace
from time import process_time

import numpy as np

from perception.frames import Pose, angle_between
from planner.errors import UnreachableError
from planner.map_reading import rasterise
from planner.motion.arm_model import ArmModel, hand_spheres
from planner.motion.config import MotionConfig
from planner.motion.plan import MotionRequest
from planner.motion.smoothing import Smoother
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
        beyond_limits: Waypoints beyond a limit: speed, acceleration, jerk or turning.
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


class _Loop:
    """A sub-task driven tick by tick."""

    def __init__(self, seed: int, voxels: int):
        self.grid = VoxelGrid(LOWER, UPPER, (voxels, voxels, voxels))
        self.config = MotionConfig()
        self._arm = ArmModel.panda()
        self._rng = np.random.default_rng([seed, 50])
        self._task = SubTask(self._arm, self.config)
        self._smoother = Smoother(self.config)
        self._planned: Trajectory | None = None
        self._sent: Trajectory | None = None
        self._before = np.zeros((2, 3))  # velocities of the two waypoints before now
        self.measured = self._at(np.array([0.45, -0.3, 0.25]), 0.0)
        self.spent: list[float] = []
        self.gap, self.beyond, self.checked, self.unreachable = 1.0, 0, 0, 0

    def _at(self, p_world: np.ndarray, time: float) -> Measured:
        pose = Pose(p_world, np.array(DOWN))
        joints = self._arm.kinematics.settle(pose).q[0]
        return Measured(pose, 0.08, time, joints)

    def tick(self) -> bool:
        """Plan once, move on for a period, and say whether the goal was come to."""
        now, measured = _scene_at(self.measured.time), self.measured
        maps = replace(now.maps(self.grid), gripper=None)
        sight = now.seen(self._rng)
        rasterise.cache_clear()
        began, tick = process_time(), None
        state = state_at(self._planned, measured)
        request = MotionRequest(maps, sight, state, None, self.grid)
        try:
            tick = self._task.tick(request, measured)
            sent = self._smoother.smooth(tick.trajectory)
        except UnreachableError:
            self.unreachable += 1
        else:
            self._planned, self._sent = tick.trajectory, sent
        self.spent.append(1e3 * (process_time() - began))
        if tick is not None and self._sent is not None:
            self.beyond += beyond_limits(self._sent, self._before, self.config)
            self.checked += len(self._sent.time)
        self._move_on(now)
        return tick is not None and tick.done

    def _move_on(self, now: TimedScene) -> None:
        hand, measured = hand_spheres(0.08), self.measured
        centres = measured.T_world_ee.apply(hand.centre)
        self.gap = min(self.gap, float((now.solids.gap(centres) - hand.radius).min()))
        place, velocity = measured.T_world_ee.position, np.zeros(3)
        if self._sent is not None:
            velocity = self._sent.velocity_at(measured.time)
            place = self._sent.pose_at(measured.time + PERIOD).position
        self._before = np.stack([self._before[1], velocity])
        self.measured = self._at(place, measured.time + PERIOD)


def run_closed_loop(seed: int, *, voxels: int = 100, seconds: float = 8.0) -> LoopFacts:
    """Drive to a moving goal past a moving post."""
    loop, done = _Loop(seed, voxels), False
    while loop.measured.time < seconds and not done:
        done = loop.tick() and loop.measured.time > _DRIFT
    goal = _scene_at(seconds).goal
    off = float(np.linalg.norm(loop.measured.T_world_ee.position - goal))
    near = loop.config.goal_tolerance + 0.5 * float(loop.grid.voxel_size.max())
    median, worst = float(np.median(loop.spent)), float(np.max(loop.spent))
    return LoopFacts(
        hz=1e3 / median,
        worst_hz=1e3 / worst,
        median_ms=median,
        worst_ms=worst,
        ticks=len(loop.spent),
        unreachable=loop.unreachable,
        reached=off < near,
        seconds=loop.measured.time,
        beyond_limits=loop.beyond,
        waypoints=loop.checked,
        gap=loop.gap,
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


def beyond_limits(
    trajectory: Trajectory, before: np.ndarray, config: MotionConfig
) -> int:
    """Return how many waypoints exceed the limits.

    Args:
        trajectory: To check; evenly spaced in time.
        before: (2, 3) velocities of the two waypoints before it, in [m/s].
        config: Limits on speed, acceleration, jerk and turn rate.
    """
    dt = config.dt
    v = np.concatenate([before, trajectory.velocity])
    push = np.diff(v, axis=0) / dt
    jerk = np.diff(push, axis=0) / dt
    turns = [
        angle_between(a, b)
        for a, b in zip(trajectory.wxyz[:-1], trajectory.wxyz[1:], strict=True)
    ]
    over = np.linalg.norm(trajectory.velocity, axis=1) > config.speed_limit + _SLACK
    over |= np.linalg.norm(push[1:], axis=1) > config.max_acceleration + _SLACK
    over |= np.linalg.norm(jerk, axis=1) > config.max_jerk + _SLACK
    over |= np.array([0.0, *turns]) / dt > config.max_turn_rate + 1e-3
    return int(over.sum())
