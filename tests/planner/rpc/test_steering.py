"""The person in the loop, over a real channel: drafts, questions, controls, names."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

from planner.events import (
    Asked,
    Paused,
    ProgramWriting,
    ProgramWritten,
    Said,
    SegmentPlanned,
    Verdict,
)
from planner.language.sandbox import Sandbox
from planner.language.writer import Writer
from planner.pipeline import Pipeline
from planner.rpc.async_client import AsyncPlannerClient
from planner.rpc.client import PlannerClient
from planner.rpc.client_types import PlannerRpcError
from planner.rpc.config import ServerConfig
from planner.rpc.server import running_server
from planner.stepping import Control
from tests.planner.scripted import Follower, Looks, Says, observation

PROGRAM = """side = ask('left or right?')
def there():
    affordance_map = get_empty_affordance_map()
    affordance_map[60, 70 if side == 'left' else 30, 70] = 1
    return affordance_map
execute('gripper', there)
say('went ' + side)
remember('side', side)
"""


def eventually(holds, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    return holds()


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as pool:
        yield pool


@pytest.fixture
def model():
    return Says(PROGRAM)


@pytest.fixture
def real_address(sandbox, model):
    pipeline = Pipeline(Looks(), Writer(model, samples=0), sandbox)
    with running_server(pipeline, ServerConfig(port=0, shutdown_grace=0.1)) as where:
        yield where


@pytest.fixture
def real_client(real_address):
    with PlannerClient(real_address, timeout=10.0) as it:
        yield it


def test_what_is_written_reaches_the_client_before_the_model_has_ended(
    client, observe, pipeline
):
    heard, told = [], threading.Event()

    def hear(event):
        heard.append(event)
        told.set()

    with client.execute("draft", on_event=hear) as session:
        with ThreadPoolExecutor(1) as pool:
            step = pool.submit(session.step, observe(0.0))
            assert told.wait(5.0)
            assert heard == [ProgramWriting("pro")]
            assert not step.done()
            pipeline.gate.set()
            assert step.result(5.0) == heard
    assert isinstance(heard[-1], SegmentPlanned)


def test_a_plan_shows_the_program_while_it_is_written(real_client, model):
    gate = threading.Event()
    model.pause = lambda: gate.wait(5.0)
    events = iter(real_client.plan("go", observation(0.0)))
    assert any(
        isinstance(each, ProgramWriting) for each in (next(events), next(events))
    )
    gate.set()
    rest = list(events)
    (written,) = (each for each in rest if isinstance(each, ProgramWritten))
    assert (written.usage.model, written.usage.completion_tokens) == ("parrot", 30)
    assert rest[-1].reason == "NO_ANSWER"  # a plan asks nobody


def test_a_question_goes_down_the_answer_up_and_the_program_on(real_client):
    with real_client.execute("go", session_id="ann") as session:
        arm = Follower(session)
        asked = arm.until(Asked)
        assert asked.text == "left or right?"
        for _ in range(3):
            assert arm.step()[-1].holding
        session.answer(asked.id, "left")
        said = arm.until(Said)
        assert said.text == "went left"
        assert arm.pose.position[1] > 0.1


def test_declining_ends_in_a_verdict_that_says_why(real_client):
    with real_client.execute("go") as session:
        arm = Follower(session)
        session.decline(arm.until(Asked).id, "standard input is not a terminal")
        verdict = arm.until(Verdict)
    assert (verdict.stage, verdict.reason) == ("understand", "NO_ANSWER")
    assert "not a terminal" in verdict.message


def test_a_running_program_is_paused_stepped_and_resumed_with_one_model_call(
    real_client, model
):
    with real_client.execute("go") as session:
        arm = Follower(session)
        session.control(Control.PAUSE)
        first = arm.until(Paused)
        assert (first.line, first.call) == (1, "ask")
        session.control(Control.STEP)
        session.answer(arm.until(Asked).id, "right")
        paused = arm.until(Paused)
        assert (paused.line, paused.call, paused.moving) == (6, "execute", False)
        session.control(Control.RESUME)
        while arm.segments[-1].holding or len(arm.segments) < 12:
            arm.step()
        session.control(Control.PAUSE)
        assert arm.until(Paused).moving
        for _ in range(10):
            arm.step()
        rest = arm.pose.position
        arm.step()
        assert (arm.pose.position == rest).all()
        session.control(Control.RESUME)
        assert arm.until(Verdict).success
    assert model.calls == 1


@pytest.mark.parametrize("text", ["", " ", "x" * 501])
def test_an_answer_without_words_or_without_end_is_refused(real_client, text):
    with real_client.execute("go") as session:
        arm = Follower(session)
        asked = arm.until(Asked)
        session.answer(asked.id, text)
        with pytest.raises(PlannerRpcError, match="characters") as failure:
            arm.until(Verdict)
    assert failure.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert failure.value.reason == "INVALID_REQUEST"


def test_a_name_without_end_is_refused_by_plan_and_execute(real_client):
    for call in (
        lambda: real_client.execute("go", session_id="x" * 101),
        lambda: list(real_client.plan("go", observation(0.0), session_id="x" * 101)),
    ):
        with pytest.raises(PlannerRpcError, match="session id") as failure:
            call()
        assert failure.value.code is grpc.StatusCode.INVALID_ARGUMENT


def test_a_cancel_while_paused_ends_at_rest(real_client):
    with real_client.execute("go") as session:
        arm = Follower(session)
        session.control(Control.PAUSE)
        arm.until(Paused)
        session.cancel()
        assert arm.until(Verdict, most=30).reason == "CANCELLED"
        assert session.stopped.stopped


def test_a_pause_may_come_before_anything_is_written(client, observe, pipeline):
    with client.execute("draft") as session:
        session.control(Control.PAUSE)
        assert eventually(lambda: pipeline.told == [Control.PAUSE])
        with ThreadPoolExecutor(1) as pool:
            step = pool.submit(session.step, observe(0.0))
            assert pipeline.entered.acquire(timeout=5.0)
            session.control(Control.RESUME)  # no waiting for what is being done
            assert eventually(lambda: len(pipeline.told) == 2)
            assert not step.done()
            pipeline.gate.set()
            step.result(5.0)


def test_a_late_answer_harms_nothing(client, observe, pipeline):
    with client.execute("ask") as session:
        assert any(isinstance(each, Asked) for each in session.step(observe(0.0)))
        for text in ("left", "no, right"):
            session.answer(1, text)
        session.decline(1, "changed my mind")
        assert isinstance(session.step(observe(0.1))[-1], SegmentPlanned)
        assert eventually(lambda: len(pipeline.told) == 3)
    assert pipeline.told[0] == (1, "left")


def test_the_name_of_a_session_reaches_the_pipeline(client, observe, pipeline):
    client.execute("go", session_id="ann").close()
    list(client.plan("go", observe(), session_id="bob"))
    client.execute("go").close()
    assert pipeline.session_ids == ["ann", "bob", ""]


def test_a_memory_outlives_the_call_and_is_not_shared(sandbox):
    says = Says("say(str(recall('n', 0)))\nremember('n', 1 + recall('n', 0))\n")
    pipeline = Pipeline(Looks(), Writer(says, samples=0), sandbox)
    with running_server(pipeline) as address:

        def told(session_id):
            with PlannerClient(address, timeout=10.0) as client:
                with client.execute("go", session_id=session_id) as session:
                    return Follower(session).until(Said).text

        assert [told("ann") for _ in range(3)] == ["0", "1", "2"]
        assert told("bob") == "0"
        assert told("") == told("") == "0"


def test_the_asyncio_client_answers_and_steers_too(real_address):
    async def talk():
        heard = []
        async with AsyncPlannerClient(real_address, timeout=10.0) as it:
            session = await it.execute("go", session_id="x", on_event=heard.append)
            await session.control(Control.PAUSE)
            clock = 0.0

            async def until(kind):
                nonlocal clock
                while not any(isinstance(each, kind) for each in heard):
                    await session.step(observation(clock))
                    clock += 0.1
                return next(each for each in heard if isinstance(each, kind))

            assert (await until(Paused)).call == "ask"
            await session.control(Control.RESUME)
            asked = await until(Asked)
            await asyncio.gather(
                session.answer(asked.id, "left"), session.answer(asked.id, "right")
            )
            heard.clear()
            await until(SegmentPlanned)
            await session.decline(asked.id, "too late anyway")
            await session.close()

    asyncio.run(talk())
