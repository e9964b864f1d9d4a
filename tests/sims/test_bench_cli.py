"""What `bench` leaves and prints, and what `bench compare` answers."""

import json

import pytest
from typer.testing import CliRunner

from sims import benchmark, cli
from sims.episode_result import EpisodeResult
from sims.reports.provenance import Provenance
from sims.reports.report import read_report

REFUSED = 2


@pytest.fixture
def scripted(monkeypatch):
    """Episodes that cost nothing; those of the chosen indices fail."""
    failing = set()

    def play_all(config, left, record):
        del record  # scripted
        for job in left:
            lost = job.index in failing
            yield EpisodeResult(
                job.task,
                job.index,
                job.seed,
                "press it",
                not lost,
                "plan" if lost else "",
                "UNREACHABLE" if lost else "OK",
                "no free path [1]" if lost else "done",
                3.0,
                20.0,
                0,
                "",
            )

    monkeypatch.setattr(benchmark, "_run_all", play_all)
    monkeypatch.setattr(benchmark, "provenance", lambda **_: Provenance({"a": "1"}))
    return failing


def voxfield(*arguments):
    return CliRunner().invoke(cli.app, [str(each) for each in arguments])


def bench(out, *more):
    verb = ("bench", "--suite", "smoke", "--workers", 1, "--out", out)
    return voxfield(*verb, "--episodes", 4, *more)


def told(result):
    return " ".join(result.stderr.split())


def test_a_run_leaves_its_report_and_prints_the_same(scripted, tmp_path):
    scripted |= {2}
    result = bench(tmp_path, "--json")
    assert result.exit_code == 0
    printed = json.loads(result.stdout.splitlines()[-1])
    assert printed == json.loads((tmp_path / "report.json").read_text())
    assert len(printed["episodes"]) == 16
    assert printed["failures"] == {"plan": 4}
    assert "UNREACHABLE" in (tmp_path / "report.html").read_text()
    assert "report.html" in told(result)


def test_two_runs_are_compared_by_their_folders_or_files(scripted, tmp_path):
    scripted |= {0, 2}
    bench(tmp_path / "a")
    scripted -= {0, 2}
    bench(tmp_path / "b", "--perception", "oracle")
    result = voxfield(
        "bench", "compare", tmp_path / "a", tmp_path / "b" / "report.json", "--json"
    )
    assert result.exit_code == 0
    facts = json.loads(result.stdout.splitlines()[-1])
    assert facts["all"]["difference"] == 0.5
    assert facts["all"]["mcnemar_p"] == pytest.approx(2 / 2**8)
    assert facts["settings_that_differ"]["perception"]["b"] == "oracle"
    assert "16 8 0 8 0 +50.0 (+21 to +72) 0.0078" in told(result)
    assert "A, the first, succeeded in 8 of 16, B in 16." in told(result)
    assert "no free path [1]" in told(result)


def test_the_report_of_a_folder_is_the_one_that_is_read(scripted, tmp_path):
    bench(tmp_path)
    assert len(read_report(tmp_path).episodes) == 16


def test_episodes_without_a_pair_are_told(scripted, tmp_path):
    bench(tmp_path / "a")
    voxfield("bench", "--episodes", 1, "--workers", 1, "--out", tmp_path / "b")
    result = voxfield("bench", "compare", tmp_path / "a", tmp_path / "b")
    assert "not paired, and left out: 12 episodes of A, 0 of B" in told(result)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("compare",), "two reports"),
        (("compare", "a.json"), "two reports"),
        (("compare", "a.json", "b.json", "c.json"), "two reports"),
        (("planner", "a.json"), "unexpected extra argument"),
    ],
)
def test_the_wrong_count_of_reports_is_refused(arguments, words):
    result = voxfield("bench", *arguments)
    assert result.exit_code == REFUSED
    assert words in result.stderr


def test_a_file_that_is_not_there_or_no_report_is_refused_in_a_sentence(
    scripted, tmp_path
):
    bench(tmp_path / "a")
    absent = voxfield("bench", "compare", tmp_path / "a", tmp_path / "none.json")
    assert absent.exit_code == REFUSED
    assert "none.json" in told(absent).replace(" ", "")
    journal = tmp_path / "a" / "episodes.jsonl"
    other = voxfield("bench", "compare", tmp_path / "a", journal)
    assert other.exit_code == REFUSED
    assert "--out DIR" in told(other)
    assert "Traceback" not in other.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("--suite", "smoke", "--out", "/dev/null/x"),
        ("compare", "no.json", "other.json"),
    ],
)
def test_a_refusal_is_told_as_json_where_that_is_asked_for(arguments):
    result = voxfield("bench", *arguments, "--json")
    assert result.exit_code == REFUSED
    told = json.loads(result.stdout.splitlines()[-1])
    assert told["success"] is False
    assert told["message"]
