import numpy as np
import pytest

from perception.frames import Pose
from planner.execution.arm import Command, Sent
from sims.jerk import MeteredArm

DT = 0.02  # [s]
DOWN = np.array([0.0, 1.0, 0.0, 0.0])


class Recorded:
    """An arm that follows every command but those that go up."""

    time = 0.0

    def __init__(self):
        self.commands = []

    def observe(self): ...
    def stop(self): ...
    def __enter__(self): ...
    def __exit__(self, kind, error, trace): ...

    def send(self, command):
        self.commands.append(command)
        up = command.T_world_ee.position[2] > 1.0
        return Sent(command, ("too high",) if up else ())


def measured(positions):
    arm = Recorded()
    metered = MeteredArm(arm)
    sent = [Command(Pose(each, DOWN), 0.04, DT) for each in positions]
    for command in sent:
        assert metered.send(command).command is command
    assert arm.commands == sent
    return metered


@pytest.mark.parametrize("jerk", [0.0, 1.5, 10.0])
def test_a_motion_of_constant_jerk_has_that_peak(jerk):
    t = DT * np.arange(40)
    along = np.array([0.6, 0.0, -0.8])
    far_from_the_origin = np.array([0.4, 0.2, 0.3])
    way = 0.1 * t + 0.2 * t**2 + jerk * t**3 / 6
    positions = far_from_the_origin + way[:, None] * along
    assert measured(positions).peak_jerk == pytest.approx(jerk, abs=1e-6)


def test_one_step_counts_wherever_it_is():
    positions = np.zeros((10, 3))
    positions[6:, 0] = 1e-3
    assert measured(positions).peak_jerk == pytest.approx(2e-3 / DT**3)


def test_three_commands_have_no_jerk():
    assert measured(np.zeros((3, 3))).peak_jerk is None
    assert measured(np.zeros((4, 3))).peak_jerk == 0.0


def test_what_the_arm_does_not_follow_is_counted_and_is_no_jerk():
    positions = np.zeros((10, 3))
    positions[:, 2] = np.linspace(0.95, 1.04, 10)
    metered = measured(positions)
    assert metered.not_followed == 4
    assert metered.peak_jerk == pytest.approx(0.0, abs=1e-6)
