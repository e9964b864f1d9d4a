"""The arm as geometry: its kinematics and body, what its hand sweeps, its reach.

Frames: `base` is the world; `ee` lies between the fingertips with z out of the hand
and the fingers opening along y.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from perception.frames import Vec3
from perception.observation import Capsules
from planner.errors import InvalidRequestError
from planner.motion.kinematics import Kinematics


@dataclass(frozen=True, slots=True, eq=False)
class ArmModel:
    """Kinematics and body of an arm with a parallel gripper.

    Attributes:
        kinematics: Frames, limits and links.
        max_width: Widest opening of the fingers, [m].
        reach: Farthest distance of the end-effector from the shoulder, [m].
        shoulder: Point the reach is measured from, [m].
    """

    kinematics: Kinematics
    max_width: float
    reach: float
    shoulder: tuple[float, float, float]

    @classmethod
    def panda(cls) -> "ArmModel":
        """Return the Franka Emika Panda with its own hand."""
        return cls(
            kinematics=Kinematics.panda(),
            max_width=0.08,
            reach=0.82,
            shoulder=(0.0, 0.0, 0.333),
        )

    @property
    def joint_count(self) -> int:
        """How many joints the arm has, the fingers' left out."""
        return len(self.kinematics.rest)

    def capsules(self, joints: Float[np.ndarray, "n"], width: float) -> Capsules:
        """Return the whole body, hand and fingers included, in the world frame.

        Args:
            joints: Positions of the arm's joints, in [rad]; more are ignored.
            width: Distance between the fingers, in [m].

        Raises:
            InvalidRequestError: There are fewer joints than the arm has.
        """
        n = self.joint_count
        if len(joints) < n:
            raise InvalidRequestError(
                f"the observation has {len(joints)} joint positions; the arm has {n}"
            )
        frames = self.kinematics.frames(joints[:n])
        body, fingers = self.kinematics.body, _fingers(width)
        turn, origin = frames[-1, :3, :3], frames[-1, :3, 3]
        return Capsules(
            np.concatenate(
                [body.place(frames, body.start), fingers.start @ turn.T + origin]
            ),
            np.concatenate(
                [body.place(frames, body.end), fingers.end @ turn.T + origin]
            ),
            np.concatenate([body.radius, fingers.radius]),
        )

    def reaches(self, point: Vec3) -> bool:
        """Say whether the end-effector can be brought near enough to a point."""
        return float(np.linalg.norm(point - np.array(self.shoulder))) <= self.reach


@dataclass(frozen=True, slots=True, eq=False)
class Spheres:
    """Spheres fixed to the end-effector frame: what a motion carries along.

    Attributes:
        centre: (n, 3) [m].
        radius: (n,) [m].
    """

    centre: np.ndarray
    radius: np.ndarray


def no_spheres() -> Spheres:
    """Return no spheres at all."""
    return Spheres(np.zeros((0, 3)), np.zeros(0))


def hand_spheres(width: float) -> Spheres:
    """Return spheres that cover hand and fingers, in the end-effector frame."""
    rows: list[tuple[float, float, float, float]] = []
    for side in (-1.0, 1.0):
        y = side * (width / 2 + 0.008)
        rows += [(0.0, y, z, 0.011) for z in (-0.002, -0.02, -0.038)]
    rows += [(0.0, y, -0.075, 0.036) for y in (-0.08, -0.04, 0.0, 0.04, 0.08)]
    rows += [(0.0, 0.0, z, 0.065) for z in (-0.16, -0.22)]
    table = np.array(rows)
    return Spheres(table[:, :3], table[:, 3])


def _fingers(width: float) -> Capsules:
    """Return the fingers in the end-effector frame."""
    y = (width / 2 + 0.008) * np.array([-1.0, 1.0])
    root = np.stack([np.zeros(2), y, np.full(2, -0.05)], axis=1)
    tip = np.stack([np.zeros(2), y, np.zeros(2)], axis=1)
    return Capsules(root, tip, np.full(2, 0.013))
