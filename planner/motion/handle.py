"""Where a handle is, and how a hand takes hold of it.

The frame `part` sits at the handle as it was first seen: x out of the front, toward
the room, z up, y to complete them. A hand comes at a slant from outside and above
and pinches the bar across.
"""

from dataclasses import dataclass

import numpy as np

from perception.frames import Points, Pose, Vec3
from perception.scene import Object3D

AROUND = 0.16  # [m] of the front round a handle that tells where the front looks
UP = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class Handle:
    """A bar on a front.

    Attributes:
        T_world_part: Its frame.
        axis: (3,) unit direction of the bar in the world, its sign free.
    """

    T_world_part: Pose
    axis: np.ndarray

    @classmethod
    def of(cls, bar: Object3D, front: Object3D) -> "Handle":
        """Return the handle that an object and the front it stands on make."""
        out = _outward(front.points_world, bar.position)
        rotation = np.stack([out, np.cross(UP, out), UP], axis=1)
        matrix = np.eye(4)
        matrix[:3, :3], matrix[:3, 3] = rotation, bar.position
        return cls(Pose.from_matrix(matrix), direction_of(bar.points_world))

    @property
    def upright(self) -> bool:
        """Whether the bar stands rather than lies."""
        return bool(abs(self.axis[2]) > 0.7)

    def grasp(self, slant: float, near_wxyz: np.ndarray) -> Pose:
        """Return the pose that pinches the middle of the bar.

        Args:
            slant: How far the hand points down, 0 for level, [rad].
            near_wxyz: Of the two ways round, the nearer to this one is taken.
        """
        out = self.T_world_part.rotation[:, 0]
        z = -np.cos(slant) * out - np.sin(slant) * UP
        along = self.axis - (self.axis @ z) * z
        x = along / np.linalg.norm(along)
        ways: list[Pose] = []
        for sign in (1.0, -1.0):
            matrix = np.eye(4)
            matrix[:3, :3] = np.stack([sign * x, np.cross(z, sign * x), z], axis=1)
            matrix[:3, 3] = self.T_world_part.position
            ways.append(Pose.from_matrix(matrix))
        return max(ways, key=lambda each: abs(float(each.wxyz @ near_wxyz)))


def direction_of(points_world: Points) -> Vec3:
    """Return the unit direction along which points spread most."""
    away = points_world - points_world.mean(axis=0)
    return np.linalg.svd(away, full_matrices=False)[2][0]


def _outward(front: Points, p_world: Vec3) -> Vec3:
    """Return the level normal of the front near a point, toward that point."""
    level = front[:, :2] - p_world[:2]
    near = level[np.linalg.norm(level, axis=1) < AROUND]
    points = near if len(near) > 20 else level
    normal = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)[2][1]
    return np.array([*(-normal * np.sign(normal @ points.mean(axis=0))), 0.0])
