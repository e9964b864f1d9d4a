"""What the page's 3-D view draws, as JSON that its script understands.

Arrays go as base64 text: `f4` points (n, 3) and `u2` strips of voxel faces (n, 5):
the voxel that the first face bounds from below, the axis it is normal to, and the
number of faces, which follow one another along the next axis.
"""

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Int

from planner.record import Layer, Moment, Recording, SubTaskRecord
from planner.visualise.palette import COLOUR_WORDS, nth

LEVELS = 5  # most shells of a map
MOST_STRIPS = 4000  # of a map; beyond it the map is made coarser


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
    return _base64(values.astype("<f4"))


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
    drawn = shells(layer)
    while sum(len(each.strips) for each in drawn) > MOST_STRIPS:
        layer = layer.coarser(2)
        drawn = shells(layer)
    return {
        "kind": layer.kind,
        "default": layer.default,
        "lower": layer.lower.tolist(),
        "size": layer.voxel_size.tolist(),
        "shells": [
            {
                "value": each.value,
                "strength": each.strength,
                "strips": _base64(each.strips.astype("<u2")),
            }
            for each in drawn
        ],
    }


@dataclass(frozen=True, slots=True, eq=False)
class Shell:
    """The border of where a map is as far from its default as a value, or farther.

    Attributes:
        value: The value.
        strength: Its distance from the default, 1 at the farthest.
        strips: (n, 5) its faces.
    """

    value: float
    strength: float
    strips: np.ndarray


def shells(layer: Layer) -> list[Shell]:
    """Return a shell for each value that is not the default, farthest first."""
    away = layer.values.astype(np.float32) - layer.default
    most = float(np.abs(away).max(initial=0.0))
    if most == 0.0:
        return []
    found = _distinct(away[np.abs(away) > 1e-3 * most])
    if len(found) > LEVELS:
        even: list[float] = np.linspace(found[0], found[-1], LEVELS).tolist()
        found = [each for each in even if abs(each) > 1e-3 * most]
    return [
        Shell(
            value=layer.default + each,
            strength=abs(each) / most,
            # Only what departs to the same side is enclosed.
            strips=face_strips(away * np.sign(each) >= 0.999 * abs(each)),
        )
        for each in sorted(found, key=abs, reverse=True)
    ]


def face_strips(inside: np.ndarray) -> Int[np.ndarray, "n 5"]:
    """Return the faces between inside and outside, joined to strips."""
    parts: list[np.ndarray] = []
    for axis in range(3):
        along = (axis + 1) % 3
        border = np.diff(inside.astype(np.int8), axis=axis, prepend=0, append=0) != 0
        steps = np.diff(border.astype(np.int8), axis=along, prepend=0, append=0)
        # With `along` last, starts and ends come in the same order.
        rows = np.moveaxis(steps, along, 2)
        starts, ends = np.argwhere(rows == 1), np.argwhere(rows == -1)
        first = np.insert(starts[:, :2], along, starts[:, 2], axis=1)
        run = ends[:, 2] - starts[:, 2]
        parts.append(np.column_stack([first, np.full(len(first), axis), run]))
    return np.concatenate(parts)


def _distinct(values: np.ndarray) -> list[float]:
    return sorted({float(each) for each in values.tolist()})


def _base64(values: np.ndarray) -> str:
    return base64.b64encode(values.tobytes()).decode("ascii")
