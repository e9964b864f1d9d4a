"""What the cameras and the arm report at one instant.

Camera frames are optical: z forward, x right, y down. Depth is the z
coordinate in [m], 0 where the sensor has no return.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from perception.errors import InvalidObservationError
from perception.frames import Points, Pose

MAX_PIXELS = 2_100_000  # a full-HD frame
MAX_CAMERAS = 8
MAX_DEPTH = 20.0  # [m]; beyond it the numbers are millimetres, not metres


@dataclass(frozen=True, slots=True)
class Intrinsics:
    """Pinhole parameters, in [px]."""

    fx: float
    fy: float
    cx: float
    cy: float


@dataclass(frozen=True, slots=True, eq=False)
class Camera:
    """One RGB-D frame.

    Attributes:
        name: Unique among the cameras of an observation.
        colour: (h, w, 3) uint8, RGB.
        depth: (h, w) float32, [m], 0 where there is no return.
        intrinsics: Pinhole parameters of both images.
        T_world_cam: Pose of the optical frame in the world.

    Raises:
        InvalidObservationError: Shapes that do not match, NaN or negative depth,
            depth in millimetres, intrinsics that do not fit the image.
    """

    name: str
    colour: np.ndarray
    depth: np.ndarray
    intrinsics: Intrinsics
    T_world_cam: Pose

    def __post_init__(self):
        def refuse(why: str):
            raise InvalidObservationError(f"camera '{self.name}': {why}")

        if self.colour.ndim != 3 or self.colour.shape[2] != 3:
            refuse(f"colour has shape {self.colour.shape}, not (h, w, 3)")
        if self.colour.dtype != np.uint8:
            refuse(f"colour is {self.colour.dtype}, not uint8")
        if self.depth.shape != self.colour.shape[:2]:
            refuse(f"depth {self.depth.shape} does not fit {self.colour.shape[:2]}")
        height, width = self.depth.shape
        if not 0 < height * width <= MAX_PIXELS:
            refuse(f"{width}x{height} pixels; at most {MAX_PIXELS} are taken")
        if not np.isfinite(self.depth).all():
            refuse("depth holds NaN or infinite numbers; write 0 for no return")
        if self.depth.min() < 0.0:
            refuse("depth is negative")
        if self.depth.max() > MAX_DEPTH:
            refuse(
                f"depth reaches {self.depth.max():.0f}, beyond {MAX_DEPTH:.0f} m; "
                "it must be in metres"
            )
        k = self.intrinsics
        if not np.isfinite([k.fx, k.fy, k.cx, k.cy]).all() or min(k.fx, k.fy) <= 0.0:
            refuse("focal lengths must be positive and finite")
        if not (0.0 <= k.cx <= width and 0.0 <= k.cy <= height):
            refuse(
                f"principal point ({k.cx:.0f}, {k.cy:.0f}) lies outside "
                f"the {width}x{height} image"
            )
        if not width / 20.0 <= k.fx <= width * 20.0:
            refuse(f"fx = {k.fx:.1f} px does not fit an image {width} px wide")
        if not height / 20.0 <= k.fy <= height * 20.0:
            refuse(f"fy = {k.fy:.1f} px does not fit an image {height} px high")
        depth = np.ascontiguousarray(self.depth, dtype=np.float32)
        object.__setattr__(self, "depth", depth)


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """All cameras and the arm at one instant.

    Attributes:
        cameras: One or more frames, with different names.
        T_world_ee: Pose of the point between the fingertips; z points out of
            the hand.
        gripper_width: Distance between the fingers, in [m].
        joints: Joint positions, in [rad].
        time: The sender's clock, in [s]; only differences are used.
    """

    cameras: tuple[Camera, ...]
    T_world_ee: Pose
    gripper_width: float
    joints: np.ndarray
    time: float

    def __post_init__(self):
        if not self.cameras:
            raise InvalidObservationError("no camera; at least one is needed")
        if len(self.cameras) > MAX_CAMERAS:
            raise InvalidObservationError(
                f"{len(self.cameras)} cameras; at most {MAX_CAMERAS} are taken"
            )
        names = [camera.name for camera in self.cameras]
        if len(set(names)) != len(names):
            raise InvalidObservationError(f"camera names repeat: {names}")
        if not (np.isfinite(self.gripper_width) and 0 <= self.gripper_width <= 0.5):
            raise InvalidObservationError(
                f"gripper width {self.gripper_width} m is not in 0-0.5 m"
            )
        if self.joints.ndim != 1 or not np.isfinite(self.joints).all():
            raise InvalidObservationError("joints must be a finite 1-D array")
        if not np.isfinite(self.time):
            raise InvalidObservationError("time is not finite")


@dataclass(frozen=True, slots=True, eq=False)
class Capsules:
    """The arm's body as swept spheres, so that its pixels can be left out.

    Attributes:
        start: (n, 3) one end of each axis, world frame, [m].
        end: (n, 3) the other end.
        radius: (n,) [m].
    """

    start: np.ndarray
    end: np.ndarray
    radius: np.ndarray

    def contain(self, points: Points, margin: float = 0.0) -> Bool[np.ndarray, "n"]:
        """Say which points lie inside, or within `margin` [m] of, the body."""
        inside = np.zeros(len(points), dtype=bool)
        x, y, z = points.T
        for a, b, r in zip(self.start, self.end, self.radius, strict=True):
            axis, reach = b - a, r + margin
            low, high = np.minimum(a, b) - reach, np.maximum(a, b) + reach
            near = (x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1])
            rows = np.flatnonzero(near & (z >= low[2]) & (z <= high[2]))
            beside = points[rows] - a
            length2 = max(float(axis @ axis), 1e-12)
            s = np.clip(beside @ axis / length2, 0.0, 1.0)
            gap = beside - s[:, None] * axis
            inside[rows] |= np.einsum("nk,nk->n", gap, gap) <= reach**2
        return inside

    def distance(self, points: Points) -> Float[np.ndarray, "n"]:
        """Return the distance in [m] of each point from the body's surface."""
        best = np.full(len(points), np.inf)
        for a, b, r in zip(self.start, self.end, self.radius, strict=True):
            axis = b - a
            length2 = max(float(axis @ axis), 1e-12)
            s = np.clip((points - a) @ axis / length2, 0.0, 1.0)
            gap = np.linalg.norm(points - (a + s[:, None] * axis), axis=1) - r
            best = np.minimum(best, gap)
        return best


NO_BODY = Capsules(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0))  # no arm in sight
