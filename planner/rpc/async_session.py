"""A plan and a session for asyncio; the same as in `planner.rpc.remote_session`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Protocol, TypeVar, runtime_checkable

import grpc

from perception.observation import Observation
from planner.events import Event, Verdict
from planner.execution.arm import Sent
from planner.rpc.answers import (
    Answers,
    OnEvent,
    answer_message,
    control_message,
    decline_message,
    ended,
    late,
)
from planner.rpc.client_types import PlannerRpcError
from planner.rpc.convert import observation_to_proto
from planner.rpc.convert_events import event_from_proto
from planner.rpc.convert_motion import sent_to_proto
from planner.rpc.stopping import StoppedState
from planner.rpc.v1 import planner_pb2 as pb
from planner.stepping import Control

R = TypeVar("R")


@runtime_checkable
class _Duplex(Protocol):
    """The part of grpc's streaming call that a session uses."""

    async def read(self) -> object: ...

    async def write(self, request: pb.ExecuteRequest) -> None: ...

    def cancel(self) -> bool: ...


@runtime_checkable
class _Readable(Protocol):
    """The part of grpc's streaming call that a plan uses."""

    async def read(self) -> object: ...


class AsyncPlanStream:
    """The events of a plan, as they come.

    Attributes:
        plan_id: For `value_map`; empty before the first event.
    """

    def __init__(self, call: _Readable):
        self.plan_id = ""
        self._call = call

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        while True:
            response = await told(self._call.read())
            if not isinstance(response, pb.PlanResponse):
                raise StopAsyncIteration
            self.plan_id = response.plan_id
            event = event_from_proto(response.event)
            if event is not None:
                return event


class AsyncRemoteSession:
    """An instruction being carried out by a server; one task steps, any may steer.

    Every method raises `PlannerRpcError` once the session has failed.
    """

    def __init__(
        self,
        call: _Duplex,
        opened: pb.ExecuteResponse,
        timeout: float,
        on_event: OnEvent | None = None,
    ):
        self._call = call
        self._answers = Answers(opened, on_event)
        self._timeout = timeout
        self._over = False
        self._sending = asyncio.Lock()  # grpc takes one message at a time

    @property
    def plan_id(self) -> str:
        """For `value_map`."""
        return self._answers.plan_id

    @property
    def stopped(self) -> StoppedState | None:
        """The measured state, once a cancel was carried out."""
        return self._answers.stopped

    async def step(self, observation: Observation) -> list[Event]:
        """Return what one observation led to; ends in a segment or the verdict."""
        if self._over:
            raise ended()
        update = pb.ExecuteObservation(
            id=self._answers.ask(), observation=observation_to_proto(observation)
        )
        await self._send(pb.ExecuteRequest(observation=update))
        events = None
        while events is None:
            events = self._answers.take(await receive(self._call, self._timeout))
        self._over = isinstance(events[-1], Verdict)
        return events

    async def report(self, segment_id: int, sent: Sent) -> None:
        """Tell what the safety filter made of a command of a segment."""
        await self._send(pb.ExecuteRequest(sent=sent_to_proto(segment_id, sent)))

    async def answer(self, question_id: int, text: str) -> None:
        """Answer a question that came as the event `Asked`."""
        await self._send(answer_message(question_id, text))

    async def decline(self, question_id: int, why: str) -> None:
        """Say why nobody answers a question; the program learns it at once."""
        await self._send(decline_message(question_id, why))

    async def control(self, control: Control) -> None:
        """Pause the program before its next call, let one go on, or resume it.

        Go on stepping: while it waits, the segments hold.
        """
        await self._send(control_message(control))

    async def cancel(self) -> None:
        """Ask for a stop, and go on stepping until the verdict `CANCELLED`."""
        await self._send(pb.ExecuteRequest(cancel=pb.ExecuteCancel()))

    async def close(self) -> None:
        """End the session; harmless if it has ended."""
        self._over = True
        self._call.cancel()

    async def _send(self, request: pb.ExecuteRequest) -> None:
        try:
            async with self._sending:
                await told(self._call.write(request))
        except asyncio.InvalidStateError:
            # The server ended the stream; why is what reading it tells.
            raise await _reason(self._call) from None


async def told(call: Awaitable[R]) -> R:
    """Await, and raise what grpc raises as an error of ours."""
    try:
        return await call
    except grpc.RpcError as error:
        raise PlannerRpcError.of(error) from error


async def receive(call: _Duplex, timeout: float) -> pb.ExecuteResponse:
    """Return the next answer of the server.

    Raises:
        PlannerRpcError: The call failed or ended, or none came in `timeout` [s].
    """
    try:
        async with asyncio.timeout(timeout):
            response = await told(call.read())
    except TimeoutError:
        call.cancel()
        raise late(timeout) from None
    if not isinstance(response, pb.ExecuteResponse):
        raise ended()
    return response


async def _reason(
    call: _Duplex,
) -> PlannerRpcError:
    try:
        while isinstance(await call.read(), pb.ExecuteResponse):
            pass
    except grpc.RpcError as error:
        return PlannerRpcError.of(error)
    return ended()
