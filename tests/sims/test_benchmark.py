import json
from dataclasses import asdict
from types import SimpleNamespace

import grpc
import pytest
from scipy.stats import norm

from planner.errors import PlanningError
from planner.rpc.client_types import PlannerRpcError
from sims import benchmark
from sims.benchmark import jobs, report_on, run
from sims.episode_result import EpisodeResult
from sims.reports.page import write_report
from sims.reports.provenance import Provenance, provenance
from sims.reports.report import Report
from sims.suites import BenchConfig, episode_seed


def result(task="push-button", index=0, success=True, stage="", **changes):
    facts = {
        "task": task,
        "index": index,
        "seed": episode_seed(0, task, index),
        "instruction": "push the red button",
        "success": success,
        "stage": stage,
        "reason": "OK" if success else "NOT_PRESSED",
        "message": "",
        "seconds": 3.0,
        "replan_hz": 20.0,
        "clipped": 0,
        "state_hash": "",
    }
    return EpisodeResult(**(facts | changes))


@pytest.fixture
def scripted(monkeypatch):
    """Episodes that cost nothing; every third one fails."""
    played = []

    def play_all(config, left, record):
        del record  # scripted
        for job in left:
            played.append((job.task, job.index))
            failed = job.index % 3 == 2
            yield result(
                job.task,
                job.index,
                not failed,
                "grasp" if failed else "",
                seed=job.seed,
            )

    monkeypatch.setattr(benchmark, "_run_all", play_all)
    monkeypatch.setattr(benchmark, "provenance", lambda **_: Provenance({"a": "1"}))
    return played


CONFIG = BenchConfig(episodes=6, workers=1)


def files_of_report(out):
    write_report(report_on(CONFIG, out, run(CONFIG, out)), out)
    return [(out / f"report.{kind}").read_text() for kind in ("json", "html")]


def test_a_run_killed_anywhere_and_resumed_gives_the_same_report(scripted, tmp_path):
    whole = files_of_report(tmp_path / "whole")
    journal = (tmp_path / "whole" / "episodes.jsonl").read_text().splitlines(True)
    made = (tmp_path / "whole" / "made_with.jsonl").read_text()
    for killed_at in (0, 1, 7, len(journal)):
        out = tmp_path / f"killed{killed_at}"
        out.mkdir()
        torn = '{"task": "push-but' if killed_at < len(journal) else ""
        (out / "episodes.jsonl").write_text("".join(journal[:killed_at]) + torn)
        (out / "made_with.jsonl").write_text(made if killed_at else made[:20])
        scripted.clear()
        assert files_of_report(out) == whole
        assert len(scripted) == len(journal) - killed_at


def test_a_run_that_goes_on_elsewhere_tells_both(scripted, tmp_path, monkeypatch):
    first, later = Provenance({"a": "1"}), Provenance({"a": "2"}, "f00", dirty=True)
    run(BenchConfig(episodes=1), tmp_path)
    run(BenchConfig(episodes=1), tmp_path)  # nothing is left, so nothing is made
    monkeypatch.setattr(benchmark, "provenance", lambda **_: later)
    assert report_on(CONFIG, tmp_path, []).made_with == (first,)
    results = run(BenchConfig(episodes=2), tmp_path)
    assert report_on(CONFIG, tmp_path, results).made_with == (first, later)


def test_a_resumed_run_can_be_resumed_again(scripted, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "episodes.jsonl").write_text('{"torn')
    run(CONFIG, out)
    scripted.clear()
    run(CONFIG, out)
    assert scripted == []


def test_a_run_through_a_server_tells_what_the_server_is(
    scripted, monkeypatch, tmp_path
):
    class Client:
        def __init__(self, address):
            assert address == "127.0.0.1:7"

        def __enter__(self):
            return self

        def __exit__(self, *_): ...
        def wait_ready(self): ...

        def server_info(self):
            return SimpleNamespace(
                version="9.9", language="openai", perception="oracle", grid=(1, 1, 1)
            )

    monkeypatch.setattr(benchmark, "PlannerClient", Client)
    monkeypatch.setattr(benchmark, "provenance", provenance)
    config = BenchConfig(episodes=1, endpoint="127.0.0.1:7")
    (made,) = report_on(config, tmp_path, run(config, tmp_path)).made_with
    server = {"version": "9.9", "language": "openai", "perception": "oracle"}
    assert made.server == server
    assert not made.flow  # the server has those


def test_more_episodes_later_keep_the_earlier_ones(scripted, tmp_path):
    run(BenchConfig(episodes=2), tmp_path)
    scripted.clear()
    run(BenchConfig(episodes=3), tmp_path)
    assert {index for _, index in scripted} == {2}


def test_episodes_of_other_settings_are_not_mixed_in(scripted, tmp_path):
    run(CONFIG, tmp_path)
    with pytest.raises(PlanningError, match="other"):
        run(BenchConfig(episodes=6, workers=1, perception="oracle"), tmp_path)


def test_a_run_of_before_a_setting_could_be_chosen_goes_on_with_its_default(
    scripted, tmp_path
):
    run(CONFIG, tmp_path)
    path = tmp_path / "settings.json"
    settings = json.loads(path.read_text())
    del settings["randomise"]
    path.write_text(json.dumps(settings))
    scripted.clear()
    run(CONFIG, tmp_path)
    assert scripted == []
    with pytest.raises(PlanningError, match="other"):
        run(BenchConfig(episodes=6, workers=1, randomise="full"), tmp_path)


def test_a_seed_belongs_to_its_episode_alone():
    few, many = jobs(BenchConfig(episodes=2)), jobs(BenchConfig(episodes=5))
    seeds = {(j.task, j.index): j.seed for j in many}
    assert all(seeds[j.task, j.index] == j.seed for j in few)
    assert len(set(seeds.values())) == len(seeds)
    assert jobs(BenchConfig(episodes=2, seed=1))[0].seed != few[0].seed


def test_an_unknown_suite_is_told_with_the_known_ones():
    with pytest.raises(PlanningError, match="smoke"):
        jobs(BenchConfig(suite="nope"))


def test_the_report_counts_failures_by_stage_and_has_the_wilson_interval():
    results = [
        result(task, i, i < 8, "" if i < 8 else "grasp")
        for task in benchmark.SUITES["smoke"]
        for i in range(10)
    ]
    report = Report(asdict(BenchConfig()), (), tuple(results))
    task = json.loads(json.dumps(report.facts()))["tasks"]["push-button"]
    assert task["success_rate"] == 0.8
    assert task["failures"] == {"grasp": 2}
    # Wilson (1927), by hand.
    n, p, z = 10, 0.8, norm.ppf(0.975)
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * (p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5
    assert task["wilson"] == pytest.approx([middle - half, middle + half], abs=1e-4)


def test_a_result_survives_its_journal():
    one = result(success=False, stage="plan", touched=("table",), peak_jerk=3.5)
    assert EpisodeResult.of(json.loads(json.dumps(asdict(one)))) == one


def test_a_session_that_breaks_is_one_failed_episode():
    def refused(stage):
        raise PlannerRpcError(
            grpc.StatusCode.UNAVAILABLE, "NO_SERVER", "the server is gone", {}
        )

    got = benchmark.run_job(benchmark.Job("push-button", 3, 7), refused)
    assert (got.success, got.stage, got.reason) == (False, "request", "NO_SERVER")
    assert (got.index, got.seed) == (3, 7)
