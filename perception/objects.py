"""Clusters to objects: measured, ordered, named, stood on the table."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from perception.colour import colour_word
from perception.frames import Points
from perception.parts import Cluster
from perception.point_cloud import PointCloud
from perception.scene import Object3D
from perception.shapes import STEP_HEIGHT, measure, shape_word
from perception.support import Plane

MAX_POINTS = 1500  # of one object; what is larger is sampled evenly


def describe(
    cloud: PointCloud,
    rows: Int[np.ndarray, "k"],
    heights: Float[np.ndarray, "n"],
    normals: Float[np.ndarray, "n 3"],
) -> Cluster:
    """Return the cluster that some rows of a cloud make up."""
    points = cloud.points_world[rows].astype(float)
    normal = normals[rows].mean(axis=0).astype(float)
    length = float(np.linalg.norm(normal))
    geometry = measure(points, heights[rows])
    shape = shape_word(geometry)
    named = rows
    if shape == "button":  # a button has the colour of its cap
        named = rows[heights[rows] > STEP_HEIGHT * geometry.top]
    return Cluster(
        rows=rows,
        points_world=points,
        normal=normal / length if length > 1e-6 else np.array([0.0, 0.0, 1.0]),
        colour=colour_word(cloud.colours[named]),
        geometry=geometry,
        shape=shape,
    )


def in_order(things: Sequence[Cluster]) -> list[Cluster]:
    """Sort by place, so that ids do not hang on the order of the cameras."""
    places = np.array([each.geometry.centre for each in things]).reshape(-1, 3)
    order: list[int] = np.lexsort(places.round(4).T).tolist()
    number = {old: new for new, old in enumerate(order)}
    return [_with_parent(things[old], number) for old in order]


def _with_parent(thing: Cluster, number: dict[int, int]) -> Cluster:
    if thing.parent is None:
        return thing
    return replace(thing, parent=number[thing.parent])


def to_objects(things: Sequence[Cluster], plane: Plane) -> tuple[Object3D, ...]:
    """Return the things with ids from 1 in their order, and names."""
    taken: dict[str, int] = {}
    objects: list[Object3D] = []
    for number, each in enumerate(things, start=1):
        name = f"{each.colour} {each.shape}"
        taken[name] = taken.get(name, 0) + 1
        if taken[name] > 1:
            name = f"{name} {taken[name]}"
        objects.append(
            Object3D(
                id=number,
                name=name,
                colour=each.colour,
                shape=each.shape,
                points_world=_down_to_the_table(each, plane),
                normal=each.normal,
                yaw=each.geometry.yaw,
                size=each.geometry.size,
                score=min(1.0, len(each.rows) / 100.0),
                parent=None if each.parent is None else each.parent + 1,
            )
        )
    return tuple(objects)


def _down_to_the_table(thing: Cluster, plane: Plane) -> np.ndarray:
    """Add the point under the middle of what stands on the table.

    The lowest few millimetres are lost with the table, and the box's centre would
    be that much too high.
    """
    points = _thinned(thing.points_world)
    if not thing.geometry.resting:
        return points
    xy = thing.geometry.centre[:2]
    return np.vstack([points, [*xy, plane.z_at(xy)]])


def _thinned(points_world: Points) -> Points:
    """Return an even share of many points, the outermost always among them."""
    step = len(points_world) // MAX_POINTS
    if step < 2:
        return points_world
    outermost = [points_world.argmin(axis=0), points_world.argmax(axis=0)]
    rows = np.arange(0, len(points_world), step)
    return points_world[np.union1d(rows, np.concatenate(outermost))]
