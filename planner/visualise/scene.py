"""What the page's 3-D view draws, as JSON that its script understands.

Arrays go as base64 text: `f4` points (n, 3) and `u2` voxel faces (n, 4), each face
the voxel it bounds from below and the axis it is normal to.
"""

import base64
from typing import Any

import numpy as np
from jaxtyping import Int

from planner.record import Layer, Moment, Recording, SubTaskRecord
from planner.visualise.palette import COLOUR_WORDS, nth

LEVELS = 5  # most shells of a map
MOST_FACES = 9000  # of a map; beyond it shells near the default are left out


def scene_json(recording: Recording) -> dict[str, Any]:
    """Return the whole 3-D view."""
    return {
        "box": recording.box.tolist(),
        "hand": {
            "time": recording.hand.time.round(3).tolist(),
            "width": recording.hand.width.round(4).tolist(),
            "points": _f4(recording.hand.p_world),
        },
        "moments": [_moment(each) for each in recording.moments],
        "subtasks": [_subtask(each) for each in recording.subtasks],
    }


def _f4(values: np.ndarray) -> str:
    return base64.b64encode(values.astype("<f4").tobytes()).decode("ascii")


def _moment(moment: Moment) -> dict[str, Any]:
    return {
        "time": moment.time,
        "table": moment.table_height,
        "around": _f4(moment.points_world),
        "objects": [
            {
                "name": each.name,
                "colour": COLOUR_WORDS.get(each.colour, nth(each.id - 1)),
                "points": _f4(each.points_world),
            }
            for each in moment.objects
        ],
    }


def _subtask(record: SubTaskRecord) -> dict[str, Any]:
    return {
        "index": record.index,
        "moment": record.moment,
        "start": record.start,
        "colour": nth(record.index),
        "first": _f4(record.first_path),
        "last": _f4(record.last_path),
        "layers": [_layer(each) for each in record.layers],
    }


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "kind": layer.kind,
        "default": layer.default,
        "lower": layer.lower.tolist(),
        "size": layer.voxel_size.tolist(),
        "shells": shells(layer),
    }


def shells(layer: Layer) -> list[dict[str, Any]]:
    """Return the borders of each value that is not the default, farthest first.

    `strength` is the value's distance from the default, 1 at the farthest.
    """
    values = layer.values.astype(np.float32)
    away = np.abs(values - layer.default)
    most = float(away.max(initial=0.0))
    if most == 0.0:
        return []
    found = _distinct(values[away > 1e-3 * most])
    if len(found) > LEVELS:
        even: list[float] = np.linspace(found[0], found[-1], LEVELS).tolist()
        found = [v for v in even if abs(v - layer.default) > 1e-3 * most]
    drawn: list[dict[str, Any]] = []
    room = MOST_FACES
    for value in sorted(found, key=lambda v: -abs(v - layer.default)):
        departure = value - layer.default
        # A shell encloses all that departs at least as far to the same side.
        faces = exposed_faces(
            (values - layer.default) * np.sign(departure) >= 0.999 * abs(departure)
        )
        if len(faces) > room:
            break
        room -= len(faces)
        text = base64.b64encode(faces.astype("<u2").tobytes()).decode("ascii")
        strength = abs(departure) / most
        drawn.append({"value": value, "strength": strength, "faces": text})
    return drawn


def _distinct(values: np.ndarray) -> list[float]:
    return sorted({float(each) for each in values.tolist()})


def exposed_faces(inside: np.ndarray) -> Int[np.ndarray, "n 4"]:
    """Return the faces between inside and outside: voxel above the face, and axis."""
    parts: list[np.ndarray] = []
    for axis in range(3):
        padding = [(1, 1) if i == axis else (0, 0) for i in range(3)]
        border = np.diff(np.pad(inside, padding).astype(np.int8), axis=axis) != 0
        cells = np.argwhere(border)
        parts.append(np.column_stack([cells, np.full(len(cells), axis)]))
    return np.concatenate(parts)
