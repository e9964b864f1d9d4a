"""What the command answers to wrong usage, and its exit codes."""

import json
import socket
import subprocess
import sys
import time
from importlib.metadata import version
from typing import get_args

import numpy as np
import pytest
from typer.testing import CliRunner

from planner.cli import INTERRUPTED, plan_facts
from planner.config import LanguageName
from planner.events import Asked, ProgramWritten, SubTaskStarted, Verdict
from planner.language.backend import Usage
from planner.value_maps import MapSet
from sims import cli, demo

REFUSED = 2


@pytest.fixture
def closed_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        yield listener.getsockname()[1]  # bound, and nobody listens


def voxfield(*arguments):
    return CliRunner().invoke(cli.app, [str(each) for each in arguments])


@pytest.mark.parametrize(
    "arguments",
    [
        ("demo", "go", "--seed", -1),
        ("plan", "go", "--seed", -1),
        ("bench", "--seed", -1),
        ("bench", "--episodes", 0),
        ("serve", "--port", 99999),
        ("serve", "--port", -1),
        ("serve", "--max-sessions", 0),
    ],
)
def test_a_number_out_of_range_is_refused(arguments):
    result = voxfield(*arguments)
    assert result.exit_code == REFUSED
    assert f"Invalid value for '{arguments[-2]}'" in result.stderr


def test_a_taken_port_is_told_in_a_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = voxfield("serve", "--port", taken.getsockname()[1])
    told = " ".join(result.stderr.split())
    assert result.exit_code == REFUSED
    assert "cannot listen" in told
    assert "--port" in told


@pytest.mark.parametrize("verb", [("plan", "go"), ("bench", "--episodes", 1)])
def test_an_endpoint_where_nobody_serves_is_told_in_a_sentence(
    verb, closed_port, monkeypatch, tmp_path
):
    monkeypatch.setattr("planner.rpc.client.READY_TIMEOUT", 0.3)  # [s]
    monkeypatch.chdir(tmp_path)
    result = voxfield(*verb, "--endpoint", f"127.0.0.1:{closed_port}")
    told = " ".join(result.stderr.split())
    assert result.exit_code == REFUSED
    assert f"127.0.0.1:{closed_port}" in told
    assert "voxfield serve" in told


@pytest.mark.parametrize(
    ("judged", "planner", "stage", "code"),
    [
        (True, True, "", 0),
        (False, True, "", 1),
        (None, True, "", 0),
        (None, False, "plan", 1),
        (False, False, "grasp", 1),
        (False, False, "understand", REFUSED),
    ],
)
def test_the_demo_exits_by_the_judge_and_where_none_is_by_the_verdict(
    judged, planner, stage, code, monkeypatch
):
    facts = {"success": judged, "verdict": {"success": planner, "stage": stage}}
    monkeypatch.setattr(demo, "play_demo", lambda *_: facts)
    result = voxfield("demo", "go", "--json")
    assert result.exit_code == code
    assert json.loads(result.stdout) == facts


def test_a_sub_task_without_motion_has_no_goal():
    started = SubTaskStarted(0, 3, "gripper", MapSet(), ())
    facts = plan_facts("go", [started, Verdict(True, "", "OK", "done")])
    (task,) = facts["sub_tasks"]
    assert task["goal"] is None
    assert task["path_length"] == 0.0
    assert np.isscalar(task["line"])


def test_a_setting_that_is_missing_is_told_though_workers_would_need_it(
    monkeypatch, tmp_path
):
    monkeypatch.delenv("VOXFIELD_LLM_MODEL", raising=False)
    monkeypatch.chdir(tmp_path)
    many = ("--episodes", 1, "--workers", 2)
    result = voxfield("bench", *many, "--language", "openai")
    assert result.exit_code == REFUSED
    assert "VOXFIELD_LLM_MODEL" in result.stderr


def test_the_version_is_told():
    result = voxfield("--version")
    assert (result.exit_code, result.stdout) == (0, f"voxfield {version('voxfield')}\n")


def test_a_plan_as_json_says_who_wrote_it_and_what_that_took():
    usage = Usage("openai", "big", 2, 900, 80, 2.25, 0.5)
    events = [
        ProgramWritten("a = 1\n", "openai", True, 2.5),
        Asked(1, "which one?", 9.0),
        Verdict(False, "understand", "NO_ANSWER", "nobody answered", 0.0, usage),
    ]
    facts = json.loads(json.dumps(plan_facts("go", events)))
    assert (facts["program"], facts["backend"], facts["cached"]) == (
        "a = 1\n",
        "openai",
        True,
    )
    assert Usage(**facts["usage"]) == usage
    assert facts["asked"] == ["which one?"]
    assert plan_facts("go", events[2:])["program"] == ""


@pytest.mark.parametrize("verb", ["demo", "plan", "serve", "bench"])
def test_the_help_tells_what_each_writer_is(verb):
    told = " ".join(voxfield(verb, "--help").stdout.replace("│", " ").split())
    for name in get_args(LanguageName):
        assert f"{name}:" in told


@pytest.mark.parametrize("verb", ["plan", "demo"])
@pytest.mark.parametrize("instruction", ["", " ?! ", "go " * 500])
def test_an_instruction_that_is_none_is_refused_before_anything_is_loaded(
    verb, instruction, monkeypatch
):
    monkeypatch.setattr(cli, "require", None)  # what comes first of all else
    result = voxfield(verb, instruction, "--json")
    assert result.exit_code == REFUSED
    told = json.loads(result.stdout)
    assert told["success"] is False
    assert told["reason"] in ("EMPTY_INSTRUCTION", "INVALID_REQUEST")
    assert told["message"]


HUNG = """
import threading, time
from sims.cli import leave
threading.Thread(target=time.sleep, args=(60,)).start()
leave(130)
"""


def test_a_thread_that_waits_for_a_model_does_not_keep_the_command():
    start = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", HUNG], check=False)
    assert ended.returncode == INTERRUPTED
    assert time.monotonic() - start < 30.0
