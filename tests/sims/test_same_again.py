"""The same seed gives the same episodes: in any process, through a server, resumed."""

import json
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict

import numpy as np
import pytest

from planner.config import open_pipeline
from planner.rpc.server import running_server
from sims.benchmark import EPISODES, run
from sims.journal import read_journal
from sims.reports.report import FILE
from sims.sessions import bench_settings
from sims.suites import BenchConfig

PATIENCE = 600.0  # [s] of the clock


def same_in_both(results):
    """What a machine's speed has no part in."""
    return [asdict(each) | {"replan_hz": 0.0} for each in results]


@pytest.mark.slow
def test_a_suite_ends_in_the_same_states_in_process_and_through_a_server(tmp_path):
    local = BenchConfig(episodes=1, seed=4)
    with (
        open_pipeline(bench_settings(local)) as pipeline,
        running_server(pipeline) as address,
    ):
        remote = BenchConfig(episodes=1, seed=4, endpoint=address, workers=2)
        served = run(remote, tmp_path / "served")
    direct = run(local, tmp_path / "direct")
    assert same_in_both(direct) == same_in_both(served)
    assert len({each.state_hash for each in direct}) == 4


@contextmanager
def begun(out, *options):
    command = "import sims.cli; sims.cli.main()"
    verb = ("bench", "--suite", "smoke", "--workers", "2", "--seed", "5")
    process = subprocess.Popen(
        [sys.executable, "-c", command, *verb, *options, "--out", str(out)],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def finish(out, *options):
    with begun(out, *options) as process:
        assert process.wait(PATIENCE) == 0


def report_of(out):
    """A report without when and where it was made, and how fast the machine was."""

    def without_speed(facts):
        if isinstance(facts, dict):
            return {
                name: without_speed(each)
                for name, each in facts.items()
                if not name.startswith("replan_hz") and name != "made_with"
            }
        if isinstance(facts, list):
            return [without_speed(each) for each in facts]
        return facts

    return without_speed(json.loads((out / FILE).read_text()))


def midway(process, out, rng, last):
    """Wait for some moment before the last episode; say if the run is not over."""
    wanted = int(rng.integers(0, last))
    end = time.monotonic() + PATIENCE
    while len(read_journal(out / EPISODES)) < wanted and process.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.02)
    time.sleep(float(rng.uniform(0.0, 0.4)))
    return process.poll() is None


@pytest.mark.slow
@pytest.mark.parametrize(("policy", "episodes"), [("random", 3), ("expert", 1)])
def test_a_run_killed_at_random_moments_and_resumed_reports_the_same(
    policy, episodes, tmp_path
):
    options = ("--policy", policy, "--episodes", str(episodes))
    rng = np.random.default_rng(episodes)
    finish(tmp_path / "whole", *options)
    kills = 0
    for _ in range(3):
        with begun(tmp_path / "killed", *options) as process:  # killed at its end
            kills += midway(process, tmp_path / "killed", rng, 4 * episodes)
    finish(tmp_path / "killed", *options)
    assert kills > 0
    assert report_of(tmp_path / "killed") == report_of(tmp_path / "whole")


KILLED = """
import os, signal
from sims.executors import Processes
from tests.sims.squares import squares
results = Processes(2).run(squares, range(4))
next(results)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_workers_end_when_their_run_is_killed():
    # Its output ends when the last process that could write to it has ended.
    done = subprocess.run(
        [sys.executable, "-c", KILLED], capture_output=True, timeout=20, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
