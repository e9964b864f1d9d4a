"""Demonstrations are recorded, kept, numbered and told of as LeRobot reads them."""

import json
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner

from perception.frames import Pose
from perception.observation import Camera, Intrinsics, Observation
from planner.events import ProgramWritten, SegmentPlanned, SubTaskStarted
from planner.execution.arm import Command, Sent
from planner.trajectory import Trajectory
from planner.value_maps import Box, Combine, MapSet, Near, Recipe
from sims import cli
from sims.benchmark import SettingsChangedError
from sims.demonstrations import collect as collecting
from sims.demonstrations.collect import (
    Attempt,
    NoDemonstrationsError,
    collect,
    still_wanted,
)
from sims.demonstrations.demonstration import Demonstration, depth_of, depth_png
from sims.demonstrations.lerobot import whole_stats
from sims.demonstrations.recipes import recipe_facts
from sims.demonstrations.recorder import FrameRecorder
from sims.demonstrations.tables import rows_of
from sims.episode_result import EpisodeResult
from sims.reports.provenance import Provenance
from sims.suites import SUITES, BenchConfig

FAR = Pose(np.array([0.4, 0.0, 0.4]), np.array([0.0, 1.0, 0.0, 0.0]))
CONFIG = BenchConfig(suite="smoke", episodes=2, workers=1)


def observation(k, width):
    depth = np.full((12, 16), 1.0 + 0.01 * k, dtype=np.float32)
    colour = np.full((12, 16, 3), 10 * k % 250, dtype=np.uint8)
    view = Intrinsics(16.0, 16.0, 7.5, 5.5)
    cameras = (
        Camera("front", colour, depth, view, FAR),
        Camera("left", colour, depth, view, FAR),
    )
    return Observation(cameras, FAR, width, np.full(7, 0.1 * k), 0.1 * k)


def recorded(seed=0):
    """Grasp at 12, release at 24: an episode that no simulator was needed for."""
    rng = np.random.default_rng(seed)
    recorder = FrameRecorder(lambda: np.full(7, 0.5))
    recipe = Recipe(0.0, (Box((0, 0, 0), (2, 2, 2), 1.0),))
    started = SubTaskStarted(0, 3, "gripper", MapSet(affordance=recipe), ())
    still = Trajectory(
        np.zeros(1),
        np.zeros((1, 3)),
        np.zeros((1, 3)),
        np.array([[1.0, 0, 0, 0]]),
        np.zeros(1),
    )
    path = np.array([[0.4, 0.0, 0.4], [0.5, 0.1, 0.2]])
    segment = SegmentPlanned(0, 0, still, 1.0, path, 0)
    for k in range(36):
        held = 12 <= k < 24
        closing = 10 <= k < 24
        for _ in range(24):
            recorder.feel(float(rng.uniform(5.0, 9.0)) if held else 0.0)
        events = [ProgramWritten("go()", "x", False, 0.0), started] if k == 0 else []
        width = 0.08 if not closing else max(0.04, 0.08 - 0.02 * (k - 10))
        recorder.listen(observation(k, width), [*events, segment])
        recorder.sent(Sent(Command(FAR, 0.0, 0.02)))
        recorder.sent(Sent(Command(FAR, 0.0 if closing else 0.08, 0.02)))
    return recorder


def result(job, success):
    return EpisodeResult(
        job.task,
        job.index,
        job.seed,
        f"do {job.task}",
        success,
        "" if success else "grasp",
        "OK" if success else "NOT_GRIPPED",
        "",
        3.6,
        20.0,
        0,
        f"{job.seed}",
    )


@pytest.fixture(scope="module")
def made():
    demonstration = Demonstration.of(recorded())
    return demonstration.facts, demonstration.files()


@pytest.fixture
def scripted(monkeypatch, made):
    """Attempts that cost nothing; those in `failing` fail."""
    facts, files = made
    script = SimpleNamespace(failing=set(), played=[], stop_after=None)

    @contextmanager
    def opened(config):
        def attempt(job):
            if (
                script.stop_after is not None
                and len(script.played) >= script.stop_after
            ):
                raise KeyboardInterrupt
            script.played.append((job.task, job.index))
            success = (job.task, job.index) not in script.failing
            told = result(job, success)
            return Attempt(told, facts, files) if success else Attempt(told)

        yield attempt

    monkeypatch.setattr(collecting, "_opened", opened)
    made_with = Provenance({"a": "1"})
    monkeypatch.setattr("sims.benchmark.provenance", lambda **_: made_with)
    return script


def content(folder):
    """All files of the dataset itself."""
    parts = [folder / name for name in ("meta", "data", "videos")]
    files = [path for part in parts for path in part.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(files)}


def test_a_demonstration_has_its_keyposes_sub_goals_and_recipes(made):
    facts, files = made
    assert [(g["frame"], g["kind"]) for g in facts["sub_goals"]] == [
        (13, "grasp"),
        (24, "grasp"),
    ]
    assert facts["keyposes"] == [13, 24, 35]
    (sub_task,) = facts["sub_tasks"]
    assert (sub_task["frame"], sub_task["line"]) == (0, 3)
    assert sub_task["goal_world"] == [0.5, 0.1, 0.2]
    assert facts["program"] == "go()"
    assert json.loads(json.dumps(facts)) is not None
    rows = rows_of(files["frames.parquet"])
    assert len(rows) == facts["length"] == 36
    assert [row["goal_frame"] for row in rows[:14]] == [13] * 14
    assert rows[20]["sub_task"] == 0
    assert rows[9]["action"][-1] == pytest.approx(0.08)
    assert rows[10]["action"][-1] == 0.0  # the last command before the next frame
    assert rows[20]["observation.finger_force"] > 5.0
    assert rows[30]["observation.finger_force"] == 0.0
    depth = depth_of(rows[7]["observation.depth.front"]["bytes"])
    np.testing.assert_allclose(depth, 1.07, atol=5e-4)
    assert {"front.mp4", "left.mp4"} <= set(files)


def test_depth_survives_its_picture_to_half_a_millimetre():
    depth = np.random.default_rng(0).uniform(0.0, 4.0, (12, 16)).astype(np.float32)
    depth[3, 4] = 0.0
    told = depth_of(depth_png(depth))
    assert np.abs(told - depth).max() <= 0.00051
    assert told[3, 4] == 0.0


def test_a_recipe_is_told_whole():
    cells = np.array([[1, 2, 3], [4, 5, 6]])
    recipe = Recipe(
        0.0,
        (
            Box((0, 0, 0), (2, 2, 2), 1.0),
            Near.of(cells, 0.05, 0.5),
            Combine("max", Recipe(0.25), reflected=True),
        ),
    )
    told = json.loads(json.dumps(recipe_facts(recipe)))
    assert told["operations"][0]["upper"] == [2, 2, 2]
    assert told["operations"][1]["voxels"] == cells.tolist()
    assert told["operations"][2]["operand"]["default"] == 0.25


def test_only_successes_are_kept_and_failures_are_made_good(scripted, tmp_path):
    scripted.failing = {("push-button", 0), ("push-button", 2)}
    found = collect(CONFIG, tmp_path)
    told = found.facts()
    assert told["of_tasks"] == dict.fromkeys(SUITES["smoke"], 2)
    assert told["failed_of_tasks"] == {"push-button": 2}
    assert told["missing"] == {}
    tries = [index for task, index in scripted.played if task == "push-button"]
    assert tries == [0, 1, 2, 3]
    assert len(scripted.played) == 10
    assert not (tmp_path / "staged").exists() or not list(
        (tmp_path / "staged").iterdir()
    )


def test_a_task_that_fails_too_often_is_told_and_the_others_are_kept(
    scripted, tmp_path
):
    scripted.failing = {("push-button", index) for index in range(1, 100)}
    found = collect(CONFIG, tmp_path)
    assert found.missing == {"push-button": 1}
    assert len(found.kept) == 7
    assert len(found.failed) == 5  # of six tries


def test_an_expert_that_succeeds_nowhere_is_told(scripted, tmp_path):
    scripted.failing = {(task, index) for task in SUITES["smoke"] for index in range(9)}
    with pytest.raises(NoDemonstrationsError, match=r"attempts\.jsonl"):
        collect(CONFIG, tmp_path)


def test_the_layout_is_that_of_a_lerobot_dataset(scripted, tmp_path):
    scripted.failing = {("push-button", 0)}
    collect(CONFIG, tmp_path)
    info = json.loads((tmp_path / "meta/info.json").read_text())
    assert info["codebase_version"] == "v3.0"
    assert (info["total_episodes"], info["total_frames"]) == (8, 8 * 36)
    assert (info["total_tasks"], info["fps"]) == (4, 10)
    assert info["features"]["observation.state"]["shape"] == [15]
    assert info["features"]["observation.images.front"]["dtype"] == "video"
    episodes = rows_of(
        (tmp_path / "meta/episodes/chunk-000/file-000.parquet").read_bytes()
    )
    tasks = rows_of((tmp_path / "meta/tasks.parquet").read_bytes())
    index = 0
    for number, episode in enumerate(episodes):
        assert episode["episode_index"] == number
        assert episode["dataset_from_index"] == index
        place = {
            "chunk_index": episode["data/chunk_index"],
            "file_index": episode["data/file_index"],
        }
        rows = rows_of((tmp_path / info["data_path"].format(**place)).read_bytes())
        numeric = set(info["features"]) - {
            name for name, each in info["features"].items() if each["dtype"] == "video"
        }
        assert set(rows[0]) == numeric
        assert [row["index"] for row in rows] == list(range(index, index + 36))
        assert {row["episode_index"] for row in rows} == {number}
        assert [row["timestamp"] for row in rows] == pytest.approx(
            [k / 10 for k in range(36)]
        )
        (task,) = {row["task_index"] for row in rows}
        assert episode["tasks"] == [tasks[task]["task"]]
        assert tasks[task]["task_index"] == task
        film = info["video_path"].format(
            video_key="observation.images.left",
            chunk_index=episode["videos/observation.images.left/chunk_index"],
            file_index=episode["videos/observation.images.left/file_index"],
        )
        assert (tmp_path / film).stat().st_size > 0
        index = episode["dataset_to_index"]
    assert index == info["total_frames"]


def test_a_run_that_was_stopped_anywhere_goes_on_to_the_same_dataset(
    scripted, tmp_path
):
    scripted.failing = {("push-button", 0), ("open-drawer", 1)}
    collect(CONFIG, tmp_path / "whole")
    for stop in (0, 3, 9):
        scripted.played, scripted.stop_after = [], stop
        out = tmp_path / f"stopped{stop}"
        with pytest.raises(KeyboardInterrupt):
            collect(CONFIG, out)
        (out / "attempts.jsonl").open("a").write('{"result": {"torn')
        scripted.stop_after = None
        collect(CONFIG, out)
        assert content(out) == content(tmp_path / "whole")


def test_a_run_stopped_while_episodes_are_put_in_place_goes_on(
    scripted, tmp_path, monkeypatch
):
    collect(CONFIG, tmp_path / "whole")
    place = collecting.place_episode

    def stopping(out, staged, kept, number):
        place(out, staged, kept, number)
        if number == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(collecting, "place_episode", stopping)
    with pytest.raises(KeyboardInterrupt):
        collect(CONFIG, tmp_path / "stopped")
    monkeypatch.setattr(collecting, "place_episode", place)
    scripted.played = []
    collect(CONFIG, tmp_path / "stopped")
    assert scripted.played == []
    assert content(tmp_path / "stopped") == content(tmp_path / "whole")


def test_more_demonstrations_later_keep_the_numbers_of_the_earlier(scripted, tmp_path):
    scripted.failing = {("push-button", 0)}
    first = collect(CONFIG, tmp_path)
    more = collect(BenchConfig(suite="smoke", episodes=3, workers=1), tmp_path)
    before = [(each.result.task, each.result.index) for each in first.kept]
    after = [(each.result.task, each.result.index) for each in more.kept]
    assert after[: len(before)] == before
    assert len(after) == 12
    assert len(scripted.played) == len(set(scripted.played))


def test_demonstrations_of_other_settings_are_not_mixed_in(scripted, tmp_path):
    collect(CONFIG, tmp_path)
    with pytest.raises(SettingsChangedError):
        collect(BenchConfig(episodes=2, workers=1, randomise="full"), tmp_path)


def test_what_is_wanted_is_enough_if_nothing_fails():
    left = still_wanted(CONFIG, {})
    assert [(job.task, job.index) for job in left] == [
        (task, index) for index in range(2) for task in SUITES["smoke"]
    ]
    done = {(job.task, job.index): Attempt(result(job, job.index > 0)) for job in left}
    assert [job.index for job in still_wanted(CONFIG, done)] == [2, 2, 2, 2]


def test_stats_of_all_are_those_of_all_their_rows():
    rng = np.random.default_rng(0)
    parts = [rng.normal(size=(n, 3)) * n for n in (5, 40, 9)]

    def stats(rows):
        kinds = ("min", "max", "mean", "std")
        told = {kind: getattr(rows, kind)(axis=0).tolist() for kind in kinds}
        return {"x": told | {"count": [len(rows)]}}

    told, true = (
        whole_stats([stats(rows) for rows in parts]),
        stats(np.concatenate(parts)),
    )
    for kind, values in true["x"].items():
        np.testing.assert_allclose(told["x"][kind], values, atol=1e-12)


def test_the_verb_tells_what_was_collected(scripted, tmp_path):
    scripted.failing = {("push-button", index) for index in range(1, 100)}
    options = ["--episodes", "2", "--workers", "1", "--json", "--out", str(tmp_path)]
    done = CliRunner().invoke(cli.app, ["collect", "--suite", "smoke", *options])
    assert done.exit_code == 1
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["missing"] == {"push-button": 1}
    assert "5 attempts failed" in " ".join(done.stderr.split())


@pytest.mark.slow
def test_the_expert_s_demonstrations_have_the_sub_goals_of_their_tasks(tmp_path):
    found = collect(BenchConfig(episodes=1, workers=2), tmp_path)
    kinds = {
        each.result.task: [goal["kind"] for goal in each.facts["sub_goals"]]
        for each in found.kept
    }
    assert kinds["block-in-bowl"] == ["grasp", "grasp"]
    assert kinds["push-button"] == ["contact"]
    assert kinds["open-drawer"][0] == "grasp"
    assert kinds["reach-avoiding"] == []


@pytest.mark.slow
def test_lerobot_itself_reads_it(tmp_path, scripted):
    datasets = pytest.importorskip("lerobot.datasets.lerobot_dataset")
    collect(CONFIG, tmp_path)
    dataset = datasets.LeRobotDataset("voxfield/smoke", root=tmp_path)
    assert (len(dataset), dataset.num_episodes) == (8 * 36, 8)
    item = dataset[40]
    assert item["task"].startswith("do ")
    assert tuple(item["action"].shape) == (8,)
    assert tuple(item["observation.images.front"].shape) == (3, 12, 16)
    assert int(item["observation.depth.front"].max()) == 1040
