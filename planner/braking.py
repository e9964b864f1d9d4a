"""Coming to rest on the way: a path run on a clock that slows to a halt."""

import numpy as np

from perception.frames import Pose
from planner.trajectory import Trajectory

_STEPS = 12
_SHORTEST_BRAKE = 0.1  # [s]


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
