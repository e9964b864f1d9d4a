"""Disturbed episodes watched: which they are, and that a killed run goes on."""

from dataclasses import replace

import numpy as np
import pytest

from sims.benchmark import SettingsChangedError
from sims.camera import Rig
from sims.parts import Block
from sims.suites import BenchConfig
from sims.tasks.layout import standing
from sims.tracking import run
from sims.tracking.counting import count
from sims.tracking.run import EPISODES, TASKS, StillRig, jobs, run_tracking

CONFIG = BenchConfig(
    suite="voxposer-everyday", episodes=1, seed=100, policy="expert", workers=1
)


def test_the_same_seed_asks_for_the_same_episodes_each_task_in_turn():
    three = replace(CONFIG, episodes=3)
    assert jobs(three) == jobs(three)
    assert [job.task for job in jobs(three)] == [*TASKS] * 3
    assert len({job.seed for job in jobs(three)}) == 3 * len(TASKS)
    assert jobs(CONFIG) == jobs(three)[: len(TASKS)]


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
    assert [each.index for each in again] == [1]
    assert len((tmp_path / EPISODES).read_text().split()) > 2
    with pytest.raises(SettingsChangedError):
        run_tracking(replace(CONFIG, seed=7), tmp_path)


def test_a_picture_and_its_masks_are_drawn_at_one_time_and_anew_once_time_passes(world):
    world.add("red block", Block("red"), standing(np.array([0.5, 0.1])))
    rig = StillRig(world, Rig(world))
    view = rig.config.viewpoints[0]
    before = rig.raster(view)
    rig.capture()
    assert rig.raster(view) is before
    np.testing.assert_array_equal(
        rig.segmentation(view.name).ids > 0, before.segments >= 0
    )
    world.teleport("red block", standing(np.array([0.5, -0.1])))
    world.tick(1)
    assert (rig.raster(view).segments != before.segments).any()
