import pytest

from perception.grip import Grip


def after(*widths):
    grip = Grip()
    return [grip.update(width) for width in widths]


def test_an_open_hand_at_rest_holds_nothing():
    assert not any(after(*[0.08] * 10))


def test_fingers_stopped_by_something_hold_it_once_they_are_at_rest():
    assert after(0.08, 0.06, 0.04, 0.04, 0.04)[-2:] == [False, True]


@pytest.mark.parametrize("closed", [0.0, 0.001, 0.0029])
def test_fingers_that_meet_hold_nothing(closed):
    assert not any(after(0.08, 0.04, *[closed] * 6))


def test_fingers_forced_apart_after_they_met_hold_nothing():
    assert not any(after(0.08, 0.04, 0.0, 0.0, 0.004, *[0.008] * 6))


def test_opening_lets_go_but_trembling_does_not():
    held = after(0.08, 0.04, 0.04, 0.04, 0.045, 0.049, 0.051)
    assert held[3:] == [True, True, True, False]


@pytest.mark.parametrize(("asked", "held"), [(0.0, True), (0.08, False)])
def test_what_turns_between_closed_fingers_forces_them_apart_and_stays_held(
    asked, held
):
    grip = Grip()
    for width in (0.08, 0.022, 0.022, 0.022):
        grip.update(width, asked=0.0)
    assert grip.stopped
    for width in (0.030, 0.036, 0.036, 0.036):
        grip.update(width, asked)
    assert grip.stopped is held


def test_what_slips_out_is_no_longer_held():
    assert after(0.08, 0.04, 0.04, 0.04, 0.0)[-2:] == [True, False]


def test_a_second_grasp_is_noticed_like_the_first():
    once = [0.08, 0.04, 0.04, 0.04]
    assert after(*once, *once)[-1]
