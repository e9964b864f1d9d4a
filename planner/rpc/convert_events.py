"""Events to and from the wire.

The recipes of a sub-task's maps stay with the server: on the far side
`SubTaskStarted.maps` is empty, its summaries are whole, and `GetValueMap` sends
the values.
"""

from planner.events import (
    Asked,
    Event,
    LineResult,
    Paused,
    ProgramWriting,
    ProgramWritten,
    Said,
    SceneSeen,
    SegmentPlanned,
    SubTaskStarted,
    Verdict,
)
from planner.language.backend import Usage
from planner.map_summary import MapSummary
from planner.rpc.convert_motion import segment_from_proto, segment_to_proto
from planner.rpc.convert_scene import scene_from_proto, scene_to_proto
from planner.rpc.v1 import events_pb2 as pb
from planner.rpc.v1 import geometry_pb2 as geometry
from planner.value_maps import Index, Kind, MapSet

LAYERS: dict[Kind, pb.MapLayer] = {
    "affordance": pb.MAP_LAYER_AFFORDANCE,
    "avoidance": pb.MAP_LAYER_AVOIDANCE,
    "velocity": pb.MAP_LAYER_VELOCITY,
    "rotation": pb.MAP_LAYER_ROTATION,
    "gripper": pb.MAP_LAYER_GRIPPER,
}
KIND_OF: dict[int, Kind] = {layer: kind for kind, layer in LAYERS.items()}


def index_to_proto(index: Index) -> geometry.VoxelIndex:
    """Return voxels along each axis as a message."""
    return geometry.VoxelIndex(x=index[0], y=index[1], z=index[2])


def index_from_proto(message: geometry.VoxelIndex) -> Index:
    """Return a message's voxels along each axis."""
    return (message.x, message.y, message.z)


def verdict_to_proto(verdict: Verdict) -> pb.Verdict:
    """Return a verdict as a message."""
    return pb.Verdict(
        success=verdict.success,
        stage=verdict.stage,
        reason=verdict.reason,
        message=verdict.message,
        replan_hz=verdict.replan_hz,
        usage=_usage_to_proto(verdict.usage),
    )


def verdict_from_proto(message: pb.Verdict) -> Verdict:
    """Return a message's verdict."""
    return Verdict(
        message.success,
        message.stage,
        message.reason,
        message.message,
        message.replan_hz,
        _usage_from_proto(message.usage),
    )


def event_to_proto(event: Event) -> pb.Event:
    """Return an event as a message."""
    message = pb.Event()
    match event:
        case SceneSeen(scene):
            message.scene.scene.CopyFrom(scene_to_proto(scene))
        case ProgramWriting(text):
            message.writing.CopyFrom(pb.ProgramWriting(text=text))
        case ProgramWritten():
            message.program.CopyFrom(_program_to_proto(event))
        case LineResult(line, text):
            message.line.CopyFrom(pb.LineResult(line=line, text=text))
        case SubTaskStarted():
            message.sub_task.CopyFrom(_sub_task_to_proto(event))
        case SegmentPlanned():
            message.segment.CopyFrom(segment_to_proto(event))
        case Said(text):
            message.said.CopyFrom(pb.Said(text=text))
        case Asked(number, text, limit):
            asked = pb.Asked(id=number, text=text, time_limit_s=limit)
            message.asked.CopyFrom(asked)
        case Paused(line, call, moving):
            message.paused.CopyFrom(pb.Paused(line=line, call=call, moving=moving))
        case Verdict():
            message.verdict.CopyFrom(verdict_to_proto(event))
    return message


def event_from_proto(message: pb.Event) -> Event | None:
    """Return a message's event; None for a kind younger than this code."""
    event: Event | None = None
    match message.WhichOneof("kind"):
        case "scene":
            event = SceneSeen(scene_from_proto(message.scene.scene))
        case "writing":
            event = ProgramWriting(message.writing.text)
        case "program":
            event = _program_from_proto(message.program)
        case "line":
            event = LineResult(message.line.line, message.line.text)
        case "sub_task":
            event = _sub_task_from_proto(message.sub_task)
        case "segment":
            event = segment_from_proto(message.segment)
        case "said":
            event = Said(message.said.text)
        case "asked":
            asked = message.asked
            event = Asked(asked.id, asked.text, asked.time_limit_s)
        case "paused":
            paused = message.paused
            event = Paused(paused.line, paused.call, paused.moving)
        case "verdict":
            event = verdict_from_proto(message.verdict)
        case _:
            pass
    return event


def _program_to_proto(event: ProgramWritten) -> pb.ProgramWritten:
    return pb.ProgramWritten(
        source=event.source,
        backend=event.backend,
        cached=event.cached,
        duration_s=event.seconds,
        usage=_usage_to_proto(event.usage),
    )


def _program_from_proto(message: pb.ProgramWritten) -> ProgramWritten:
    return ProgramWritten(
        message.source,
        message.backend,
        message.cached,
        message.duration_s,
        _usage_from_proto(message.usage),
    )


def _usage_to_proto(usage: Usage) -> pb.Usage:
    return pb.Usage(
        backend=usage.backend,
        model=usage.model,
        calls=usage.calls,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        duration_s=usage.seconds,
        cost=usage.cost,
    )


def _usage_from_proto(message: pb.Usage) -> Usage:
    return Usage(
        message.backend,
        message.model,
        message.calls,
        message.prompt_tokens,
        message.completion_tokens,
        message.duration_s,
        message.cost,
    )


def _sub_task_to_proto(event: SubTaskStarted) -> pb.SubTaskStarted:
    return pb.SubTaskStarted(
        index=event.index,
        line=event.line,
        movable=event.movable,
        maps=[
            pb.MapSummary(
                layer=LAYERS[summary.kind],
                minimum=summary.minimum,
                maximum=summary.maximum,
                dimensions=index_to_proto(summary.shape),
            )
            for summary in event.summaries
        ],
    )


def _sub_task_from_proto(message: pb.SubTaskStarted) -> SubTaskStarted:
    summaries = tuple(
        MapSummary(
            KIND_OF[summary.layer],
            summary.minimum,
            summary.maximum,
            index_from_proto(summary.dimensions),
        )
        for summary in message.maps
        if summary.layer in KIND_OF
    )
    return SubTaskStarted(
        message.index, message.line, message.movable, MapSet(), summaries
    )
