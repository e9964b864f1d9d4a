import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from perception.errors import InvalidObservationError, InvalidPoseError
from perception.frames import Pose
from perception.observation import Camera, Intrinsics, Observation
from planner.rpc.convert import (
    observation_from_proto,
    observation_to_proto,
    pose_from_proto,
    pose_to_proto,
)
from planner.rpc.v1 import geometry_pb2, observation_pb2

metres = st.floats(-10.0, 10.0)


@st.composite
def poses(draw: st.DrawFn) -> Pose:
    wxyz = draw(
        arrays(float, 4, elements=st.floats(-1.0, 1.0)).filter(
            lambda q: bool(np.linalg.norm(q) > 0.1)
        )
    )
    position = draw(arrays(float, 3, elements=metres))
    return Pose(position, wxyz / np.linalg.norm(wxyz))


@st.composite
def cameras(draw: st.DrawFn, name: str) -> Camera:
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    depth = st.floats(0.0, 20.0, width=32)
    return Camera(
        name,
        draw(arrays(np.uint8, (height, width, 3))),
        draw(arrays(np.float32, (height, width), elements=depth)),
        Intrinsics(
            width * draw(st.floats(0.1, 19.0)),
            height * draw(st.floats(0.1, 19.0)),
            draw(st.floats(0.0, width)),
            draw(st.floats(0.0, height)),
        ),
        draw(poses()),
    )


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    names = draw(st.lists(st.text(max_size=5), min_size=1, max_size=3, unique=True))
    return Observation(
        tuple(draw(cameras(name)) for name in names),
        draw(poses()),
        draw(st.floats(0.0, 0.5)),
        draw(arrays(float, st.integers(0, 8), elements=metres)),
        draw(st.floats(-1e9, 1e9)),
    )


@settings(max_examples=40, deadline=None)
@given(observations())
def test_an_observation_survives_the_wire_bit_by_bit(sent: Observation):
    wire = observation_to_proto(sent).SerializeToString()
    got = observation_from_proto(observation_pb2.Observation.FromString(wire))
    assert (got.time, got.gripper_width) == (sent.time, sent.gripper_width)
    np.testing.assert_array_equal(got.joints, sent.joints)
    for a, b in zip(got.cameras, sent.cameras, strict=True):
        assert (a.name, a.intrinsics) == (b.name, b.intrinsics)
        np.testing.assert_array_equal(a.colour, b.colour)
        np.testing.assert_array_equal(a.depth, b.depth)
        np.testing.assert_allclose(a.T_world_cam.matrix, b.T_world_cam.matrix)


@settings(max_examples=40, deadline=None)
@given(poses())
def test_a_pose_survives_the_wire(sent: Pose):
    wire = pose_to_proto(sent).SerializeToString()
    got = pose_from_proto(geometry_pb2.Pose.FromString(wire), "it")
    np.testing.assert_array_equal(got.position, sent.position)
    np.testing.assert_allclose(got.wxyz, sent.wxyz, atol=1e-15)


def test_quaternion_fields_are_named_and_in_no_order():
    half = np.sqrt(0.5)
    quarter_turn = geometry_pb2.Quaternion(w=half, x=0.0, y=0.0, z=half)
    pose = pose_from_proto(
        geometry_pb2.Pose(position_m=geometry_pb2.Vector3(), orientation=quarter_turn),
        "it",
    )
    # A quarter turn about z takes x to y; any slip of the order would not.
    np.testing.assert_allclose(
        pose.apply(np.array([[1.0, 0.0, 0.0]])), [[0.0, 1.0, 0.0]], atol=1e-12
    )


def test_depth_in_millimetres_becomes_metres(observe):
    message = observation_to_proto(observe())
    camera = message.cameras[0]
    depth_mm = np.arange(camera.width_px * camera.height_px, dtype="<u2")
    camera.depth_encoding = observation_pb2.DEPTH_ENCODING_UINT16_MILLIMETRES
    camera.depth = depth_mm.tobytes()
    got = observation_from_proto(message).cameras[0].depth
    np.testing.assert_allclose(got.ravel(), depth_mm / 1000.0, atol=1e-6)


def test_a_pose_without_orientation_is_not_taken_for_the_identity():
    with pytest.raises(InvalidPoseError, match="no orientation"):
        pose_from_proto(
            geometry_pb2.Pose(position_m=geometry_pb2.Vector3()), "world_t_ee"
        )


def test_a_declared_size_is_refused_before_any_byte_is_read(observe):
    message = observation_to_proto(observe())
    message.cameras[0].width_px = 2**32 - 1
    message.cameras[0].height_px = 2**32 - 1
    with pytest.raises(InvalidObservationError, match="pixels"):
        observation_from_proto(message)
