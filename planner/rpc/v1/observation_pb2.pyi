from planner.rpc.v1 import geometry_pb2 as _geometry_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ColourEncoding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COLOUR_ENCODING_UNSPECIFIED: _ClassVar[ColourEncoding]
    COLOUR_ENCODING_RGB8: _ClassVar[ColourEncoding]

class DepthEncoding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEPTH_ENCODING_UNSPECIFIED: _ClassVar[DepthEncoding]
    DEPTH_ENCODING_FLOAT32_METRES: _ClassVar[DepthEncoding]
    DEPTH_ENCODING_UINT16_MILLIMETRES: _ClassVar[DepthEncoding]
COLOUR_ENCODING_UNSPECIFIED: ColourEncoding
COLOUR_ENCODING_RGB8: ColourEncoding
DEPTH_ENCODING_UNSPECIFIED: DepthEncoding
DEPTH_ENCODING_FLOAT32_METRES: DepthEncoding
DEPTH_ENCODING_UINT16_MILLIMETRES: DepthEncoding

class Intrinsics(_message.Message):
    __slots__ = ("fx_px", "fy_px", "cx_px", "cy_px")
    FX_PX_FIELD_NUMBER: _ClassVar[int]
    FY_PX_FIELD_NUMBER: _ClassVar[int]
    CX_PX_FIELD_NUMBER: _ClassVar[int]
    CY_PX_FIELD_NUMBER: _ClassVar[int]
    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float
    def __init__(self, fx_px: _Optional[float] = ..., fy_px: _Optional[float] = ..., cx_px: _Optional[float] = ..., cy_px: _Optional[float] = ...) -> None: ...

class Camera(_message.Message):
    __slots__ = ("name", "width_px", "height_px", "colour_encoding", "colour", "depth_encoding", "depth", "intrinsics", "world_t_camera")
    NAME_FIELD_NUMBER: _ClassVar[int]
    WIDTH_PX_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_PX_FIELD_NUMBER: _ClassVar[int]
    COLOUR_ENCODING_FIELD_NUMBER: _ClassVar[int]
    COLOUR_FIELD_NUMBER: _ClassVar[int]
    DEPTH_ENCODING_FIELD_NUMBER: _ClassVar[int]
    DEPTH_FIELD_NUMBER: _ClassVar[int]
    INTRINSICS_FIELD_NUMBER: _ClassVar[int]
    WORLD_T_CAMERA_FIELD_NUMBER: _ClassVar[int]
    name: str
    width_px: int
    height_px: int
    colour_encoding: ColourEncoding
    colour: bytes
    depth_encoding: DepthEncoding
    depth: bytes
    intrinsics: Intrinsics
    world_t_camera: _geometry_pb2.Pose
    def __init__(self, name: _Optional[str] = ..., width_px: _Optional[int] = ..., height_px: _Optional[int] = ..., colour_encoding: _Optional[_Union[ColourEncoding, str]] = ..., colour: _Optional[bytes] = ..., depth_encoding: _Optional[_Union[DepthEncoding, str]] = ..., depth: _Optional[bytes] = ..., intrinsics: _Optional[_Union[Intrinsics, _Mapping]] = ..., world_t_camera: _Optional[_Union[_geometry_pb2.Pose, _Mapping]] = ...) -> None: ...

class Observation(_message.Message):
    __slots__ = ("cameras", "world_t_ee", "gripper_width_m", "joints_rad", "time_s")
    CAMERAS_FIELD_NUMBER: _ClassVar[int]
    WORLD_T_EE_FIELD_NUMBER: _ClassVar[int]
    GRIPPER_WIDTH_M_FIELD_NUMBER: _ClassVar[int]
    JOINTS_RAD_FIELD_NUMBER: _ClassVar[int]
    TIME_S_FIELD_NUMBER: _ClassVar[int]
    cameras: _containers.RepeatedCompositeFieldContainer[Camera]
    world_t_ee: _geometry_pb2.Pose
    gripper_width_m: float
    joints_rad: _containers.RepeatedScalarFieldContainer[float]
    time_s: float
    def __init__(self, cameras: _Optional[_Iterable[_Union[Camera, _Mapping]]] = ..., world_t_ee: _Optional[_Union[_geometry_pb2.Pose, _Mapping]] = ..., gripper_width_m: _Optional[float] = ..., joints_rad: _Optional[_Iterable[float]] = ..., time_s: _Optional[float] = ...) -> None: ...
