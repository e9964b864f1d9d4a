from planner.rpc.v1 import geometry_pb2 as _geometry_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SceneObject(_message.Message):
    __slots__ = ("id", "name", "colour", "shape", "points_m", "normal", "yaw_rad", "size_m", "score", "parent", "held")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    COLOUR_FIELD_NUMBER: _ClassVar[int]
    SHAPE_FIELD_NUMBER: _ClassVar[int]
    POINTS_M_FIELD_NUMBER: _ClassVar[int]
    NORMAL_FIELD_NUMBER: _ClassVar[int]
    YAW_RAD_FIELD_NUMBER: _ClassVar[int]
    SIZE_M_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    PARENT_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    id: int
    name: str
    colour: str
    shape: str
    points_m: bytes
    normal: _geometry_pb2.Vector3
    yaw_rad: float
    size_m: _geometry_pb2.Vector3
    score: float
    parent: int
    held: bool
    def __init__(self, id: _Optional[int] = ..., name: _Optional[str] = ..., colour: _Optional[str] = ..., shape: _Optional[str] = ..., points_m: _Optional[bytes] = ..., normal: _Optional[_Union[_geometry_pb2.Vector3, _Mapping]] = ..., yaw_rad: _Optional[float] = ..., size_m: _Optional[_Union[_geometry_pb2.Vector3, _Mapping]] = ..., score: _Optional[float] = ..., parent: _Optional[int] = ..., held: _Optional[bool] = ...) -> None: ...

class SceneMask(_message.Message):
    __slots__ = ("camera", "width_px", "height_px", "ids_zlib")
    CAMERA_FIELD_NUMBER: _ClassVar[int]
    WIDTH_PX_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_PX_FIELD_NUMBER: _ClassVar[int]
    IDS_ZLIB_FIELD_NUMBER: _ClassVar[int]
    camera: str
    width_px: int
    height_px: int
    ids_zlib: bytes
    def __init__(self, camera: _Optional[str] = ..., width_px: _Optional[int] = ..., height_px: _Optional[int] = ..., ids_zlib: _Optional[bytes] = ...) -> None: ...

class Scene(_message.Message):
    __slots__ = ("objects", "points_m", "table_height_m", "time_s", "revision", "masks")
    OBJECTS_FIELD_NUMBER: _ClassVar[int]
    POINTS_M_FIELD_NUMBER: _ClassVar[int]
    TABLE_HEIGHT_M_FIELD_NUMBER: _ClassVar[int]
    TIME_S_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    MASKS_FIELD_NUMBER: _ClassVar[int]
    objects: _containers.RepeatedCompositeFieldContainer[SceneObject]
    points_m: bytes
    table_height_m: float
    time_s: float
    revision: int
    masks: _containers.RepeatedCompositeFieldContainer[SceneMask]
    def __init__(self, objects: _Optional[_Iterable[_Union[SceneObject, _Mapping]]] = ..., points_m: _Optional[bytes] = ..., table_height_m: _Optional[float] = ..., time_s: _Optional[float] = ..., revision: _Optional[int] = ..., masks: _Optional[_Iterable[_Union[SceneMask, _Mapping]]] = ...) -> None: ...
