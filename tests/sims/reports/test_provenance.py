import json
import subprocess
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import pytest

from planner.config import VoxfieldConfig
from sims.reports import provenance as module
from sims.reports.provenance import Provenance, checkout_of, provenance, versions


@pytest.fixture
def checkout(tmp_path):
    """A checkout with one commit, of which `kept.txt` is."""

    def git(*arguments):
        who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(
            ["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True
        )

    git("init")
    (tmp_path / "kept.txt").write_text("as it was")
    git("add", "kept.txt")
    git("commit", "-m", "one")
    return tmp_path


def test_a_checkout_tells_its_revision_and_whether_it_was_changed(checkout):
    revision, dirty = checkout_of(checkout / "kept.txt")
    assert len(revision) == 40
    assert not dirty
    (checkout / "kept.txt").write_text("changed")
    assert checkout_of(checkout / "kept.txt") == (revision, True)


def test_a_package_that_only_lies_within_a_checkout_has_no_revision(checkout):
    installed = checkout / "installed.py"
    installed.write_text("")
    assert checkout_of(installed) == ("", False)


def test_outside_a_checkout_and_without_git_there_is_no_revision(tmp_path, monkeypatch):
    assert checkout_of(tmp_path / "a.py") == ("", False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert checkout_of(Path(__file__)) == ("", False)


def test_versions_are_those_that_run():
    found = versions()
    assert found["voxfield"] == version("voxfield")
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))
    assert {"numpy", "pybullet", "torch"} <= set(found)


def test_it_survives_its_journal_and_tells_every_setting_in_words(monkeypatch):
    monkeypatch.setattr(module, "checkout_of", lambda _: ("f00", True))
    made = provenance(flow=asdict(VoxfieldConfig()))
    assert Provenance.of(json.loads(json.dumps(asdict(made)))) == made
    assert made.flow["pipeline.motion.max_jerk"] == "10.0"
    assert not any("object at 0x" in each for each in made.flow.values())
    assert (made.revision, made.dirty) == ("f00", True)
