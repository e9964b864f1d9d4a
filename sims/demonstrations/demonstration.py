"""One demonstration as columns of numbers and files of pictures.

Columns have one row a frame, `T` in all. Depth is kept in [mm] as 16-bit PNG, colour
as one film a camera.
"""

import io
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from planner.diffusion.keyposes import keyposes, next_goal, opened, sub_goals
from planner.errors import MissingExtraError
from sims.demonstrations.recorder import (
    FPS,
    Frame,
    FrameRecorder,
    camera_facts,
    pose_numbers,
)
from sims.demonstrations.tables import Kind, parquet
from sims.panda import MAX_WIDTH
from sims.video import VideoWriter

try:
    from PIL import Image
except ModuleNotFoundError as error:
    raise MissingExtraError("pillow", "collect") from error

FRAMES = "frames.parquet"
JOINTS = tuple(f"joint_{k}" for k in range(1, 8))
POSE = ("x", "y", "z", "qw", "qx", "qy", "qz")
KINDS = {"grasp": 1, "contact": 2}  # of a sub-goal, as a column tells it


COLUMNS: dict[str, Kind] = {
    "observation.state": Kind(names=(*JOINTS, "gripper_width", *POSE)),
    "observation.joint_velocity": Kind(names=JOINTS),
    "observation.finger_force": Kind(),
    "observation.gripper_open": Kind("bool"),
    "action": Kind(names=(*POSE, "gripper_width")),
    "keypose": Kind("bool"),
    "sub_goal": Kind("int64"),
    "goal_frame": Kind("int64"),
    "sub_task": Kind("int64"),
    "timestamp": Kind(),
    "frame_index": Kind("int64"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Demonstration:
    """A demonstration.

    Attributes:
        columns: Of numbers, (T,) or (T, n), by name.
        facts: What else is known of it, ready for JSON.
        frames: What it was made from.
    """

    columns: dict[str, np.ndarray]
    facts: dict[str, Any]
    frames: tuple[Frame, ...]

    @classmethod
    def of(cls, recorder: FrameRecorder) -> "Demonstration":
        """Return what a recorder has noted, with the keyposes found in it."""
        frames = recorder.frames()
        columns = _columns(frames)
        rates, force = (
            columns["observation.joint_velocity"],
            columns["observation.finger_force"],
        )
        open_ = opened(
            columns["action"][:, -1], columns["observation.state"][:, 7], MAX_WIDTH
        )
        found = keyposes(open_, rates)
        goals = sub_goals(found, open_, force)
        columns["observation.gripper_open"] = open_
        columns["keypose"] = np.isin(np.arange(len(frames)), found)
        columns["sub_goal"] = np.zeros(len(frames), dtype=np.int64)
        for goal in goals:
            columns["sub_goal"][goal.frame] = KINDS[goal.kind]
        columns["goal_frame"] = next_goal(found, goals, len(frames))
        facts = {
            "length": len(frames),
            "program": recorder.program,
            "keyposes": found,
            "sub_goals": [asdict(goal) for goal in goals],
            "sub_tasks": [asdict(note) for note in recorder.sub_tasks],
            "cameras": {
                camera.name: camera_facts(camera)
                for camera in frames[0].observation.cameras
            },
            "stats": _stats(columns) | _picture_stats(frames),
        }
        return cls(columns, facts, tuple(frames))

    @property
    def cameras(self) -> tuple[str, ...]:
        """Names of the cameras."""
        return tuple(each.name for each in self.frames[0].observation.cameras)

    def files(self) -> dict[str, bytes]:
        """Return the table of all frames and a film a camera, by file name."""
        columns: dict[str, Sequence[Any]] = {
            name: values.tolist() for name, values in self.columns.items()
        }
        depths = {
            f"observation.depth.{name}": [
                depth_png(frame.observation.cameras[k].depth) for frame in self.frames
            ]
            for k, name in enumerate(self.cameras)
        }
        kinds = COLUMNS | dict.fromkeys(depths, Kind("picture"))
        films = {f"{name}.mp4": self._film(k) for k, name in enumerate(self.cameras)}
        return {FRAMES: parquet(columns | depths, kinds)} | films

    def _film(self, camera: int) -> bytes:
        height, width = self.frames[0].observation.cameras[camera].depth.shape
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "film.mp4"
            writer = VideoWriter(path, FPS, (width, height), whole_every=2)
            for frame in self.frames:
                writer.append(frame.observation.cameras[camera].colour)
            writer.close()
            return path.read_bytes()


def depth_png(depth: np.ndarray) -> bytes:
    """Return depth in [m] as a 16-bit PNG in [mm]."""
    image = np.clip(np.round(depth * 1000.0), 0, 2**16 - 1).astype(np.uint16)
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, format="PNG", compress_level=4)
    return buffer.getvalue()


def depth_of(png: bytes) -> np.ndarray:
    """Return the depth in [m] of a 16-bit PNG in [mm]."""
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image, dtype=np.float32) / 1000.0


def _columns(frames: Sequence[Frame]) -> dict[str, np.ndarray]:
    seen = [frame.observation for frame in frames]
    told = [frame.told for frame in frames]
    states = [[*o.joints, o.gripper_width, *pose_numbers(o.T_world_ee)] for o in seen]
    actions = [[*pose_numbers(c.T_world_ee), c.gripper_width] for c in told]
    return {
        "observation.state": np.array(states, dtype=np.float32),
        "observation.joint_velocity": np.array(
            [frame.joint_rates for frame in frames], dtype=np.float32
        ),
        "observation.finger_force": np.array(
            [frame.finger_force for frame in frames], dtype=np.float32
        ),
        "action": np.array(actions, dtype=np.float32),
        "sub_task": np.array([frame.sub_task for frame in frames], dtype=np.int64),
        # Evenly spaced, as films are; the clock of the observations is so, too.
        "timestamp": (np.arange(len(frames)) / FPS).astype(np.float32),
        "frame_index": np.arange(len(frames)),
    }


def _stats(columns: dict[str, np.ndarray]) -> dict[str, Any]:
    """Return the range, mean and spread of each number, as LeRobot keeps them."""
    found: dict[str, Any] = {}
    for name, values in columns.items():
        rows = values.reshape(len(values), -1).astype(float)
        found[name] = {
            "min": rows.min(axis=0).tolist(),
            "max": rows.max(axis=0).tolist(),
            "mean": rows.mean(axis=0).tolist(),
            "std": rows.std(axis=0).tolist(),
            "count": [len(rows)],
        }
    return found


def _picture_stats(frames: Sequence[Frame], every: int = 10) -> dict[str, Any]:
    """Return the same of some pictures, a channel each; colours from 0 to 1."""
    found: dict[str, Any] = {}
    some = frames[::every]
    for index, camera in enumerate(some[0].observation.cameras):
        pictures = [frame.observation.cameras[index] for frame in some]
        colour = np.stack([each.colour for each in pictures]) / 255.0
        depth = np.stack([each.depth for each in pictures])[..., None] * 1000.0
        for kind, values in (("images", colour), ("depth", depth)):
            rows = values.reshape(-1, values.shape[-1])
            found[f"observation.{kind}.{camera.name}"] = {
                "min": rows.min(axis=0)[:, None, None].tolist(),
                "max": rows.max(axis=0)[:, None, None].tolist(),
                "mean": rows.mean(axis=0)[:, None, None].tolist(),
                "std": rows.std(axis=0)[:, None, None].tolist(),
                "count": [len(some)],
            }
    return found
