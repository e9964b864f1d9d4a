"""Jobs run somewhere: the same results wherever, as soon as they are there."""

import os
from functools import partial

import pytest
from typer.testing import CliRunner

from planner.errors import InvalidRequestError, MissingExtraError
from sims import cli, extras
from sims.benchmark import report_on, run
from sims.errors import ClusterDiffersError, NoClusterError, WorkersLostError
from sims.executors import Here, Processes, executor_for
from sims.reports.provenance import versions
from sims.suites import BenchConfig
from tests.sims.squares import squares

REFUSED = 2


def test_one_worker_is_this_process_and_keeps_the_order():
    assert executor_for(1) == Here()
    results = list(Here().run(squares, [3, 1, 2]))
    assert results == [(9, os.getpid()), (1, os.getpid()), (4, os.getpid())]


def test_nothing_starts_before_the_first_result_is_asked_for():
    results = Here().run(partial(squares, 1), [1])
    with pytest.raises(InvalidRequestError):
        next(results)


def test_where_there_is_nothing_to_do_nothing_is_opened():
    def opening():
        raise AssertionError

    for executor in (Here(), Processes(2)):
        assert list(executor.run(opening, [])) == []


def test_several_workers_answer_every_job_elsewhere():
    results = list(Processes(2).run(squares, range(6)))
    assert sorted(square for square, _ in results) == [0, 1, 4, 9, 16, 25]
    assert os.getpid() not in {process for _, process in results}


@pytest.mark.slow
def test_a_process_that_dies_is_told_with_what_to_do():
    with pytest.raises(WorkersLostError, match="goes on where it stopped"):
        list(Processes(2).run(partial(squares, dying=2), range(4)))


def test_a_cluster_without_the_extra_is_refused_before_anything_runs(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    for verb in ([], ["attribute"]):
        options = ["--suite", "smoke", "--ray", "local", "--out", str(tmp_path / "x")]
        result = CliRunner().invoke(cli.app, ["bench", *verb, *options])
        assert result.exit_code == REFUSED
        assert "pip install 'voxfield[ray]'" in result.output.replace("\n", " ")
    assert not (tmp_path / "x").exists()


@pytest.fixture
def on_ray():
    try:
        from sims import on_ray  # noqa: PLC0415
    except MissingExtraError:
        pytest.skip("ray is not installed")
    return on_ray


@pytest.mark.parametrize("address", ["127.0.0.1:9", "ray://127.0.0.1:9", "nonsense"])
def test_an_address_where_no_cluster_answers_is_told_at_once(on_ray, address):
    with pytest.raises(NoClusterError, match="ray start --head"):
        next(on_ray.OnRay(address).run(squares, [1]))


def test_machines_of_other_versions_are_refused(on_ray):
    on_ray.check_versions(versions())
    with pytest.raises(ClusterDiffersError) as failure:
        on_ray.check_versions(versions() | {"numpy": "1.0"})
    assert failure.value.differing == {"numpy": (versions()["numpy"], "1.0")}


def test_nothing_is_reported_to_the_makers_of_ray(on_ray):
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"


@pytest.mark.slow
def test_a_local_cluster_of_two_plays_the_same_episodes(on_ray, tmp_path):
    here = BenchConfig(episodes=1)
    there = BenchConfig(episodes=1, workers=2, ray="local")
    with pytest.raises(InvalidRequestError, match="no square of 3"):
        list(on_ray.OnRay("local", 2).run(partial(squares, 3), range(6)))
    one = report_on(here, tmp_path / "a", run(here, tmp_path / "a")).facts()
    other = report_on(there, tmp_path / "b", run(there, tmp_path / "b")).facts()
    assert not on_ray.ray.is_initialized()
    for each in (*one["episodes"], *other["episodes"]):
        del each["replan_hz"]  # of the machine
    assert one["episodes"] == other["episodes"]
    assert one["settings"] == other["settings"]
    # A run goes on wherever it is.
    assert run(here, tmp_path / "b") == run(there, tmp_path / "b")
