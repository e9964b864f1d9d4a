"""Motions that end at rest: where a state can stop, or back where the arm is."""

import math
from dataclasses import replace

import numpy as np

from perception.frames import Pose
from planner.motion.config import MotionConfig
from planner.motion.follow import MotionState, Path, follow
from planner.motion.path import resample
from planner.trajectory import Trajectory

_SPACING = 0.005  # [m]


def stand(state: MotionState, config: MotionConfig, gripper_width: float) -> Trajectory:
    """Return the shortest motion to rest, straight on, and standing there after it.

    Args:
        state: Where it starts.
        config: Limits, and how long it lasts at least.
        gripper_width: Asked for from its start on, [m].
    """
    speed = float(np.linalg.norm(state.velocity))
    step = config.max_acceleration * config.dt
    count = math.ceil(speed / step) + 1
    slower = np.maximum(speed - step * np.arange(count), 0.0)  # (n,) [m/s]
    velocity = state.velocity * (slower / max(speed, 1e-12))[:, None]
    steps = 0.5 * config.dt * (velocity[1:] + velocity[:-1])
    n = len(velocity)
    return Trajectory(
        time=state.time + config.dt * np.arange(n),
        p_world=state.p_world + np.concatenate([np.zeros((1, 3)), steps.cumsum(0)]),
        velocity=velocity,
        wxyz=np.tile(state.wxyz, (n, 1)),
        gripper_width=np.full(n, gripper_width),
    ).resting_until(state.time + config.horizon)


def lead_back(state: MotionState, T_world_ee: Pose, config: MotionConfig) -> Trajectory:
    """Return the motion from where the arm was sent to where it is, and to rest.

    What holds an arm up is pushed all the harder the farther the arm is sent on.
    This takes the push off, within the limits and without a jump.

    Args:
        state: Of the motion under way.
        T_world_ee: Where the arm is.
        config: Limits.
    """
    p_world = resample(np.stack([state.p_world, T_world_ee.position]), _SPACING)
    n = len(p_world)
    path = Path(
        p_world=p_world,
        wxyz=np.tile(T_world_ee.wxyz, (n, 1)),
        speed=np.full(n, config.max_speed),
        gripper_width=np.full(n, state.gripper_width),
    )
    # With no last leg to keep straight, the hand turns on the way.
    return follow(path, state, replace(config, approach=0.0))
