"""What `voxfield doctor` exits with, and what it prints."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from perception.observation_file import save_observation
from planner.execution.arm import Command
from sims import cli
from sims.doctor_cli import IN_VIEW
from sims.episode import Stage
from sims.tasks import task_for

RIGHT, WRONG, REFUSED = 0, 1, 2


@pytest.fixture(scope="module")
def seen():
    stage = Stage.lay_out(task_for("put the red block in the blue bowl"), 3)
    with stage.world:
        stage.arm.send(Command(IN_VIEW, gripper_width=0.08, duration=3.0))
        return stage.arm.observe()


@pytest.fixture
def saved(seen, tmp_path):
    path = tmp_path / "seen.npz"
    save_observation(seen, path)
    return path


def doctor(*arguments):
    result = CliRunner().invoke(cli.app, ["doctor", *map(str, arguments), "--json"])
    lines = result.stdout.splitlines()
    return result, json.loads(lines[-1]) if lines else None


def changed(path, **arrays):
    with np.load(path) as archive:
        kept = {name: archive[name] for name in archive.files}
    new = {name: change(kept.get(name)) for name, change in arrays.items()}
    np.savez(path, **kept | new)


def named(facts):
    return {each["check"] for each in facts["findings"] if each["ok"] is False}


@pytest.mark.parametrize("arguments", [(), ("--sim", "--seed", 5)])
def test_the_simulated_rig_is_right(arguments):
    result, facts = doctor(*arguments)
    assert result.exit_code == RIGHT
    assert facts["success"]
    assert facts["source"] == "simulation"
    measured = {each["check"] for each in facts["findings"] if each["ok"]}
    assert {"hand seen", "clouds agree", "colour on depth"} <= measured


def test_what_the_planner_saved_is_right(saved):
    result, facts = doctor("--observation", saved)
    assert (result.exit_code, facts["wrong"]) == (RIGHT, 0)
    assert facts["source"] == str(saved)


def test_depth_in_millimetres_is_told_with_the_remedy(saved):
    changed(saved, depth_0=lambda depth: (1e3 * depth).astype(np.uint16))
    result, facts = doctor("--observation", saved)
    assert result.exit_code == WRONG
    assert named(facts) == {"depth units"}
    assert "uint16" in result.stderr
    assert "0.001" in result.stderr


def test_a_camera_that_was_moved_since_it_was_calibrated_is_told(saved):
    changed(saved, camera_1=lambda row: row + np.eye(7)[1] * 0.03)
    result, facts = doctor("--observation", saved)
    assert result.exit_code == WRONG
    assert named(facts) == {"clouds agree", "hand seen"}


def test_clocks_that_go_wrong_are_told(saved, seen):
    stamps = {f"time_{i}": lambda _: np.array(seen.time + 0.01) for i in range(3)}
    changed(saved, **stamps)
    assert doctor("--observation", saved)[0].exit_code == RIGHT
    changed(saved, time_2=lambda _: np.array(seen.time - 1.0))
    result, facts = doctor("--observation", saved)
    assert (result.exit_code, named(facts)) == (WRONG, {"clock"})


def test_a_file_that_holds_something_else_is_refused(tmp_path):
    path = tmp_path / "seen.npz"
    path.write_bytes(b"hello")
    result, facts = doctor("--observation", path)
    assert result.exit_code == REFUSED
    assert facts["success"] is False
    assert "holds no observation" in facts["message"]


def test_too_few_joints_are_refused(saved):
    changed(saved, joints=lambda joints: joints[:3])
    result, facts = doctor("--observation", saved)
    assert result.exit_code == REFUSED
    assert "joint" in facts["message"]


def test_a_file_and_the_simulation_together_are_refused(saved):
    result, _ = doctor("--sim", "--observation", saved)
    assert result.exit_code == REFUSED
    assert "--sim" in result.stderr
