from planner.rpc.v1 import events_pb2 as _events_pb2
from planner.rpc.v1 import geometry_pb2 as _geometry_pb2
from planner.rpc.v1 import observation_pb2 as _observation_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ProgramControl(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROGRAM_CONTROL_UNSPECIFIED: _ClassVar[ProgramControl]
    PROGRAM_CONTROL_PAUSE: _ClassVar[ProgramControl]
    PROGRAM_CONTROL_STEP: _ClassVar[ProgramControl]
    PROGRAM_CONTROL_RESUME: _ClassVar[ProgramControl]

class ValueMapEncoding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VALUE_MAP_ENCODING_UNSPECIFIED: _ClassVar[ValueMapEncoding]
    VALUE_MAP_ENCODING_FLOAT32: _ClassVar[ValueMapEncoding]

class AxisOrder(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AXIS_ORDER_UNSPECIFIED: _ClassVar[AxisOrder]
    AXIS_ORDER_XYZ: _ClassVar[AxisOrder]
PROGRAM_CONTROL_UNSPECIFIED: ProgramControl
PROGRAM_CONTROL_PAUSE: ProgramControl
PROGRAM_CONTROL_STEP: ProgramControl
PROGRAM_CONTROL_RESUME: ProgramControl
VALUE_MAP_ENCODING_UNSPECIFIED: ValueMapEncoding
VALUE_MAP_ENCODING_FLOAT32: ValueMapEncoding
AXIS_ORDER_UNSPECIFIED: AxisOrder
AXIS_ORDER_XYZ: AxisOrder

class PlanRequest(_message.Message):
    __slots__ = ("instruction", "observation", "seed", "session_id")
    INSTRUCTION_FIELD_NUMBER: _ClassVar[int]
    OBSERVATION_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    instruction: str
    observation: _observation_pb2.Observation
    seed: int
    session_id: str
    def __init__(self, instruction: _Optional[str] = ..., observation: _Optional[_Union[_observation_pb2.Observation, _Mapping]] = ..., seed: _Optional[int] = ..., session_id: _Optional[str] = ...) -> None: ...

class PlanResponse(_message.Message):
    __slots__ = ("plan_id", "event")
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    plan_id: str
    event: _events_pb2.Event
    def __init__(self, plan_id: _Optional[str] = ..., event: _Optional[_Union[_events_pb2.Event, _Mapping]] = ...) -> None: ...

class ExecuteRequest(_message.Message):
    __slots__ = ("open", "observation", "sent", "cancel", "answer", "control")
    OPEN_FIELD_NUMBER: _ClassVar[int]
    OBSERVATION_FIELD_NUMBER: _ClassVar[int]
    SENT_FIELD_NUMBER: _ClassVar[int]
    CANCEL_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    CONTROL_FIELD_NUMBER: _ClassVar[int]
    open: ExecuteOpen
    observation: ExecuteObservation
    sent: SentReport
    cancel: ExecuteCancel
    answer: ExecuteAnswer
    control: ExecuteControl
    def __init__(self, open: _Optional[_Union[ExecuteOpen, _Mapping]] = ..., observation: _Optional[_Union[ExecuteObservation, _Mapping]] = ..., sent: _Optional[_Union[SentReport, _Mapping]] = ..., cancel: _Optional[_Union[ExecuteCancel, _Mapping]] = ..., answer: _Optional[_Union[ExecuteAnswer, _Mapping]] = ..., control: _Optional[_Union[ExecuteControl, _Mapping]] = ...) -> None: ...

class ExecuteOpen(_message.Message):
    __slots__ = ("instruction", "seed", "session_id")
    INSTRUCTION_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    instruction: str
    seed: int
    session_id: str
    def __init__(self, instruction: _Optional[str] = ..., seed: _Optional[int] = ..., session_id: _Optional[str] = ...) -> None: ...

class ExecuteObservation(_message.Message):
    __slots__ = ("id", "observation")
    ID_FIELD_NUMBER: _ClassVar[int]
    OBSERVATION_FIELD_NUMBER: _ClassVar[int]
    id: int
    observation: _observation_pb2.Observation
    def __init__(self, id: _Optional[int] = ..., observation: _Optional[_Union[_observation_pb2.Observation, _Mapping]] = ...) -> None: ...

class SentReport(_message.Message):
    __slots__ = ("segment_id", "world_t_ee", "gripper_width_m", "duration_s", "clipped")
    SEGMENT_ID_FIELD_NUMBER: _ClassVar[int]
    WORLD_T_EE_FIELD_NUMBER: _ClassVar[int]
    GRIPPER_WIDTH_M_FIELD_NUMBER: _ClassVar[int]
    DURATION_S_FIELD_NUMBER: _ClassVar[int]
    CLIPPED_FIELD_NUMBER: _ClassVar[int]
    segment_id: int
    world_t_ee: _geometry_pb2.Pose
    gripper_width_m: float
    duration_s: float
    clipped: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, segment_id: _Optional[int] = ..., world_t_ee: _Optional[_Union[_geometry_pb2.Pose, _Mapping]] = ..., gripper_width_m: _Optional[float] = ..., duration_s: _Optional[float] = ..., clipped: _Optional[_Iterable[str]] = ...) -> None: ...

class ExecuteCancel(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ExecuteAnswer(_message.Message):
    __slots__ = ("question_id", "text", "declined")
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    DECLINED_FIELD_NUMBER: _ClassVar[int]
    question_id: int
    text: str
    declined: bool
    def __init__(self, question_id: _Optional[int] = ..., text: _Optional[str] = ..., declined: _Optional[bool] = ...) -> None: ...

class ExecuteControl(_message.Message):
    __slots__ = ("control",)
    CONTROL_FIELD_NUMBER: _ClassVar[int]
    control: ProgramControl
    def __init__(self, control: _Optional[_Union[ProgramControl, str]] = ...) -> None: ...

class ExecuteResponse(_message.Message):
    __slots__ = ("plan_id", "opened", "event", "segment", "verdict", "cancelled")
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    OPENED_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    plan_id: str
    opened: ExecuteOpened
    event: _events_pb2.Event
    segment: ExecuteSegment
    verdict: ExecuteVerdict
    cancelled: ExecuteCancelled
    def __init__(self, plan_id: _Optional[str] = ..., opened: _Optional[_Union[ExecuteOpened, _Mapping]] = ..., event: _Optional[_Union[_events_pb2.Event, _Mapping]] = ..., segment: _Optional[_Union[ExecuteSegment, _Mapping]] = ..., verdict: _Optional[_Union[ExecuteVerdict, _Mapping]] = ..., cancelled: _Optional[_Union[ExecuteCancelled, _Mapping]] = ...) -> None: ...

class ExecuteOpened(_message.Message):
    __slots__ = ("replan_period_s", "idle_timeout_s")
    REPLAN_PERIOD_S_FIELD_NUMBER: _ClassVar[int]
    IDLE_TIMEOUT_S_FIELD_NUMBER: _ClassVar[int]
    replan_period_s: float
    idle_timeout_s: float
    def __init__(self, replan_period_s: _Optional[float] = ..., idle_timeout_s: _Optional[float] = ...) -> None: ...

class ExecuteSegment(_message.Message):
    __slots__ = ("observation_id", "segment", "braking")
    OBSERVATION_ID_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    BRAKING_FIELD_NUMBER: _ClassVar[int]
    observation_id: int
    segment: _events_pb2.Segment
    braking: bool
    def __init__(self, observation_id: _Optional[int] = ..., segment: _Optional[_Union[_events_pb2.Segment, _Mapping]] = ..., braking: _Optional[bool] = ...) -> None: ...

class ExecuteVerdict(_message.Message):
    __slots__ = ("observation_id", "verdict")
    OBSERVATION_ID_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    observation_id: int
    verdict: _events_pb2.Verdict
    def __init__(self, observation_id: _Optional[int] = ..., verdict: _Optional[_Union[_events_pb2.Verdict, _Mapping]] = ...) -> None: ...

class ExecuteCancelled(_message.Message):
    __slots__ = ("stopped", "world_t_ee", "speed_mps", "joints_rad", "gripper_width_m", "time_s")
    STOPPED_FIELD_NUMBER: _ClassVar[int]
    WORLD_T_EE_FIELD_NUMBER: _ClassVar[int]
    SPEED_MPS_FIELD_NUMBER: _ClassVar[int]
    JOINTS_RAD_FIELD_NUMBER: _ClassVar[int]
    GRIPPER_WIDTH_M_FIELD_NUMBER: _ClassVar[int]
    TIME_S_FIELD_NUMBER: _ClassVar[int]
    stopped: bool
    world_t_ee: _geometry_pb2.Pose
    speed_mps: float
    joints_rad: _containers.RepeatedScalarFieldContainer[float]
    gripper_width_m: float
    time_s: float
    def __init__(self, stopped: _Optional[bool] = ..., world_t_ee: _Optional[_Union[_geometry_pb2.Pose, _Mapping]] = ..., speed_mps: _Optional[float] = ..., joints_rad: _Optional[_Iterable[float]] = ..., gripper_width_m: _Optional[float] = ..., time_s: _Optional[float] = ...) -> None: ...

class GetValueMapRequest(_message.Message):
    __slots__ = ("plan_id", "sub_task", "layer", "voxels", "world", "stride")
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    SUB_TASK_FIELD_NUMBER: _ClassVar[int]
    LAYER_FIELD_NUMBER: _ClassVar[int]
    VOXELS_FIELD_NUMBER: _ClassVar[int]
    WORLD_FIELD_NUMBER: _ClassVar[int]
    STRIDE_FIELD_NUMBER: _ClassVar[int]
    plan_id: str
    sub_task: int
    layer: _events_pb2.MapLayer
    voxels: _geometry_pb2.VoxelBox
    world: _geometry_pb2.WorldBox
    stride: int
    def __init__(self, plan_id: _Optional[str] = ..., sub_task: _Optional[int] = ..., layer: _Optional[_Union[_events_pb2.MapLayer, str]] = ..., voxels: _Optional[_Union[_geometry_pb2.VoxelBox, _Mapping]] = ..., world: _Optional[_Union[_geometry_pb2.WorldBox, _Mapping]] = ..., stride: _Optional[int] = ...) -> None: ...

class GetValueMapResponse(_message.Message):
    __slots__ = ("header", "chunk")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    header: ValueMapHeader
    chunk: ValueMapChunk
    def __init__(self, header: _Optional[_Union[ValueMapHeader, _Mapping]] = ..., chunk: _Optional[_Union[ValueMapChunk, _Mapping]] = ...) -> None: ...

class ValueMapHeader(_message.Message):
    __slots__ = ("plan_id", "sub_task", "layer", "origin_m", "spacing_m", "dimensions", "components", "axis_order", "encoding", "meaning", "minimum", "maximum", "total_bytes")
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    SUB_TASK_FIELD_NUMBER: _ClassVar[int]
    LAYER_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_M_FIELD_NUMBER: _ClassVar[int]
    SPACING_M_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    AXIS_ORDER_FIELD_NUMBER: _ClassVar[int]
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    TOTAL_BYTES_FIELD_NUMBER: _ClassVar[int]
    plan_id: str
    sub_task: int
    layer: _events_pb2.MapLayer
    origin_m: _geometry_pb2.Vector3
    spacing_m: _geometry_pb2.Vector3
    dimensions: _geometry_pb2.VoxelIndex
    components: int
    axis_order: AxisOrder
    encoding: ValueMapEncoding
    meaning: str
    minimum: float
    maximum: float
    total_bytes: int
    def __init__(self, plan_id: _Optional[str] = ..., sub_task: _Optional[int] = ..., layer: _Optional[_Union[_events_pb2.MapLayer, str]] = ..., origin_m: _Optional[_Union[_geometry_pb2.Vector3, _Mapping]] = ..., spacing_m: _Optional[_Union[_geometry_pb2.Vector3, _Mapping]] = ..., dimensions: _Optional[_Union[_geometry_pb2.VoxelIndex, _Mapping]] = ..., components: _Optional[int] = ..., axis_order: _Optional[_Union[AxisOrder, str]] = ..., encoding: _Optional[_Union[ValueMapEncoding, str]] = ..., meaning: _Optional[str] = ..., minimum: _Optional[float] = ..., maximum: _Optional[float] = ..., total_bytes: _Optional[int] = ...) -> None: ...

class ValueMapChunk(_message.Message):
    __slots__ = ("offset_bytes", "data")
    OFFSET_BYTES_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    offset_bytes: int
    data: bytes
    def __init__(self, offset_bytes: _Optional[int] = ..., data: _Optional[bytes] = ...) -> None: ...

class GetServerInfoRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetServerInfoResponse(_message.Message):
    __slots__ = ("version", "api_version", "language_backend", "perception_backend", "max_message_bytes", "max_sessions", "active_sessions", "max_pixels", "max_cameras", "workspace_m", "grid", "max_speed_mps", "max_acceleration_mps2", "replan_period_s", "idle_timeout_s", "session_limit_s")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    API_VERSION_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_BACKEND_FIELD_NUMBER: _ClassVar[int]
    PERCEPTION_BACKEND_FIELD_NUMBER: _ClassVar[int]
    MAX_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_SESSIONS_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_SESSIONS_FIELD_NUMBER: _ClassVar[int]
    MAX_PIXELS_FIELD_NUMBER: _ClassVar[int]
    MAX_CAMERAS_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_M_FIELD_NUMBER: _ClassVar[int]
    GRID_FIELD_NUMBER: _ClassVar[int]
    MAX_SPEED_MPS_FIELD_NUMBER: _ClassVar[int]
    MAX_ACCELERATION_MPS2_FIELD_NUMBER: _ClassVar[int]
    REPLAN_PERIOD_S_FIELD_NUMBER: _ClassVar[int]
    IDLE_TIMEOUT_S_FIELD_NUMBER: _ClassVar[int]
    SESSION_LIMIT_S_FIELD_NUMBER: _ClassVar[int]
    version: str
    api_version: str
    language_backend: str
    perception_backend: str
    max_message_bytes: int
    max_sessions: int
    active_sessions: int
    max_pixels: int
    max_cameras: int
    workspace_m: _geometry_pb2.WorldBox
    grid: _geometry_pb2.VoxelIndex
    max_speed_mps: float
    max_acceleration_mps2: float
    replan_period_s: float
    idle_timeout_s: float
    session_limit_s: float
    def __init__(self, version: _Optional[str] = ..., api_version: _Optional[str] = ..., language_backend: _Optional[str] = ..., perception_backend: _Optional[str] = ..., max_message_bytes: _Optional[int] = ..., max_sessions: _Optional[int] = ..., active_sessions: _Optional[int] = ..., max_pixels: _Optional[int] = ..., max_cameras: _Optional[int] = ..., workspace_m: _Optional[_Union[_geometry_pb2.WorldBox, _Mapping]] = ..., grid: _Optional[_Union[_geometry_pb2.VoxelIndex, _Mapping]] = ..., max_speed_mps: _Optional[float] = ..., max_acceleration_mps2: _Optional[float] = ..., replan_period_s: _Optional[float] = ..., idle_timeout_s: _Optional[float] = ..., session_limit_s: _Optional[float] = ...) -> None: ...
