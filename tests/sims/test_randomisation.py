"""What differs between episodes besides the task, all of it from the seed."""

import numpy as np
import pytest

from perception.backends.segmentation import SegmentationPerceiver
from planner.motion.arm_model import ArmModel
from sims.benchmark import jobs
from sims.camera import VIEWPOINTS
from sims.episode import Stage
from sims.oracle import OraclePerceiver
from sims.randomisation import RANDOMISATIONS, rig_config
from sims.suites import BenchConfig
from sims.tasks import BlockInBowl


def stage(seed=3, randomise="full"):
    return Stage.lay_out(BlockInBowl("red", "blue"), seed, randomise=randomise)


def test_what_is_mild_is_the_default_and_leaves_cameras_and_light_alone():
    rng = np.random.default_rng(0)
    asked = rig_config(RANDOMISATIONS["mild"], rng)
    assert asked.viewpoints == VIEWPOINTS
    assert BenchConfig().randomise == "mild"
    assert {job.randomise for job in jobs(BenchConfig(randomise="full"))} == {"full"}


def test_the_same_seed_randomises_alike_and_another_otherwise():
    seen = []
    for seed in (3, 3, 4):
        one = stage(seed)
        with one.world:
            seen.append(one.arm.observe().cameras[0])
    np.testing.assert_array_equal(seen[0].colour, seen[1].colour)
    np.testing.assert_array_equal(seen[0].depth, seen[1].depth)
    moved = seen[0].T_world_cam.position - seen[2].T_world_cam.position
    assert 0.001 < np.linalg.norm(moved) < 0.15


def test_the_world_itself_is_the_same_whatever_is_randomised():
    hashes = set()
    for name in RANDOMISATIONS:
        one = stage(randomise=name)
        with one.world:
            hashes.add(one.world.state_hash())
    assert len(hashes) == 1


@pytest.mark.parametrize("randomise", list(RANDOMISATIONS))
def test_things_keep_their_names_and_are_where_they_are(randomise):
    one = stage(randomise=randomise)
    with one.world:
        observation = one.arm.observe()
        arm = ArmModel.panda()
        body = arm.capsules(observation.joints, observation.gripper_width)
        for perceiver in (
            SegmentationPerceiver(),
            OraclePerceiver(one.world, one.arm.rig),
        ):
            scene = perceiver.perceive(observation, body)
            for name in ("red block", "blue bowl"):
                (found,) = [each for each in scene.objects if each.name == name]
                true = one.world.pose(name).position
                assert np.linalg.norm(found.position[:2] - true[:2]) < 0.02
