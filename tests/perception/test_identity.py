"""Things lost from sight, moved under the hand, taken away and brought again."""

from dataclasses import replace

import numpy as np
import pytest
from raycast import ball, block, box, drawer, observe

from perception.frames import Pose
from perception.observation import NO_BODY, Capsules
from perception.tracker import Tracker, TrackerConfig

DOWN = np.array([0.0, 1.0, 0.0, 0.0])
FAR = Pose(np.array([0.2, 0.0, 0.55]), DOWN)
GREEN = ball("green", 0.4, -0.25)


class Staged:
    """Sees what it is told to see."""

    name = "staged"

    def __init__(self):
        self.scene = None

    def perceive(self, observation, body):
        return self.scene


@pytest.fixture
def tracker(perceiver):
    return Tracker(perceiver)


def watch(tracker, *solids, hand=FAR, body=NO_BODY):
    return tracker.update(observe(solids, T_world_ee=hand), body)


def arm_at(x, y):
    return Capsules(np.array([[x, y, 0.1]]), np.array([[x, y, 0.5]]), np.array([0.04]))


def names(scene):
    return {each.name: each.id for each in scene.objects}


def test_what_is_seen_again_after_it_was_forgotten_is_what_it_was(tracker):
    first = names(watch(tracker, block("red", 0.5, 0.0), GREEN))
    for _ in range(10):
        gone = watch(tracker, GREEN)
    assert set(names(gone)) == {"green ball"}
    back = watch(tracker, block("red", 0.4, 0.25), GREEN)
    assert names(back) == first
    assert back.revision > gone.revision
    other = watch(tracker, block("red", 0.4, 0.25), block("red", 0.6, 0.2), GREEN)
    assert names(other).items() > first.items()
    assert len(names(other)) == 3


def test_of_twins_of_which_one_is_gone_the_other_stays_itself(tracker):
    red, twin = block("red", 0.5, 0.0), block("red", 0.5, 0.3)
    first = watch(tracker, red, twin)
    stays = min(first.objects, key=lambda each: each.position[1])
    for _ in range(6):
        scene = watch(tracker, red)
    assert [each.id for each in scene.objects] == [stays.id]
    assert {each.id for each in watch(tracker, red, twin).objects} == {
        each.id for each in first.objects
    }


def test_only_so_many_that_were_lost_are_remembered(perceiver):
    tracker = Tracker(perceiver, TrackerConfig(remember=1))
    first = names(watch(tracker, block("red", 0.5, 0.0), block("blue", 0.5, 0.2)))
    for _ in range(6):
        watch(tracker, GREEN)
    back = watch(tracker, block("red", 0.5, 0.0), block("blue", 0.5, 0.2), GREEN)
    assert len(set(names(back).values()) & set(first.values())) == 1


def test_a_thing_half_hidden_by_the_arm_is_followed_with_its_outline(perceiver):
    """A bar is pushed by fingers that hide its middle and one end."""
    bar = box("red", (0.5, 0.0, 0.02), (0.02, 0.12, 0.04))
    stage = Staged()
    stage.scene = perceiver.perceive(observe([bar]), NO_BODY)
    (thing,) = stage.scene.objects
    tracker = Tracker(stage)
    watch(tracker, bar)
    end = thing.points_world[thing.points_world[:, 1] > 0.02]
    for step in range(1, 5):
        move = np.array([0.02 * step, 0.0, 0.0])
        size = np.ptp(end, axis=0)
        part = replace(thing, points_world=end + move, size=size)
        stage.scene = replace(stage.scene, objects=(part,))
        arm = arm_at(0.5 + 0.02 * step, 0.0)
        moved = box("red", (0.5 + 0.02 * step, 0.0, 0.02), (0.02, 0.12, 0.04))
        scene = watch(tracker, moved, body=arm)
        (seen,) = scene.objects
        np.testing.assert_allclose(
            seen.position - thing.position, move, atol=0.0041 + TrackerConfig().moved
        )
        np.testing.assert_array_equal(seen.size, thing.size)


def test_a_small_thing_is_followed_though_its_sides_tremble(perceiver):
    """Of a crumb of 22 mm a side is now and then 16: it went on nevertheless."""
    crumb = block("orange", 0.5, 0.0, side=0.022)
    stage = Staged()
    stage.scene = perceiver.perceive(observe([crumb]), NO_BODY)
    (thing,) = stage.scene.objects
    tracker = Tracker(stage)
    watch(tracker, crumb)
    for step in range(1, 8):
        move = np.array([0.0, 0.027 * step, 0.0])
        size = thing.size * (1.0, 0.75 if step % 2 else 1.0, 1.0)
        now = replace(thing, points_world=thing.points_world + move, size=size)
        stage.scene = replace(stage.scene, objects=(now,))
        brush = box("black", (0.5, 0.027 * step - 0.035, 0.03), (0.12, 0.04, 0.06))
        scene = watch(tracker, brush, body=arm_at(0.5, 0.027 * step - 0.1))
        (seen,) = scene.objects
        np.testing.assert_allclose(seen.position, thing.position + move, atol=0.006)


def test_a_drawer_is_known_by_its_handle_whatever_else_changes(perceiver):
    open_parts = drawer(0.6, 0.0, travel=0.1)
    stage = Staged()
    stage.scene = perceiver.perceive(observe(open_parts), NO_BODY)
    tracker = Tracker(stage)
    before = watch(tracker, *open_parts)
    handle = next(each for each in before.objects if each.shape == "handle")
    owner = next(each for each in before.objects if each.id == handle.parent)
    seen_handle = next(o for o in stage.scene.objects if o.shape == "handle")
    seen_owner = next(o for o in stage.scene.objects if o.id == seen_handle.parent)
    assert seen_owner.colour != "purple"
    shut = replace(
        seen_owner,
        colour="purple",
        points_world=seen_owner.points_world + np.array([0.1, 0.0, 0.0]),
        size=seen_owner.size * 1.6,
    )
    moved = seen_handle.points_world + np.array([0.03, 0.0, 0.0])
    others = (replace(seen_handle, points_world=moved), shut)
    stage.scene = replace(stage.scene, objects=others)
    after = watch(tracker, *drawer(0.6, 0.0, travel=0.07))
    kept = next(each for each in after.objects if each.id == owner.id)
    np.testing.assert_array_equal(kept.points_world, shut.points_world)
    assert kept.name == owner.name
    found = next(each for each in after.objects if each.id == handle.id)
    assert found.parent == owner.id


def test_nothing_is_a_part_of_itself(perceiver):
    """The drawer behind a held handle is seen as the handle, when it is all face."""
    parts = drawer(0.6, 0.0)
    stage = Staged()
    stage.scene = perceiver.perceive(observe(parts), NO_BODY)
    tracker = Tracker(stage)
    grip = Pose(np.array([0.55, 0.0, 0.105]), DOWN)
    for width in (0.08, 0.06, 0.04, 0.04, 0.04):
        seen = observe(parts, T_world_ee=grip, gripper_width=width)
        scene = tracker.update(seen, NO_BODY)
    (handle,) = (each for each in scene.objects if each.held)
    bar = next(o for o in stage.scene.objects if o.shape == "handle")
    owner = next(o for o in stage.scene.objects if o.id == bar.parent)
    face = replace(owner, points_world=handle.points_world + np.array([0.01, 0.0, 0.0]))
    others = (replace(bar, parent=face.id), face)
    stage.scene = replace(stage.scene, objects=others)
    scene = tracker.update(seen, NO_BODY)
    assert all(each.parent != each.id for each in scene.objects)
    (after,) = (each for each in scene.objects if each.held)
    assert after.parent == handle.parent


def test_what_is_gripped_while_the_hand_is_shoved_up_is_held(tracker):
    red = block("red", 0.5, 0.0)
    for width in (0.08, 0.06, 0.04):
        grip = Pose(np.array([0.5, 0.0, 0.02]), DOWN)
        seen = observe([red, GREEN], T_world_ee=grip, gripper_width=width)
        tracker.update(seen, NO_BODY)
    for up in (0.04, 0.08, 0.09):  # in the hand nobody sees it
        grip = Pose(np.array([0.5, 0.02, 0.02 + up]), DOWN)
        seen = observe([GREEN], T_world_ee=grip, gripper_width=0.04)
        scene = tracker.update(seen, NO_BODY)
    (held,) = (each for each in scene.objects if each.held)
    assert held.colour == "red"
    np.testing.assert_allclose(held.position, grip.position, atol=0.005)


def closed_on(tracker, *solids, at):
    for width in (0.08, 0.06, 0.04, 0.04, 0.04):
        grip = Pose(np.array(at), DOWN)
        seen = observe(solids, T_world_ee=grip, gripper_width=width)
        scene = tracker.update(seen, NO_BODY, 0.0)
    return next(each for each in scene.objects if each.held)


def test_a_held_thing_that_slips_is_where_it_is_seen(tracker):
    """The drawer is shut, the hand goes on, and its fingers are forced apart."""
    parts = drawer(0.6, 0.0)
    handle = closed_on(tracker, *parts, at=(0.55, 0.0, 0.105))
    for step in range(1, 8):
        grip = Pose(np.array([0.55 + 0.005 * step, 0.0, 0.105]), DOWN)
        seen = observe(parts, T_world_ee=grip, gripper_width=0.04 + 0.004 * step)
        scene = tracker.update(seen, NO_BODY, 0.0)
        (now,) = (each for each in scene.objects if each.id == handle.id)
        assert np.linalg.norm(now.position - handle.position) < 0.014
    assert now.held


def test_a_held_thing_nobody_sees_is_not_taken_for_its_twin_below(tracker):
    red, twin = block("red", 0.5, 0.0), block("red", 0.6, 0.2)
    closed_on(tracker, red, twin, at=(0.5, 0.0, 0.02))
    for height in (0.2, 0.1, 0.08, 0.075, 0.07):
        grip = Pose(np.array([0.61, 0.2, height]), DOWN)
        seen = observe([twin], T_world_ee=grip, gripper_width=0.04)
        scene = tracker.update(seen, NO_BODY, 0.0)
        (held,) = (each for each in scene.objects if each.held)
        np.testing.assert_allclose(held.position, grip.position, atol=0.005)
        assert len(scene.objects) == 2


def test_the_name_of_what_is_lost_is_nobody_else_s(tracker):
    watch(tracker, block("red", 0.5, 0.0), GREEN)
    for _ in range(6):
        watch(tracker, GREEN)
    large = block("red", 0.6, 0.2, side=0.09)
    other = names(watch(tracker, large, GREEN))
    assert "red block" not in other
    both = names(watch(tracker, large, GREEN, block("red", 0.4, 0.2)))
    assert len(both) == 3
    assert {"red block", *other} == set(both)


def test_what_falls_out_of_the_hand_is_known_again_where_it_lies(tracker):
    """It lies in sight before the fingers, forced together, are known to be empty."""
    red = block("red", 0.5, 0.0)
    held = closed_on(tracker, red, GREEN, at=(0.5, 0.0, 0.02))
    fallen = block("red", 0.42, 0.15)
    grip = Pose(np.array([0.5, 0.0, 0.3]), DOWN)
    for width in (0.04, 0.04, 0.02, 0.0, 0.0):
        seen = observe([fallen, GREEN], T_world_ee=grip, gripper_width=width)
        scene = tracker.update(seen, NO_BODY, 0.0)
    found = next(each for each in scene.objects if each.colour == "red")
    assert (found.id, found.name, found.held) == (held.id, held.name, False)
    np.testing.assert_allclose(found.position[:2], [0.42, 0.15], atol=0.005)
    assert len(scene.objects) == 2


def test_a_twin_that_is_seen_first_while_a_thing_is_held_is_another(tracker):
    red, twin = block("red", 0.5, 0.0), block("red", 0.42, 0.15)
    held = closed_on(tracker, red, GREEN, at=(0.5, 0.0, 0.02))
    for step in range(4):
        grip = Pose(np.array([0.5, 0.0, 0.1 * step]), DOWN)
        seen = observe([twin, GREEN], T_world_ee=grip, gripper_width=0.04)
        scene = tracker.update(seen, NO_BODY, 0.0)
    let_go = block("red", 0.5, -0.1)
    for width in (0.06, 0.08, 0.08):
        grip = Pose(np.array([0.5, -0.1, 0.02]), DOWN)
        seen = observe([twin, let_go, GREEN], T_world_ee=grip, gripper_width=width)
        scene = tracker.update(seen, NO_BODY, 0.08)
    reds = {each.id: each.position for each in scene.objects if each.colour == "red"}
    assert len(reds) == 2
    np.testing.assert_allclose(reds[held.id][:2], [0.5, -0.1], atol=0.005)
