"""Masks of several cameras to things in space.

A mask is taken to the points behind its pixels; the support under a thing, and what
hangs apart from it, is removed; sightings of different cameras that fill the same
place are one thing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.ndimage import label

from perception.errors import InvalidSettingError, NoDepthError, NoSurfaceError
from perception.frames import Points
from perception.grounder import Instance, Sighting
from perception.observation import Camera
from perception.point_cloud import HIGH, LOW, PointCloud, fuse
from perception.support import fit_support


@dataclass(frozen=True, slots=True)
class FusionConfig:
    """Parameters of the fusion; lengths in [m].

    Attributes:
        low: Lowest corner of what is looked at, world frame.
        high: Highest corner.
        clearance: Height from which a point is no longer the support.
        standing: Share of a mask's points above the support from which on the others
            are support that the mask took in.
        cell: Points with a gap wider than this between them hang apart.
        island: What hangs apart stays if it has this share of the largest piece.
        skin: Boxes grow by this before they are compared.
        same_place: Least share of the smaller box that two sightings have in common.
        min_points: Fewer points than this have no place.
    """

    low: tuple[float, float, float] = LOW
    high: tuple[float, float, float] = HIGH
    clearance: float = 0.005
    standing: float = 0.2
    cell: float = 0.012
    island: float = 0.2
    skin: float = 0.005
    same_place: float = 0.35
    min_points: int = 10

    def __post_init__(self):
        if not (np.array(self.high) > np.array(self.low)).all():
            raise InvalidSettingError(
                f"the box looked at runs from {self.low} to {self.high}; each of its "
                "sides must be longer than 0"
            )


@dataclass(frozen=True, slots=True, eq=False)
class Depths:
    """The depth of one instant, ready to place sightings in.

    Attributes:
        cameras: Where it comes from.
        cloud: Its points within the box looked at.
        standing: (n,) bool, which of them stand above the support.
        config: Parameters.
    """

    cameras: tuple[Camera, ...]
    cloud: PointCloud
    standing: np.ndarray
    config: FusionConfig

    @classmethod
    def of(cls, cameras: Sequence[Camera], config: FusionConfig) -> "Depths":
        """Return the depth of some cameras.

        Raises:
            NoDepthError: One has none.
        """
        for camera in cameras:
            if not (camera.depth > 0.0).any():
                raise NoDepthError(camera.name)
        cloud = fuse(tuple(cameras), np.array([config.low, config.high]))
        return cls(tuple(cameras), cloud, _standing(cloud, config), config)

    def rows(self, sighting: Sighting) -> Int[np.ndarray, "k"]:
        """Return which points of the cloud a sighting shows, outliers removed."""
        rows = rows_under(self.cloud, self.cameras, sighting.camera, sighting.mask)
        standing = self.standing[rows]
        if len(rows) and standing.mean() >= self.config.standing:
            rows = rows[standing]
        points = self.cloud.points_world[rows]
        return rows[_connected(points, self.config.cell, self.config.island)]


def rows_under(
    cloud: PointCloud,
    cameras: Sequence[Camera],
    name: str,
    mask: Bool[np.ndarray, "h w"],
) -> Int[np.ndarray, "k"]:
    """Return the rows of a cloud that come from a mask of one of its cameras."""
    start = 0
    for camera in cameras:
        if camera.name == name:
            break
        height, width = camera.depth.shape
        start += (height + 2) * (width + 2)
    rows = cloud.row_of_pixel[start + np.flatnonzero(np.pad(mask, 1))]
    return rows[rows >= 0]


def place(
    depths: Depths, sightings: Sequence[Sighting]
) -> tuple[tuple[Instance, ...], tuple[Sighting, ...]]:
    """Return the things that sightings of one phrase show, and what has no place.

    Things come highest score first; of equals, in the order of their places.
    """
    placed: list[tuple[Sighting, Points]] = []
    lost: list[Sighting] = []
    for each in sightings:
        points = depths.cloud.points_world[depths.rows(each)]
        if len(points) < depths.config.min_points:
            lost.append(each)
        else:
            placed.append((each, points.astype(float)))
    order = [camera.name for camera in depths.cameras]
    things = [
        _instance([placed[i] for i in group], order)
        for group in _groups(placed, depths.config)
    ]
    things.sort(key=lambda each: (-each.score, *each.position.round(4).tolist()))
    return tuple(things), tuple(lost)


def _instance(
    members: Sequence[tuple[Sighting, Points]], order: Sequence[str]
) -> Instance:
    ordered = sorted(members, key=lambda each: order.index(each[0].camera))
    return Instance(
        tuple(sighting for sighting, _ in ordered),
        np.concatenate([points for _, points in ordered]),
        max(sighting.score for sighting, _ in ordered),
    )


def _groups(
    placed: Sequence[tuple[Sighting, Points]], config: FusionConfig
) -> list[list[int]]:
    """Join what fills the same place, the closest pairs first, one a camera."""
    boxes = np.array(
        [[p.min(axis=0) - config.skin, p.max(axis=0) + config.skin] for _, p in placed]
    ).reshape(-1, 2, 3)
    shared = _shared(boxes)
    pairs = np.argwhere(np.triu(shared >= config.same_place, 1))
    ranked = sorted(pairs.tolist(), key=lambda pair: -shared[pair[0], pair[1]])
    group = {i: [i] for i in range(len(placed))}
    for i, j in ranked:
        a, b = group[i], group[j]
        cameras = {placed[k][0].camera for k in a}
        if a is not b and cameras.isdisjoint(placed[k][0].camera for k in b):
            a += b
            group |= dict.fromkeys(b, a)
    return [members for i, members in group.items() if members[0] == i]


def _shared(boxes: Float[np.ndarray, "n 2 3"]) -> Float[np.ndarray, "n n"]:
    """Return which share of the smaller one each two boxes have in common."""
    low = np.maximum(boxes[:, None, 0], boxes[None, :, 0])
    high = np.minimum(boxes[:, None, 1], boxes[None, :, 1])
    common = np.maximum(high - low, 0.0).prod(axis=2)
    volume = (boxes[:, 1] - boxes[:, 0]).prod(axis=1)
    return common / np.maximum(np.minimum(volume[:, None], volume[None]), 1e-12)


def _standing(cloud: PointCloud, config: FusionConfig) -> Bool[np.ndarray, "n"]:
    try:
        plane = fit_support(cloud.points_world)
    except NoSurfaceError:
        # A thing held before the camera has a place without a table, too.
        return np.ones(len(cloud), dtype=bool)
    return plane.height(cloud.points_world) > config.clearance


def _connected(points: Points, cell: float, share: float) -> Bool[np.ndarray, "n"]:
    """Say which points belong to the largest connected pieces."""
    if len(points) == 0:
        return np.zeros(0, dtype=bool)
    cells = np.floor((points - points.min(axis=0)) / cell).astype(np.int64)
    filled = np.zeros(cells.max(axis=0) + 1, dtype=bool)
    filled[tuple(cells.T)] = True
    pieces = np.asarray(label(filled, np.ones((3, 3, 3)))[0])[tuple(cells.T)]
    counts = np.bincount(pieces)
    return (counts >= share * counts.max())[pieces]
