"""Where the Panda's hand is for given joints, and the other way round.

`q` are the seven joint angles in [rad]; the end-effector frame is the point
between the fingertips, as in `sims.panda`.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import atan2, hypot

import numpy as np
from scipy.spatial.transform import Rotation

from perception.frames import Pose

LOWER = np.array([-2.8973, -1.7628, -2.8973, -3.0718, -2.8973, -0.0175, -2.8973])
UPPER = np.array([2.8973, 1.7628, 2.8973, -0.0698, 2.8973, 3.7525, 2.8973])
MAX_RATE = np.array([2.175, 2.175, 2.175, 2.175, 2.61, 2.61, 2.61])  # [rad/s]
REST = np.array([0.0, -0.30, 0.0, -2.40, 0.0, 2.10, 0.785])

# Origin and roll of each joint in the one before, from the maker's URDF.
_ORIGINS = np.array(
    [
        [0.0, 0.0, 0.333],
        [0.0, 0.0, 0.0],
        [0.0, -0.316, 0.0],
        [0.0825, 0.0, 0.0],
        [-0.0825, 0.384, 0.0],
        [0.0, 0.0, 0.0],
        [0.088, 0.0, 0.0],
    ]
)
_ROLLS = np.array([0.0, -1.0, 1.0, 1.0, -1.0, 1.0, 1.0]) * np.pi / 2
HALF_TURN = 1e-3  # sine of an angle so near to it that its axis is lost
_HAND_YAW = -np.pi / 4
_HAND_LENGTH = 0.107 + 0.105  # flange, then flange to fingertips


@dataclass(frozen=True, slots=True)
class IkConfig:
    """How the joints for a pose are searched.

    Attributes:
        iterations: At most so many steps.
        damping: Of the least squares, so that singular poses stay calm.
        posture: Share of the way to the rest posture taken where it is free, once a
            call: the pull is not quite free near a singular pose.
        tolerance: Error at which the search ends, in [m] and [rad].
        max_step: Longest step of one joint, [rad].
    """

    iterations: int = 60
    damping: float = 1e-4
    posture: float = 0.02
    tolerance: float = 1e-5
    max_step: float = 0.2


def forward(q: np.ndarray) -> Pose:
    """Return the pose of the end-effector."""
    return Pose.from_matrix(_chain(q)[-1])


def inverse(
    target: Pose, q: np.ndarray, config: IkConfig | None = None
) -> tuple[np.ndarray, float]:
    """Return joints near `q` that bring the hand to `target`, and what is left.

    Damped least squares with a pull to the rest posture in the null space
    (Siciliano et al. 2009, section 3.7). What is left is a length in [m] plus an
    angle in [rad]; it is above the tolerance where the target is out of reach.
    """
    config = config or IkConfig()
    goal = target.matrix
    q = np.clip(q, LOWER, UPPER)
    error = np.zeros(6)
    for iteration in range(config.iterations):
        frames = _chain(q)
        error = _twist(frames[-1], goal)
        if np.linalg.norm(error) < config.tolerance:
            break
        jacobian = _jacobian(frames)
        square = jacobian @ jacobian.T + config.damping * np.eye(6)
        inverse_j = np.linalg.solve(square, jacobian).T  # (7, 6)
        rest = (config.posture if iteration == 0 else 0.0) * (REST - q)
        step = inverse_j @ (error - jacobian @ rest) + rest
        step *= min(1.0, config.max_step / (np.abs(step).max() + 1e-12))
        q = np.clip(q + step, LOWER, UPPER)
    return q, float(np.linalg.norm(error[:3]) + np.linalg.norm(error[3:]))


def _chain(q: np.ndarray) -> np.ndarray:
    """Return (8, 4, 4): each joint's frame in the world, then the hand's."""
    frames = np.empty((8, 4, 4))
    fixed = _fixed()
    moved = fixed.copy()
    c, s = np.cos(q)[:, None], np.sin(q)[:, None]
    x, y = fixed[:7, :, 0], fixed[:7, :, 1]
    moved[:7, :, 0], moved[:7, :, 1] = c * x + s * y, c * y - s * x
    frame = moved[0]
    frames[0] = frame
    for k in range(1, 8):
        frame = frame.dot(moved[k])
        frames[k] = frame
    return frames


@lru_cache(maxsize=1)
def _fixed() -> np.ndarray:
    fixed = np.tile(np.eye(4), (8, 1, 1))
    for k in range(7):
        fixed[k, :3, :3] = Rotation.from_euler("x", _ROLLS[k]).as_matrix()
        fixed[k, :3, 3] = _ORIGINS[k]
    fixed[7, :3, :3] = Rotation.from_euler("z", _HAND_YAW).as_matrix()
    fixed[7, 2, 3] = _HAND_LENGTH
    fixed.setflags(write=False)
    return fixed


def _jacobian(frames: np.ndarray) -> np.ndarray:
    axes = frames[:7, :3, 2].T  # (3, 7)
    arms = frames[7, :3, 3, None] - frames[:7, :3, 3].T
    jacobian = np.empty((6, 7))
    for k in range(3):  # the cross product of each axis and its arm
        i, j = (k + 1) % 3, (k + 2) % 3
        jacobian[k] = axes[i] * arms[j] - axes[j] * arms[i]
    jacobian[3:] = axes
    return jacobian


def _twist(now: np.ndarray, goal: np.ndarray) -> np.ndarray:
    turn = goal[:3, :3] @ now[:3, :3].T
    (a, b, c), (d, e, f), (g, h, i) = turn.tolist()
    x, y, z = (h - f) / 2, (c - g) / 2, (d - b) / 2  # its axis by the angle's sine
    sine, cosine = hypot(x, y, z), (a + e + i - 1.0) / 2
    if cosine < 0.0 and sine < HALF_TURN:  # the axis is lost: nearly half a turn
        x, y, z = Rotation.from_matrix(turn).as_rotvec().tolist()
        scale = 1.0
    else:
        scale = atan2(sine, cosine) / sine if sine > 1e-9 else 1.0
    px, py, pz = (goal[:3, 3] - now[:3, 3]).tolist()
    return np.array([px, py, pz, scale * x, scale * y, scale * z])


HOME_POSE = Pose(np.array([0.40, 0.0, 0.40]), np.array([0.0, 1.0, 0.0, 0.0]))
HOME, _ = inverse(HOME_POSE, REST)
