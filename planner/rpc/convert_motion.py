"""Motion to and from the wire: planned, sent, and come to rest."""

import numpy as np

from planner.events import SegmentPlanned
from planner.execution.arm import Command, Sent
from planner.rpc.convert import (
    points_from_proto,
    pose_from_proto,
    pose_to_proto,
    quaternion_to_proto,
    vector_to_proto,
)
from planner.rpc.stopping import StoppedState
from planner.rpc.v1 import events_pb2 as pb
from planner.rpc.v1 import planner_pb2 as planner
from planner.trajectory import Trajectory


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
        holding=segment.holding,
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
        holding=message.holding,
    )


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
