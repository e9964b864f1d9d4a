"""Episodes and reports made by hand."""

from dataclasses import asdict

import pytest

from sims.episode_result import EpisodeResult
from sims.reports.provenance import Provenance
from sims.reports.report import Report
from sims.suites import BenchConfig


@pytest.fixture(scope="session")
def result():
    def make(task="push-button", index=0, success=True, **changes):
        facts = {
            "task": task,
            "index": index,
            "seed": 100 + index,
            "instruction": "push the red button",
            "success": success,
            "stage": "" if success else "execute",
            "reason": "OK" if success else "NOT_PRESSED",
            "message": "every sub-task was carried out",
            "seconds": 3.0,
            "replan_hz": 20.0,
            "clipped": 0,
            "state_hash": "",
        }
        return EpisodeResult(**(facts | changes))

    return make


@pytest.fixture(scope="session")
def report():
    def make(episodes, made_with=(), **settings):
        asked = asdict(BenchConfig(**settings))
        return Report(asked, tuple(made_with), tuple(episodes))

    return make


@pytest.fixture(scope="session")
def made():
    return Provenance({"voxfield": "0.1.0"}, "0123abcd" * 5, machine="a computer")
