import io
import json

import numpy as np
import pytest
from rich.console import Console

from perception.doctor.examination import Examination
from perception.doctor.finding import Finding
from perception.doctor.reading import Reading, View
from perception.frames import Pose
from perception.observation import Intrinsics
from planner.doctor import arm_there, check_up, facts_of, remedies_of, table_of
from planner.errors import InvalidRequestError
from planner.motion.arm_model import ArmModel


@pytest.fixture(scope="module")
def arm():
    return ArmModel.panda()


def reading(joints, arm):
    view = View(
        name="front",
        colour=np.zeros((30, 40, 3), np.uint8),
        depth=np.ones((30, 40)),
        intrinsics=Intrinsics(40.0, 40.0, 20.0, 15.0),
        T_world_cam=Pose(np.array([0.5, 0.0, 1.0]), np.array([0.0, 1.0, 0.0, 0.0])),
    )
    q = joints[: arm.joint_count]
    pose = arm.kinematics.forward(q) if len(q) == arm.joint_count else Pose.identity()
    return Reading((view,), pose, 0.04, joints, 0.0)


def shown(examination):
    out = io.StringIO()
    Console(file=out, width=80).print(table_of(examination))
    return out.getvalue()


def finding(where="left", value=2.0, remedy="turn it back"):
    return Finding(
        check="table tilt",
        where=where,
        value=value,
        unit="deg",
        high=1.5,
        remedy=remedy,
    )


def test_hand_and_arm_are_the_whole_body_and_the_hand_is_at_its_end(arm):
    there = arm_there(reading(arm.kinematics.rest, arm), arm)
    whole = arm.capsules(arm.kinematics.rest, 0.04)
    assert len(there.hand.radius) + len(there.body.radius) == len(whole.radius)
    tip = there.T_world_ee.position[None]
    assert there.hand.distance(tip)[0] < 0.05
    assert there.body.distance(tip)[0] > 0.05


def test_the_pose_that_the_joints_give_is_right(arm):
    found = check_up(reading(arm.kinematics.rest, arm), arm)
    (pose,) = [each for each in found.findings if each.check == "hand pose"]
    assert pose.ok


def test_too_few_joints_are_refused(arm):
    with pytest.raises(InvalidRequestError, match="joint"):
        check_up(reading(np.zeros(3), arm), arm)


def test_an_examination_as_json_says_what_was_measured_and_what_to_do():
    examination = Examination((finding(), finding("right", 0.2), finding("up", None)))
    facts = json.loads(json.dumps(facts_of(examination)))
    assert (facts["success"], facts["wrong"], facts["not_measured"]) == (False, 1, 1)
    assert [each["ok"] for each in facts["findings"]] == [False, True, None]
    assert [each["remedy"] for each in facts["findings"]] == [
        "turn it back",
        "",
        "turn it back",
    ]
    assert facts_of(Examination((finding(value=0.1),)))["success"]


def test_what_is_alike_is_told_once_and_for_every_camera():
    (line,) = remedies_of([finding("left"), finding("right")])
    assert "left; right" in line
    assert "turn it back" in line
    assert len(remedies_of([finding("left"), finding("right", None)])) == 2


def test_every_finding_is_a_row_that_fits_a_terminal(arm):
    examination = check_up(reading(arm.kinematics.rest, arm), arm)
    table = shown(examination)
    assert all(each.check in table for each in examination.findings)
    assert max(map(len, table.splitlines())) <= 80


def test_a_camera_of_any_name_steers_no_terminal():
    odd = finding("\x1b[2J[red]left")
    assert "\x1b[2J" not in shown(Examination((odd,)))
    assert "[red]left" in shown(Examination((odd,)))
    assert "\x1b" not in remedies_of([odd])[0]
