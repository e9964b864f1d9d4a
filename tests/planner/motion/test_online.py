import numpy as np
import pytest

from planner.motion.online import (
    ACTION,
    OBSERVATION,
    Goal,
    Interaction,
    OnlineConfig,
    OnlineOpener,
    follow_prior,
    straight_legs,
)

SWING = Goal((1.0, 1.0), 0.13)


class Latched:
    """A handle that follows the hand down, and out once it is low enough."""

    def __init__(self, needed=0.045):
        self.needed = needed
        self.seconds = 0.0
        self.grasps = 0
        self.actions = []
        self.o = np.zeros(OBSERVATION)

    def take_hold(self):
        self.seconds += 4.0
        self.grasps += 1
        self.o = np.zeros(OBSERVATION)
        return True

    def look(self):
        return self.o.copy()

    def act(self, action):
        self.seconds += 0.5
        self.actions.append(action)
        down = min(max(-self.o[2] - action[2], 0.0), 0.05)
        self.o[2] = self.o[7] = -down
        if down >= self.needed or self.o[0] > 0.005:
            self.o[0] = self.o[5] = max(self.o[0] + action[0], 0.0)
        return self.o.copy(), True


def prior(down):
    return straight_legs(np.array([[0.0, 0.0, -down], [0.15, 0.0, 0.0]]), 0.02)


def test_straight_legs_add_up_and_keep_the_step():
    legs = np.array([[0.0, 0.0, -0.03], [0.15, 0.0, 0.0]])
    actions = straight_legs(legs, 0.02)
    assert np.linalg.norm(actions[:, :3], axis=1).max() <= 0.02 + 1e-12
    np.testing.assert_allclose(actions[:, :3].sum(axis=0), legs.sum(axis=0))
    np.testing.assert_array_equal(actions[:, 3:], 0.0)


@pytest.mark.parametrize("moved", [0.0, 0.05, 0.2])
def test_the_gap_is_what_is_left_of_the_distance_along_what_counts(moved):
    o = np.zeros((2, OBSERVATION))
    o[0, :3] = [0.6 * moved, 0.8 * moved, 1.0]  # height does not count
    o[1, :3] = [1.0, moved, 0.0]
    assert SWING.gap(o)[0] == pytest.approx(max(0.13 - moved, 0.0))
    slide = Goal((0.0, 1.0), 0.16)
    assert slide.gap(o)[1] == pytest.approx(max(0.16 - moved, 0.0))


def test_the_zero_shot_trajectory_opens_what_it_presses_far_enough_and_no_other():
    hand = Latched(needed=0.025)
    assert isinstance(hand, Interaction)
    assert follow_prior(hand, prior(0.03), SWING, 180.0).done
    assert not follow_prior(Latched(needed=0.045), prior(0.03), SWING, 180.0).done


@pytest.mark.parametrize("seed", range(3))
def test_what_the_zero_shot_trajectory_cannot_open_is_learnt(seed, rng):
    opener = OnlineOpener(SWING, prior(0.03), np.random.default_rng(seed))
    opened = opener.run(Latched(), 180.0)
    assert opened.done
    assert opened.seconds < 180.0


@pytest.mark.parametrize("exploration", ["prior", "uniform"])
def test_no_action_exceeds_its_limits(exploration):
    config = OnlineConfig(exploration=exploration)
    hand = Latched(needed=9.0)
    rng = np.random.default_rng(0)
    opened = OnlineOpener(SWING, prior(0.03), rng, config).run(hand, 30.0)
    actions = np.stack(hand.actions)
    assert (np.abs(actions) <= config.most + 1e-12).all()
    assert actions.shape == (opened.actions, ACTION)


def test_time_up_is_an_answer_and_not_a_success():
    opened = OnlineOpener(SWING, prior(0.03), np.random.default_rng(0)).run(
        Latched(needed=9.0), 20.0
    )
    assert not opened.done
    assert opened.seconds >= 20.0


def test_the_same_seed_acts_the_same():
    def actions():
        hand = Latched()
        OnlineOpener(SWING, prior(0.03), np.random.default_rng(5)).run(hand, 40.0)
        return np.stack(hand.actions)

    np.testing.assert_array_equal(actions(), actions())
