"""The bench of the language part runs, and its programs are sound."""

import pytest

from planner.language.check import check
from sims.language_bench.samples import SAMPLES
from sims.language_bench.sandbox import SandboxBenchConfig, run_sandbox_bench


@pytest.mark.parametrize("source", SAMPLES.values(), ids=SAMPLES)
def test_a_sample_passes_the_check(source):
    assert check(source) == ()


def test_every_sample_is_started_and_ticks():
    config = SandboxBenchConfig(starts=2, ticks=30, warm_up=1)
    report = run_sandbox_bench(config)
    assert [row.name for row in report.rows] == list(SAMPLES)
    assert [row.maps for row in report.rows] == [1, 5, 2]
    assert all(row.ticks_per_second > 0.0 for row in report.rows)
    assert report.start_ms > 0.0
    assert report.facts()["rows"]
    assert report.table().row_count == len(SAMPLES)
