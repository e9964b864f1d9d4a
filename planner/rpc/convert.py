"""Geometry and observations to and from the wire.

What comes from the wire is checked here or by the type it becomes; a message
that does not fit raises `InvalidObservationError` or `InvalidPoseError`.
"""

import numpy as np
from google.protobuf.message import Message

from perception.errors import InvalidObservationError, InvalidPoseError
from perception.frames import Points, Pose, Vec3
from perception.observation import (
    MAX_CAMERAS,
    MAX_PIXELS,
    Camera,
    Intrinsics,
    Observation,
)
from planner.rpc.v1 import geometry_pb2 as geometry
from planner.rpc.v1 import observation_pb2 as pb


def vector_to_proto(v: Vec3) -> geometry.Vector3:
    """Return three numbers as a message."""
    return geometry.Vector3(x=float(v[0]), y=float(v[1]), z=float(v[2]))


def vector_from_proto(message: geometry.Vector3) -> Vec3:
    """Return a message's three numbers."""
    return np.array([message.x, message.y, message.z])


def points_from_proto(messages: list[geometry.Vector3]) -> Points:
    """Return messages as rows, (0, 3) for none."""
    return np.array([[m.x, m.y, m.z] for m in messages]).reshape(-1, 3)


def quaternion_to_proto(wxyz: np.ndarray) -> geometry.Quaternion:
    """Return a quaternion (wxyz) as a message."""
    w, x, y, z = (float(number) for number in wxyz)
    return geometry.Quaternion(w=w, x=x, y=y, z=z)


def quaternion_from_proto(message: geometry.Quaternion) -> np.ndarray:
    """Return a message's quaternion as wxyz."""
    return np.array([message.w, message.x, message.y, message.z])


def pose_to_proto(pose: Pose) -> geometry.Pose:
    """Return a pose as a message."""
    return geometry.Pose(
        position_m=vector_to_proto(pose.position),
        orientation=quaternion_to_proto(pose.wxyz),
    )


def pose_from_proto(message: geometry.Pose, name: str) -> Pose:
    """Return a message's pose.

    Args:
        message: What came.
        name: What it is the pose of, for the error's sentence.

    Raises:
        InvalidPoseError: A field is absent, not finite, or not a unit quaternion.
    """
    _require(message, ("position_m", "orientation"), name, InvalidPoseError)
    position = vector_from_proto(message.position_m)
    try:
        return Pose(position, quaternion_from_proto(message.orientation))
    except InvalidPoseError as error:
        raise InvalidPoseError(f"{name}: {error}") from error


def camera_to_proto(camera: Camera) -> pb.Camera:
    """Return a frame as a message, depth in float32 metres."""
    height, width = camera.depth.shape
    k = camera.intrinsics
    return pb.Camera(
        name=camera.name,
        width_px=width,
        height_px=height,
        colour_encoding=pb.COLOUR_ENCODING_RGB8,
        colour=camera.colour.tobytes(),
        depth_encoding=pb.DEPTH_ENCODING_FLOAT32_METRES,
        depth=camera.depth.astype("<f4").tobytes(),
        intrinsics=pb.Intrinsics(fx_px=k.fx, fy_px=k.fy, cx_px=k.cx, cy_px=k.cy),
        world_t_camera=pose_to_proto(camera.T_world_cam),
    )


def camera_from_proto(message: pb.Camera) -> Camera:
    """Return a message's frame.

    Raises:
        InvalidObservationError: Bytes, size, encoding or intrinsics do not fit.
        InvalidPoseError: Its pose is none.
    """
    name = f"camera '{message.name}'"
    _require(message, ("intrinsics", "world_t_camera"), name, InvalidObservationError)
    # Before any byte is touched: the declared size decides what is allocated.
    if not 0 < message.width_px * message.height_px <= MAX_PIXELS:
        raise InvalidObservationError(
            f"{name}: {message.width_px}x{message.height_px} pixels; "
            f"1 to {MAX_PIXELS} are taken"
        )
    k = message.intrinsics
    return Camera(
        message.name,
        _colour(message, name),
        _depth(message, name),
        Intrinsics(k.fx_px, k.fy_px, k.cx_px, k.cy_px),
        pose_from_proto(message.world_t_camera, f"{name} world_t_camera"),
    )


def observation_to_proto(observation: Observation) -> pb.Observation:
    """Return an observation as a message."""
    return pb.Observation(
        cameras=[camera_to_proto(camera) for camera in observation.cameras],
        world_t_ee=pose_to_proto(observation.T_world_ee),
        gripper_width_m=observation.gripper_width,
        joints_rad=observation.joints.tolist(),
        time_s=observation.time,
    )


def observation_from_proto(message: pb.Observation) -> Observation:
    """Return a message's observation.

    Raises:
        InvalidObservationError: It cannot be used as it is.
        InvalidPoseError: A pose in it is none.
    """
    if len(message.cameras) > MAX_CAMERAS:
        raise InvalidObservationError(
            f"{len(message.cameras)} cameras; at most {MAX_CAMERAS} are taken"
        )
    cameras = tuple(camera_from_proto(camera) for camera in message.cameras)
    _require(message, ("world_t_ee",), "observation", InvalidObservationError)
    return Observation(
        cameras,
        pose_from_proto(message.world_t_ee, "world_t_ee"),
        message.gripper_width_m,
        np.array(message.joints_rad, dtype=float),
        message.time_s,
    )


def _colour(message: pb.Camera, name: str) -> np.ndarray:
    if message.colour_encoding != pb.COLOUR_ENCODING_RGB8:
        raise InvalidObservationError(f"{name}: colour_encoding must be RGB8")
    shape = (message.height_px, message.width_px, 3)
    return _image(message.colour, np.dtype(np.uint8), shape, f"{name} colour")


def _depth(message: pb.Camera, name: str) -> np.ndarray:
    shape = (message.height_px, message.width_px)
    match message.depth_encoding:
        case pb.DEPTH_ENCODING_FLOAT32_METRES:
            return _image(message.depth, np.dtype("<f4"), shape, f"{name} depth")
        case pb.DEPTH_ENCODING_UINT16_MILLIMETRES:
            depth_mm = _image(message.depth, np.dtype("<u2"), shape, f"{name} depth")
            return depth_mm.astype(np.float32) / np.float32(1000.0)
        case _:
            raise InvalidObservationError(
                f"{name}: depth_encoding must be FLOAT32_METRES or UINT16_MILLIMETRES"
            )


def _image(
    data: bytes, dtype: np.dtype, shape: tuple[int, ...], name: str
) -> np.ndarray:
    wanted = int(np.prod(shape)) * dtype.itemsize
    if len(data) != wanted:
        size = "x".join(str(n) for n in shape)
        raise InvalidObservationError(
            f"{name} has {len(data)} bytes; {size} of {dtype.name} is {wanted}"
        )
    return np.frombuffer(data, dtype).reshape(shape)


def _require(
    message: Message,
    fields: tuple[str, ...],
    name: str,
    error: type[InvalidObservationError] | type[InvalidPoseError],
) -> None:
    for field in fields:
        if not message.HasField(field):
            raise error(f"{name} has no {field}")
