"""Observations as files: one compressed numpy archive each."""

import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from perception.errors import InvalidObservationError
from perception.frames import Pose
from perception.observation import Camera, Intrinsics, Observation

Made = TypeVar("Made")

_TROUBLES = (
    *(OSError, EOFError, ValueError, KeyError, IndexError, TypeError),
    *(zipfile.BadZipFile, zlib.error),
)


def save_observation(observation: Observation, path: Path) -> None:
    """Write an observation to `path` (.npz)."""
    arrays: dict[str, np.ndarray] = {
        "ee": _pose_row(observation.T_world_ee),
        "gripper_width": np.array(observation.gripper_width),
        "joints": observation.joints,
        "time": np.array(observation.time),
        "names": np.array([camera.name for camera in observation.cameras]),
    }
    for i, camera in enumerate(observation.cameras):
        k = camera.intrinsics
        arrays[f"colour_{i}"] = camera.colour
        arrays[f"depth_{i}"] = camera.depth
        arrays[f"intrinsics_{i}"] = np.array([k.fx, k.fy, k.cx, k.cy])
        arrays[f"camera_{i}"] = _pose_row(camera.T_world_cam)
    with path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def load_observation(path: Path) -> Observation:
    """Return the observation of a file.

    Raises:
        InvalidObservationError: The file is missing or holds something else.
    """
    return read_archive(path, _from_arrays)


def read_archive(path: Path, make: Callable[[dict[str, np.ndarray]], Made]) -> Made:
    """Return what is made of the arrays of an observation's file.

    Raises:
        InvalidObservationError: The file is missing or holds something else.
    """
    try:
        # First: numpy takes what is no archive for a pickle and advises to trust it.
        with zipfile.ZipFile(path):
            pass
        with np.load(path, allow_pickle=False) as archive:
            return make({name: archive[name] for name in archive.files})
    except _TROUBLES as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise InvalidObservationError(
            f"'{path}' holds no observation ({why}); write one with "
            "`voxfield plan --save-observation FILE`"
        ) from error


def _from_arrays(arrays: dict[str, np.ndarray]) -> Observation:
    cameras: list[Camera] = []
    for i, name in enumerate(arrays["names"]):
        fx, fy, cx, cy = (float(number) for number in arrays[f"intrinsics_{i}"])
        cameras.append(
            Camera(
                name=str(name),
                colour=arrays[f"colour_{i}"],
                depth=arrays[f"depth_{i}"],
                intrinsics=Intrinsics(fx, fy, cx, cy),
                T_world_cam=_pose(arrays[f"camera_{i}"]),
            )
        )
    return Observation(
        cameras=tuple(cameras),
        T_world_ee=_pose(arrays["ee"]),
        gripper_width=float(arrays["gripper_width"]),
        joints=arrays["joints"],
        time=float(arrays["time"]),
    )


def _pose_row(pose: Pose) -> np.ndarray:
    return np.concatenate([pose.position, pose.wxyz])


def _pose(row: np.ndarray) -> Pose:
    return Pose(row[:3], row[3:])
