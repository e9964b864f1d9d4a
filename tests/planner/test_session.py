"""Sessions with a person in them: drafts, questions, pauses, memory."""

import os
import signal
import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from planner.errors import UnknownQuestionError
from planner.events import (
    Asked,
    LineResult,
    Paused,
    ProgramWriting,
    ProgramWritten,
    Said,
    Verdict,
)
from planner.language.backend import Usage
from planner.language.sandbox import Sandbox, SandboxConfig
from planner.language.writer import Writer
from planner.pipeline import Pipeline
from planner.program_host import PipelineConfig
from planner.stepping import Control
from tests.planner.scripted import PERIOD, Follower, Looks, Says, observation

ASKS = "where = ask('which one?')\nsay('so the ' + where)\n"
THERE = """
def there():
    affordance_map = get_empty_affordance_map()
    affordance_map[60, 70, 70] = 1
    return affordance_map
say('off')
execute('gripper', there)
say('there')
say('done')
"""


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as pool:
        yield pool


@pytest.fixture
def pipeline_of(sandbox):
    def make(source, config=None, **says):
        writer = Writer(Says(source, **says), samples=0)
        return Pipeline(Looks(), writer, sandbox, config)

    return make


@pytest.fixture
def open_session(pipeline_of):
    opened = []

    def make(source, config=None, **says):
        opened.append(pipeline_of(source, config, **says).open("go"))
        return opened[-1]

    yield make
    for session in opened:
        session.close()


def said(events):
    return [each.text for each in events if isinstance(each, Said)]


def test_the_verdict_of_a_preview_does_not_say_that_anything_moved(pipeline_of):
    *_, seen = pipeline_of(THERE).plan("go", observation(0.0))
    assert seen.message == "every sub-task can be carried out"
    done = Follower(pipeline_of(THERE).open("go")).until(Verdict)
    assert done.message == "every sub-task was carried out"


def test_a_program_is_told_while_it_is_written_and_then_with_what_it_took(open_session):
    tick = threading.Event()
    session = open_session(THERE, pause=lambda: tick.wait(0.06))
    events = session.step(observation(0.0))
    drafts = [each.text for each in events if isinstance(each, ProgramWriting)]
    assert len(drafts) >= 3
    for shorter, longer in pairwise(drafts):
        assert longer.startswith(shorter)
    (written,) = (each for each in events if isinstance(each, ProgramWritten))
    assert written.usage == Usage("scripted", "parrot", 1, 120, 30, 0.25, 0.5)


class Corrects(Says):
    """Says one thing, and another when it is told of an error."""

    def __init__(self, source, better):
        super().__init__(source)
        self.better = better

    def complete(self, messages, on_text=None):
        answer = super().complete(messages, on_text)
        self.source = self.better
        return answer


WRONG = "x = {}\nsay('so')\nx['nothing']\n"


def test_a_program_that_fails_before_anything_moved_is_mended_once(sandbox):
    model = Corrects(WRONG, THERE)
    pipeline = Pipeline(Looks(), Writer(model, samples=0), sandbox)
    session = pipeline.open("go")
    arm = Follower(session)
    events = arm.step()
    programs = [each for each in events if isinstance(each, ProgramWritten)]
    assert [each.source.strip() for each in programs] == [WRONG.strip(), THERE.strip()]
    assert programs[1].usage.calls == 2
    verdict = arm.until(Verdict)
    assert verdict.success
    assert (verdict.usage.calls, verdict.usage.cost) == (2, 1.0)
    session.close()


def test_a_program_that_fails_after_a_motion_is_not_begun_anew(open_session):
    session = open_session("close_gripper()\n" + WRONG)
    arm = Follower(session)
    verdict = arm.until(Verdict)
    assert (verdict.success, verdict.reason) == (False, "PROGRAM_FAILED")
    assert verdict.usage.calls == 1


def test_a_verdict_counts_the_parts_written_while_the_program_ran(sandbox):
    class Plans(Says):
        def complete(self, messages, on_text=None):
            answer = super().complete(messages, on_text)
            self.source = "say('part')\nclose_gripper()"
            return answer

    desk = {"style": "hierarchy", "samples": 0}
    writer = Writer(Plans("composer('close the gripper')"), **desk)
    session = Pipeline(Looks(), writer, sandbox).open("go")
    arm = Follower(session)
    assert arm.until(ProgramWritten).usage.calls == 1
    verdict = arm.until(Verdict)
    assert verdict.success, verdict
    assert verdict.usage.calls == 2
    session.close()


def test_closing_a_session_stops_the_model_at_its_next_word(pipeline_of):
    writes, go_on, ended = threading.Event(), threading.Event(), []

    def pause():
        writes.set()
        assert go_on.wait(5.0)

    session = pipeline_of("say('x')\n" * 50, pause=pause).open("go")
    stepping = threading.Thread(
        target=lambda: ended.extend(session.step(observation(0.0)))
    )
    stepping.start()
    assert writes.wait(5.0)
    session.close()
    go_on.set()
    stepping.join(5.0)
    assert ended[-1].reason == "CANCELLED"
    assert not any(isinstance(each, ProgramWritten) for each in ended)


def test_a_question_holds_the_arm_and_observations_go_on_until_it_is_answered(
    open_session,
):
    session = open_session(ASKS)
    arm = Follower(session)
    asked = arm.until(Asked)
    assert (asked.id, asked.text) == (1, "which one?")
    for _ in range(5):
        (segment,) = arm.step()
        assert segment.holding
        assert segment.expires > 100.0 + arm.time
        np.testing.assert_array_equal(segment.trajectory.velocity[-1], 0.0)
    session.answer(asked.id, "left one")
    events = arm.step()
    assert said(events) == ["so the left one"]
    assert events[-1].success
    assert LineResult(1, "'which one?' was answered 'left one'") in events


def test_silence_ends_in_a_verdict_with_its_reason_and_remedy(open_session):
    session = open_session(ASKS, PipelineConfig(answer_seconds=0.0))
    verdict = Follower(session).until(Verdict)
    assert (verdict.success, verdict.reason) == (False, "NO_ANSWER")
    assert "which one?" in verdict.message
    assert "within the instruction" in verdict.message


def test_a_program_may_go_on_without_an_answer(open_session):
    source = "try:\n    ask('which one?')\nexcept ValueError:\n    say('any then')\n"
    session = open_session(source)
    arm = Follower(session)
    session_asks = arm.until(Asked)
    session.decline(session_asks.id, "nobody is here")
    events = arm.step()
    assert said(events) == ["any then"]
    assert events[-1].success


def test_waiting_for_an_answer_uses_up_no_time_of_the_episode(open_session):
    config = PipelineConfig(max_seconds=1.0)
    session = open_session(ASKS + "close_gripper()\n", config)
    arm = Follower(session)
    asked = arm.until(Asked)
    for _ in range(20):  # 2 s
        arm.step()
    session.answer(asked.id, "left")
    assert arm.until(Verdict).success


def test_a_plan_asks_nobody_and_says_so(pipeline_of):
    events = list(pipeline_of(ASKS).plan("go", observation(0.0)))
    assert not any(isinstance(each, Asked) for each in events)
    assert events[-1].reason == "NO_ANSWER"
    assert "which one?" in events[-1].message


def test_an_answer_to_nothing_is_refused(open_session):
    session = open_session(ASKS)
    with pytest.raises(UnknownQuestionError):
        session.answer(1, "left")


def test_a_program_is_paused_before_its_first_call_and_stepped_line_by_line(
    open_session,
):
    session = open_session(THERE)
    session.control(Control.PAUSE)
    arm = Follower(session)
    first = arm.until(Paused)
    assert (first.line, first.call, first.moving) == (5, "say", False)
    assert arm.segments[-1].holding
    session.control(Control.STEP)
    events = arm.step()
    assert said(events) == ["off"]
    (again,) = (each for each in events if isinstance(each, Paused))
    assert (again.line, again.call) == (6, "execute")
    session.control(Control.STEP)
    after = arm.until(Paused)  # a whole sub-task is one call
    assert (after.line, after.moving) == (7, False)
    assert not any(each.holding for each in arm.segments[3:-1])
    session.control(Control.RESUME)
    events = arm.step()
    assert said(events) == ["there", "done"]
    assert events[-1].success


def test_a_pause_in_mid_motion_brakes_holds_and_goes_on_without_a_new_program(
    sandbox,
):
    model = Says(THERE)
    pipeline = Pipeline(Looks(), Writer(model, samples=0), sandbox)
    session = pipeline.open("go")
    arm = Follower(session)
    while len(arm.segments) < 4:
        arm.step()
    moving = arm.segments[-1].trajectory
    speed = np.linalg.norm(moving.velocity_at(100.0 + arm.time))
    assert speed > 0.05
    session.control(Control.PAUSE)
    paused = arm.until(Paused)
    assert paused.moving
    brake = arm.segments[-1]
    assert brake.holding
    start = brake.trajectory.start
    np.testing.assert_allclose(
        brake.trajectory.velocity[0], moving.velocity_at(start), atol=1e-9
    )
    slowing = np.linalg.norm(np.diff(brake.trajectory.velocity, axis=0), axis=1)
    limit = pipeline.info().max_acceleration
    assert (slowing <= 1.1 * limit * np.diff(brake.trajectory.time)).all()
    for _ in range(60):  # longer than the arm may be stuck
        arm.step()
    still = arm.pose
    arm.step()
    np.testing.assert_array_equal(arm.pose.position, still.position)
    session.control(Control.RESUME)
    assert arm.until(Verdict).success
    assert model.calls == 1
    session.close()


def workers():
    """Return the processes that this one started."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(pid) for task in tasks for pid in task.read_text().split()}


@pytest.mark.parametrize("wait", ["pause", "question"])
def test_a_program_that_waits_outlives_its_worker(wait):
    before = workers()
    source = ASKS if wait == "question" else THERE
    with Sandbox(SandboxConfig(workers=3, warm=1)) as pool:
        pipeline = Pipeline(Looks(), Writer(Says(source), samples=0), pool)
        session = pipeline.open("go")
        arm = Follower(session)
        if wait == "pause":
            session.control(Control.PAUSE)
            arm.until(Paused)
            session.control(Control.STEP)
        arm.until(Asked if wait == "question" else Paused)
        for pid in workers() - before:
            os.kill(pid, signal.SIGKILL)
        if wait == "question":
            session.answer(1, "left one")
        session.control(Control.RESUME)
        verdict = arm.until(Verdict)
        assert verdict.success, verdict
        session.close()


def test_the_motion_through_a_pause_keeps_its_limits(open_session):
    session = open_session(THERE)
    arm = Follower(session)
    for step in range(400):
        if step in (5, 9, 14):
            session.control(Control.PAUSE)
        if step in (6, 12, 30):
            session.control(Control.RESUME)
        if isinstance(arm.step()[-1], Verdict):
            break
    places = np.array([pose.position for pose in arm.poses])
    speed = np.linalg.norm(np.diff(places, axis=0), axis=1) / PERIOD
    assert speed.max() <= 0.25 * 1.01
    # Means over a period: a step of speed between them is bounded by 1 m/s^2.
    assert np.abs(np.diff(speed)).max() / PERIOD <= 1.0 * 1.05


def test_what_a_program_remembers_is_there_for_the_next_of_the_same_name(sandbox):
    says = Says("say(str(recall('hand', 'none')))\nremember('hand', 'left')\n")
    pipeline = Pipeline(Looks(), Writer(says, samples=0), sandbox)

    def told(session_id):
        session = pipeline.open("go", session_id=session_id)
        events = session.step(observation(0.0))
        session.close()
        return said(events)

    assert told("ann") == ["none"]
    assert told("ann") == ["left"]
    assert told("bob") == ["none"]
    assert told("") == told("") == ["none"]


def test_a_plan_reads_what_is_remembered_and_changes_nothing(sandbox):
    says = Says("say(str(recall('n', 0)))\nremember('n', 5 + recall('n', 0))\n")
    pipeline = Pipeline(Looks(), Writer(says, samples=0), sandbox)
    session = pipeline.open("go", session_id="ann")
    session.step(observation(0.0))
    session.close()
    for _ in range(2):
        events = list(pipeline.plan("go", observation(0.0), session_id="ann"))
        assert said(events) == ["5"]
