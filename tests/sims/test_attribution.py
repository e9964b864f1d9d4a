"""What each stage loses: runs that share their seeds, and a table that adds up."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from planner.errors import InvalidRequestError
from sims import attribution, benchmark, cli
from sims.attribution import FILE, arms, attribute
from sims.benchmark import jobs
from sims.episode_result import EpisodeResult
from sims.reports.provenance import Provenance
from sims.reports.report import read_report
from sims.suites import SUITES, BenchConfig

SUITE = "voxposer-blocks"
CONFIG = BenchConfig(suite=SUITE, episodes=1, workers=1)
REFUSED = 2
# Which episodes each arm wins, by the episode's place in its run.
WINS = {
    "default": lambda n: n % 2 == 0,
    "perception": lambda n: n % 2 == 0 or n % 8 == 1,
    "program": lambda n: n % 2 == 0 or n % 4 == 1,
    "both": lambda n: n % 4 < 3 and n != 4,
}


def arm_of(config):
    named = {(each.perception, each.policy): n for n, each in arms(CONFIG).items()}
    return named[config.perception, config.policy]


@pytest.fixture
def scripted(monkeypatch):
    """Episodes that cost nothing; notes which were played, by arm."""
    played = []

    def play_all(config, left, record):
        del record  # scripted
        order = {(job.task, job.index): n for n, job in enumerate(jobs(config))}
        for job in left:
            played.append((arm_of(config), job.task, job.index, job.seed))
            won = WINS[arm_of(config)](order[job.task, job.index])
            words = ("", "OK") if won else ("program", "PROGRAM_FAILED")
            yield EpisodeResult(
                job.task, job.index, job.seed, "go", won, *words, "", 3.0, 20.0, 0, ""
            )

    monkeypatch.setattr(benchmark, "_run_all", play_all)
    monkeypatch.setattr(benchmark, "provenance", lambda **_: Provenance({"a": "1"}))
    return played


def test_every_arm_plays_the_same_seeds_and_differs_in_one_stage(scripted, tmp_path):
    attribute(CONFIG, tmp_path)
    seeds = {
        arm: {each[1:] for each in scripted if each[0] == arm} for arm in arms(CONFIG)
    }
    assert all(each == seeds["default"] for each in seeds.values())
    assert len(seeds["default"]) == len(SUITES[SUITE])
    asked = {name: (e.seen_by, e.written_by) for name, e in arms(CONFIG).items()}
    assert asked == {
        "default": ("segmentation", "embedded"),
        "perception": ("oracle", "embedded"),
        "program": ("segmentation", "reference"),
        "both": ("oracle", "reference"),
    }


def test_the_table_adds_up(scripted, tmp_path):
    found = attribute(CONFIG, tmp_path)
    won, of = found.default_won
    for each in found.losses:
        assert each.of == of
        assert each.won == won + round(each.lost * of)
        assert each.newcombe[0] <= each.lost <= each.newcombe[1]
        assert each.wilson[0] <= each.won / of <= each.wilson[1]
        rows = found.comparisons[each.arm].rows
        by_task = sum(row.pairs.only_b - row.pairs.only_a for row in rows[:-1])
        assert by_task == each.won - won
    both = found.losses[-1]
    assert both.arm == "both"
    assert won / of + both.lost + found.rest == pytest.approx(1.0)


def test_an_arm_that_is_the_same_loses_nothing(scripted, tmp_path, monkeypatch):
    monkeypatch.setitem(WINS, "perception", WINS["default"])
    loss = attribute(CONFIG, tmp_path).losses[0]
    assert (loss.arm, loss.lost, loss.mcnemar_p) == ("perception", 0.0, 1.0)


def test_a_run_killed_anywhere_goes_on_and_comes_to_the_same(scripted, tmp_path):
    whole = attribute(CONFIG, tmp_path / "whole").facts()
    total, rng = len(scripted), np.random.default_rng(0)
    for killed_at in (0, int(rng.integers(1, total)), total - 1):
        out = tmp_path / f"killed{killed_at}"
        scripted.clear()
        seen = []

        def die(arm, result, seen=seen, at=killed_at):
            if len(seen) == at:
                raise KeyboardInterrupt
            seen.append(result)

        with pytest.raises(KeyboardInterrupt):
            attribute(CONFIG, out, die)
        scripted.clear()
        assert attribute(CONFIG, out).facts() == whole
        assert len(scripted) == total - killed_at - 1  # the last was noted already


def test_each_arm_leaves_a_report_that_others_can_be_compared_with(scripted, tmp_path):
    attribute(CONFIG, tmp_path)
    for name in arms(CONFIG):
        assert read_report(tmp_path / name).suite == SUITE
    compared = CliRunner().invoke(
        cli.app,
        ["bench", "compare", str(tmp_path / "default"), str(tmp_path / "both")],
    )
    assert compared.exit_code == 0
    assert "policy: A pipeline, B expert" in " ".join(compared.stderr.split())


@pytest.mark.parametrize(
    "asked",
    [{"perception": "oracle"}, {"policy": "greedy"}, {"endpoint": "127.0.0.1:1"}],
)
def test_what_leaves_no_stage_to_replace_is_refused(asked, tmp_path):
    with pytest.raises(InvalidRequestError, match="replaced"):
        attribute(BenchConfig(suite=SUITE, **asked), tmp_path)


def test_the_command_prints_the_table_and_leaves_its_facts(scripted, tmp_path):
    verb = ["bench", "attribute", "--suite", SUITE, "--episodes", "1"]
    verb += ["--workers", "1", "--json", "--out", str(tmp_path)]
    result = CliRunner().invoke(cli.app, verb)
    assert result.exit_code == 0, result.output
    facts = json.loads(result.stdout.splitlines()[-1])
    assert facts == json.loads((tmp_path / FILE).read_text())
    assert facts["kind"] == attribution.KIND
    told = " ".join(result.stderr.split())
    for name, each in facts["oracles"].items():
        assert f"{name}: " in told
        assert f"{each['won']} of {each['of']}" in told
        assert f"{100 * each['lost']:+.1f} (" in told
    assert facts["default"]["won"] == 11
    assert "11 of 21 52.4 (32 to 72)" in told
