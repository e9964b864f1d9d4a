import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from planner.errors import InvalidRequestError
from planner.motion.arm_model import ArmModel, hand_spheres

ARM = ArmModel.panda()
REST = ARM.kinematics.rest


def test_the_first_joint_turns_the_whole_body_about_the_vertical():
    turned = ARM.capsules(REST + np.eye(7)[0] * 0.7, 0.04)
    rotation = Rotation.from_euler("z", 0.7).as_matrix()
    before = ARM.capsules(REST, 0.04)
    np.testing.assert_allclose(turned.end[1:], before.end[1:] @ rotation.T, atol=1e-9)


def test_the_body_covers_the_fingertips_and_the_elbow():
    frames = ARM.kinematics.frames(REST)
    body = ARM.capsules(REST, 0.04)
    tips = frames[-1][:3, 3] + np.outer([0.028, -0.028], frames[-1][:3, 1])
    assert body.contain(np.vstack([tips, frames[4][None, :3, 3]])).all()
    assert not body.contain(np.array([[0.7, 0.4, 0.0]])).any()


def test_joints_of_the_fingers_after_those_of_the_arm_change_nothing():
    body = ARM.capsules(np.append(REST, [0.02, 0.02]), 0.04)
    np.testing.assert_array_equal(body.start, ARM.capsules(REST, 0.04).start)


def test_too_few_joints_are_refused():
    with pytest.raises(InvalidRequestError, match="7"):
        ARM.capsules(np.zeros(6), 0.04)


def test_the_hand_has_room_between_open_fingers():
    spheres = hand_spheres(0.08)
    between = np.linalg.norm(spheres.centre - [0.0, 0.0, 0.0], axis=1) - spheres.radius
    assert between.min() >= 0.03


def test_points_beyond_the_arm_are_out_of_reach():
    assert ARM.reaches(np.array([0.5, 0.0, 0.1]))
    assert not ARM.reaches(np.array([0.85, 0.45, 0.0]))
