import json

from typer.testing import CliRunner

from sims import cli
from sims.episode_result import EpisodeResult
from sims.reports.page import write_report
from sims.reports.report import Report
from sims.reports.side_by_side import side_by_side


def episode(task, index, success):
    return EpisodeResult(
        task=task,
        index=index,
        seed=index,
        instruction="do it",
        success=success,
        stage="" if success else "plan",
        reason="OK" if success else "UNREACHABLE",
        message="",
        seconds=1.0,
        replan_hz=20.0,
        clipped=0,
        state_hash="",
    )


def report(suite, policy, *, task, won, of):
    settings = {"suite": suite, "policy": policy, "seed": 0}
    return Report(settings, (), tuple(episode(task, k, k < won) for k in range(of)))


SMOKE = report("smoke", "expert", task="push-button", won=3, of=4)
PUSH = report("push", "expert", task="push-block", won=1, of=2)
OURS = report("smoke", "pipeline", task="push-button", won=2, of=4)


def test_reports_made_alike_share_a_column_and_the_whole_counts_each_episode_once():
    told = side_by_side([SMOKE, PUSH, OURS])
    assert told.head == ("task", "expert", "pipeline")
    assert [row[0] for row in told.rows] == ["push-button", "push-block"]
    assert told.rows[0][1].startswith("3/4 = 75 %")
    assert told.rows[1][2] == "-"
    assert told.whole[1].startswith("4/6 = 67 %")


def test_one_column_leaves_room_for_where_episodes_failed():
    told = side_by_side([SMOKE])
    assert told.head[-1] == "failed at"
    assert told.rows[0][-1] == "plan 1"


def test_published_rows_stand_below_with_the_papers_methods():
    blocks = report("voxposer-blocks", "expert", task="SI-SA/drop", won=1, of=2)
    head, row = side_by_side([blocks]).groups
    assert head[1] == "expert" and "VoxPoser" in head
    assert row[0] == "SI-SA object interaction" and row[1] == "50.0"


def test_the_verb_prints_markdown_on_stdout_and_refuses_what_is_no_report(tmp_path):
    write_report(SMOKE, tmp_path)
    verb = ["bench", "table", str(tmp_path), "--markdown"]
    printed = CliRunner().invoke(cli.app, verb).stdout.splitlines()
    assert printed[0] == "| task | expert | failed at |"
    assert printed[-1].startswith("| **all** | **3/4 = 75 %")
    told = CliRunner().invoke(cli.app, ["bench", "table", str(tmp_path), "--json"])
    assert json.loads(told.stdout)["rows"][0]["task"] == "push-button"
    (tmp_path / "other.json").write_text("{}")
    verb = ["bench", "table", str(tmp_path / "other.json")]
    assert CliRunner().invoke(cli.app, verb).exit_code == 2
    assert CliRunner().invoke(cli.app, ["bench", "table"]).exit_code == 2
