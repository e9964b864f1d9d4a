"""Rigid transforms.

`T_a_b` maps coordinates in frame b into frame a, so adjacent names cancel:
`T_world_cam @ T_cam_mug`. Quaternions are wxyz.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

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
        if not (np.isfinite(position).all() and np.isfinite(wxyz).all()):
            raise InvalidPoseError("a pose holds NaN or infinite numbers")
        length = float(np.linalg.norm(wxyz))
        if abs(length - 1.0) > UNIT_TOLERANCE:
            raise InvalidPoseError(
                f"quaternion has length {length:.4f}, not 1; normalise it before use"
            )
        object.__setattr__(self, "position", position)
        object.__setattr__(self, "wxyz", wxyz / length)
        position.setflags(write=False)
        self.wxyz.setflags(write=False)

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
        return Rotation.from_quat(self.wxyz, scalar_first=True).as_matrix()

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
        return Rotation.from_quat(self.wxyz, scalar_first=True).as_rotvec()

    def turned_by(self, rotvec: Vec3) -> "Pose":
        """Return the pose turned about its own axes by a rotation vector [rad]."""
        rotation = Rotation.from_quat(self.wxyz, scalar_first=True)
        turned = rotation * Rotation.from_rotvec(rotvec)
        return Pose(self.position, turned.as_quat(scalar_first=True))

    def inverse(self) -> "Pose":
        """Return the transform the other way."""
        rotation = Rotation.from_quat(self.wxyz, scalar_first=True).inv()
        return Pose(
            -(rotation.as_matrix() @ self.position), rotation.as_quat(scalar_first=True)
        )

    def __matmul__(self, other: "Pose") -> "Pose":
        """Return the composition: first `other`, then this."""
        rotation = Rotation.from_quat(self.wxyz, scalar_first=True)
        product = rotation * Rotation.from_quat(other.wxyz, scalar_first=True)
        return Pose(
            self.position + rotation.as_matrix() @ other.position,
            product.as_quat(scalar_first=True),
        )

    def apply(self, points: Points) -> Points:
        """Return points of the child frame in the parent frame."""
        return points @ self.rotation.T + self.position


def angle_between(a: np.ndarray, b: np.ndarray) -> float:
    """Return the angle in [rad] between two unit quaternions."""
    return float(2.0 * np.arccos(np.clip(abs(np.dot(a, b)), 0.0, 1.0)))
