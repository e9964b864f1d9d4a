"""Sends one program's motion: smoothed, one control period at a time; brakes and holds.

Times are in [s] on the observations' clock, points in [m] in the world frame.
"""

from collections.abc import Callable

from perception.frames import Points
from planner.braking import brake, hold
from planner.events import Event, SegmentPlanned
from planner.motion.config import MotionConfig
from planner.motion.follow import MotionState
from planner.motion.rest import lead_back
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
        self._back: Trajectory | None = None  # to an arm that did not follow
        self.planned: Trajectory | None = None
        self.segments = 0

    @property
    def at_rest(self) -> bool:
        """Whether braking has ended, if it had begun."""
        now = self._world.now.measured.time
        return self._braking is None or now >= self._braking.end

    def state(self) -> MotionState:
        """Return the state to plan from: that of the plan under way."""
        return state_at(self.planned, self._world.now.measured)

    def send(self, path_world: Points, subtask: int, seconds: dict[str, float]) -> None:
        """Send what was planned, and let one control period pass."""
        assert self.planned is not None, "motion is planned before it is sent"
        self._braking = None
        self._sent = self._smoother.smooth(self.planned)
        self._follow(self._sent, path_world, subtask, seconds)

    def stay(self, subtask: int, seconds: dict[str, float]) -> None:
        """Come to rest on the way, or stay there, for one control period."""
        if self.give_way(subtask, seconds):
            return
        until = self._world.now.measured.time + self._config.horizon
        self.planned = self._stopping().resting_until(until)
        self.send(self.planned.p_world, subtask, seconds)

    def give_way(self, subtask: int, seconds: dict[str, float]) -> bool:
        """Lead an arm back that slipped from its motion; say if a period went to that.

        Whatever keeps it from following is pushed no longer then, and what is
        planned next begins where the arm is. Once that is done a motion of another
        kind comes first, so that an arm that never follows is found out.
        """
        measured = self._world.now.measured
        if self._back is not None and measured.time >= self._back.end:
            self._back = None
            return False
        if has_slipped(self._sent, measured, self._config.slip):
            self.relent()
        if self._back is None:
            return False
        self._braking, self._sent = None, self._back
        self._follow(self._back, self._back.p_world, subtask, seconds)
        return True

    def relent(self) -> None:
        """Let the arm be led back to where it is, before anything else is sent."""
        if self._back is None:
            here = self._world.now.measured.T_world_ee
            self.planned = lead_back(self.state(), here, self._config)
            self._back = self._smoother.smooth(self.planned)

    def hold(self, subtask: int) -> float:
        """Brake, or stay at rest, for one control period; return how long, [s].

        It may come in the middle of any motion; what is planned next goes on from
        there.
        """
        before = self._world.now.measured.time
        if self._braking is None or self._sent is None:
            self._back = None
            self.planned = self._braking = self._stopping()
            self._sent = self._smoother.smooth(self._braking)
        self._follow(self._sent, self._sent.p_world, subtask, {}, holding=True)
        return self._world.now.measured.time - before

    def _stopping(self) -> Trajectory:
        """Return the motion under way, braked to rest on its path."""
        measured = self._world.now.measured
        if self.planned is None:
            return hold(measured.T_world_ee, measured.gripper_width, measured.time)
        return brake(self.planned, measured.time, self._config.max_acceleration)

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
