"""The layout of a LeRobotDataset, version 3: tables, films and what tells of them.

One file of each kind an episode: the format allows any number of episodes a file, and
so none is ever written twice. What is ours stands beside what LeRobot reads, in columns
`voxfield/...` of the episodes and in `meta/voxfield.json`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sims.demonstrations.demonstration import COLUMNS, FRAMES
from sims.demonstrations.recorder import FPS
from sims.demonstrations.tables import VERSION as PYARROW
from sims.demonstrations.tables import Kind, of_rows, parquet, with_numbers
from sims.episode_result import EpisodeResult

VERSION = "v3.0"
CHUNK = 1000  # files a folder
DATA = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
VIDEO = "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4"
EPISODES = "meta/episodes/chunk-000/file-000.parquet"
# That LeRobot adds to every dataset, besides `timestamp` and `frame_index`.
INDEXES = ("episode_index", "index", "task_index")


@dataclass(frozen=True, slots=True)
class Kept:
    """A demonstration that is in the dataset.

    Attributes:
        result: The judge's, with seed and instruction.
        facts: As `Demonstration` told them.
    """

    result: EpisodeResult
    facts: Mapping[str, Any]

    @property
    def length(self) -> int:
        """Frames."""
        return int(self.facts["length"])

    @property
    def cameras(self) -> tuple[str, ...]:
        """Names of its cameras."""
        return tuple(self.facts["cameras"])


def tasks_of(kept: Sequence[Kept]) -> list[str]:
    """Return the instructions, each once, in order of their first episode."""
    return list(dict.fromkeys(each.result.instruction for each in kept))


def place_episode(out: Path, staged: Path, kept: Sequence[Kept], number: int) -> None:
    """Move the files of an episode from where they were staged to where they belong.

    Args:
        out: The dataset.
        staged: Folder of the files that `Demonstration.files` gave.
        kept: All episodes, as far as they are numbered.
        number: Of the episode among them.
    """
    place = _place(number)
    first, length = sum(each.length for each in kept[:number]), kept[number].length
    task = tasks_of(kept).index(kept[number].result.instruction)
    indexes = {
        "episode_index": [number] * length,
        "index": list(range(first, first + length)),
        "task_index": [task] * length,
    }
    content = with_numbers((staged / FRAMES).read_bytes(), indexes)
    _write(out / DATA.format(**place), content)
    for name in kept[number].cameras:
        film = out / VIDEO.format(video_key=f"observation.images.{name}", **place)
        film.parent.mkdir(parents=True, exist_ok=True)
        if (staged / f"{name}.mp4").exists():  # else it was placed before a kill
            (staged / f"{name}.mp4").replace(film)


def write_meta(out: Path, kept: Sequence[Kept], ours: Mapping[str, Any]) -> None:
    """Write all that tells of the episodes, which are in place."""
    tasks = tasks_of(kept)
    _write_json(out / "meta/info.json", info(kept))
    _write_json(out / "meta/stats.json", whole_stats([k.facts["stats"] for k in kept]))
    _write_json(out / "meta/voxfield.json", ours)
    _write(out / "meta/tasks.parquet", _tasks_table(tasks))
    _write(out / EPISODES, of_rows(_episode_rows(kept)))


def info(kept: Sequence[Kept]) -> dict[str, Any]:
    """Return what `meta/info.json` says."""
    return {
        "codebase_version": VERSION,
        "robot_type": "panda",
        "total_episodes": len(kept),
        "total_frames": sum(each.length for each in kept),
        "total_tasks": len(tasks_of(kept)),
        "chunks_size": CHUNK,
        "data_files_size_in_mb": 100,
        "video_files_size_in_mb": 200,
        "fps": FPS,
        "splits": {"train": f"0:{len(kept)}"},
        "data_path": DATA,
        "video_path": VIDEO,
        "features": features(kept[0]),
    }


def features(episode: Kept) -> dict[str, Any]:
    """Return what each column holds, as LeRobot describes it."""
    found: dict[str, Any] = {}
    for name, column in COLUMNS.items():
        names = list(column.names) or None
        shape = [len(column.names) or 1]
        found[name] = {"dtype": column.dtype, "shape": shape, "names": names}
    for name in INDEXES:
        found[name] = {"dtype": "int64", "shape": [1], "names": None}
    for name, camera in episode.facts["cameras"].items():
        width, height = camera["size"]
        axes = ["height", "width", "channels"]
        found[f"observation.images.{name}"] = {
            "dtype": "video",
            "shape": [height, width, 3],
            "names": axes,
            "info": {
                "video.height": height,
                "video.width": width,
                "video.codec": "h264",
                "video.pix_fmt": "yuv420p",
                "video.is_depth_map": False,
                "video.fps": FPS,
                "video.channels": 3,
                "has_audio": False,
            },
        }
        found[f"observation.depth.{name}"] = {
            "dtype": "image",
            "shape": [height, width, 1],
            "names": axes,
        }
    return found


def whole_stats(each: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return range, mean and spread of all episodes from those of each."""
    found: dict[str, Any] = {}
    for name in each[0]:
        parts = [stats[name] for stats in each]
        counts = np.array([part["count"][0] for part in parts], dtype=float)
        means, stds = (
            np.array([part[kind] for part in parts]) for kind in ("mean", "std")
        )
        weights = (counts / counts.sum()).reshape(-1, *[1] * (means.ndim - 1))
        mean = (weights * means).sum(axis=0)
        spread = (weights * (stds**2 + (means - mean) ** 2)).sum(axis=0)
        found[name] = {
            "min": np.min([part["min"] for part in parts], axis=0).tolist(),
            "max": np.max([part["max"] for part in parts], axis=0).tolist(),
            "mean": mean.tolist(),
            "std": np.sqrt(spread).tolist(),
            "count": [int(counts.sum())],
        }
    return found


def _episode_rows(kept: Sequence[Kept]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    first = 0
    for number, each in enumerate(kept):
        rows.append(_episode_row(number, first, each))
        first += each.length
    return rows


def _episode_row(number: int, first: int, each: Kept) -> dict[str, Any]:
    place, facts = _place(number), each.facts
    row: dict[str, Any] = {
        "episode_index": number,
        "tasks": [each.result.instruction],
        "length": each.length,
        "dataset_from_index": first,
        "dataset_to_index": first + each.length,
        "data/chunk_index": place["chunk_index"],
        "data/file_index": place["file_index"],
        "meta/episodes/chunk_index": 0,
        "meta/episodes/file_index": 0,
    }
    for name in each.cameras:
        key = f"videos/observation.images.{name}"
        row |= {f"{key}/{part}": value for part, value in place.items()}
        row |= {f"{key}/from_timestamp": 0.0}
        row |= {f"{key}/to_timestamp": each.length / FPS}
    for name, stats in facts["stats"].items():
        row |= {f"stats/{name}/{kind}": value for kind, value in stats.items()}
    told = asdict(each.result)
    for name in ("task", "index", "seed", "success", "seconds", "state_hash"):
        row[f"voxfield/{name}"] = told[name]
    row["voxfield/program"] = facts["program"]
    row["voxfield/keyposes"] = list(facts["keyposes"])
    for name in ("sub_goals", "sub_tasks", "cameras"):
        row[f"voxfield/{name}"] = json.dumps(facts[name])
    return row


def _tasks_table(tasks: Sequence[str]) -> bytes:
    """Return the tasks as pandas writes a frame whose index is the task's words."""
    kinds = {"task_index": ("int64", "int64"), "task": ("unicode", "object")}
    pandas = {
        "index_columns": ["task"],
        "column_indexes": [],
        "columns": [
            {
                "name": name,
                "field_name": name,
                "pandas_type": kind,
                "numpy_type": numpy_type,
                "metadata": None,
            }
            for name, (kind, numpy_type) in kinds.items()
        ],
        "creator": {"library": "pyarrow", "version": PYARROW},
        "pandas_version": "2.2.0",
    }
    return parquet(
        {"task_index": range(len(tasks)), "task": tasks},
        {"task_index": Kind("int64"), "task": Kind("string")},
        {"pandas": json.dumps(pandas)},
    )


def _place(number: int) -> dict[str, int]:
    return {"chunk_index": number // CHUNK, "file_index": number % CHUNK}


def _write_json(path: Path, facts: Mapping[str, Any]) -> None:
    _write(path, (json.dumps(facts, indent=1) + "\n").encode())


def _write(path: Path, content: bytes) -> None:
    """Write a file at once or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_suffix(".new")
    whole.write_bytes(content)
    whole.replace(path)
