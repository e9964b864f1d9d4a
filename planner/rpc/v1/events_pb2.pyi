from planner.rpc.v1 import geometry_pb2 as _geometry_pb2
from planner.rpc.v1 import scene_pb2 as _scene_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MapLayer(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MAP_LAYER_UNSPECIFIED: _ClassVar[MapLayer]
    MAP_LAYER_AFFORDANCE: _ClassVar[MapLayer]
    MAP_LAYER_AVOIDANCE: _ClassVar[MapLayer]
    MAP_LAYER_VELOCITY: _ClassVar[MapLayer]
    MAP_LAYER_ROTATION: _ClassVar[MapLayer]
    MAP_LAYER_GRIPPER: _ClassVar[MapLayer]
MAP_LAYER_UNSPECIFIED: MapLayer
MAP_LAYER_AFFORDANCE: MapLayer
MAP_LAYER_AVOIDANCE: MapLayer
MAP_LAYER_VELOCITY: MapLayer
MAP_LAYER_ROTATION: MapLayer
MAP_LAYER_GRIPPER: MapLayer

class SceneSeen(_message.Message):
    __slots__ = ("scene",)
    SCENE_FIELD_NUMBER: _ClassVar[int]
    scene: _scene_pb2.Scene
    def __init__(self, scene: _Optional[_Union[_scene_pb2.Scene, _Mapping]] = ...) -> None: ...

class ProgramWriting(_message.Message):
    __slots__ = ("text",)
    TEXT_FIELD_NUMBER: _ClassVar[int]
    text: str
    def __init__(self, text: _Optional[str] = ...) -> None: ...

class Usage(_message.Message):
    __slots__ = ("backend", "model", "calls", "prompt_tokens", "completion_tokens", "duration_s", "cost")
    BACKEND_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    CALLS_FIELD_NUMBER: _ClassVar[int]
    PROMPT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    DURATION_S_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    backend: str
    model: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    duration_s: float
    cost: float
    def __init__(self, backend: _Optional[str] = ..., model: _Optional[str] = ..., calls: _Optional[int] = ..., prompt_tokens: _Optional[int] = ..., completion_tokens: _Optional[int] = ..., duration_s: _Optional[float] = ..., cost: _Optional[float] = ...) -> None: ...

class ProgramWritten(_message.Message):
    __slots__ = ("source", "backend", "cached", "duration_s", "usage")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    BACKEND_FIELD_NUMBER: _ClassVar[int]
    CACHED_FIELD_NUMBER: _ClassVar[int]
    DURATION_S_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    source: str
    backend: str
    cached: bool
    duration_s: float
    usage: Usage
    def __init__(self, source: _Optional[str] = ..., backend: _Optional[str] = ..., cached: _Optional[bool] = ..., duration_s: _Optional[float] = ..., usage: _Optional[_Union[Usage, _Mapping]] = ...) -> None: ...

class LineResult(_message.Message):
    __slots__ = ("line", "text")
    LINE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    line: int
    text: str
    def __init__(self, line: _Optional[int] = ..., text: _Optional[str] = ...) -> None: ...

class MapSummary(_message.Message):
    __slots__ = ("layer", "minimum", "maximum", "dimensions")
    LAYER_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    layer: MapLayer
    minimum: float
    maximum: float
    dimensions: _geometry_pb2.VoxelIndex
    def __init__(self, layer: _Optional[_Union[MapLayer, str]] = ..., minimum: _Optional[float] = ..., maximum: _Optional[float] = ..., dimensions: _Optional[_Union[_geometry_pb2.VoxelIndex, _Mapping]] = ...) -> None: ...

class SubTaskStarted(_message.Message):
    __slots__ = ("index", "line", "movable", "maps")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    MOVABLE_FIELD_NUMBER: _ClassVar[int]
    MAPS_FIELD_NUMBER: _ClassVar[int]
    index: int
    line: int
    movable: str
    maps: _containers.RepeatedCompositeFieldContainer[MapSummary]
    def __init__(self, index: _Optional[int] = ..., line: _Optional[int] = ..., movable: _Optional[str] = ..., maps: _Optional[_Iterable[_Union[MapSummary, _Mapping]]] = ...) -> None: ...

class Waypoint(_message.Message):
    __slots__ = ("time_s", "position_m", "velocity_mps", "orientation", "gripper_width_m")
    TIME_S_FIELD_NUMBER: _ClassVar[int]
    POSITION_M_FIELD_NUMBER: _ClassVar[int]
    VELOCITY_MPS_FIELD_NUMBER: _ClassVar[int]
    ORIENTATION_FIELD_NUMBER: _ClassVar[int]
    GRIPPER_WIDTH_M_FIELD_NUMBER: _ClassVar[int]
    time_s: float
    position_m: _geometry_pb2.Vector3
    velocity_mps: _geometry_pb2.Vector3
    orientation: _geometry_pb2.Quaternion
    gripper_width_m: float
    def __init__(self, time_s: _Optional[float] = ..., position_m: _Optional[_Union[_geometry_pb2.Vector3, _Mapping]] = ..., velocity_mps: _Optional[_Union[_geometry_pb2.Vector3, _Mapping]] = ..., orientation: _Optional[_Union[_geometry_pb2.Quaternion, _Mapping]] = ..., gripper_width_m: _Optional[float] = ...) -> None: ...

class Trajectory(_message.Message):
    __slots__ = ("waypoints",)
    WAYPOINTS_FIELD_NUMBER: _ClassVar[int]
    waypoints: _containers.RepeatedCompositeFieldContainer[Waypoint]
    def __init__(self, waypoints: _Optional[_Iterable[_Union[Waypoint, _Mapping]]] = ...) -> None: ...

class Segment(_message.Message):
    __slots__ = ("id", "sub_task", "replaces_from_s", "expires_s", "trajectory", "path_m", "scene_revision", "stage_durations_s", "holding")
    class StageDurationsSEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    SUB_TASK_FIELD_NUMBER: _ClassVar[int]
    REPLACES_FROM_S_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_S_FIELD_NUMBER: _ClassVar[int]
    TRAJECTORY_FIELD_NUMBER: _ClassVar[int]
    PATH_M_FIELD_NUMBER: _ClassVar[int]
    SCENE_REVISION_FIELD_NUMBER: _ClassVar[int]
    STAGE_DURATIONS_S_FIELD_NUMBER: _ClassVar[int]
    HOLDING_FIELD_NUMBER: _ClassVar[int]
    id: int
    sub_task: int
    replaces_from_s: float
    expires_s: float
    trajectory: Trajectory
    path_m: _containers.RepeatedCompositeFieldContainer[_geometry_pb2.Vector3]
    scene_revision: int
    stage_durations_s: _containers.ScalarMap[str, float]
    holding: bool
    def __init__(self, id: _Optional[int] = ..., sub_task: _Optional[int] = ..., replaces_from_s: _Optional[float] = ..., expires_s: _Optional[float] = ..., trajectory: _Optional[_Union[Trajectory, _Mapping]] = ..., path_m: _Optional[_Iterable[_Union[_geometry_pb2.Vector3, _Mapping]]] = ..., scene_revision: _Optional[int] = ..., stage_durations_s: _Optional[_Mapping[str, float]] = ..., holding: _Optional[bool] = ...) -> None: ...

class Said(_message.Message):
    __slots__ = ("text",)
    TEXT_FIELD_NUMBER: _ClassVar[int]
    text: str
    def __init__(self, text: _Optional[str] = ...) -> None: ...

class Asked(_message.Message):
    __slots__ = ("id", "text", "time_limit_s")
    ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TIME_LIMIT_S_FIELD_NUMBER: _ClassVar[int]
    id: int
    text: str
    time_limit_s: float
    def __init__(self, id: _Optional[int] = ..., text: _Optional[str] = ..., time_limit_s: _Optional[float] = ...) -> None: ...

class Paused(_message.Message):
    __slots__ = ("line", "call", "moving")
    LINE_FIELD_NUMBER: _ClassVar[int]
    CALL_FIELD_NUMBER: _ClassVar[int]
    MOVING_FIELD_NUMBER: _ClassVar[int]
    line: int
    call: str
    moving: bool
    def __init__(self, line: _Optional[int] = ..., call: _Optional[str] = ..., moving: _Optional[bool] = ...) -> None: ...

class Verdict(_message.Message):
    __slots__ = ("success", "stage", "reason", "message", "replan_hz", "usage")
    SUCCESS_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REPLAN_HZ_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    success: bool
    stage: str
    reason: str
    message: str
    replan_hz: float
    usage: Usage
    def __init__(self, success: _Optional[bool] = ..., stage: _Optional[str] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ..., replan_hz: _Optional[float] = ..., usage: _Optional[_Union[Usage, _Mapping]] = ...) -> None: ...

class Event(_message.Message):
    __slots__ = ("program", "line", "sub_task", "segment", "said", "verdict", "scene", "writing", "asked", "paused")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    SUB_TASK_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    SAID_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    SCENE_FIELD_NUMBER: _ClassVar[int]
    WRITING_FIELD_NUMBER: _ClassVar[int]
    ASKED_FIELD_NUMBER: _ClassVar[int]
    PAUSED_FIELD_NUMBER: _ClassVar[int]
    program: ProgramWritten
    line: LineResult
    sub_task: SubTaskStarted
    segment: Segment
    said: Said
    verdict: Verdict
    scene: SceneSeen
    writing: ProgramWriting
    asked: Asked
    paused: Paused
    def __init__(self, program: _Optional[_Union[ProgramWritten, _Mapping]] = ..., line: _Optional[_Union[LineResult, _Mapping]] = ..., sub_task: _Optional[_Union[SubTaskStarted, _Mapping]] = ..., segment: _Optional[_Union[Segment, _Mapping]] = ..., said: _Optional[_Union[Said, _Mapping]] = ..., verdict: _Optional[_Union[Verdict, _Mapping]] = ..., scene: _Optional[_Union[SceneSeen, _Mapping]] = ..., writing: _Optional[_Union[ProgramWriting, _Mapping]] = ..., asked: _Optional[_Union[Asked, _Mapping]] = ..., paused: _Optional[_Union[Paused, _Mapping]] = ...) -> None: ...
