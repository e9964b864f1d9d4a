"""Coming to rest on the way: a path run on a clock that slows to a halt."""

import numpy as np

from perception.frames import Pose, Vec3
from planner.trajectory import Trajectory

_DT = 0.02  # [s] between waypoints
_BISECTIONS = 14


def brake(trajectory: Trajectory, time: float, max_acceleration: float) -> Trajectory:
    """Return the shortest motion that comes to rest on the path of `trajectory`.

    It runs the same path on a clock that slows to a halt, so it leads nowhere that
    was not planned, and the fingers stay as they are. Where the path keeps the
    acceleration limit, so does the braking, in bends and while it speeds up or
    brakes itself. A path that ends in motion is run on straight past its end.

    Args:
        trajectory: What the arm follows.
        time: When braking begins, on the trajectory's clock, [s].
        max_acceleration: Of the hand, [m/s^2].
    """
    if time >= trajectory.end:
        return hold(trajectory.pose_at(time), trajectory.width_at(time), time)
    clock, rate = [time], [1.0]  # on the trajectory's clock, [s]; seconds a second
    velocity = [trajectory.velocity_at(time)]
    while velocity[-1].any():
        rate.append(_next_rate(trajectory, clock[-1], rate[-1], max_acceleration))
        clock.append(clock[-1] + 0.5 * _DT * (rate[-2] + rate[-1]))
        velocity.append(rate[-1] * trajectory.velocity_at(clock[-1]))
    n, v = len(clock), np.array(velocity)  # (n, 3)
    # Summed up, and not read off between waypoints, which would roughen it.
    steps = 0.5 * _DT * (v[1:] + v[:-1])
    start = trajectory.pose_at(time).position
    return Trajectory(
        time=time + _DT * np.arange(n),
        p_world=start + np.concatenate([np.zeros((1, 3)), steps.cumsum(axis=0)]),
        velocity=v,
        wxyz=np.array([trajectory.pose_at(t).wxyz for t in clock]),
        gripper_width=np.full(n, trajectory.width_at(time)),
    )


def _next_rate(
    trajectory: Trajectory, clock: float, rate: float, max_acceleration: float
) -> float:
    """Return the least rate of the clock a step later that keeps the limit."""
    before, most = rate * trajectory.velocity_at(clock), max_acceleration * _DT

    def change(slower: float) -> Vec3:
        later = clock + 0.5 * _DT * (rate + slower)
        return slower * trajectory.velocity_at(later) - before

    if np.linalg.norm(before) <= most:
        return 0.0
    low, high = 0.0, rate
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        if np.linalg.norm(change(middle)) <= most:
            high = middle
        else:
            low = middle
    return high


def hold(T_world_ee: Pose, gripper_width: float, time: float) -> Trajectory:
    """Return the motion that stays where it is."""
    return Trajectory(
        time=np.array([time]),
        p_world=T_world_ee.position[None].copy(),
        velocity=np.zeros((1, 3)),
        wxyz=T_world_ee.wxyz[None].copy(),
        gripper_width=np.array([gripper_width]),
    )
