"""Coming to rest after a cancel, and the proof that the arm did."""

from dataclasses import dataclass

import numpy as np

from perception.frames import Pose
from perception.observation import Observation
from planner.trajectory import Trajectory

STOPPED_SPEED = 0.005  # [m/s]
_STEPS = 12
_SHORTEST_BRAKE = 0.1  # [s]


@dataclass(frozen=True, slots=True, eq=False)
class StoppedState:
    """The measured state a cancelled session left the arm in.

    Attributes:
        stopped: Whether the hand was measured to rest.
        T_world_ee: Measured pose; None if nothing was ever observed.
        speed: Between the last two observations, [m/s]; None with fewer.
        joints: Measured, [rad].
        gripper_width: Measured, [m].
        time: Of the last observation, on its own clock, [s].
    """

    stopped: bool
    T_world_ee: Pose | None
    speed: float | None
    joints: np.ndarray
    gripper_width: float
    time: float


def brake(trajectory: Trajectory, time: float, max_acceleration: float) -> Trajectory:
    """Return a motion that comes to rest on the path of `trajectory`.

    It runs the same path on a clock that slows to a halt, so it leads nowhere that
    was not planned, and the fingers stay as they are.

    Args:
        trajectory: What the arm follows.
        time: When braking begins, on the trajectory's clock, [s].
        max_acceleration: Of the hand, [m/s^2].
    """
    speed = float(np.linalg.norm(trajectory.velocity_at(time)))
    if time >= trajectory.end or speed == 0.0:
        return hold(trajectory.pose_at(time), trajectory.width_at(time), time)
    length = max(speed / max_acceleration, _SHORTEST_BRAKE)
    after = np.linspace(0.0, length, _STEPS + 1)  # since braking began, [s]
    slow = time + after - after**2 / (2.0 * length)  # on the trajectory's clock
    rate = 1.0 - after / length
    poses = [trajectory.pose_at(t) for t in slow]
    velocity = np.array([trajectory.velocity_at(t) for t in slow]) * rate[:, None]
    # Past the last waypoint the position holds but `velocity_at` does not vanish.
    velocity[slow >= trajectory.end] = 0.0
    return Trajectory(
        time=time + after,
        p_world=np.array([pose.position for pose in poses]),
        velocity=velocity,
        wxyz=np.array([pose.wxyz for pose in poses]),
        gripper_width=np.full(_STEPS + 1, trajectory.width_at(time)),
    )


def hold(T_world_ee: Pose, gripper_width: float, time: float) -> Trajectory:
    """Return the motion that stays where it is."""
    return Trajectory(
        time=np.array([time]),
        p_world=T_world_ee.position[None].copy(),
        velocity=np.zeros((1, 3)),
        wxyz=T_world_ee.wxyz[None].copy(),
        gripper_width=np.array([gripper_width]),
    )


class StopWatch:
    """Measures whether the hand rests, from observations after a cancel."""

    def __init__(self, last: Observation | None):
        self._last = last
        self._speed: float | None = None

    def see(self, observation: Observation, braked: float) -> bool:
        """Take an observation and say whether the hand rests.

        Args:
            observation: The newest.
            braked: When the braking motion ends, on its clock, [s]; before that
                a hand that is slow may only not have got going.
        """
        before, self._last = self._last, observation
        if before is None or observation.time <= before.time or before.time < braked:
            return False
        gap = observation.T_world_ee.position - before.T_world_ee.position
        self._speed = float(np.linalg.norm(gap)) / (observation.time - before.time)
        return self._speed < STOPPED_SPEED

    def state(self, *, stopped: bool) -> StoppedState:
        """Return what was measured last."""
        last = self._last
        if last is None:
            return StoppedState(stopped, None, None, np.zeros(0), 0.0, 0.0)
        return StoppedState(
            stopped,
            last.T_world_ee,
            self._speed,
            last.joints,
            last.gripper_width,
            last.time,
        )
