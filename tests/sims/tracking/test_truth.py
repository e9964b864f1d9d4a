"""Which track is on which thing: laws on made-up clouds, and a look at a world."""

from dataclasses import replace

import numpy as np
import pytest

from perception.backends.segmentation import SegmentationPerceiver
from perception.scene import Object3D
from perception.tracker import Tracker
from planner.motion.arm_model import ArmModel
from sims.arm import SimArm
from sims.camera import Rig
from sims.furniture import Cabinet
from sims.parts import Ball, Block
from sims.tasks.layout import standing
from sims.tracking.counting import ENOUGH
from sims.tracking.truth import Judge, Truth, tracks_on

PLACES = {"cup": (0.4, 0.1, 0.02), "fork": (0.5, -0.1, 0.02), "plate": (0.6, 0.2, 0.02)}


def lump(place, rng, count=300):
    return np.array(place) + rng.uniform(-0.02, 0.02, (count, 3))


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def truth(rng):
    points = [lump(place, rng) for place in PLACES.values()]
    return Truth(
        dict.fromkeys(PLACES, 300), np.vstack(points), np.repeat(np.arange(3), 300)
    )


def track(number, points):
    return Object3D(
        id=number,
        name=str(number),
        colour="red",
        shape="block",
        points_world=points,
        normal=np.array([0.0, 0.0, 1.0]),
        yaw=0.0,
        size=np.ptp(points, axis=0),
    )


def test_each_track_is_on_the_thing_whose_place_it_has(truth, rng):
    tracks = [track(k, lump(p, rng)) for k, p in enumerate(PLACES.values(), start=5)]
    on = tracks_on(truth, tracks)
    assert on == {"cup": (5,), "fork": (6,), "plate": (7,)}
    mixed = [replace(each, id=12 - each.id) for each in tracks]
    assert tracks_on(truth, mixed) == {"cup": (7,), "fork": (6,), "plate": (5,)}


def test_a_track_that_stayed_where_its_thing_was_is_on_nothing(truth, rng):
    left = np.add(PLACES["cup"], [0.0, 0.08, 0.0])
    assert tracks_on(truth, [track(1, lump(left, rng))])["cup"] == ()


def test_a_track_over_two_things_is_on_that_with_more_of_it(truth, rng):
    both = np.vstack([lump(PLACES["cup"], rng, 200), lump(PLACES["fork"], rng, 100)])
    on = tracks_on(truth, [track(1, both)])
    assert (on["cup"], on["fork"]) == ((1,), ())


def test_of_two_tracks_on_a_thing_the_one_with_more_of_it_comes_first(truth, rng):
    few, many = lump(PLACES["cup"], rng, 50), lump(PLACES["cup"], rng, 400)
    assert tracks_on(truth, [track(1, few), track(2, many)])["cup"] == (2, 1)


def test_where_nothing_is_to_be_seen_no_track_is_on_anything(rng):
    nothing = Truth({"cup": 0}, np.zeros((0, 3)), np.zeros(0, dtype=int))
    assert tracks_on(nothing, [track(1, lump(PLACES["cup"], rng))]) == {"cup": ()}


def test_a_world_s_things_are_found_and_have_the_tracks_that_are_on_them(world):
    world.add("red block", Block("red"), standing(np.array([0.45, 0.2])))
    world.add("blue ball", Ball("blue"), standing(np.array([0.5, -0.2])))
    world.add("cabinet", Cabinet(handle="green"), standing(np.array([0.68, 0.0])))
    world.step(0.2)
    arm = SimArm(world, Rig(world))
    judge, tracker = Judge(world, arm.rig), Tracker(SegmentationPerceiver())
    seen = arm.observe()
    body = ArmModel.panda().capsules(seen.joints, seen.gripper_width)
    scene = tracker.update(seen, body)
    frame = judge.look(seen, scene.objects)
    name = {each.id: each.name for each in scene.objects}
    found = {g.thing: g for g in frame.glimpses}
    assert set(found) == {"red block", "blue ball", "cabinet", "cabinet/handle"}
    assert all(g.pixels > ENOUGH for g in found.values())
    assert name[found["red block"].tracks[0]] == "red block"
    assert name[found["blue ball"].tracks[0]] == "blue ball"
    assert "handle" in name[found["cabinet/handle"].tracks[0]]
    assert frame.time == 0.0
