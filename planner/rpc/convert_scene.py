"""Scenes to and from the wire: geometry as float32, masks packed."""

import zlib

import numpy as np

from perception.frames import Points
from perception.scene import Object3D, Scene
from planner.rpc.convert import vector_from_proto, vector_to_proto
from planner.rpc.v1 import scene_pb2 as pb

MAX_POINTS = 100_000  # of a scene, for display on the far side


def scene_to_proto(scene: Scene) -> pb.Scene:
    """Return a scene as a message."""
    return pb.Scene(
        objects=[_object_to_proto(each) for each in scene.objects],
        points_m=_points_to_bytes(scene.points_world),
        table_height_m=scene.table_height,
        time_s=scene.time,
        revision=scene.revision,
        masks=[_mask_to_proto(name, ids) for name, ids in scene.masks.items()],
    )


def scene_from_proto(message: pb.Scene) -> Scene:
    """Return a message's scene."""
    return Scene(
        objects=tuple(_object_from_proto(each) for each in message.objects),
        points_world=_points_from_bytes(message.points_m),
        table_height=message.table_height_m,
        time=message.time_s,
        revision=message.revision,
        masks={mask.camera: _mask_from_proto(mask) for mask in message.masks},
    )


def _object_to_proto(each: Object3D) -> pb.SceneObject:
    return pb.SceneObject(
        id=each.id,
        name=each.name,
        colour=each.colour,
        shape=each.shape,
        points_m=_points_to_bytes(each.points_world),
        normal=vector_to_proto(each.normal),
        yaw_rad=each.yaw,
        size_m=vector_to_proto(each.size),
        score=each.score,
        parent=each.parent,
        held=each.held,
    )


def _object_from_proto(message: pb.SceneObject) -> Object3D:
    return Object3D(
        id=message.id,
        name=message.name,
        colour=message.colour,
        shape=message.shape,
        points_world=_points_from_bytes(message.points_m),
        normal=vector_from_proto(message.normal),
        yaw=message.yaw_rad,
        size=vector_from_proto(message.size_m),
        score=message.score,
        parent=message.parent if message.HasField("parent") else None,
        held=message.held,
    )


def _mask_to_proto(camera: str, ids: np.ndarray) -> pb.SceneMask:
    height, width = ids.shape
    packed = zlib.compress(ids.astype("<u2").tobytes(), level=1)
    return pb.SceneMask(
        camera=camera, width_px=width, height_px=height, ids_zlib=packed
    )


def _mask_from_proto(message: pb.SceneMask) -> np.ndarray:
    ids = np.frombuffer(zlib.decompress(message.ids_zlib), "<u2")
    return ids.reshape(message.height_px, message.width_px).astype(np.int32)


def _points_to_bytes(points: Points) -> bytes:
    step = max(1, -(-len(points) // MAX_POINTS))
    return points[::step].astype("<f4").tobytes()


def _points_from_bytes(data: bytes) -> Points:
    return np.frombuffer(data, "<f4").reshape(-1, 3).astype(np.float64)
