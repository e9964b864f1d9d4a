"""Rigid transforms.

`T_a_b` maps coordinates in frame b into frame a, so adjacent names cancel:
`T_world_cam @ T_cam_mug`. Quaternions are wxyz.
"""

from dataclasses import dataclass
from math import hypot, isfinite

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from perception import quaternions
from perception.errors import InvalidPoseError

UNIT_TOLERANCE = 1e-3

Vec3 = Float[np.ndarray, "3"]
Points = Float[np.ndarray, "_ 3"]


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """A position and an orientation.

    Attributes:
        position: Origin of the child frame in the parent frame, in [m].
        wxyz: Unit quaternion; normalised on construction.

    Raises:
        InvalidPoseError: Wrong shape, NaN or infinite, or a quaternion whose
            length differs from 1 by more than 1e-3.
    """

    position: np.ndarray
    wxyz: np.ndarray

    def __post_init__(self):
        position = np.array(self.position, dtype=float)
        wxyz = np.array(self.wxyz, dtype=float)
        if position.shape != (3,) or wxyz.shape != (4,):
            raise InvalidPoseError(
                f"a pose is a position (3,) and a quaternion wxyz (4,), "
                f"not {position.shape} and {wxyz.shape}"
            )
        numbers = [*position.tolist(), *wxyz.tolist()]
        if not all(map(isfinite, numbers)):
            raise InvalidPoseError("a pose holds NaN or infinite numbers")
        length = hypot(*numbers[3:])
        if abs(length - 1.0) > UNIT_TOLERANCE:
            raise InvalidPoseError(
                f"quaternion has length {length:.4f}, not 1; normalise it before use"
            )
        wxyz /= length
        position.setflags(write=False)
        wxyz.setflags(write=False)
        object.__setattr__(self, "position", position)
        object.__setattr__(self, "wxyz", wxyz)

    @classmethod
    def identity(cls) -> "Pose":
        """Return the transform that changes nothing."""
        return cls(np.zeros(3), np.array([1.0, 0.0, 0.0, 0.0]))

    @classmethod
    def from_matrix(cls, matrix: Float[np.ndarray, "4 4"]) -> "Pose":
        """Return the pose of a homogeneous matrix."""
        rotation = Rotation.from_matrix(matrix[:3, :3])
        return cls(matrix[:3, 3], rotation.as_quat(scalar_first=True))

    @property
    def rotation(self) -> Float[np.ndarray, "3 3"]:
        """The orientation as a matrix; its columns are the child's axes."""
        return np.array(quaternions.matrix(_numbers(self)))

    @property
    def matrix(self) -> Float[np.ndarray, "4 4"]:
        """The homogeneous matrix."""
        matrix = np.eye(4)
        matrix[:3, :3] = self.rotation
        matrix[:3, 3] = self.position
        return matrix

    @property
    def turn(self) -> Vec3:
        """The orientation as a rotation vector, in [rad]."""
        return np.array(quaternions.log(_numbers(self)))

    def turned_by(self, rotvec: Vec3) -> "Pose":
        """Return the pose turned about its own axes by a rotation vector [rad]."""
        x, y, z = rotvec.tolist()
        turned = quaternions.product(_numbers(self), quaternions.exp((x, y, z)))
        return Pose(self.position, np.array(turned))

    def inverse(self) -> "Pose":
        """Return the transform the other way."""
        back = quaternions.conjugate(_numbers(self))
        rotation = np.array(quaternions.matrix(back))
        return Pose(-(rotation @ self.position), np.array(back))

    def toward(self, other: "Pose", share: float) -> "Pose":
        """Return the pose that far on the straight, evenly turning way to another."""
        wxyz = quaternions.slerp(_numbers(self), _numbers(other), share)
        position = (1.0 - share) * self.position + share * other.position
        return Pose(position, np.array(wxyz))

    def __matmul__(self, other: "Pose") -> "Pose":
        """Return the composition: first `other`, then this."""
        wxyz = quaternions.product(_numbers(self), _numbers(other))
        position = self.position + self.rotation @ other.position
        return Pose(position, np.array(wxyz))

    def apply(self, points: Points) -> Points:
        """Return points of the child frame in the parent frame."""
        return points @ self.rotation.T + self.position


def _numbers(pose: Pose) -> quaternions.Quaternion:
    w, x, y, z = pose.wxyz.tolist()
    return (w, x, y, z)


def angle_between(a: np.ndarray, b: np.ndarray) -> float:
    """Return the angle in [rad] between two unit quaternions."""
    return float(2.0 * np.arccos(np.clip(abs(np.dot(a, b)), 0.0, 1.0)))
