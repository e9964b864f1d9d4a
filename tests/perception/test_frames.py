"""Rigid transforms: laws, and a library of rotations beside them."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation, Slerp

from perception.errors import InvalidPoseError
from perception.frames import Pose, angle_between


def random_pose(rng):
    return Pose(rng.normal(size=3), Rotation.random(rng=rng).as_quat(scalar_first=True))


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def rotation_of(pose):
    return Rotation.from_quat(pose.wxyz, scalar_first=True)


def test_poses_compose_as_their_matrices_do_and_undo_themselves(rng):
    for _ in range(50):
        a, b = random_pose(rng), random_pose(rng)
        np.testing.assert_allclose((a @ b).matrix, a.matrix @ b.matrix, atol=1e-14)
        np.testing.assert_allclose((a.inverse() @ a).matrix, np.eye(4), atol=1e-14)
        np.testing.assert_allclose(a.rotation, rotation_of(a).as_matrix(), atol=1e-14)


@pytest.mark.parametrize("scale", [1.0, 1e-7, 1e-10, 0.0])
def test_a_turn_and_its_pose_are_each_other_s_inverse(rng, scale):
    for _ in range(20):
        turn = scale * rng.uniform(-1.7, 1.7, 3)
        pose = Pose.identity().turned_by(turn)
        np.testing.assert_allclose(pose.turn, turn, atol=1e-15, rtol=1e-9)
        np.testing.assert_allclose(
            pose.rotation, Rotation.from_rotvec(turn).as_matrix(), atol=1e-14
        )


def test_a_turn_is_never_more_than_half_a_turn():
    pose = Pose(np.zeros(3), np.array([-1.0, 1e-4, 0.0, 0.0]) / np.hypot(1.0, 1e-4))
    assert np.linalg.norm(pose.turn) < 1e-3
    half = Pose(np.zeros(3), np.array([0.0, 0.0, 0.0, 1.0]))
    np.testing.assert_allclose(half.turn, [0.0, 0.0, np.pi])


def test_the_way_from_pose_to_pose_is_straight_and_turns_evenly(rng):
    for _ in range(20):
        a, b = random_pose(rng), random_pose(rng)
        both = Rotation.from_quat(np.stack([a.wxyz, b.wxyz]), scalar_first=True)
        way = Slerp([0.0, 1.0], both)
        for share in (0.0, 0.3, 1.0):
            got = a.toward(b, share)
            expected = way(share).as_quat(scalar_first=True)
            assert angle_between(got.wxyz, expected) < 1e-7
            straight = a.position + share * (b.position - a.position)
            np.testing.assert_allclose(got.position, straight, atol=1e-15)


@pytest.mark.parametrize(
    ("position", "wxyz"),
    [
        (np.zeros(2), [1.0, 0, 0, 0]),
        (np.zeros(3), [1.0, 0, 0]),
        (np.array([0.0, np.nan, 0.0]), [1.0, 0, 0, 0]),
        (np.zeros(3), [np.inf, 0, 0, 0]),
        (np.zeros(3), [1.01, 0, 0, 0]),
    ],
)
def test_what_is_no_pose_is_refused(position, wxyz):
    with pytest.raises(InvalidPoseError):
        Pose(position, np.array(wxyz))


def test_a_pose_cannot_be_changed(rng):
    pose = random_pose(rng)
    with pytest.raises(ValueError, match="read-only"):
        pose.position[0] = 1.0
    assert np.linalg.norm(pose.wxyz) == pytest.approx(1.0, abs=1e-15)
