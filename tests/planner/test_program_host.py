"""The pipeline's own host: waiting, questions, memory."""

from dataclasses import replace

import numpy as np
import pytest

from perception.scene import Scene
from planner.errors import NoAnswerError, TimeLimitError
from planner.events import SegmentPlanned
from planner.language.memory import Memory
from planner.motion.subtask import Measured
from planner.program_host import Dialogue, PipelineConfig, PipelineHost
from planner.world import PreviewWorld, Situation
from sims.kinematics import HOME_POSE


def world():
    scene = Scene((), np.zeros((0, 3)), 0.0, 0.0)
    return PreviewWorld(Situation(scene, Measured(HOME_POSE, 0.08, 0.0)))


def host_of(config=None, dialogue=None):
    events = []
    config = config or PipelineConfig()
    return PipelineHost(config, world(), events.append, [], dialogue), events


def test_waiting_holds_the_hand_where_it_is_while_time_passes():
    host, events = host_of()
    passed = host.wait() + host.wait()
    assert passed > 0.0
    segments = [each for each in events if isinstance(each, SegmentPlanned)]
    assert len(segments) == 2
    for each in segments:
        moved = each.trajectory.p_world - HOME_POSE.position
        np.testing.assert_allclose(moved, 0.0, atol=1e-9)
        np.testing.assert_allclose(each.trajectory.gripper_width, 0.08)
    assert segments[1].trajectory.start == pytest.approx(segments[0].trajectory.end)


def test_waiting_counts_against_the_time_of_an_episode():
    host, _ = host_of(replace(PipelineConfig(), max_seconds=1.0))
    with pytest.raises(TimeLimitError):
        for _ in range(1000):
            host.wait()


def test_a_question_that_nobody_can_answer_says_so():
    host, _ = host_of()
    with pytest.raises(NoAnswerError, match="which one"):
        host.ask("which one?")


def test_a_question_goes_to_the_person_of_the_session():
    host, _ = host_of(dialogue=Dialogue(ask=lambda text, hold: f"{text} yes"))
    assert host.ask("ready?") == "ready? yes"


def test_memory_outlives_the_host_of_one_program():
    dialogue = Dialogue(memory=Memory())
    host_of(dialogue=dialogue)[0].memory.remember("hand", "left")
    assert host_of(dialogue=dialogue)[0].memory.recall("hand") == "left"
