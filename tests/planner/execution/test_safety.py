import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perception.frames import Pose, angle_between
from planner.execution.arm import Arm, Command
from planner.execution.safety import Region, SafeArm, SafetyLimits, StoppedError
from tests.planner.conftest import DOWN
from tests.planner.execution.fake_arm import FakeArm

START = np.array([0.5, 0.0, 0.3])


def command(p_world, *, duration=0.02, width=0.08, wxyz=DOWN, expires=math.inf):
    return Command(Pose(np.array(p_world), wxyz), width, duration, expires)


def safe_arm(limits=None):
    arm = FakeArm(START)
    safe = SafeArm(arm, limits)
    safe.observe()
    return arm, safe


def test_the_filter_is_itself_an_arm():
    assert isinstance(safe_arm()[1], Arm)


def test_what_breaks_no_limit_passes_unchanged():
    arm, safe = safe_arm()
    wanted = START + np.array([0.0005, 0.0, 0.0])
    sent = safe.send(command(wanted))
    assert sent.clipped == ()
    np.testing.assert_array_equal(arm.sent[-1].T_world_ee.position, wanted)


coordinate = st.floats(-3, 3)
targets = st.lists(
    st.tuples(coordinate, coordinate, coordinate), min_size=1, max_size=20
)


@settings(max_examples=60, deadline=None)
@given(targets)
def test_no_sequence_of_commands_moves_the_arm_beyond_its_limits(points):
    limits = SafetyLimits(keep_out=(Region((0.6, -0.1, 0.0), (0.7, 0.1, 0.4)),))
    arm, safe = safe_arm(limits)
    for p in points:
        for _ in range(25):  # long enough to come to every edge at full speed
            safe.observe()
            safe.send(command(p))
    path = np.stack([START] + [c.T_world_ee.position for c in arm.sent])
    velocity = np.diff(path, axis=0) / 0.02
    speed = np.linalg.norm(velocity, axis=1)
    assert speed.max() <= limits.max_speed + 1e-6
    low, high = limits.workspace.lower, limits.workspace.upper
    assert ((path >= np.array(low) - 1e-9) & (path <= np.array(high) + 1e-9)).all()
    assert not any(limits.keep_out[0].contains(p) for p in path)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_the_arm_brakes_before_the_edge_of_the_workspace(axis, side):
    arm, safe = safe_arm()
    beyond = START.copy()
    beyond[axis] += side * 3.0
    for _ in range(150):
        safe.observe()
        safe.send(command(beyond))
    limits = SafetyLimits()
    path = np.stack([START, START] + [c.T_world_ee.position for c in arm.sent])
    edge = (limits.workspace.lower if side < 0 else limits.workspace.upper)[axis]
    assert path[-1, axis] == pytest.approx(edge, abs=1e-3)
    assert (side * (path[:, axis] - edge)).max() <= 1e-9
    size = np.linalg.norm(np.diff(np.diff(path, axis=0), axis=0), axis=1) / 0.02**2
    assert size.max() <= limits.max_acceleration * (1 + 1e-6)


def test_an_arm_found_outside_the_workspace_comes_back_within_its_limits():
    arm = FakeArm(np.array([0.05, 0.0, 0.3]))
    safe = SafeArm(arm)
    for _ in range(50):
        safe.observe()
        safe.send(command(START))
    path = np.stack([[0.05, 0.0, 0.3]] + [c.T_world_ee.position for c in arm.sent])
    speed = np.linalg.norm(np.diff(path, axis=0), axis=1) / 0.02
    assert speed.max() <= SafetyLimits().max_speed + 1e-6
    assert path[-1, 0] > SafetyLimits().workspace.lower[0]


def test_a_long_command_does_not_pass_through_a_keep_out_region():
    wall = Region((0.6, -0.1, 0.0), (0.61, 0.1, 0.5))
    arm, safe = safe_arm(SafetyLimits(keep_out=(wall,), max_acceleration=50.0))
    sent = safe.send(command([0.8, 0.0, 0.3], duration=1.0))
    assert "keep-out" in sent.clipped[0]
    np.testing.assert_array_equal(arm.sent[-1].T_world_ee.position, START)
    assert safe.send(command([0.5, 0.1, 0.3], duration=1.0)).clipped == ()


def test_fingers_are_never_asked_for_less_than_closed():
    arm, safe = safe_arm()
    sent = safe.send(command(START, width=-0.02))
    assert arm.sent[-1].gripper_width == 0.0
    assert "gripper" in sent.clipped[0]


@settings(max_examples=40, deadline=None)
@given(targets)
def test_acceleration_is_limited_inside_the_workspace(points):
    limits = SafetyLimits(workspace=Region((-9.0, -9.0, -9.0), (9.0, 9.0, 9.0)))
    arm, safe = safe_arm(limits)
    for p in points:
        safe.observe()
        safe.send(command(p))
    path = np.stack([START, START] + [c.T_world_ee.position for c in arm.sent])
    change = np.diff(np.diff(path, axis=0), axis=0) / 0.02**2
    size = np.linalg.norm(change, axis=1)
    assert size.max() <= limits.max_acceleration * (1 + 1e-6)


def test_a_turn_is_limited():
    arm, safe = safe_arm()
    safe.send(command(START, wxyz=np.array([0.0, 0.0, 1.0, 0.0])))
    turned = angle_between(arm.sent[-1].T_world_ee.wxyz, DOWN)
    assert turned <= SafetyLimits().max_turn_rate * 0.02 + 1e-6


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (command(START + 0.001, width=math.nan), "NaN"),
        (command(START + 0.001, duration=-1.0), "duration"),
        (command(START + 0.001, duration=math.inf), "infinite"),
        (command(START + 0.001, duration=30.0), "duration"),
        (command(START + 0.001, expires=-1.0), "expired"),
    ],
)
def test_what_must_not_be_sent_becomes_standing_still_and_says_why(bad, why):
    arm, safe = safe_arm()
    sent = safe.send(bad)
    assert why in sent.clipped[0]
    np.testing.assert_array_equal(arm.sent[-1].T_world_ee.position, START)


def test_a_moving_arm_brakes_within_its_limits_when_a_command_has_expired():
    arm, safe = safe_arm()
    for step in range(1, 40):
        safe.send(command(START + np.array([0.004 * step, 0, 0])))
    before = arm.sent[-1].T_world_ee.position
    for _ in range(60):
        safe.send(command(before, expires=-1.0))
    path = np.stack([c.T_world_ee.position for c in arm.sent])
    assert np.linalg.norm(path[-1] - path[-2]) < 1e-6
    size = np.linalg.norm(np.diff(np.diff(path, axis=0), axis=0), axis=1) / 0.02**2
    assert size.max() <= SafetyLimits().max_acceleration * (1 + 1e-6)


def test_the_arm_stands_still_on_old_observations():
    _, safe = safe_arm()
    limit = SafetyLimits().max_observation_age
    sent = [safe.send(command(START, duration=0.1)) for _ in range(20)]
    late = [s for s in sent if s.clipped]
    in_time = sum(1 for i in range(20) if 0.1 * i <= limit + 1e-9)
    assert len(late) == 20 - in_time
    assert "observation" in late[0].clipped[0]
    safe.observe()
    assert safe.send(command(START)).clipped == ()


def test_a_stopped_arm_stays_so_until_it_is_released():
    arm, safe = safe_arm()
    safe.stop()
    assert arm.stops == 1
    with pytest.raises(StoppedError):
        safe.send(command(START))
    safe.release()
    assert safe.send(command(START)).clipped == ()


def test_time_that_passes_while_planning_ages_a_command_and_an_observation():
    arm, safe = safe_arm()
    arm.time += 0.5
    late = safe.send(command(START + 0.001, expires=0.4))
    assert "expired" in late.clipped[0]
    arm.time += SafetyLimits().max_observation_age
    stale = safe.send(command(START + 0.001))
    assert "observation" in stale.clipped[0]
