"""Pixels to clusters: what is close together, of one colour, across all cameras.

One graph holds the pixels of every camera. Neighbours in an image are linked if
they touch in space; pixels of different cameras are linked if they fall into the
same small cube. Both need the same colour class. Clusters are what is connected.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from perception.colour import brightness, chroma, palette
from perception.point_cloud import PointCloud

CUBE = 0.008  # [m]
SHADE = 0.55  # a darker neighbour on the same face is another surface
DEEPEST_SHADE = 0.35  # and this dark it is so on any face
DARK_NOISE = 0.03  # [brightness] added to both before they are compared
SAME_FACE = 0.9  # cosine between normals


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Three partitions of a cloud, each coarser, as a number for each point.

    Attributes:
        things: (n,) what is connected and of one colour.
        hues: (n,) what is connected and of one hue, in light and in shade.
        lumps: (n,) what is connected, whatever its colours.
    """

    things: np.ndarray
    hues: np.ndarray
    lumps: np.ndarray


def cluster(cloud: PointCloud, normals: Float[np.ndarray, "n 3"]) -> Clusters:
    """Return the clusters, numbered from 0 in no particular order."""
    if len(cloud) == 0:
        return Clusters(*(np.zeros(0, dtype=np.int64) for _ in range(3)))
    hue, light = chroma(cloud.colours), brightness(cloud.colours)
    classes = palette(hue)
    a, b = np.concatenate(
        [cloud.touching_pixels(normals), *_same_cube(cloud, classes)]
    ).T
    alike = classes[a] == classes[b]
    linked = alike & _same_surface(a, b, light, normals)
    things = _components(len(cloud), a[linked], b[linked])
    # Each is made of whole ones of the finer kind, of which there are few.
    hues = _joined(things, a, b, alike & ~linked)
    return Clusters(things, hues, _joined(hues, a, b, ~alike))


def _joined(
    labels: Int[np.ndarray, "n"],
    a: Int[np.ndarray, "m"],
    b: Int[np.ndarray, "m"],
    pairs: Bool[np.ndarray, "m"],
) -> Int[np.ndarray, "n"]:
    """Return clusters of clusters, those that further pairs of points connect."""
    count = int(labels.max()) + 1
    return _components(count, labels[a[pairs]], labels[b[pairs]])[labels]


def _components(
    count: int, a: Int[np.ndarray, "m"], b: Int[np.ndarray, "m"]
) -> Int[np.ndarray, "n"]:
    graph = coo_array((np.ones(len(a), dtype=bool), (a, b)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1])


def _same_surface(
    a: Int[np.ndarray, "m"],
    b: Int[np.ndarray, "m"],
    light: Float[np.ndarray, "n"],
    normals: Float[np.ndarray, "n 3"],
) -> Bool[np.ndarray, "m"]:
    """Say which pairs differ in brightness no more than their normals explain."""
    low = np.minimum(light[a], light[b]) + DARK_NOISE
    ratio = low / (np.maximum(light[a], light[b]) + DARK_NOISE)
    same = ratio > SHADE
    doubtful = np.flatnonzero(~same & (ratio > DEEPEST_SHADE))
    cosine = np.einsum("nk,nk->n", normals[a[doubtful]], normals[b[doubtful]])
    same[doubtful] = cosine < SAME_FACE
    return same


def _same_cube(
    cloud: PointCloud, classes: Int[np.ndarray, "n"]
) -> list[Int[np.ndarray, "m 2"]]:
    """Chain the points of each cube; a second, shifted grid mends its borders."""
    pairs: list[np.ndarray] = []
    for shift in (0.0, 0.5):
        cells = np.floor(cloud.points_world / CUBE + shift).astype(np.int64)
        cells -= cells.min(axis=0)
        span = cells.max(axis=0) + 1
        key = (cells[:, 0] * span[1] + cells[:, 1]) * span[2] + cells[:, 2]
        key = key * (int(classes.max()) + 1) + classes
        order = np.argsort(key)
        chained = np.flatnonzero(np.diff(key[order]) == 0)
        pairs.append(np.stack([order[chained], order[chained + 1]], axis=1))
    return pairs
