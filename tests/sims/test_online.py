import numpy as np
import pytest

from perception.backends.segmentation import SegmentationPerceiver
from perception.part_tracker import PartTracker
from planner.execution.handling import Handling
from sims.arm import SimArm
from sims.camera import Rig, RigConfig
from sims.online import (
    OVER_SHOULDERS,
    OnlineBenchConfig,
    Trial,
    jobs,
    run_trial,
    table,
    zero_shot,
)
from sims.tasks.openings import OPENINGS


def begin(world, name, seed=0):
    task = OPENINGS[name]()
    task.reset(world, np.random.default_rng(seed))
    world.step(0.1)
    rig = RigConfig(viewpoints=OVER_SHOULDERS)
    return SimArm(world, Rig(world, rig))


@pytest.mark.parametrize("name", OPENINGS)
def test_a_handle_and_the_way_out_of_its_front_are_seen(world, name):
    arm = begin(world, name)
    hand = Handling(arm, SegmentationPerceiver())
    out = -world.pose("furniture").rotation[:, 0]
    assert hand.handle.T_world_part.rotation[:, 0] @ out > np.cos(np.deg2rad(8.0))
    assert hand.handle.upright is (name != "open-door")
    body = world.body("furniture").id
    link = world.bullet.links(body)["handle"]
    base = world.bullet.link_pose(body, link).position
    assert np.linalg.norm(hand.handle.T_world_part.position[2] - 0.22) < 0.01
    assert np.linalg.norm(hand.handle.T_world_part.position - base) < 0.35
    _, prior = zero_shot(name, hand)
    assert np.abs(prior[:, 3:]).max() == 0.0


@pytest.mark.parametrize(("name", "opened"), [("open-window", 0.1), ("open-door", 0.4)])
def test_a_part_is_followed_to_where_its_joint_brings_it(world, name, opened):
    arm = begin(world, name)
    seen = arm.observe()
    hand = Handling(arm, SegmentationPerceiver())
    body = world.body("furniture").id
    links = world.bullet.links(body)
    first = world.bullet.link_pose(body, links["handle"])
    bar = hand.handle.T_world_part.position
    points = np.random.default_rng(0).uniform(-0.03, 0.03, (400, 3)) + bar
    tracker = PartTracker(points, seen)
    for part in (0.25, 0.5, 0.75, 1.0):  # as a camera sees it, little by little
        world.bullet.set_joint(body, links["leaf"], part * opened)
        assert tracker.update(arm.observe())
    now = world.bullet.link_pose(body, links["handle"])
    expected = (now @ first.inverse()).apply(bar[None])[0]
    found = tracker.T_now_first.apply(bar[None])[0]
    assert np.linalg.norm(found - expected) < 0.012


def test_a_part_that_is_not_seen_stays_where_it_was(world):
    arm = begin(world, "open-window")
    seen = arm.observe()
    bar = Handling(arm, SegmentationPerceiver()).handle.T_world_part.position
    tracker = PartTracker(bar + np.zeros((1, 3)) + np.eye(3) * 0.004, seen)
    before = tracker.T_now_first.position
    world.bullet.remove(world.body("furniture").id)
    assert not tracker.update(arm.observe())
    np.testing.assert_array_equal(tracker.T_now_first.position, before)


def test_a_zero_shot_slide_opens_a_window():
    trial = run_trial("open-window", "zero-shot", 0)
    assert trial.success
    assert trial.claimed
    assert trial.grasps == 1
    assert trial.seconds < 15.0


@pytest.mark.slow
def test_learning_with_the_prior_opens_a_door_within_three_minutes():
    trial = run_trial("open-door", "prior", 0)
    assert trial.success
    assert trial.seconds <= 180.0


def test_every_method_meets_the_same_furniture_and_seeds_never_meet():
    config = OnlineBenchConfig(trials=2, seed=1, seeds=2)
    seeds = {}
    for task, method, seed in jobs(config):
        seeds.setdefault((task, method), []).append(seed)
    assert len(set(map(tuple, seeds.values()))) == 1
    mine = next(iter(seeds.values()))
    assert len(set(mine)) == 4


def test_the_table_has_the_mean_and_the_spread_between_seeds():
    def trial(seed, success, seconds):
        return Trial("open-door", "prior", seed, success, True, seconds, 1, 1, 0.0)

    trials = [trial(0, True, 10.0), trial(1, True, 20.0), trial(1000, False, 180.0)]
    trials.append(trial(1001, True, 30.0))
    (entry,) = table(trials)
    assert entry.rate == pytest.approx(0.75)
    assert entry.spread == pytest.approx(0.25)
    assert entry.seconds == pytest.approx(22.5)
    assert entry.trials == 4
