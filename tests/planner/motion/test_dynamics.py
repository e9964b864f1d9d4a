import numpy as np
import pytest

from planner.motion.dynamics import DynamicsModel, LearnedDynamics


def teach(model, rule, count, rng):
    for _ in range(count):
        o, a = rng.uniform(-0.1, 0.1, 4), rng.uniform(-0.03, 0.03, 2)
        model.record(o, a, rule(o, a))


def latch(o, a):
    """The first number moves with the action only where the second is high."""
    after = o.copy()
    after[0] += a[0] if o[1] > 0.0 else 0.0
    after[1] += a[1]
    return after


def test_untrained_it_says_that_hardly_anything_moves(rng):
    model = LearnedDynamics(4, 2, rng)
    o, a = rng.uniform(-0.1, 0.1, (50, 4)), rng.uniform(-0.03, 0.03, (50, 2))
    assert np.abs(model.predict(o, a) - o).max() < 0.01
    assert model.train(10) == 0.0  # nothing is recorded yet
    assert isinstance(model, DynamicsModel)


def test_it_learns_that_a_latch_must_be_open_first(rng):
    model = LearnedDynamics(4, 2, rng)
    teach(model, latch, 400, rng)
    first = model.train(1)
    last = model.train(1500)
    assert last < 0.1 * first
    pull = np.array([[0.03, 0.0]])
    shut = model.predict(np.array([[0.0, -0.06, 0.0, 0.0]]), pull)[0, 0]
    open_ = model.predict(np.array([[0.0, 0.06, 0.0, 0.0]]), pull)[0, 0]
    assert open_ == pytest.approx(0.03, abs=0.008)
    assert abs(shut) < 0.008


def test_the_same_seed_learns_the_same(rng):
    def learnt():
        model = LearnedDynamics(4, 2, np.random.default_rng(3))
        teach(model, latch, 30, np.random.default_rng(4))
        model.train(20)
        return model.predict(np.zeros((1, 4)), np.full((1, 2), 0.02))

    np.testing.assert_array_equal(learnt(), learnt())


def test_a_step_follows_the_gradient_of_the_loss(rng):
    model = LearnedDynamics(4, 2, rng)
    teach(model, latch, 64, rng)
    losses = [model.train(1) for _ in range(60)]
    assert np.mean(losses[-10:]) < np.mean(losses[:10])
