"""One sub-task in closed loop: move to the goal, then let the fingers do their part.

Each tick plans anew from the state of the motion under way, so a goal that moved
is followed. Once the fingers start to move the hand holds still.
"""

from dataclasses import dataclass, replace

import numpy as np

from perception.frames import Points, Pose, angle_between
from planner.errors import NotReachedError
from planner.motion.arm_model import ArmModel
from planner.motion.config import MotionConfig
from planner.motion.follow import MotionState
from planner.motion.plan import MotionPlan, MotionRequest, plan_motion
from planner.motion.rest import stand
from planner.trajectory import Trajectory


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What the arm reports.

    Attributes:
        T_world_ee: Pose of the end-effector.
        gripper_width: Distance between the fingers, [m].
        time: [s].
        joints: [rad]; None if unknown.
    """

    T_world_ee: Pose
    gripper_width: float
    time: float
    joints: np.ndarray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Tick:
    """What one tick of a sub-task came to.

    Attributes:
        trajectory: What to follow next.
        path_world: (n, 3) the whole path, for display.
        done: Whether the sub-task is finished; the trajectory then holds still.
    """

    trajectory: Trajectory
    path_world: Points
    done: bool


class SubTask:
    """The state of one sub-task between ticks."""

    def __init__(self, arm: ArmModel, config: MotionConfig):
        self._arm = arm
        self._config = config
        self._goal_plan: MotionPlan | None = None  # that led to where fingers move
        self._grip_start: float | None = None
        self._widths: list[tuple[float, float]] = []
        self._best = (np.inf, 0.0)  # least distance from the goal, and when
        self._best_goal = np.full(3, np.inf)  # where the goal was then
        self._goal = np.full(3, np.inf)

    def tick(self, request: MotionRequest, measured: Measured) -> Tick:
        """Return the motion that follows from what is seen now.

        Raises:
            PlanningError: No motion leads to the goal, or the arm does not move.
        """
        if self._grip_start is not None:
            return self._grip(request.state, measured)
        last = self._goal if np.isfinite(self._goal).all() else None
        plan = plan_motion(
            replace(request, last_goal=last),
            self._arm,
            self._config,
            horizon=self._config.horizon,
        )
        self._watch_progress(plan, measured)
        if self._arrived(plan, measured) or self._stopped_by(request, plan, measured):
            if abs(plan.gripper_width - request.state.gripper_width) < 1e-4:
                return self._hold(plan, request.state)
            self._grip_start, self._goal_plan = measured.time, plan
            return self._grip(request.state, measured)
        self._give_up(plan, measured)
        return Tick(plan.trajectory, plan.path_world, done=False)

    def delay(self, seconds: float) -> None:
        """Take time that passed without the sub-task, [s], off its clocks."""
        self._best = (self._best[0], self._best[1] + seconds)
        self._widths = [(time + seconds, width) for time, width in self._widths]
        if self._grip_start is not None:
            self._grip_start += seconds

    def _arrived(self, plan: MotionPlan, measured: Measured) -> bool:
        gap = np.linalg.norm(measured.T_world_ee.position - plan.goal.position)
        turn = angle_between(measured.T_world_ee.wxyz, plan.goal.wxyz)
        still = np.linalg.norm(plan.trajectory.velocity[0]) < 0.02
        config = self._config
        near = gap < config.goal_tolerance and turn < config.turn_tolerance
        there = gap < config.exact_tolerance and turn < config.exact_turn
        if plan.exact and not there:
            # What an arm cannot do is not waited for.
            near = near and measured.time - self._best[1] >= config.contact_wait
        return bool(near and still)

    def _stopped_by(
        self, request: MotionRequest, plan: MotionPlan, measured: Measured
    ) -> bool:
        """Say whether the object that holds the goal stopped the hand at it.

        A goal inside an object asks for contact: its surface may come first.
        """
        config = self._config
        here = measured.T_world_ee
        gap = np.linalg.norm(here.position - plan.goal.position)
        still = measured.time - self._best[1] >= config.contact_wait
        turned = angle_between(here.wxyz, plan.goal.wxyz) < config.turn_tolerance
        if gap > config.contact_reach or not still or not turned:
            return False
        boxes = [o.aabb_world for o in request.scene.objects if not o.held]
        p = plan.goal.position
        return any(bool(((p >= low) & (p <= high)).all()) for low, high in boxes)

    def _watch_progress(self, plan: MotionPlan, measured: Measured) -> None:
        """Note when the arm was last coming nearer to its goal.

        A goal that crept on by a centimetre since then is another one: the hand may
        follow it for long and come no nearer.
        """
        here = measured.T_world_ee
        gap = float(np.linalg.norm(here.position - plan.goal.position))
        gap += 0.1 * angle_between(here.wxyz, plan.goal.wxyz)
        steps = np.linalg.norm(np.diff(plan.path_world, axis=0), axis=1)
        gap += 0.1 * float(steps.sum())
        self._goal = plan.goal.position
        moved = float(np.linalg.norm(self._goal - self._best_goal))
        if moved > 0.01 or gap < self._best[0] - 0.002:
            self._best, self._best_goal = (gap, measured.time), self._goal

    def _give_up(self, plan: MotionPlan, measured: Measured) -> None:
        """Raise when the arm has come no nearer to a goal that stays put."""
        if measured.time - self._best[1] > self._config.patience:
            gap = np.linalg.norm(measured.T_world_ee.position - plan.goal.position)
            raise NotReachedError(
                f"the hand has stopped {100 * gap:.1f} cm from its goal for "
                f"{self._config.patience:.0f} s; something holds it or the pose is "
                "out of the arm's reach"
            )

    def _grip(self, state: MotionState, measured: Measured) -> Tick:
        """Hold still until the fingers have come to rest."""
        assert self._grip_start is not None
        assert self._goal_plan is not None
        self._widths.append((measured.time, measured.gripper_width))
        waited = measured.time - self._grip_start
        recent = [w for t, w in self._widths if measured.time - t <= 0.25]
        settled = max(recent) - min(recent) < 0.001 and waited >= 0.4
        still = self._hold(self._goal_plan, state)
        return replace(still, done=settled or waited > 2.0)

    def _hold(self, plan: MotionPlan, state: MotionState) -> Tick:
        """Return coming to rest where the motion has come to, with the new width."""
        still = stand(state, self._config, plan.gripper_width)
        return Tick(still, plan.path_world, done=True)


def state_at(planned: Trajectory | None, measured: Measured) -> MotionState:
    """Return the state to plan from: that of the plan under way, wherever the arm is.

    Where nothing was planned yet it is that of the arm, at rest; a plan that has
    ended is at rest too.
    """
    pose, velocity, width = measured.T_world_ee, np.zeros(3), measured.gripper_width
    if planned is not None:
        pose, width = planned.pose_at(measured.time), planned.width_at(measured.time)
        if measured.time <= planned.end + 1e-6:
            velocity = planned.velocity_at(measured.time)
    return MotionState(
        p_world=pose.position,
        velocity=velocity,
        wxyz=pose.wxyz,
        gripper_width=width,
        finger_gap=max(width, measured.gripper_width),
        time=measured.time,
        joints=measured.joints,
    )


def has_slipped(sent: Trajectory | None, measured: Measured, most: float) -> bool:
    """Say whether the arm is farther than `most` [m] from where it was sent."""
    if sent is None:
        return False
    place = sent.pose_at(measured.time).position
    return float(np.linalg.norm(place - measured.T_world_ee.position)) > most
