"""The session: a program in its own thread, and what becomes of it."""

import threading
import time

import pytest

from planner.errors import InvalidRequestError
from planner.events import ProgramWritten, SegmentPlanned, SubTaskStarted, Verdict
from planner.language.sandbox import Sandbox
from planner.language.writer import Writer
from planner.pipeline import Pipeline
from tests.planner.scripted import Looks, Says, observation

BACK_AND_FORTH = """
for i in range(100):
    def there():
        affordance_map = get_empty_affordance_map()
        affordance_map[50, 50, 60 + 20 * (i % 2)] = 1
        return affordance_map
    execute('gripper', there)
"""


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as pool:
        yield pool


@pytest.fixture
def looks():
    return Looks()


@pytest.fixture
def pipeline(sandbox, looks):
    return Pipeline(looks, Writer(Says(BACK_AND_FORTH), samples=0), sandbox)


def programs_running():
    names = [thread.name for thread in threading.enumerate()]
    return sum(name.startswith("voxfield-program") for name in names)


def soon(condition, seconds=3.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def test_a_step_ends_in_motion_and_the_program_waits(pipeline):
    session = pipeline.open("go")
    events = session.step(observation(0.0))
    assert isinstance(events[-1], SegmentPlanned)
    assert any(isinstance(event, ProgramWritten) for event in events)
    assert isinstance(session.step(observation(0.1))[-1], SegmentPlanned)
    session.close()
    assert soon(lambda: programs_running() == 0)


def test_a_preview_that_nobody_reads_any_more_stops(pipeline):
    events = pipeline.plan("go", observation(0.0))
    next(event for event in events if isinstance(event, SubTaskStarted))
    assert programs_running() == 1
    events.close()
    assert soon(lambda: programs_running() == 0, seconds=1.0)


def test_a_closed_session_takes_no_more_observations(pipeline):
    session = pipeline.open("go")
    session.step(observation(0.0))
    session.close()
    session.close()
    with pytest.raises(InvalidRequestError, match="ended"):
        session.step(observation(0.1))


def test_a_session_that_came_to_its_verdict_keeps_no_thread(pipeline):
    session = pipeline.open("go")
    session.step(observation(0.0))
    assert isinstance(session.step(observation(0.0))[-1], Verdict)
    assert soon(lambda: programs_running() == 0)


def test_an_observation_that_is_not_newer_ends_in_a_verdict(pipeline):
    session = pipeline.open("go")
    session.step(observation(0.0))
    (*_, last) = session.step(observation(0.0))
    assert isinstance(last, Verdict)
    assert last.reason == "STALE_OBSERVATION"
    session.close()


def test_an_error_nobody_foresaw_reaches_the_caller_and_ends_the_session(
    pipeline, looks
):
    session = pipeline.open("go")
    session.step(observation(0.0))
    looks.broken = True
    with pytest.raises(ZeroDivisionError):
        session.step(observation(0.1))
    with pytest.raises(InvalidRequestError, match="ended"):
        session.step(observation(0.2))
    session.close()
    assert soon(lambda: programs_running() == 0)
