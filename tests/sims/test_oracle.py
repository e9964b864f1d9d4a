import numpy as np
import pytest

from perception.backends.segmentation import SegmentationPerceiver
from perception.observation import NO_BODY, Capsules
from perception.perceiver import Perceiver
from sims.arm import SimArm
from sims.camera import Rig
from sims.oracle import OraclePerceiver
from sims.tasks import Tabletop
from sims.world import World


@pytest.fixture(scope="module")
def table():
    with World(seed=3) as world:
        Tabletop("look").reset(world, np.random.default_rng(3))
        yield world, SimArm(world, Rig(world)).observe()


def test_the_oracle_is_a_perceiver_with_its_own_name(table):
    oracle = OraclePerceiver(table[0])
    assert isinstance(oracle, Perceiver)
    assert oracle.name == "oracle"


def test_the_oracle_names_everything_that_stands_there_and_nothing_else(table):
    world, observation = table
    scene = OraclePerceiver(world).perceive(observation, NO_BODY)
    parts = {name for name in world.names if name not in ("table", "cabinet")}
    found = {
        each.name for each in scene.objects if each.shape not in ("drawer", "handle")
    }
    assert found == parts
    drawer = next(each for each in scene.objects if each.shape == "drawer")
    handle = next(each for each in scene.objects if each.shape == "handle")
    assert handle.parent == drawer.id


def test_the_oracle_places_objects_where_the_simulator_has_them(table):
    world, observation = table
    scene = OraclePerceiver(world).perceive(observation, NO_BODY)
    for each in scene.objects:
        if each.name in world.names:
            truth = world.pose(each.name).position[:2]
            assert np.linalg.norm(each.position[:2] - truth) < 0.005


def test_pixels_alone_lead_to_the_same_names_and_places_as_the_oracle(table):
    world, observation = table
    oracle = OraclePerceiver(world).perceive(observation, NO_BODY)
    away = Capsules(*_box_round_the_robot())
    seen = SegmentationPerceiver().perceive(observation, away)
    assert sorted(seen.names) == sorted(oracle.names)
    for each in seen.objects:
        twin = next(other for other in oracle.objects if other.name == each.name)
        # The oracle knows the drawer's front from the table, also where both are pale.
        reach = 0.015 if each.shape == "drawer" else 0.004
        assert np.linalg.norm(each.position - twin.position) < reach


def _box_round_the_robot():
    # The arm at home: a column at the base, and one from there to the hand.
    start = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 0.6], [0.4, 0.0, 0.65]])
    end = np.array([[0.0, 0.0, 0.6], [0.4, 0.0, 0.65], [0.4, 0.0, 0.38]])
    return start, end, np.array([0.2, 0.2, 0.15])
