"""Scenes from the simulator's own masks: the named ablation, never the default.

Which pixel belongs to what is read from the simulator; where it is, is measured in
the same depth images that the pixels-only perception sees. Frames as there.
"""

from dataclasses import replace

import numpy as np

from perception.frames import Vec3
from perception.objects import describe, in_order, to_objects
from perception.observation import Capsules, Observation
from perception.parts import Cluster, bar_of, front_normal
from perception.point_cloud import HIGH, LOW, PointCloud, at_pixels, fuse, unfuse
from perception.scene import Scene
from perception.support import fit_support
from sims.camera import Rig
from sims.world import World

BOX = np.array([LOW, HIGH])
MIN_POINTS = 10
BACKGROUND = ("table", "panda")


class OraclePerceiver:
    """Knows from the simulator which pixels are which part."""

    name = "oracle"

    def __init__(self, world: World):
        self._rig = Rig(world)

    def perceive(self, observation: Observation, body: Capsules) -> Scene:
        """Return what is seen; the arm is known by its mask, not by its `body`."""
        del body
        cloud, labels, names = self._labelled(observation)
        plane = fit_support(cloud.points_world)
        keep = np.isin(labels, [i for i, name in enumerate(names) if name])
        cloud, labels = cloud.take(keep), labels[keep]
        heights = plane.height(cloud.points_world)
        normals = cloud.normals()
        found: dict[str, Cluster] = {}
        for label in np.flatnonzero(np.bincount(labels) >= MIN_POINTS).tolist():
            rows = np.flatnonzero(labels == label)
            found[names[label]] = describe(cloud, rows, heights, normals)
        things = in_order(_told(found))
        ids = np.zeros(len(cloud), dtype=np.int32)
        for number, each in enumerate(things, start=1):
            ids[each.rows] = number
        return Scene(
            objects=to_objects(things, plane),
            points_world=cloud.points_world.astype(float),
            table_height=plane.z_at(BOX[:, :2].mean(axis=0)),
            time=observation.time,
            masks=unfuse(observation.cameras, cloud.pixel, ids),
        )

    def _labelled(
        self, observation: Observation
    ) -> tuple[PointCloud, np.ndarray, list[str]]:
        """Return the cloud, a label for each point, and each label's thing."""
        names = [""]
        images: list[np.ndarray] = []
        for camera in observation.cameras:
            segments = self._rig.segmentation(camera.name)
            image = np.zeros(segments.ids.shape, dtype=np.int64)
            for number, part in segments.names.items():
                name = _thing(part)
                if name and name not in names:
                    names.append(name)
                image[segments.ids == number] = names.index(name)
            images.append(image)
        cloud = fuse(observation.cameras, BOX)
        return cloud, at_pixels(images, cloud.pixel), names


def _thing(part: str) -> str:
    """Return which thing a link belongs to; a handle is a thing of its own."""
    name, _, link = part.partition("/")
    if name in BACKGROUND:
        return ""
    return part if link == "handle" else name


def _told(found: dict[str, Cluster]) -> list[Cluster]:
    """Give the clusters the words and parents that the simulator's names tell."""
    names = list(found)
    fronts = _fronts(found)
    told: list[Cluster] = []
    for name, cluster in found.items():
        owner, _, link = name.partition("/")
        words = owner.split()
        normal = fronts.get(owner, cluster.normal)
        if link == "handle":
            parent = names.index(owner) if owner in names else None
            bar = bar_of(cluster)
            each = replace(bar, shape="handle", parent=parent, normal=normal)
        elif len(words) > 1:
            each = replace(cluster, colour=words[0], shape=words[1])
        else:
            each = replace(cluster, shape="drawer", normal=normal)
        told.append(each)
    return told


def _fronts(found: dict[str, Cluster]) -> dict[str, Vec3]:
    """Return the outward normals of the sides that handles stand on, by owner."""
    return {
        name.partition("/")[0]: front_normal(
            found[name.partition("/")[0]].geometry, handle.geometry
        )
        for name, handle in found.items()
        if name.endswith("/handle") and name.partition("/")[0] in found
    }
