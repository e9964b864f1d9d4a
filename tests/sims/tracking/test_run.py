"""Disturbed episodes watched: which they are, and that a killed run goes on."""

from dataclasses import replace

import pytest

from sims.benchmark import SettingsChangedError, jobs_of
from sims.suites import BenchConfig
from sims.tracking import run
from sims.tracking.counting import count
from sims.tracking.run import EPISODES, TASKS, run_tracking

CONFIG = BenchConfig(
    suite="voxposer-everyday", episodes=1, seed=100, policy="expert", workers=1
)


def test_the_same_seed_asks_for_the_same_episodes_each_task_in_turn():
    three = replace(CONFIG, episodes=3)
    wanted = jobs_of(three, TASKS)
    assert wanted == jobs_of(three, TASKS)
    assert [job.task for job in wanted] == [*TASKS] * 3
    assert len({job.seed for job in wanted}) == 3 * len(TASKS)
    assert jobs_of(CONFIG, TASKS) == wanted[: len(TASKS)]


@pytest.mark.slow
def test_an_episode_is_watched_at_every_observation_and_a_run_goes_on(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(run, "TASKS", TASKS[:1])
    (first,) = run_tracking(CONFIG, tmp_path)
    assert first.deeds
    assert len(first.cpu_ms) == len(first.frames) > 10
    assert {each.thing for each in count(first.frames)} >= {"plate", "vase"}
    again = []
    two = run_tracking(replace(CONFIG, episodes=2), tmp_path, again.append)
    assert two[0] == first
    assert [each.index for each in again] == [0, 1]  # what is there is told, too
    assert len((tmp_path / EPISODES).read_text().split()) > 2
    with pytest.raises(SettingsChangedError):
        run_tracking(replace(CONFIG, seed=7), tmp_path)
