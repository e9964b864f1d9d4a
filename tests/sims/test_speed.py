"""What the speed of episodes is told to be."""

import json

import pytest

from sims import speed
from sims.benchmark import Job
from sims.speed import Speed, measure_simulator, measure_speed
from sims.suites import BenchConfig


def test_the_simulator_alone_is_measured(monkeypatch):
    monkeypatch.setattr(speed, "FRAMES", 2)
    monkeypatch.setattr(speed, "TICKS", 240)
    frame_ms, steps_per_second = measure_simulator(Job("push-button", 0, 0))
    assert 0.1 < frame_ms < 1000.0
    assert 240.0 < steps_per_second < 1e6


def test_speed_is_simulated_time_by_processor_time_and_the_clock_of_one_by_two():
    found = Speed(4, 10.0, 12.0, 3.0, 1e4, 3.0, clock_one=9.0, clock_two=5.0)
    told = json.loads(json.dumps(found.facts()))
    assert told["times_real_time"] == 4.0
    assert told["speed_up_of_two"] == 1.8


@pytest.mark.slow
def test_a_suite_s_speed_is_measured_on_one_worker_and_on_two():
    lines = []
    found = measure_speed(BenchConfig(episodes=1, policy="random"), lines.append)
    assert found.episodes == 4
    assert found.processor > 0.0
    assert found.simulated > 4.0
    assert min(found.clock_one, found.clock_two) > 0.0
    assert len(lines) == 2
