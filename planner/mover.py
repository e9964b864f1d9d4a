"""Sends one program's motion: smoothed, one control period at a time; brakes and holds.

Times are in [s] on the observations' clock, points in [m] in the world frame.
"""

from collections.abc import Callable

import numpy as np

from perception.frames import Points
from planner.braking import brake, hold
from planner.events import Event, SegmentPlanned
from planner.motion.config import MotionConfig
from planner.motion.follow import MotionState
from planner.motion.smoothing import Smoother
from planner.motion.subtask import has_slipped, state_at
from planner.trajectory import Trajectory
from planner.world import World


class Mover:
    """Motion under way in one world.

    Attributes:
        planned: What was planned last; None before anything was.
        segments: How many were sent.
    """

    def __init__(
        self, config: MotionConfig, world: World, emit: Callable[[Event], None]
    ):
        self._config = config
        self._world = world
        self._emit = emit
        self._smoother = Smoother(config)
        self._sent: Trajectory | None = None
        self._braking: Trajectory | None = None
        self.planned: Trajectory | None = None
        self.segments = 0

    @property
    def at_rest(self) -> bool:
        """Whether braking has ended, if it had begun."""
        now = self._world.now.measured.time
        return self._braking is None or now >= self._braking.end

    def state(self) -> MotionState:
        """Return the state to plan from: that of the plan under way."""
        measured = self._world.now.measured
        slipped = has_slipped(self._sent, measured, self._config.slip)
        if slipped:
            self._smoother.reset()
        return state_at(self.planned, measured, slipped=slipped)

    def send(self, path_world: Points, subtask: int, seconds: dict[str, float]) -> None:
        """Send what was planned, and let one control period pass."""
        assert self.planned is not None, "motion is planned before it is sent"
        self._braking = None
        self._sent = self._smoother.smooth(self.planned)
        self._follow(self._sent, path_world, subtask, seconds)

    def stay(self, subtask: int, seconds: dict[str, float]) -> None:
        """Stand still where the motion has come to for one control period."""
        state, start = self.state(), self._world.now.measured.time
        self.planned = Trajectory(
            time=np.array([start, start + self._config.horizon]),
            p_world=np.stack([state.p_world] * 2),
            velocity=np.zeros((2, 3)),
            wxyz=np.stack([state.wxyz] * 2),
            gripper_width=np.full(2, state.gripper_width),
        )
        self.send(state.p_world[None], subtask, seconds)

    def hold(self, subtask: int) -> float:
        """Brake, or stay at rest, for one control period; return how long, [s].

        It may come in the middle of any motion; what is planned next begins where
        the hand came to rest.
        """
        measured = self._world.now.measured
        if self._braking is None:
            start, most = measured.time, self._config.max_acceleration
            if self._sent is None:
                still = hold(measured.T_world_ee, measured.gripper_width, start)
                self._braking = still
            else:
                self._braking = brake(self._sent, start, most)
            self._smoother.reset()
        self.planned = self._sent = self._braking
        self._follow(self._braking, self._braking.p_world, subtask, {}, holding=True)
        return self._world.now.measured.time - measured.time

    def _follow(
        self,
        trajectory: Trajectory,
        path_world: Points,
        subtask: int,
        seconds: dict[str, float],
        *,
        holding: bool = False,
    ) -> None:
        now = self._world.now
        segment = SegmentPlanned(
            id=self.segments,
            subtask=subtask,
            trajectory=trajectory,
            expires=now.measured.time + self._config.horizon,
            path_world=path_world,
            scene_revision=now.scene.revision,
            stage_seconds=seconds,
            holding=holding,
        )
        self.segments += 1
        self._emit(segment)
        self._world.follow(trajectory)
