"""Failures are played again for a film; no planner is needed for that here."""

from contextlib import contextmanager
from dataclasses import replace

import pytest

from planner.events import Verdict
from planner.rpc.client_types import nobody_serves
from sims import filming
from sims.benchmark import Job, run_job
from sims.reports.media import Media, folder_of, media_in
from sims.suites import BenchConfig


class GivesUp:
    """A session that sees nothing and says so."""

    def step(self, observation):
        return [Verdict(False, "perceive", "PERCEPTION_FAILED", "all is dark")]

    def report(self, segment_id, sent): ...
    def answer(self, question_id, text): ...
    def decline(self, question_id, why): ...
    def close(self): ...


@pytest.fixture
def failed():
    return run_job(Job("push-button", 2, 7), lambda stage: GivesUp())


@pytest.fixture
def sessions(monkeypatch):
    """What sessions are opened by; counts them."""
    opened = []

    @contextmanager
    def source(config):
        def open_session(stage):
            opened.append(stage.seed)
            return GivesUp()

        yield open_session

    monkeypatch.setattr(filming, "session_source", source)
    return opened


def test_a_failure_is_filmed_once_and_goes_as_it_did(failed, sessions, tmp_path):
    lines = []
    for _ in range(2):
        filming.film_failures(BenchConfig(), tmp_path, [failed], lines.append)
    assert sessions == [7]
    assert lines == ["filmed push-button 2: it went as before"]
    folder = folder_of(failed)
    found = media_in(tmp_path)[folder]
    assert found == Media(f"{folder}/video.mp4", f"{folder}/episode.html")
    assert all((tmp_path / each).stat().st_size for each in (found.video, found.page))


@pytest.mark.slow
def test_a_film_of_something_else_is_told(failed, sessions, tmp_path):
    lines = []
    other = replace(failed, state_hash="another")
    filming.film_failures(BenchConfig(), tmp_path, [other], lines.append)
    assert "otherwise" in lines[0]
    assert not media_in(tmp_path)[folder_of(failed)].same


def test_a_server_that_is_gone_costs_the_film_alone(failed, monkeypatch, tmp_path):
    @contextmanager
    def gone(config):
        def open_session(stage):
            raise nobody_serves("127.0.0.1:1", 1.0)

        yield open_session

    monkeypatch.setattr(filming, "session_source", gone)
    lines = []
    filming.film_failures(BenchConfig(), tmp_path, [failed], lines.append)
    assert "cannot be filmed" in lines[0]
