import pytest

from planner.rpc.stopping import StopWatch


def test_a_hand_rests_below_five_millimetres_a_second(observe):
    watch = StopWatch(None)
    assert not watch.see(observe(1.0, 0.400), 0.0)
    assert not watch.see(observe(1.1, 0.401), 0.0)  # 10 mm/s
    assert watch.see(observe(1.2, 0.4014), 0.0)  # 4 mm/s
    state = watch.state(stopped=True)
    assert state.speed == pytest.approx(0.004)
    assert state.time == 1.2


def test_a_hand_that_has_not_got_going_does_not_count_as_stopped(observe):
    watch = StopWatch(observe(1.0))
    assert not watch.see(observe(1.1), braked=1.3)
    assert not watch.see(observe(1.2), braked=1.3)
    assert not watch.see(observe(1.35), braked=1.3)
    assert watch.see(observe(1.4), braked=1.3)


def test_time_that_stands_still_proves_nothing(observe):
    watch = StopWatch(observe(1.0))
    assert not watch.see(observe(1.0), braked=0.0)


def test_nothing_seen_is_nothing_known():
    state = StopWatch(None).state(stopped=False)
    assert state.T_world_ee is None
    assert state.speed is None
