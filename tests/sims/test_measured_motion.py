"""What programs ask of speed and orientation, measured on the simulated arm."""

from typing import ClassVar

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from perception.backends.segmentation import SegmentationPerceiver
from perception.frames import angle_between
from planner.execution.loop import run_episode
from planner.language.backend import Answer, Usage
from planner.language.sandbox import Sandbox
from planner.language.writer import Writer
from planner.motion.config import MotionConfig
from planner.pipeline import Pipeline
from sims.arm import SimArm
from sims.camera import Rig
from sims.parts import Block
from sims.tasks.layout import standing
from sims.world import World


class Given:
    """A backend that was told the program."""

    name = "given"
    cacheable = False
    parameters: ClassVar[dict[str, str]] = {}

    def __init__(self, source):
        self._source = source

    def complete(self, messages, on_text=None):
        return Answer(self._source, Usage(self.name))


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as made:
        yield made


def carry_out(source, sandbox):
    """Run a program in a world with one block; return times, poses and verdict."""
    with World(0) as world:
        world.add("red block", Block("red"), standing(np.array([0.55, 0.1])))
        arm = SimArm(world, Rig(world))
        track = []
        world.on_step(lambda w: track.append((w.time, w.panda.T_world_ee)))
        pipeline = Pipeline(SegmentationPerceiver(), Writer(Given(source)), sandbox)
        outcome = run_episode(arm, pipeline.open("as given"))
    assert outcome.verdict.success, outcome.verdict
    return track


def speeds(track):
    time = np.array([t for t, _ in track])
    p = np.array([pose.position for _, pose in track])
    # Over 50 ms, so that the joints' own tremble does not count.
    n = 12
    return np.linalg.norm(p[n:] - p[:-n], axis=1) / (time[n:] - time[:-n]), p[n:]


ACROSS = """
def target():
    m = get_empty_affordance_map()
    m[{x}, {y}, 55] = 1
    return m

def speed():
    m = get_empty_velocity_map()
    m[:, :, :] = {ratio}
    return m

execute('gripper', target, velocity_map=speed)
"""


@pytest.mark.parametrize(
    "ratio", [0.25, 0.5, pytest.param(1.0, marks=pytest.mark.slow), 1.5]
)
def test_the_arm_moves_at_the_speed_the_velocity_map_asks_for(ratio, sandbox):
    there = ACROSS.format(x=40, y=25, ratio=1.0)
    slow = ACROSS.format(x=40, y=75, ratio=ratio)
    track = carry_out(there + slow, sandbox)
    speed, p = speeds(track)
    middle = np.abs(p[:, 1]) < 0.08
    last = np.flatnonzero(middle)[-40:]
    wanted = ratio * MotionConfig().max_speed
    assert np.median(speed[last]) == pytest.approx(wanted, rel=0.10)


def test_a_slow_region_is_slow_and_the_rest_is_not(sandbox):
    program = """
def first():
    m = get_empty_affordance_map()
    m[40, 15, 55] = 1
    return m

def second():
    m = get_empty_affordance_map()
    m[40, 85, 55] = 1
    return m

def speed():
    m = get_empty_velocity_map()
    m[:, 50:, :] = 0.25
    return m

execute('gripper', first)
execute('gripper', second, velocity_map=speed)
"""
    speed, p = speeds(carry_out(program, sandbox))
    again = np.flatnonzero(p[:, 1] < -0.30)[-1]
    fast = (p[again:, 1] > -0.18) & (p[again:, 1] < -0.10)
    slow = (p[again:, 1] > 0.05) & (p[again:, 1] < 0.25)
    top = MotionConfig().max_speed
    assert np.median(speed[again:][fast]) == pytest.approx(top, rel=0.10)
    assert np.median(speed[again:][slow]) == pytest.approx(0.25 * top, rel=0.10)


DOWN = Rotation.from_quat([1.0, 0.0, 0.0, 0.0])


def turned(axis, degrees):
    return Rotation.from_euler(axis, degrees, degrees=True)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        # Relative turns about the vertical, clockwise seen from above is negative.
        ("qmult(euler2quat(0, 0, np.radians(-45)), start)", turned("z", -45) * DOWN),
        ("qmult(euler2quat(0, 0, np.radians(30)), start)", turned("z", 30) * DOWN),
        # Slanted by 45 degrees, tipping toward the front.
        ("qmult(euler2quat(0, np.radians(-45), 0), start)", turned("y", -45) * DOWN),
    ],
)
def test_an_orientation_that_is_asked_for_is_reached_within_two_degrees(
    asked, expected, sandbox
):
    program = f"""
start = get_ee_quat()

def target():
    m = get_empty_affordance_map()
    m[35, 50, 60] = 1
    return m

def rotation():
    m = get_empty_rotation_map()
    m[:, :, :] = {asked}
    return m

execute('gripper', target, rotation_map=rotation)
"""
    end = carry_out(program, sandbox)[-1][1]
    error = angle_between(end.wxyz, expected.as_quat(scalar_first=True))
    assert np.degrees(error) < 2.0


@pytest.mark.parametrize("direction", [(1.0, 0.0, -1.0), (0.3, 0.3, -1.0)])
def test_the_hand_points_along_a_direction_within_two_degrees(direction, sandbox):
    program = f"""
def target():
    m = get_empty_affordance_map()
    m[35, 50, 60] = 1
    return m

def rotation():
    m = get_empty_rotation_map()
    m[:, :, :] = vec2quat(np.array({list(direction)}))
    return m

execute('gripper', target, rotation_map=rotation)
"""
    end = carry_out(program, sandbox)[-1][1]
    wanted = np.array(direction) / np.linalg.norm(direction)
    cosine = float(end.rotation[:, 2] @ wanted)
    assert np.degrees(np.arccos(min(cosine, 1.0))) < 2.0


def test_the_hand_grasps_across_a_block_within_two_degrees(sandbox):
    program = """
def target():
    m = get_empty_affordance_map()
    x, y, z = detect('red block').position
    m[x, y, z + cm2index(10, 'z')] = 1
    return m

def rotation():
    m = get_empty_rotation_map()
    m[:, :, :] = detect('red block').grasp_quat
    return m

execute('gripper', target, rotation_map=rotation)
"""
    end = carry_out(program, sandbox)[-1][1]
    assert np.degrees(np.arccos(min(-end.rotation[2, 2], 1.0))) < 2.0
    across = np.degrees(np.arctan2(end.rotation[1, 1], end.rotation[0, 1])) % 90.0
    assert min(across, 90.0 - across) < 2.0
