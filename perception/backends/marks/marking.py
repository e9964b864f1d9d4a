"""What is marked: proposals, each with a number that it has in every camera.

Proposals lie within one another: a handle, its drawer, the whole chest. Those that
overlap are marked in different pictures, called layers: the first has what is part of
nothing, the next ones its parts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from perception.backends.embedded.proposals import Rows, propose
from perception.backends.embedded.proposals import mark as known_by
from perception.backends.marks.config import MarksConfig
from perception.backends.marks.sheets import Sheet
from perception.composition import shared_rows
from perception.foreground import Foreground
from perception.observation import Camera
from perception.point_cloud import unfuse

HOLDS = 0.9  # share of a piece that is in what is put together from it


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """A thing and its number.

    Attributes:
        number: 1 and up.
        layer: In which of each camera's pictures it stands, 0 and up.
        points_world: (n, 3) its surface points of all cameras, [m].
        bottom: Height of its lowest point over the table, [m].
        masks: Camera name to (h, w) bool, for every camera that sees anything of it.
        shown: Names of the cameras in whose pictures it stands: one or more.
    """

    number: int
    layer: int
    points_world: np.ndarray
    bottom: float
    masks: Mapping[str, np.ndarray]
    shown: tuple[str, ...]

    @property
    def box_world(self) -> Float[np.ndarray, "2 3"]:
        """Lowest and highest corner."""
        return np.stack([self.points_world.min(axis=0), self.points_world.max(axis=0)])


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """All marks of one instant.

    Attributes:
        marks: In the order of their numbers: by layer, then by place.
        cameras: In whose pictures they stand.
        sheets: What the pictures of each camera show.
    """

    marks: tuple[Mark, ...]
    cameras: tuple[Camera, ...]
    sheets: tuple[Sheet, ...]

    @property
    def layers(self) -> int:
        """How many pictures a camera has, at most."""
        return max((each.layer for each in self.marks), default=-1) + 1

    def standing_in(self, camera: str, layer: int) -> tuple[Mark, ...]:
        """Return the marks of one picture."""
        return tuple(
            each for each in self.marks if each.layer == layer and camera in each.shown
        )


def mark(seen: Foreground, cameras: Sequence[Camera], config: MarksConfig) -> Board:
    """Return what is marked of what some cameras see."""
    proposed = propose(seen, config.proposals)
    everything = np.unique(np.concatenate([np.zeros(0, np.int64), *proposed]))
    sheets = tuple(
        Sheet.showing(mask, config.long_side, config.short_side)
        for mask in _masks(everything, seen, cameras).values()
    )
    room = min(config.most, *(sheet.room for sheet in sheets))
    points = seen.cloud.points_world
    marks: list[Mark] = []
    for number, layer in enumerate(_layers(proposed, seen, room, config)):
        rows = [proposed[i] for i in layer]
        rows.sort(key=lambda each: points[each].mean(axis=0).round(3).tolist())
        for each in rows:
            masks = _masks(each, seen, cameras)
            pixels = {name: int(mask.sum()) for name, mask in masks.items()}
            enough = min(config.least_pixels, max(pixels.values()))
            marks.append(
                Mark(
                    len(marks) + 1,
                    number,
                    points[each].astype(float),
                    float(seen.heights[each].min()),
                    {name: mask for name, mask in masks.items() if pixels[name]},
                    tuple(name for name in masks if pixels[name] >= enough),
                )
            )
    return Board(tuple(marks), tuple(cameras), sheets)


def _masks(
    rows: Rows, seen: Foreground, cameras: Sequence[Camera]
) -> dict[str, np.ndarray]:
    ones = np.ones(len(rows), dtype=np.int32)
    images = unfuse(tuple(cameras), seen.cloud.pixel[rows], ones)
    return {name: image > 0 for name, image in images.items()}


def _layers(
    proposed: Sequence[Rows], seen: Foreground, room: int, config: MarksConfig
) -> list[list[int]]:
    """Return which proposals stand in which layer, none over another."""
    sizes = np.array([len(rows) for rows in proposed], dtype=np.int64)
    smaller = np.minimum(sizes[:, None], sizes)
    shared = shared_rows(proposed, len(seen.cloud))
    over = (shared > config.overlap * smaller) & ~np.eye(len(sizes), dtype=bool)
    layers: list[list[int]] = []
    for i in _order(proposed, over, seen):
        for layer in layers:
            if len(layer) < room and not over[i, layer].any():
                layer.append(i)
                break
        else:
            if len(layers) < config.pictures:
                layers.append([i])
    return layers


def _order(
    proposed: Sequence[Rows], over: Bool[np.ndarray, "p p"], seen: Foreground
) -> list[int]:
    """Return the proposals, first what must have a mark.

    That is wholes, then pieces of one colour, the largest first. Of what is put
    together from pieces, and then of what is cut out of them, the small ones come
    first: a drawer's front before a slice of its chest.
    """
    pieces = seen.pieces()
    sizes = np.array([len(rows) for rows in proposed], dtype=np.int64)
    inner = (over & (sizes[None] > sizes[:, None])).any(axis=1)
    known = {known_by(rows) for rows in pieces}
    made = np.array([known_by(rows) not in known for rows in proposed], dtype=bool)
    shared = shared_rows([*proposed, *pieces], len(seen.cloud))
    whole = np.array([len(rows) for rows in pieces], dtype=np.int64)
    held = shared[: len(proposed), len(proposed) :] >= HOLDS * whole
    rank = np.select([~inner, ~made, held.any(axis=1)], [0, 1, 2], 3)
    return np.lexsort((np.where(rank < 2, -sizes, sizes), rank)).tolist()
