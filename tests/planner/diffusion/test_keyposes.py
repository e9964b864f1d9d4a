"""Keyposes and sub-goals of demonstrations made by hand, whose answers are known."""

import numpy as np
import pytest

from planner.diffusion.keyposes import (
    KeyposeConfig,
    SubGoal,
    keyposes,
    next_goal,
    opened,
    sub_goals,
    touches,
)

MOVING = 0.5  # [rad/s]


def rates(count, *stops):
    """Joint speeds of an arm that rests in some ranges of frames."""
    found = np.full((count, 7), MOVING)
    for begin, end in stops:
        found[begin:end] = 0.0
    return found


def gripper(count, *flips, start=True):
    found = np.full(count, start)
    for flip in flips:
        found[flip:] = ~found[flip:]
    return found


def test_the_last_frame_is_a_keypose_and_the_first_never():
    assert keyposes(gripper(20), rates(20)) == [19]
    assert keyposes(gripper(20), rates(20, (0, 1))) == [19]
    assert keyposes(gripper(1), rates(1)) == []


def test_a_gripper_that_flips_is_a_keypose_where_it_has_flipped():
    assert keyposes(gripper(30, 8, 20), rates(30)) == [8, 20, 29]


def test_a_stop_is_a_keypose_and_for_four_frames_there_is_no_other():
    # Still from 5 to 16: at 5, then, four frames passed over, at 10 and at 15.
    assert keyposes(gripper(30), rates(30, (5, 17))) == [5, 10, 15, 29]


def test_an_arm_that_rests_at_the_start_counts_its_pause_from_there():
    assert keyposes(gripper(30), rates(30, (0, 7))) == [5, 29]


def test_an_arm_that_rests_while_the_gripper_flips_has_not_stopped():
    # The flip at 10 rules out stops at 9, 10 and 11, whose neighbours differ.
    assert keyposes(gripper(30, 10), rates(30, (9, 12))) == [10, 29]
    assert keyposes(gripper(30, 10), rates(30, (9, 13))) == [10, 12, 29]


def test_the_next_to_last_frame_is_no_stop():
    assert keyposes(gripper(20), rates(20, (18, 20))) == [19]


def test_of_two_neighbours_at_the_end_the_later_stays():
    assert keyposes(gripper(20, 18), rates(20)) == [19]
    assert keyposes(gripper(20, 17), rates(20)) == [17, 19]


def test_one_moving_joint_is_no_stop():
    speeds = rates(20, (5, 10))
    speeds[:, 3] = 0.11
    assert keyposes(gripper(20), speeds) == [19]


def pick_and_place(rng):
    """Grasp, carry, release; a stop in free space before and after."""
    legs = rng.integers(8, 15, 6)
    free, grasp, above, release, after = np.cumsum(legs[:5]).tolist()
    count = int(after + legs[5])
    force = np.zeros(count)
    held = slice(grasp - 1, release + 1)
    force[held] = rng.uniform(5.0, 20.0, force[held].shape)
    still = [(frame, frame + 2) for frame in (free, above, after)]
    goals = [SubGoal(grasp, "grasp"), SubGoal(release, "grasp")]
    return gripper(count, grasp, release), rates(count, *still), force, goals


def push(rng):
    """Stop before a thing, push it, stop there, and leave; closed throughout."""
    before, end, away = np.cumsum(rng.integers(9, 15, 3)).tolist()
    count = int(away + 10)
    force = np.zeros(count)
    touching = slice(before + 2, end + 2)
    force[touching] = rng.uniform(1.0, 4.0, force[touching].shape)
    still = [(frame, frame + 2) for frame in (before, end, away)]
    goals = [SubGoal(before, "contact"), SubGoal(end, "contact")]
    return gripper(count, start=False), rates(count, *still), force, goals


def reach(rng):
    """Stops in free space, a brush that is too light, and a flickering sensor."""
    one, other = np.cumsum(rng.integers(9, 15, 2)).tolist()
    count = int(other + 10)
    force = rng.uniform(0.0, 0.45, count)
    still = [(frame, frame + 2) for frame in (one, other)]
    return gripper(count, start=False), rates(count, *still), force, []


@pytest.mark.parametrize("make", [pick_and_place, push, reach])
@pytest.mark.parametrize("seed", range(10))
def test_sub_goals_are_where_the_force_changes_and_nowhere_else(make, seed):
    open_, speeds, force, goals = make(np.random.default_rng(seed))
    frames = keyposes(open_, speeds)
    assert set(goal.frame for goal in goals) <= set(frames)
    assert len(frames) > len(goals)  # there are stops that are none
    assert sub_goals(frames, open_, force) == goals


def test_a_gripper_that_closes_on_nothing_ends_no_sub_task():
    open_ = gripper(40, 20)
    frames = keyposes(open_, rates(40))
    assert 20 in frames
    assert sub_goals(frames, open_, np.zeros(40)) == []


def test_an_open_gripper_that_touches_in_passing_ends_no_sub_task():
    force = np.zeros(40)
    force[19:24] = 3.0
    speeds = rates(40, (20, 22))
    assert sub_goals(keyposes(gripper(40), speeds), gripper(40), force) == []


def test_a_force_that_flickers_between_the_limits_keeps_its_state():
    force = np.array([0.0, 0.4, 0.6, 0.3, 0.4, 0.1, 0.3, 0.0])
    assert touches(force).tolist() == [False, False, *[True] * 3, *[False] * 3]
    assert not touches(np.full(10, 0.45)).any()


def test_each_frame_is_on_its_way_to_the_next_sub_goal_or_the_end():
    goals = [SubGoal(3, "grasp"), SubGoal(6, "grasp")]
    assert next_goal([2, 3, 6, 8], goals, 9).tolist() == [3] * 4 + [6] * 3 + [8] * 2
    assert next_goal([4], [], 5).tolist() == [4] * 5


def test_fingers_are_closed_once_they_rest_and_open_once_they_are_told():
    asked = np.array([0.08, 0.08, 0.0, 0.0, 0.0, 0.0, 0.08, 0.08])
    width = np.array([0.08, 0.08, 0.08, 0.06, 0.04, 0.04, 0.04, 0.08])
    told = opened(asked, width, 0.08)
    assert told.tolist() == [True] * 5 + [False] + [True] * 2


def test_fingers_that_are_told_to_close_at_once_close_first():
    width = np.array([0.08, 0.06, 0.04, 0.02, 0.0, 0.0, 0.0])
    told = opened(np.zeros(7), width, 0.08)
    assert told.tolist() == [True] * 5 + [False] * 2


def test_a_gripper_that_was_never_open_is_closed():
    assert not opened(np.zeros(5), np.zeros(5), 0.08).any()


def test_numbers_of_the_rules_can_be_others():
    force = np.array([0.0] * 10 + [0.3] * 10)
    config = KeyposeConfig(touching=0.25, free=0.1, pause=0)
    speeds = rates(20, (8, 10))
    assert keyposes(gripper(20), speeds, config) == [8, 9, 19]
    open_ = gripper(20, start=False)
    assert [g.frame for g in sub_goals([9, 19], open_, force, config)] == [9]
