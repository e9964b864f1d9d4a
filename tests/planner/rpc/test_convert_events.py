import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from perception.scene import Scene
from planner.errors import PlanningError
from planner.events import SceneSeen, SegmentPlanned
from planner.rpc.convert_events import event_from_proto, event_to_proto
from planner.rpc.convert_motion import (
    stopped_from_proto,
    stopped_to_proto,
    trajectory_from_proto,
)
from planner.rpc.stopping import StoppedState
from planner.rpc.v1 import events_pb2
from planner.trajectory import Trajectory

metres = st.floats(-5.0, 5.0)


@st.composite
def trajectories(draw: st.DrawFn) -> Trajectory:
    n = draw(st.integers(1, 6))
    steps = draw(arrays(float, n, elements=st.floats(0.01, 1.0)))
    turns = draw(arrays(float, (n, 4), elements=st.floats(0.1, 1.0)))
    return Trajectory(
        time=draw(st.floats(-1e6, 1e6)) + np.cumsum(steps),
        p_world=draw(arrays(float, (n, 3), elements=metres)),
        velocity=draw(arrays(float, (n, 3), elements=metres)),
        wxyz=turns / np.linalg.norm(turns, axis=1, keepdims=True),
        gripper_width=draw(arrays(float, n, elements=st.floats(0.0, 0.1))),
    )


segments = st.builds(
    SegmentPlanned,
    id=st.integers(0, 2**40),
    subtask=st.integers(0, 50),
    trajectory=trajectories(),
    expires=st.floats(allow_nan=False),
    path_world=arrays(float, st.tuples(st.integers(0, 9), st.just(3)), elements=metres),
    scene_revision=st.integers(0, 2**40),
    stage_seconds=st.dictionaries(st.text(max_size=4), st.floats(0.0, 9.0), max_size=3),
    holding=st.booleans(),
)


@settings(max_examples=40, deadline=None)
@given(segments)
def test_a_segment_survives_the_wire_bit_by_bit(sent: SegmentPlanned):
    message = event_to_proto(sent)
    assert message.segment.replaces_from_s == sent.trajectory.start
    got = event_from_proto(events_pb2.Event.FromString(message.SerializeToString()))
    assert isinstance(got, SegmentPlanned)
    for field in dataclasses.fields(SegmentPlanned):
        if field.name != "trajectory":
            np.testing.assert_equal(getattr(got, field.name), getattr(sent, field.name))
    for field in dataclasses.fields(Trajectory):
        np.testing.assert_array_equal(
            getattr(got.trajectory, field.name), getattr(sent.trajectory, field.name)
        )


def test_every_other_event_survives_the_wire(events):
    for sent in events:
        wire = event_to_proto(sent).SerializeToString()
        got = event_from_proto(events_pb2.Event.FromString(wire))
        if isinstance(sent, SceneSeen):
            assert isinstance(got, SceneSeen)
            _assert_same_scene(got.scene, sent.scene)
        else:
            assert got == sent


def _assert_same_scene(got: Scene, sent: Scene) -> None:
    assert (got.table_height, got.time, got.revision) == (0.01, 7.5, 3)
    np.testing.assert_array_equal(got.points_world, sent.points_world)
    np.testing.assert_array_equal(got.masks["front"], sent.masks["front"])
    for field in dataclasses.fields(sent.objects[0]):
        np.testing.assert_array_equal(
            getattr(got.objects[0], field.name), getattr(sent.objects[0], field.name)
        )


def test_an_event_of_a_newer_server_is_passed_over():
    assert event_from_proto(events_pb2.Event()) is None


def test_an_empty_trajectory_is_refused():
    with pytest.raises(PlanningError):
        trajectory_from_proto(events_pb2.Trajectory())


def test_a_state_that_was_never_measured_stays_unknown():
    unknown = StoppedState(False, None, None, np.zeros(0), 0.0, 0.0)
    got = stopped_from_proto(stopped_to_proto(unknown))
    assert got.T_world_ee is None
    assert got.speed is None
