import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from planner.motion.arm_model import ArmModel, hand_spheres

ARM = ArmModel.panda()


def test_forward_kinematics_agree_with_the_simulator():
    bullet = pytest.importorskip("sims.kinematics")
    rng = np.random.default_rng(1)
    for _ in range(20):
        joints = np.array(ARM.home) + rng.uniform(-0.4, 0.4, 7)
        ours, theirs = ARM.forward(joints)[-1], bullet.forward(joints)
        np.testing.assert_allclose(ours[:3, 3], theirs.position, atol=1e-4)
        np.testing.assert_allclose(ours[:3, :3], theirs.rotation, atol=1e-4)


def test_the_first_joint_turns_everything_about_the_vertical():
    joints = np.array(ARM.home)
    turned = joints + np.eye(7)[0] * 0.7
    rotation = Rotation.from_euler("z", 0.7).as_matrix()
    for before, after in zip(ARM.forward(joints), ARM.forward(turned), strict=True):
        np.testing.assert_allclose(rotation @ before[:3, 3], after[:3, 3], atol=1e-12)


def test_the_body_covers_the_fingertips_and_the_elbow():
    frames = ARM.forward(np.array(ARM.home))
    body = ARM.capsules(np.array(ARM.home), 0.04)
    tips = frames[-1][:3, 3] + np.outer([0.028, -0.028], frames[-1][:3, 1])
    assert body.contain(np.vstack([tips, frames[4][None, :3, 3]])).all()
    assert not body.contain(np.array([[0.7, 0.4, 0.0]])).any()


def test_the_hand_has_room_between_open_fingers():
    spheres = hand_spheres(0.08)
    between = np.linalg.norm(spheres.centre - [0.0, 0.0, 0.0], axis=1) - spheres.radius
    assert between.min() >= 0.03


def test_points_beyond_the_arm_are_out_of_reach():
    assert ARM.reaches(np.array([0.5, 0.0, 0.1]))
    assert not ARM.reaches(np.array([0.85, 0.45, 0.0]))
