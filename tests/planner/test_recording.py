import json
from dataclasses import replace

import numpy as np
import pytest

from perception.frames import Pose
from planner.events import LineResult, ProgramWritten, Verdict
from planner.execution.arm import Command, Sent
from planner.map_reading import rasterise
from planner.record import EpisodeFacts, episode_json, timings
from planner.recording import Recorder, RecorderConfig, thin_layer
from planner.value_maps import Kind
from tests.planner.episodes import (
    DOWN,
    GRID,
    maps,
    observation,
    record,
    segment,
    started,
)

OK = Verdict(True, "", "OK", "every sub-task was carried out", 25.0)
FACTS = EpisodeFacts(True, "segmentation", "embedded", 7, versions={"voxfield": "0"})


@pytest.fixture(scope="module")
def recording():
    return record(OK).recording


def test_a_line_that_ran_again_keeps_its_last_result_and_a_count(recording):
    assert recording.lines[1].count == 1
    assert (recording.lines[3].text, recording.lines[3].count) == ("done again", 2)


def test_a_sub_task_keeps_its_first_and_its_last_path(recording):
    first, second = recording.subtasks
    assert (first.plans, second.plans) == (2, 1)
    np.testing.assert_allclose(first.first_path[0], [0.4, 0.0, 0.3])
    np.testing.assert_allclose(first.last_path[0], [0.41, 0.0, 0.3])
    np.testing.assert_array_equal(second.first_path, second.last_path)


def test_an_instant_is_kept_once_and_the_last_one_always(recording):
    times = [each.time for each in recording.moments]
    np.testing.assert_allclose(times, [0.0, 0.2, 0.3])
    assert [each.moment for each in recording.subtasks] == [0, 1]
    few = record(OK, RecorderConfig(moments=2)).recording
    np.testing.assert_allclose([each.time for each in few.moments], [0.0, 0.3])


def test_the_hand_is_followed_from_the_start_of_the_episode(recording):
    np.testing.assert_allclose(recording.hand.time, [0.0, 0.1, 0.2, 0.3])
    np.testing.assert_allclose(recording.hand.p_world[:, 0], [0.4, 0.41, 0.42, 0.43])
    assert recording.seconds == pytest.approx(0.3)


def test_shares_of_the_stages_add_up_to_one(recording):
    stages = timings(recording)
    assert set(stages) == {"write", "perceive", "plan"}
    assert sum(each.share for each in stages.values()) == pytest.approx(1.0)
    assert stages["plan"].median_ms == pytest.approx(20.0)
    assert stages["plan"].p95_ms > stages["plan"].median_ms


def test_thinning_a_map_loses_no_single_voxel():
    config = RecorderConfig(layer_voxels=25)
    recipe = maps().affordance
    assert recipe is not None
    layer = thin_layer("affordance", rasterise(recipe, GRID), config)
    assert max(layer.values.shape) <= 25
    assert layer.default == 0.0
    centre = layer.lower + (np.argwhere(layer.values == 1.0) + 0.5) * layer.voxel_size
    goal = GRID.to_world(np.array([[51, 51, 51]]))
    assert len(centre) == 1
    assert (np.abs(centre - goal) <= layer.voxel_size / 2).all()


def test_a_thinned_map_covers_the_box_whatever_its_shape():
    values = np.zeros((101, 3, 49), np.float32)
    values[100, 2, 48] = -2.0
    layer = thin_layer("velocity", values, RecorderConfig(layer_voxels=20))
    upper = layer.lower + layer.voxel_size * layer.values.shape
    assert (upper >= np.array(GRID.upper) - 1e-9).all()
    assert layer.values[-1, -1, -1] == -2.0


def test_maps_are_fetched_where_the_events_do_not_bring_them():
    asked: list[tuple[int, Kind]] = []

    def fetch(index: int, kind: Kind) -> np.ndarray | None:
        asked.append((index, kind))
        return np.zeros((4, 4, 4), np.float32) if kind == "affordance" else None

    recorder = Recorder("wave", fetch)
    recorder.listen(observation(0.0), [started(5)])
    assert asked == [(5, "affordance"), (5, "avoidance")]
    assert [each.kind for each in recorder.recording.subtasks[0].layers] == [
        "affordance"
    ]


def test_what_the_safety_filter_changed_is_counted():
    recorder = Recorder("wave")
    command = Command(Pose(np.zeros(3), DOWN), 0.04, 0.02)
    recorder.sent(Sent(command))
    recorder.sent(Sent(command, ("too fast",)))
    recorder.sent(Sent(command, ("too fast",)))
    assert recorder.recording.clipped == {"too fast": 2}


def test_the_facts_survive_json(recording):
    facts = json.loads(json.dumps(episode_json(recording, FACTS)))
    assert facts["success"] is True
    assert facts["verdict"]["reason"] == "OK"
    assert facts["replan_hz"] == 25.0
    assert facts["observations"] == 4
    assert facts["perception"] == "segmentation"
    assert facts["stages"]["plan"]["median_ms"] == pytest.approx(20.0)
    assert [each["plans"] for each in facts["sub_tasks"]] == [2, 1]
    assert facts["sub_tasks"][0]["maps"]["avoidance"]["maximum"] == 1.0


def test_an_episode_that_ended_before_it_began_has_facts_too():
    recording = Recorder("wave").recording
    facts = episode_json(recording, EpisodeFacts(None, "segmentation", "embedded", 0))
    assert (facts["seconds"], facts["verdict"], facts["success"]) == (0.0, None, None)


def test_the_lines_of_a_program_that_was_mended_are_forgotten():
    recorder = Recorder("go")
    recorder.listen(
        observation(0.0),
        [
            ProgramWritten("first", "scripted", False, 0.1),
            LineResult(2, "of the first"),
            ProgramWritten("second", "scripted", False, 0.1),
            LineResult(1, "of the second"),
        ],
    )
    assert recorder.recording.program.source == "second"
    assert list(recorder.recording.lines) == [1]


def test_motion_that_holds_while_a_person_is_waited_for_is_no_plan():
    recorder = Recorder("go")
    holding = replace(segment(1, 0, 0.1), holding=True)
    recorder.listen(observation(0.0), [started(0), segment(0, 0, 0.0)])
    recorder.listen(observation(0.1), [holding])
    (subtask,) = recorder.recording.subtasks
    assert subtask.plans == 1
    assert subtask.last_path is subtask.first_path
    assert len(recorder.recording.stage_seconds["plan"]) == 1
