import numpy as np
import pytest

from perception.frames import Pose
from planner.execution.arm import Command, Sent
from sims.jerk import JerkMeter

DT = 0.02  # [s]
DOWN = np.array([0.0, 1.0, 0.0, 0.0])


def measured(positions):
    meter = JerkMeter()
    for position in positions:
        meter.sent(Sent(Command(Pose(position, DOWN), 0.04, DT)))
    return meter.peak


@pytest.mark.parametrize("jerk", [0.0, 1.5, 10.0])
def test_a_motion_of_constant_jerk_has_that_peak(jerk):
    t = DT * np.arange(40)
    along = np.array([0.6, 0.0, -0.8])
    far_from_the_origin = np.array([0.4, 0.2, 0.3])
    way = 0.1 * t + 0.2 * t**2 + jerk * t**3 / 6
    positions = far_from_the_origin + way[:, None] * along
    assert measured(positions) == pytest.approx(jerk, abs=1e-6)


def test_one_step_counts_wherever_it_is():
    positions = np.zeros((10, 3))
    positions[6:, 0] = 1e-3
    assert measured(positions) == pytest.approx(2e-3 / DT**3)


def test_three_commands_have_no_jerk():
    assert measured(np.zeros((3, 3))) is None
