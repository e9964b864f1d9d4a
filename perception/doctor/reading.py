"""What an observation's file holds, before anything of it is believed.

An `Observation` refuses depth in millimetres or a principal point outside the image;
here they are taken in as they are, so that it can be said what to do about them.
Besides what `save_observation` writes, a file may hold `time_<i>`, when camera i
took its picture, in [s] on the clock of `time`.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float, Int

from perception.errors import InvalidObservationError
from perception.frames import Points, Pose
from perception.observation import MAX_CAMERAS, Intrinsics, Observation
from perception.observation_file import read_archive
from perception.point_cloud import flying_pixels


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One camera's pictures as they came.

    Attributes:
        name: Of the camera.
        colour: (h, w, 3) uint8, RGB.
        depth: (h, w) float64, in the unit of the file; 0 where there is none.
        intrinsics: Pinhole parameters, [px].
        T_world_cam: Pose of the optical frame in the world.
        time: When it was taken, [s]; None if that is not told.
        kind: The type of the depth's numbers in the file.
    """

    name: str
    colour: np.ndarray
    depth: np.ndarray
    intrinsics: Intrinsics
    T_world_cam: Pose
    time: float | None = None
    kind: str = "float32"

    def __post_init__(self):
        if self.colour.ndim != 3 or self.colour.shape[2] != 3:
            raise InvalidObservationError(
                f"camera '{self.name}': colour has shape {self.colour.shape}, "
                "not (h, w, 3)"
            )
        if self.depth.ndim != 2 or 0 in self.depth.shape:
            raise InvalidObservationError(
                f"camera '{self.name}': depth has shape {self.depth.shape}, not (h, w)"
            )
        k = self.intrinsics
        if not np.isfinite([k.fx, k.fy, k.cx, k.cy]).all():
            raise InvalidObservationError(
                f"camera '{self.name}': intrinsics {k} are not finite"
            )
        depth = np.nan_to_num(self.depth.astype(float), posinf=0.0, neginf=0.0)
        object.__setattr__(self, "depth", np.maximum(depth, 0.0))

    @property
    def rays(self) -> Float[np.ndarray, "n 3"]:
        """Each pixel's ray in the camera's frame, its z 1."""
        k, (v, u) = self.intrinsics, np.indices(self.depth.shape)
        x, y = (u - k.cx) / k.fx, (v - k.cy) / k.fy
        return np.stack([x, y, np.ones_like(x)], axis=-1).reshape(-1, 3)

    @property
    def points_world(self) -> Points:
        """What every pixel with depth shows, flying pixels left out."""
        sure = (self.depth > 0.0) & ~flying_pixels(self.depth)
        points = (self.rays * self.depth.reshape(-1, 1))[sure.reshape(-1)]
        return self.T_world_cam.apply(points)

    def pixels_of(
        self, points_world: Points
    ) -> tuple[Int[np.ndarray, "n 2"], Float[np.ndarray, "n"], Bool[np.ndarray, "n"]]:
        """Return row and column of points, their depth, and which are in the image."""
        points = self.T_world_cam.inverse().apply(points_world)
        k, (height, width) = self.intrinsics, self.depth.shape
        z = points[:, 2]
        before = np.maximum(z, 1e-3)
        u = np.clip(np.rint(k.fx * points[:, 0] / before + k.cx), -1, width)
        v = np.clip(np.rint(k.fy * points[:, 1] / before + k.cy), -1, height)
        inside = (z > 1e-3) & (u >= 0) & (u < width) & (v >= 0) & (v < height)
        return np.stack([v, u], axis=1).astype(np.int64), z, inside


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """All cameras and the arm, as they came.

    Attributes:
        views: One or more, with different names.
        T_world_ee: Reported pose of the point between the fingertips.
        gripper_width: Distance between the fingers, [m].
        joints: [rad].
        time: When the arm reported, [s].
    """

    views: tuple[View, ...]
    T_world_ee: Pose
    gripper_width: float
    joints: np.ndarray
    time: float

    def __post_init__(self):
        names = [view.name for view in self.views]
        if not 0 < len(names) <= MAX_CAMERAS or len(set(names)) != len(names):
            raise InvalidObservationError(
                f"the cameras are {names}; 1 to {MAX_CAMERAS} with different names "
                "can be checked"
            )
        told = [*self.joints.reshape(-1), self.gripper_width, self.time]
        if self.joints.ndim != 1 or not np.isfinite(told).all():
            raise InvalidObservationError(
                "joints, gripper width and time must be finite numbers, the joints in "
                "one row"
            )

    @classmethod
    def of(cls, seen: Observation) -> "Reading":
        """Return the reading of an observation; its cameras tell no time."""
        views = tuple(
            View(c.name, c.colour, c.depth, c.intrinsics, c.T_world_cam)
            for c in seen.cameras
        )
        return cls(views, seen.T_world_ee, seen.gripper_width, seen.joints, seen.time)


def load_reading(path: Path) -> Reading:
    """Return what a file holds.

    Raises:
        InvalidObservationError: The file is missing or holds something else.
        InvalidPoseError: A pose in it is none.
    """
    return read_archive(path, _from_arrays)


def _from_arrays(arrays: dict[str, np.ndarray]) -> Reading:
    return Reading(
        views=tuple(_view(arrays, i, str(n)) for i, n in enumerate(arrays["names"])),
        T_world_ee=_pose(arrays["ee"]),
        gripper_width=float(arrays["gripper_width"]),
        joints=arrays["joints"].astype(float),
        time=float(arrays["time"]),
    )


def _view(arrays: dict[str, np.ndarray], i: int, name: str) -> View:
    fx, fy, cx, cy = (float(number) for number in arrays[f"intrinsics_{i}"])
    depth = arrays[f"depth_{i}"]
    stamp = arrays.get(f"time_{i}")
    return View(
        name=name,
        colour=arrays[f"colour_{i}"],
        depth=depth,
        intrinsics=Intrinsics(fx, fy, cx, cy),
        T_world_cam=_pose(arrays[f"camera_{i}"]),
        time=None if stamp is None else float(stamp),
        kind=str(depth.dtype),
    )


def _pose(row: np.ndarray) -> Pose:
    return Pose(row[:3], row[3:])
