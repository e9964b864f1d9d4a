"""Scenes from the simulator's own masks: the named ablation, never the default.

Which pixel belongs to what is read from the simulator; where it is, is measured in
the same depth images that the pixels-only perception sees. Frames as there.
"""

from dataclasses import dataclass, replace

import numpy as np

from perception import clusters
from perception.colour import COLOURS
from perception.foreground import SPECK
from perception.objects import describe, in_order, to_objects
from perception.observation import Capsules, Observation
from perception.parts import Cluster, bar_of, front_of
from perception.point_cloud import HIGH, LOW, PointCloud, at_pixels, fuse, unfuse
from perception.scene import Scene
from perception.support import fit_support
from sims.camera import Rig
from sims.parts import Thing
from sims.world import World

BOX = np.array([LOW, HIGH])
MIN_POINTS = 10
BACKGROUND = ("table", "panda")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A thing of its own: a part, or the link of one; its link is empty for a part."""

    body: str
    link: str


class OraclePerceiver:
    """Knows from the simulator which pixels are which part."""

    name = "oracle"

    def __init__(self, world: World, rig: Rig | None = None):
        self._world = world
        self._rig = rig or Rig(world)

    def perceive(self, observation: Observation, body: Capsules) -> Scene:
        """Return what is seen; the arm is known by its mask, not by its `body`."""
        del body
        cloud, labels, pieces = self._labelled(observation)
        plane = fit_support(cloud.points_world)
        keep = labels > 0
        cloud, labels = cloud.take(keep), labels[keep]
        normals = cloud.normals()
        # A true mask holds pixels whose depth is not true: they hang in the air.
        lumps = clusters.cluster(cloud, normals).lumps
        whole = np.bincount(lumps)[lumps] >= SPECK
        cloud, labels, normals = cloud.take(whole), labels[whole], normals[whole]
        heights = plane.height(cloud.points_world)
        found: dict[_Piece, Cluster] = {}
        for label in np.flatnonzero(np.bincount(labels) >= MIN_POINTS).tolist():
            rows = np.flatnonzero(labels == label)
            piece = pieces[label]
            assert piece is not None
            found[piece] = describe(cloud, rows, heights, normals)
        things = in_order(self._told(found))
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
    ) -> tuple[PointCloud, np.ndarray, list[_Piece | None]]:
        """Return the cloud, a label for each point, and each label's piece."""
        pieces: list[_Piece | None] = [None]
        images: list[np.ndarray] = []
        for camera in observation.cameras:
            segments = self._rig.segmentation(camera.name)
            image = np.zeros(segments.ids.shape, dtype=np.int64)
            for number, part in segments.names.items():
                piece = self._piece(part)
                if piece is not None and piece not in pieces:
                    pieces.append(piece)
                image[segments.ids == number] = pieces.index(piece)
            images.append(image)
        cloud = fuse(observation.cameras, BOX)
        return cloud, at_pixels(images, cloud.pixel), pieces

    def _piece(self, part: str) -> _Piece | None:
        """Return what a link belongs to; None for what is no thing."""
        body, _, link = part.partition("/")
        if body in BACKGROUND:
            return None
        things = self._world.body(body).model.things
        return _Piece(body, link if link in things else "")

    def _told(self, found: dict[_Piece, Cluster]) -> list[Cluster]:
        """Give the clusters the words and parents that the simulator's names tell."""
        places = {piece: number for number, piece in enumerate(found)}
        told = {piece: self._named(piece, each) for piece, each in found.items()}
        for piece, cluster in found.items():
            thing = self._thing(piece)
            owner = _Piece(piece.body, thing.of)
            if owner == piece or owner not in found:
                continue
            each = replace(told[piece], parent=places[owner])
            if told[piece].shape == "handle":
                front = front_of(found[owner], cluster)
                each = replace(bar_of(each), shape="handle", normal=front)
                told[owner] = replace(told[owner], normal=front)
            told[piece] = each
        return list(told.values())

    def _thing(self, piece: _Piece) -> Thing:
        things = self._world.body(piece.body).model.things
        return things.get(piece.link, Thing(piece.body))

    def _named(self, piece: _Piece, cluster: Cluster) -> Cluster:
        words = self._thing(piece).words.rstrip(" 0123456789")
        colour, _, noun = words.partition(" ")
        if colour in COLOURS and noun:
            return replace(cluster, colour=colour, shape=noun)
        return replace(cluster, shape=words)
