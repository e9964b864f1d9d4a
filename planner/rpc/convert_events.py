"""Trajectories and events to and from the wire.

The recipes of a sub-task's maps stay with the server: on the far side
`SubTaskStarted.maps` is empty, its summaries are whole, and `GetValueMap` sends
the values.
"""

import numpy as np

from planner.events import (
    Event,
    LineResult,
    ProgramWritten,
    Said,
    SceneSeen,
    SegmentPlanned,
    SubTaskStarted,
    Verdict,
)
from planner.execution.arm import Command, Sent
from planner.rpc.convert import (
    points_from_proto,
    pose_from_proto,
    pose_to_proto,
    quaternion_to_proto,
    vector_to_proto,
)
from planner.rpc.convert_scene import scene_from_proto, scene_to_proto
from planner.rpc.stopping import StoppedState
from planner.rpc.v1 import events_pb2 as pb
from planner.rpc.v1 import geometry_pb2 as geometry
from planner.rpc.v1 import planner_pb2 as planner
from planner.trajectory import Trajectory
from planner.value_maps import Index, Kind, MapSet, MapSummary

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


def trajectory_to_proto(trajectory: Trajectory) -> pb.Trajectory:
    """Return a trajectory as a message."""
    return pb.Trajectory(
        waypoints=[
            pb.Waypoint(
                time_s=float(trajectory.time[i]),
                position_m=vector_to_proto(trajectory.p_world[i]),
                velocity_mps=vector_to_proto(trajectory.velocity[i]),
                orientation=quaternion_to_proto(trajectory.wxyz[i]),
                gripper_width_m=float(trajectory.gripper_width[i]),
            )
            for i in range(len(trajectory.time))
        ]
    )


def trajectory_from_proto(message: pb.Trajectory) -> Trajectory:
    """Return a message's trajectory.

    Raises:
        PlanningError: It is empty, not finite, or its times do not increase.
    """
    rows = message.waypoints
    turns = [row.orientation for row in rows]
    return Trajectory(
        time=np.array([row.time_s for row in rows]),
        p_world=points_from_proto([row.position_m for row in rows]),
        velocity=points_from_proto([row.velocity_mps for row in rows]),
        wxyz=np.array([[q.w, q.x, q.y, q.z] for q in turns]).reshape(-1, 4),
        gripper_width=np.array([row.gripper_width_m for row in rows]),
    )


def segment_to_proto(segment: SegmentPlanned) -> pb.Segment:
    """Return a segment as a message."""
    return pb.Segment(
        id=segment.id,
        sub_task=segment.subtask,
        replaces_from_s=segment.trajectory.start,
        expires_s=segment.expires,
        trajectory=trajectory_to_proto(segment.trajectory),
        path_m=[vector_to_proto(point) for point in segment.path_world],
        scene_revision=segment.scene_revision,
        stage_durations_s=segment.stage_seconds,
    )


def segment_from_proto(message: pb.Segment) -> SegmentPlanned:
    """Return a message's segment."""
    return SegmentPlanned(
        id=message.id,
        subtask=message.sub_task,
        trajectory=trajectory_from_proto(message.trajectory),
        expires=message.expires_s,
        path_world=points_from_proto(list(message.path_m)),
        scene_revision=message.scene_revision,
        stage_seconds=dict(message.stage_durations_s),
    )


def verdict_to_proto(verdict: Verdict) -> pb.Verdict:
    """Return a verdict as a message."""
    return pb.Verdict(
        success=verdict.success,
        stage=verdict.stage,
        reason=verdict.reason,
        message=verdict.message,
        replan_hz=verdict.replan_hz,
    )


def verdict_from_proto(message: pb.Verdict) -> Verdict:
    """Return a message's verdict."""
    return Verdict(
        message.success,
        message.stage,
        message.reason,
        message.message,
        message.replan_hz,
    )


def event_to_proto(event: Event) -> pb.Event:
    """Return an event as a message."""
    message = pb.Event()
    match event:
        case SceneSeen(scene):
            message.scene.scene.CopyFrom(scene_to_proto(scene))
        case ProgramWritten(source, backend, cached, seconds):
            program = pb.ProgramWritten(
                source=source, backend=backend, cached=cached, duration_s=seconds
            )
            message.program.CopyFrom(program)
        case LineResult(line, text):
            message.line.CopyFrom(pb.LineResult(line=line, text=text))
        case SubTaskStarted():
            message.sub_task.CopyFrom(_sub_task_to_proto(event))
        case SegmentPlanned():
            message.segment.CopyFrom(segment_to_proto(event))
        case Said(text):
            message.said.CopyFrom(pb.Said(text=text))
        case Verdict():
            message.verdict.CopyFrom(verdict_to_proto(event))
    return message


def event_from_proto(message: pb.Event) -> Event | None:
    """Return a message's event; None for a kind younger than this code."""
    event: Event | None = None
    match message.WhichOneof("kind"):
        case "scene":
            event = SceneSeen(scene_from_proto(message.scene.scene))
        case "program":
            it = message.program
            event = ProgramWritten(it.source, it.backend, it.cached, it.duration_s)
        case "line":
            event = LineResult(message.line.line, message.line.text)
        case "sub_task":
            event = _sub_task_from_proto(message.sub_task)
        case "segment":
            event = segment_from_proto(message.segment)
        case "said":
            event = Said(message.said.text)
        case "verdict":
            event = verdict_from_proto(message.verdict)
        case _:
            pass
    return event


def stopped_to_proto(state: StoppedState) -> planner.ExecuteCancelled:
    """Return the measured state as a message."""
    message = planner.ExecuteCancelled(
        stopped=state.stopped,
        joints_rad=state.joints.tolist(),
        gripper_width_m=state.gripper_width,
        time_s=state.time,
    )
    if state.T_world_ee is not None:
        message.world_t_ee.CopyFrom(pose_to_proto(state.T_world_ee))
    if state.speed is not None:
        message.speed_mps = state.speed
    return message


def stopped_from_proto(message: planner.ExecuteCancelled) -> StoppedState:
    """Return a message's measured state."""
    seen = message.HasField("world_t_ee")
    return StoppedState(
        message.stopped,
        pose_from_proto(message.world_t_ee, "world_t_ee") if seen else None,
        message.speed_mps if message.HasField("speed_mps") else None,
        np.array(message.joints_rad, dtype=float),
        message.gripper_width_m,
        message.time_s,
    )


def sent_to_proto(segment_id: int, sent: Sent) -> planner.SentReport:
    """Return what was sent to the arm as a message."""
    return planner.SentReport(
        segment_id=segment_id,
        world_t_ee=pose_to_proto(sent.command.T_world_ee),
        gripper_width_m=sent.command.gripper_width,
        duration_s=sent.command.duration,
        clipped=sent.clipped,
    )


def sent_from_proto(message: planner.SentReport) -> Sent:
    """Return what a message says was sent to the arm.

    Raises:
        InvalidPoseError: Its pose is none.
    """
    pose = pose_from_proto(message.world_t_ee, "world_t_ee of a report")
    command = Command(pose, message.gripper_width_m, message.duration_s)
    return Sent(command, tuple(message.clipped))


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
