"""Pushing from words and pixels to a place, judged by the simulator."""

import numpy as np
import pytest

from sims.episode import Stage, play
from sims.sessions import session_source
from sims.suites import BenchConfig
from sims.tasks import PushBlock, task_for


@pytest.mark.parametrize(
    "words",
    [
        "push the red block 10 cm to the right",
        pytest.param("push the red block to the blue zone", marks=pytest.mark.slow),
    ],
)
def test_a_block_is_slid_to_its_target_in_one_piece_with_the_words(words):
    task = task_for(words)
    assert isinstance(task, PushBlock)
    stage = Stage.lay_out(task, 4)
    with stage.world, session_source(BenchConfig(suite="push")) as source:
        start = stage.world.pose(task.block).position[:2]
        assert np.linalg.norm(start - task.target) > 0.04
        result = play(stage, source(stage))
        assert result.success, result
        assert task.error(stage.world) < 0.015
        assert all(task.stages(stage.world).values())


@pytest.mark.parametrize(
    "words",
    ["push the green button", "push the red block", "push the red block 3 m forward"],
)
def test_pushes_without_a_target_on_the_table_are_not_this_task(words):
    assert not isinstance(task_for(words), PushBlock)


def test_the_target_lies_where_a_person_who_faces_the_robot_means(world):
    for way, along in (("right", (0, 1)), ("left", (0, -1)), ("front", (1, 0))):
        task = PushBlock("red", way=way, cm=12.0)
        task.reset(world, np.random.default_rng(1))
        shift = task.target - world.pose("red block").position[:2]
        np.testing.assert_allclose(shift, 0.12 * np.array(along), atol=1e-9)
