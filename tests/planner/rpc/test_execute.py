"""Sessions over a real channel: answers, newest wins, cancel, vanished clients."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import grpc
import numpy as np
import pytest

from perception.frames import Pose
from planner.events import SegmentPlanned, Verdict
from planner.execution.arm import Command, Sent
from planner.rpc.client import PlannerClient
from planner.rpc.client_types import PlannerRpcError
from planner.rpc.convert import observation_to_proto
from planner.rpc.server import running_server
from planner.rpc.v1 import planner_pb2 as pb
from planner.rpc.v1.planner_pb2_grpc import PlannerServiceStub


def eventually(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    return holds()


class Script:
    """The client's side of a raw stream, message by message."""

    def __init__(self, address: str):
        self.channel = grpc.insecure_channel(address)
        self._messages: list[pb.ExecuteRequest | None] = []
        self._more = threading.Condition()
        self.call = PlannerServiceStub(self.channel).Execute(self._requests())

    def _requests(self):
        while True:
            with self._more:
                self._more.wait_for(lambda: self._messages)
                message = self._messages.pop(0)
            if message is None:
                return
            yield message

    def send(self, message: pb.ExecuteRequest | None) -> None:
        with self._more:
            self._messages.append(message)
            self._more.notify()

    def open(self, instruction: str) -> None:
        opening = pb.ExecuteOpen(instruction=instruction)
        self.send(pb.ExecuteRequest(open=opening))
        assert next(self.call).WhichOneof("message") == "opened"

    def observe(self, number: int, observation) -> None:
        update = pb.ExecuteObservation(
            id=number, observation=observation_to_proto(observation)
        )
        self.send(pb.ExecuteRequest(observation=update))

    def answer(self) -> pb.ExecuteSegment:
        for response in self.call:
            if response.WhichOneof("message") == "segment":
                return response.segment
        raise AssertionError("the stream ended without a segment")


@pytest.fixture
def script(address):
    it = Script(address)
    yield it
    it.send(None)
    it.channel.close()


def test_each_observation_is_answered_by_one_segment_and_the_last_by_the_verdict(
    client, observe, pipeline
):
    with client.execute("finish after 4") as session:
        answers = [session.step(observe(0.05 * k, 0.4 + 0.01 * k)) for k in range(4)]
    lasts = [events[-1] for events in answers]
    assert [last.id for last in lasts[:3]] == [1, 2, 3]
    assert [last.trajectory.start for last in lasts[:3]] == [0.0, 0.05, 0.1]
    assert isinstance(lasts[3], Verdict)
    assert lasts[3].success
    assert len(answers[0]) == 3
    assert len(answers[1]) == 1
    assert eventually(lambda: pipeline.closed == pipeline.opened == 1)
    np.testing.assert_array_equal(
        pipeline.seen[2].cameras[0].depth, observe().cameras[0].depth
    )


def test_a_session_that_is_over_says_so(client, observe):
    with client.execute("finish after 1") as session:
        session.step(observe(0.0))
        with pytest.raises(PlannerRpcError, match="SESSION_ENDED"):
            session.step(observe(0.1))


def test_only_the_newest_of_waiting_observations_is_looked_at(
    script, observe, pipeline
):
    script.open("slow")
    script.observe(1, observe(0.1))
    assert pipeline.entered.acquire(timeout=5.0)
    for number in range(2, 7):
        script.observe(number, observe(0.1 * number))
    time.sleep(0.1)  # the five must have arrived, which nothing tells
    pipeline.gate.set()
    assert [script.answer().observation_id for _ in range(2)] == [1, 6]
    assert [seen.time for seen in pipeline.seen] == pytest.approx([0.1, 0.6])


def test_two_sessions_interleave_and_do_not_mix(client, observe):
    with client.execute("one") as one, client.execute("finish after 3") as two:
        assert one.plan_id != two.plan_id
        for k in range(3):
            first = one.step(observe(0.1 * k, 0.4))[-1]
            second = two.step(observe(0.1 * k, 0.6))[-1]
            assert isinstance(first, SegmentPlanned)
            assert first.trajectory.p_world[0, 0] == 0.4
            if k < 2:
                assert second.trajectory.p_world[0, 0] == 0.6
        assert isinstance(second, Verdict)


def test_a_slow_step_blocks_neither_health_nor_other_sessions(
    client, observe, pipeline
):
    with ThreadPoolExecutor(1) as pool, client.execute("slow") as slow:
        step = pool.submit(slow.step, observe(0.0))
        assert pipeline.entered.acquire(timeout=5.0)
        begun = time.monotonic()
        client.wait_ready(1.0)
        with client.execute("finish after 1") as quick:
            assert isinstance(quick.step(observe(0.0))[-1], Verdict)
        assert time.monotonic() - begun < 2.0
        assert not step.done()
        pipeline.gate.set()
        assert isinstance(step.result(5.0)[-1], SegmentPlanned)


def test_cancel_brakes_on_the_path_and_ends_with_the_measured_state(client, observe):
    with client.execute("go") as session:
        before = session.step(observe(1.0, 0.40))[-1]
        session.cancel()
        stop = session.step(observe(1.05, 0.41))[-1]
        assert isinstance(stop, SegmentPlanned)
        assert stop.id > before.id
        np.testing.assert_array_equal(stop.trajectory.velocity[-1], 0.0)
        # The arm follows: 0.2 m/s at 1 m/s^2 takes 0.2 s and 2 cm.
        clock, x, events = 1.05, 0.41, [stop]
        while not isinstance(events[-1], Verdict):
            clock += 0.05
            x = float(stop.trajectory.pose_at(clock).position[0])
            events = session.step(observe(clock, x))
        assert events[-1].reason == "CANCELLED"
        assert clock <= 1.5
        state = session.stopped
        assert state is not None
        assert state.stopped
        assert state.speed < 0.005
        assert state.time == clock
        assert state.T_world_ee.position[0] == x
        np.testing.assert_array_equal(state.joints, observe().joints)


def test_cancel_does_not_wait_for_a_slow_step(script, observe, pipeline):
    script.open("slow go")
    script.observe(1, observe(1.0))
    assert pipeline.entered.acquire(timeout=5.0)
    script.send(pb.ExecuteRequest(cancel=pb.ExecuteCancel()))
    braking = script.answer()
    assert braking.braking
    assert braking.observation_id == 1
    assert not pipeline.gate.is_set()
    assert len(braking.segment.trajectory.waypoints) == 1  # hold: nothing was sent


def test_a_cancel_while_a_model_writes_ends_at_once_in_the_measured_state(
    client, observe, pipeline
):
    seen = threading.Event()
    with client.execute("draft", on_event=lambda event: seen.set()) as session:
        with ThreadPoolExecutor(1) as pool:
            step = pool.submit(session.step, observe(1.0))
            assert seen.wait(5.0)  # the model writes
            begun = time.monotonic()
            session.cancel()
            events, clock = step.result(5.0), 1.0
            while not isinstance(events[-1], Verdict):
                clock += 0.1
                events = session.step(observe(clock))
            assert time.monotonic() - begun < 1.0
        assert not pipeline.gate.is_set()  # it still writes, and nobody waits for it
        assert pipeline.closed == 1  # but it is told
        assert events[-1].reason == "CANCELLED"
        assert session.stopped.stopped


def test_an_arm_that_does_not_stop_is_told_as_such(client, observe, config):
    with client.execute("go") as session:
        session.step(observe(0.0, 0.3))
        session.cancel()
        begun = time.monotonic()
        clock, events = 0.0, []
        while not events or not isinstance(events[-1], Verdict):
            time.sleep(0.05)
            clock += 0.05
            events = session.step(observe(clock, 0.3 + 0.1 * clock))
        assert config.stop_limit <= time.monotonic() - begun < config.stop_limit + 2.0
        assert session.stopped is not None
        assert not session.stopped.stopped
        assert session.stopped.speed == pytest.approx(0.1)


def test_cancel_before_any_observation_ends_too(script):
    script.open("go")
    script.send(pb.ExecuteRequest(cancel=pb.ExecuteCancel()))
    script.send(None)
    last = [response for response in script.call][-1].cancelled
    assert not last.stopped
    assert not last.HasField("world_t_ee")
    assert script.call.code() is grpc.StatusCode.OK


def test_closing_the_sending_side_ends_the_session_after_its_last_answer(
    script, observe, pipeline
):
    script.open("go")
    script.observe(1, observe(0.0))
    script.send(None)
    kinds = [response.WhichOneof("message") for response in script.call]
    assert kinds == ["event", "event", "segment"]
    assert script.call.code() is grpc.StatusCode.OK
    assert eventually(lambda: pipeline.closed == 1)


@pytest.mark.parametrize("instruction", ["go", "slow go"])
def test_a_client_that_vanishes_ends_its_session_and_nothing_else(
    client, address, observe, pipeline, instruction
):
    with client.execute("stay") as stays:
        vanishing = Script(address)
        vanishing.open(instruction)
        vanishing.observe(1, observe(0.0))
        assert pipeline.entered.acquire(timeout=5.0)
        assert client.server_info().active_sessions == 2
        vanishing.channel.close()
        pipeline.gate.set()
        assert eventually(lambda: pipeline.closed == 1)
        assert eventually(lambda: client.server_info().active_sessions == 1)
        assert isinstance(stays.step(observe(0.0))[-1], SegmentPlanned)
    assert eventually(lambda: client.server_info().active_sessions == 0)


def test_a_failed_session_frees_its_place(client, observe, pipeline):
    for instruction in ("ghost", "crash"):
        with client.execute(instruction) as session:
            with pytest.raises(PlannerRpcError):
                session.step(observe(0.0))
    assert eventually(lambda: client.server_info().active_sessions == 0)
    assert pipeline.closed == 2


def test_a_plan_nobody_waits_for_frees_its_place(address, client, observe, pipeline):
    with PlannerClient(address, timeout=10.0) as vanishing:
        stream = vanishing.plan("slow", observe())
        assert pipeline.entered.acquire(timeout=5.0)
    assert stream.plan_id == ""
    assert client.server_info().active_sessions == 1
    pipeline.gate.set()
    assert eventually(lambda: client.server_info().active_sessions == 0)


def test_a_client_that_does_not_read_is_ended(pipeline, config, observe):
    impatient = replace(config, idle_timeout=0.3)
    with running_server(pipeline, impatient) as address:
        deaf = Script(address)
        deaf.open("long path")
        deadline, number = time.monotonic() + 30.0, 0
        while not pipeline.closed and time.monotonic() < deadline:
            number += 1
            deaf.observe(number, observe(0.1 * number))
            time.sleep(0.02)
        assert pipeline.closed == 1
        with PlannerClient(address, timeout=5.0) as client:
            assert client.server_info().active_sessions == 0
        deaf.channel.close()


def test_what_was_sent_reaches_the_session_in_order(client, observe, pipeline):
    pose = Pose(np.array([0.4, 0.1, 0.3]), np.array([0.5, 0.5, -0.5, 0.5]))
    with client.execute("go") as session:
        session.step(observe(0.0))
        for width in (0.04, 0.03):
            command = Command(pose, width, 0.02)
            session.report(1, Sent(command, ("speed held to 0.25 m/s",)))
        session.step(observe(0.1))
    assert [segment for segment, _ in pipeline.reports] == [1, 1]
    assert [sent.command.gripper_width for _, sent in pipeline.reports] == [0.04, 0.03]
    got = pipeline.reports[0][1]
    assert got.clipped == ("speed held to 0.25 m/s",)
    assert got.command.duration == 0.02
    np.testing.assert_array_equal(got.command.T_world_ee.matrix, pose.matrix)


def test_a_report_without_a_pose_is_refused(script, observe):
    script.open("go")
    script.send(pb.ExecuteRequest(sent=pb.SentReport(segment_id=1)))
    script.observe(1, observe(0.0))
    with pytest.raises(grpc.RpcError) as failure:
        script.answer()
    assert PlannerRpcError.of(failure.value).reason == "INVALID_POSE"


def test_no_answer_in_time_is_an_error_and_ends_the_session(address, observe, pipeline):
    with PlannerClient(address, timeout=0.3) as client:
        session = client.execute("slow")
        with pytest.raises(PlannerRpcError, match="SERVER_SILENT") as failure:
            session.step(observe(0.0))
        assert failure.value.code is grpc.StatusCode.DEADLINE_EXCEEDED
        pipeline.gate.set()
        assert eventually(lambda: pipeline.closed == 1)
