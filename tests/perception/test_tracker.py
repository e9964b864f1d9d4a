from dataclasses import replace

import numpy as np
import pytest
from raycast import ball, block, bowl, box, drawer, observe

from perception.frames import Pose
from perception.observation import NO_BODY, Capsules
from perception.tracker import Tracker, TrackerConfig

DOWN = np.array([0.0, 1.0, 0.0, 0.0])
RED_BLUE = ("red", "blue")
FAR = Pose(np.array([0.2, 0.0, 0.55]), DOWN)


@pytest.fixture
def tracker(perceiver):
    return Tracker(perceiver)


class Staged:
    """Sees what it is told to see, in turn."""

    name = "staged"

    def __init__(self, scenes):
        self._scenes = iter(scenes)

    def perceive(self, observation, body):
        return next(self._scenes)


def watch(tracker, *solids, hand=FAR, width=0.08, body=NO_BODY):
    observation = observe(solids, T_world_ee=hand, gripper_width=width)
    return tracker.update(observation, body)


def at(x, y, z):
    return Pose(np.array([x, y, z]), DOWN)


def known(scene, name):
    return next(each for each in scene.objects if each.name == name)


def grasp(tracker, *solids, hand):
    for width in (0.08, 0.06, 0.04, 0.04):
        watch(tracker, *solids, hand=hand, width=width)
    return watch(tracker, *solids, hand=hand, width=0.04)


def test_ids_and_names_stay_while_equal_objects_move_past_each_other(tracker):
    first = watch(tracker, block("red", 0.4, -0.1), block("red", 0.6, 0.1))
    before = {each.name: each.id for each in first.objects}
    for step in range(1, 6):
        shift = 0.05 * step
        moving, still = block("red", 0.4, -0.1 + shift), block("red", 0.6, 0.1)
        scene = watch(tracker, still, moving)
        assert {each.name: each.id for each in scene.objects} == before
    name = min(first.objects, key=lambda each: each.position[0]).name
    np.testing.assert_allclose(known(scene, name).position[:2], [0.4, 0.15], atol=0.004)


def test_an_object_that_leaps_keeps_its_id(tracker):
    first = watch(tracker, block("red", 0.4, -0.2), ball("green", 0.5, 0.0))
    scene = watch(tracker, block("red", 0.6, 0.2), ball("green", 0.5, 0.0))
    assert {each.id: each.name for each in scene.objects} == {
        each.id: each.name for each in first.objects
    }


def test_the_revision_grows_with_news_and_only_then(tracker):
    scene = watch(tracker, block("red", 0.5, 0.0))
    start = scene.revision
    assert watch(tracker, block("red", 0.5, 0.0)).revision == start
    assert watch(tracker, block("red", 0.5, 0.004)).revision == start
    assert watch(tracker, block("red", 0.5, 0.03)).revision == start + 1
    more = watch(tracker, block("red", 0.5, 0.03), ball("green", 0.4, -0.2))
    assert more.revision == start + 2


def test_slow_drift_is_news_once_it_adds_up(tracker):
    start = watch(tracker, block("red", 0.5, 0.0)).revision
    for step in range(1, 6):
        scene = watch(tracker, block("red", 0.5, 0.004 * step))
    assert scene.revision > start


def test_what_is_gone_in_plain_sight_is_forgotten_after_three_looks(tracker):
    watch(tracker, block("red", 0.5, 0.0), ball("green", 0.4, -0.2))
    counts = [len(watch(tracker, ball("green", 0.4, -0.2)).objects) for _ in range(4)]
    assert counts == [2, 2, 1, 1]


def test_what_is_hidden_is_kept(tracker):
    watch(tracker, block("red", 0.5, 0.0))
    lid = box("gray", (0.5, 0.0, 0.1), (0.3, 0.3, 0.2))
    body = Capsules(
        np.array([[0.5, 0.0, 0.0]]), np.array([[0.5, 0.0, 0.3]]), np.array([0.35])
    )
    for _ in range(6):
        scene = watch(tracker, lid, body=body)
    np.testing.assert_allclose(
        known(scene, "red block").position, [0.5, 0.0, 0.02], atol=0.004
    )


@pytest.mark.parametrize(("height", "turns"), [(0.06, False), (0.5, True)])
def test_a_thing_beside_the_hand_keeps_its_outline_while_it_stays(
    perceiver, height, turns
):
    round_one = perceiver.perceive(observe([ball("red", 0.5, 0.0)]), NO_BODY)
    (thing,) = round_one.objects
    askew = replace(thing, yaw=0.5, size=0.9 * thing.size)
    scenes = [round_one, replace(round_one, objects=(askew,))]
    tracker = Tracker(Staged(scenes))
    for _ in range(2):
        scene = watch(tracker, hand=at(0.5, 0.0, height))
    (seen,) = scene.objects
    assert (seen.yaw != thing.yaw) is turns


def test_a_held_object_follows_the_hand_and_is_no_obstacle(tracker):
    red, far = block("red", 0.5, 0.0), ball("green", 0.4, -0.3)
    watch(tracker, red, far)
    held = grasp(tracker, red, far, hand=at(0.5, 0.0, 0.02))
    assert known(held, "red block").held
    for step in range(1, 8):
        lift = 0.03 * step
        hand = at(0.5 + lift, lift, 0.02 + lift)
        carried = block("red", 0.5 + lift, lift, z=lift)
        scene = watch(tracker, carried, far, hand=hand, width=0.04)
        np.testing.assert_allclose(
            known(scene, "red block").position, hand.position, atol=0.004
        )
        gap = np.linalg.norm(scene.points_world - hand.position, axis=1)
        assert gap.min() > 0.04
        assert len(scene.objects) == 2
        assert scene.revision == held.revision


def test_a_cup_is_held_that_is_grasped_across_its_hollow(tracker):
    cup = bowl("red", 0.5, 0.0, radius=0.033, height=0.07)
    watch(tracker, cup)
    for width in (0.08, 0.07, 0.066, 0.066, 0.066):
        scene = watch(tracker, cup, hand=at(0.5, 0.0, 0.06), width=width)
    assert [each.held for each in scene.objects] == [True]


def test_a_side_of_a_held_object_that_comes_into_sight_is_no_obstacle(perceiver):
    """While it stood there a camera saw its right and its top alone."""
    red = block("red", 0.5, 0.0)
    full = perceiver.perceive(observe([red]), NO_BODY)
    (thing,) = full.objects
    p = thing.points_world
    seen = replace(thing, points_world=p[(p[:, 1] < -0.015) | (p[:, 2] > 0.039)])
    hidden = np.array([[0.5, 0.02, 0.0], [0.48, 0.02, 0.005], [0.5, 0.0, 0.0]])
    lift = np.array([0.05, 0.1, 0.2])
    scenes = [replace(full, objects=(seen,))] * 5
    carried = np.vstack([p, hidden]) + lift
    scenes.append(replace(full, objects=(), points_world=carried, masks={}))
    tracker = Tracker(Staged(scenes))
    grasp(tracker, red, hand=at(0.5, 0.0, 0.02))
    scene = watch(tracker, hand=at(0.55, 0.1, 0.22), width=0.04)
    assert len(scene.points_world) == 0


def test_what_is_seen_as_a_held_object_is_no_obstacle_but_what_it_is_at_is(perceiver):
    red = block("red", 0.5, 0.0)
    full = perceiver.perceive(observe([red]), NO_BODY)
    (thing,) = full.objects
    low, wide = thing.points_world, np.array([0.0, 0.025, 0.0])
    lift = np.array([0.05, 0.1, 0.2])
    face, table = low[low[:, 1] > 0.015] + wide + lift, low[:9] + 4 * wide + lift
    merged = replace(thing, points_world=np.vstack([low + lift, face, table]))
    scenes = [full] * 5
    scenes.append(replace(full, objects=(merged,), points_world=merged.points_world))
    tracker = Tracker(Staged(scenes))
    grasp(tracker, red, hand=at(0.5, 0.0, 0.02))
    scene = watch(tracker, hand=at(0.55, 0.1, 0.22), width=0.04)
    np.testing.assert_array_equal(scene.points_world, table)


def test_a_held_object_follows_even_where_no_camera_sees_it(tracker):
    red = block("red", 0.5, 0.0)
    watch(tracker, red)
    grasp(tracker, red, hand=at(0.5, 0.0, 0.02))
    for _ in range(5):
        scene = watch(tracker, hand=at(0.6, 0.1, 0.3), width=0.04)
    np.testing.assert_allclose(
        known(scene, "red block").position, [0.6, 0.1, 0.3], atol=0.004
    )


def test_a_held_object_turns_with_the_hand(tracker):
    red = box("red", (0.5, 0.0, 0.02), (0.10, 0.04, 0.04))
    watch(tracker, red)
    grasp(tracker, red, hand=at(0.5, 0.0, 0.02))
    turn = np.deg2rad(40.0)
    spin = Pose(np.zeros(3), np.array([np.cos(turn / 2), 0.0, 0.0, np.sin(turn / 2)]))
    hand = Pose(np.array([0.5, 0.0, 0.2]), (spin @ at(0.0, 0.0, 0.0)).wxyz)
    scene = watch(tracker, hand=hand, width=0.04)
    assert abs(known(scene, "red block").yaw - turn) < np.deg2rad(4.0)


def test_what_is_let_go_is_the_same_object_where_it_fell(tracker):
    red, blue = block("red", 0.5, 0.0), bowl("blue", 0.6, 0.2)
    first = known(watch(tracker, red, blue), "red block").id
    grasp(tracker, red, blue, hand=at(0.5, 0.0, 0.02))
    watch(tracker, blue, hand=at(0.6, 0.2, 0.12), width=0.04)
    dropped = block("red", 0.6, 0.2, z=0.006)
    for _ in range(3):
        scene = watch(tracker, blue, dropped, hand=at(0.6, 0.2, 0.2), width=0.08)
    found = known(scene, "red block")
    assert (found.id, found.held) == (first, False)
    assert np.linalg.norm(found.position[:2] - [0.6, 0.2]) < 0.01
    assert found.position[2] < 0.04


def test_fingers_that_closed_on_air_hold_nothing(tracker):
    red = block("red", 0.5, 0.0)
    for width in (0.08, 0.04, 0.0, 0.0, 0.0, 0.0):
        scene = watch(tracker, red, hand=at(0.5, 0.0, 0.05), width=width)
    assert not known(scene, "red block").held


def test_fingers_stopped_far_from_anything_hold_nothing(tracker):
    red = block("red", 0.5, 0.0)
    watch(tracker, red)
    scene = grasp(tracker, red, hand=at(0.5, 0.2, 0.02))
    assert not any(each.held for each in scene.objects)


def test_a_handle_is_held_and_not_its_drawer(tracker):
    parts = drawer(0.6, 0.0)
    watch(tracker, *parts)
    scene = grasp(tracker, *parts, hand=at(0.55, 0.0, 0.105))
    assert [each.shape for each in scene.objects if each.held] == ["handle"]
    pulled = drawer(0.6, 0.0, travel=0.05)
    scene = watch(tracker, *pulled, hand=at(0.50, 0.0, 0.105), width=0.04)
    handle = next(each for each in scene.objects if each.held)
    np.testing.assert_allclose(handle.position, [0.50, 0.0, 0.105], atol=0.006)
    assert handle.parent in [each.id for each in scene.objects]


def test_a_mug_is_held_and_not_its_handle_that_no_finger_is_at(tracker):
    mug = bowl("red", 0.5, 0.0, radius=0.033, height=0.07)
    loop = box("blue", (0.55, 0.0, 0.04), (0.03, 0.01, 0.04))
    watch(tracker, mug, loop)
    for width in (0.08, 0.07, 0.066, 0.066, 0.066):
        scene = watch(tracker, mug, loop, hand=at(0.5, 0.0, 0.06), width=width)
    assert [each.colour for each in scene.objects if each.held] == ["red"]


def test_a_part_of_what_is_held_goes_with_it_and_is_no_obstacle(perceiver):
    cup, loop = block("red", 0.5, 0.0), block("blue", 0.5, 0.05, side=0.02)
    both = perceiver.perceive(observe([cup, loop]), NO_BODY)
    owner, piece = (next(o for o in both.objects if o.colour == c) for c in RED_BLUE)
    piece = replace(piece, parent=owner.id)
    scenes = [replace(both, objects=(owner, piece), masks={})] * 5
    lifted = both.points_world + np.array([0.0, 0.0, 0.2])
    scenes.append(replace(both, objects=(), points_world=lifted, masks={}))
    tracker = Tracker(Staged(scenes))
    scene = grasp(tracker, cup, hand=at(0.5, 0.0, 0.02))
    assert all(each.held for each in scene.objects)
    scene = watch(tracker, hand=at(0.5, 0.0, 0.22), width=0.04)
    assert len(scene.points_world) == 0
    for each in scene.objects:
        start = next(o for o in (owner, piece) if o.colour == each.colour)
        np.testing.assert_allclose(each.position - start.position, [0, 0, 0.2])


def test_masks_carry_the_tracked_ids(tracker):
    watch(tracker, ball("green", 0.6, 0.2))
    scene = watch(tracker, block("red", 0.4, -0.2), ball("green", 0.6, 0.2))
    ids = {each.id for each in scene.objects}
    for mask in scene.masks.values():
        assert set(np.unique(mask)) == ids | {0}


def test_the_same_observations_give_the_same_scenes(perceiver):
    def run():
        tracker = Tracker(perceiver, TrackerConfig())
        return [
            watch(tracker, block("red", 0.4 + 0.02 * i, 0.0), ball("green", 0.6, 0.2))
            for i in range(4)
        ]

    for a, b in zip(run(), run(), strict=True):
        assert (a.names, a.revision) == (b.names, b.revision)
        np.testing.assert_array_equal(a.points_world, b.points_world)
