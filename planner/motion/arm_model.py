"""The arm as geometry: where its links are, what its hand sweeps, how far it reaches.

Frames: `base` is the world; `flange` ends the last joint; `ee` lies between the
fingertips with z out of the hand and the fingers opening along y.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from perception.frames import Vec3
from perception.observation import Capsules

Links = Float[np.ndarray, "links 4 4"]


@dataclass(frozen=True, slots=True)
class Link:
    """One row of a Denavit-Hartenberg table (Craig's convention).

    Attributes:
        a: Offset along x before the joint, [m].
        alpha: Twist about x before the joint, [rad].
        d: Offset along the joint's z, [m].
    """

    a: float
    alpha: float
    d: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A capsule fixed to a link.

    Attributes:
        link: Index of the frame it moves with; 0 is the base.
        start: One end of its axis in that frame, [m].
        end: The other end.
        radius: [m].
    """

    link: int
    start: tuple[float, float, float]
    end: tuple[float, float, float]
    radius: float


@dataclass(frozen=True, slots=True)
class ArmModel:
    """Kinematics and body of an arm with a parallel gripper.

    Attributes:
        links: One row a joint.
        body: Capsules of the links, the hand's own left out.
        flange_ee: Distance from the last joint frame to the end-effector, [m].
        hand_yaw: Turn of the hand about the flange's z, [rad].
        max_width: Widest opening of the fingers, [m].
        reach: Farthest distance of the end-effector from the shoulder, [m].
        shoulder: Point the reach is measured from, [m].
        home: Joint positions of rest, [rad].
    """

    links: tuple[Link, ...]
    body: tuple[Segment, ...]
    flange_ee: float
    hand_yaw: float
    max_width: float
    reach: float
    shoulder: tuple[float, float, float]
    home: tuple[float, ...]

    @classmethod
    def panda(cls) -> "ArmModel":
        """Return the Franka Emika Panda with its own hand.

        Source: the manufacturer's Denavit-Hartenberg parameters.
        """
        quarter = np.pi / 2
        table = (
            (0.0, 0.0, 0.333),
            (0.0, -quarter, 0.0),
            (0.0, quarter, 0.316),
            (0.0825, quarter, 0.0),
            (-0.0825, -quarter, 0.384),
            (0.0, quarter, 0.0),
            (0.088, quarter, 0.0),
        )
        return cls(
            links=tuple(Link(*row) for row in table),
            body=(
                Segment(0, (-0.08, 0.0, 0.05), (0.0, 0.0, 0.05), 0.12),
                Segment(0, (0.0, 0.0, 0.05), (0.0, 0.0, 0.30), 0.09),
                Segment(1, (0.0, 0.0, -0.10), (0.0, 0.0, 0.06), 0.09),
                Segment(2, (0.0, 0.0, -0.06), (0.0, 0.0, 0.08), 0.085),
                Segment(3, (0.0, 0.0, -0.18), (0.0, 0.0, 0.0), 0.08),
                Segment(3, (0.0825, 0.0, -0.04), (0.0825, 0.0, 0.04), 0.08),
                Segment(4, (-0.0825, 0.08, 0.0), (-0.0825, -0.02, 0.0), 0.08),
                Segment(5, (0.0, 0.0, -0.28), (0.0, 0.06, -0.22), 0.07),
                Segment(5, (0.0, 0.07, -0.22), (0.0, 0.08, -0.02), 0.055),
                Segment(6, (0.0, 0.0, -0.04), (0.06, 0.0, 0.03), 0.075),
                Segment(7, (0.0, 0.0, -0.05), (0.0, 0.0, 0.11), 0.065),
            ),
            flange_ee=0.107 + 0.105,
            hand_yaw=-np.pi / 4,
            max_width=0.08,
            reach=0.82,
            shoulder=(0.0, 0.0, 0.333),
            home=(0.0, -0.45, 0.0, -2.36, 0.0, 1.91, np.pi / 4),
        )

    def forward(self, joints: Float[np.ndarray, "n"]) -> Links:
        """Return the frames of the base, each joint and the end-effector."""
        frames = [np.eye(4)]
        for link, angle in zip(self.links, joints, strict=False):
            frames.append(frames[-1] @ _joint(link, float(angle)))
        ee = np.eye(4)
        ee[:3, :3] = Rotation.from_euler("z", self.hand_yaw).as_matrix()
        ee[2, 3] = self.flange_ee
        return np.stack([*frames, frames[-1] @ ee])

    def capsules(self, joints: Float[np.ndarray, "n"], width: float) -> Capsules:
        """Return the whole body, hand and fingers included, in the world frame.

        Args:
            joints: Positions of the arm's joints, in [rad]; more are ignored.
            width: Distance between the fingers, in [m].
        """
        frames = self.forward(joints)
        ee = len(frames) - 1
        segments = [*self.body, *_hand(ee, width)]
        start = np.array([_place(frames[s.link], s.start) for s in segments])
        end = np.array([_place(frames[s.link], s.end) for s in segments])
        return Capsules(start, end, np.array([s.radius for s in segments]))

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


def _hand(ee: int, width: float) -> list[Segment]:
    segments = [
        Segment(ee, (0.0, -0.08, -0.075), (0.0, 0.08, -0.075), 0.04),
        Segment(ee, (0.0, 0.0, -0.12), (0.0, 0.0, -0.08), 0.06),
    ]
    for side in (-1.0, 1.0):
        y = side * (width / 2 + 0.008)
        segments.append(Segment(ee, (0.0, y, -0.05), (0.0, y, 0.0), 0.013))
    return segments


def _joint(link: Link, angle: float) -> Float[np.ndarray, "4 4"]:
    ca, sa = np.cos(link.alpha), np.sin(link.alpha)
    ct, st = np.cos(angle), np.sin(angle)
    return np.array(
        [
            [ct, -st, 0.0, link.a],
            [st * ca, ct * ca, -sa, -link.d * sa],
            [st * sa, ct * sa, ca, link.d * ca],
            [0.0, 0.0, 0.0, 1.0],
        ]
    )


def _place(frame: Float[np.ndarray, "4 4"], point: tuple[float, float, float]) -> Vec3:
    return frame[:3, :3] @ np.array(point) + frame[:3, 3]
