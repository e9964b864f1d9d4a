"""The client for asyncio; the same calls as `planner.rpc.client`."""

# grpc's generated stubs and its health package have no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false

import asyncio
from collections.abc import AsyncIterator, Awaitable
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, TypeVar, cast, runtime_checkable

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from perception.observation import Observation
from planner.events import Event, Verdict
from planner.execution.arm import Sent
from planner.rpc.answers import Answers, ended, late
from planner.rpc.client import DEFAULT_TIMEOUT, OPTIONS, READY_TIMEOUT
from planner.rpc.client_types import (
    MapPiece,
    MapQuery,
    PlannerRpcError,
    ServerInfo,
    nobody_serves,
)
from planner.rpc.convert import observation_to_proto
from planner.rpc.convert_events import event_from_proto, sent_to_proto
from planner.rpc.stopping import StoppedState
from planner.rpc.v1 import planner_pb2 as pb
from planner.rpc.v1.planner_pb2_grpc import PlannerServiceStub

if TYPE_CHECKING:  # generic in the stubs only
    from grpc.aio import StreamStreamMultiCallable as ManyToMany
    from grpc.aio import UnaryStreamMultiCallable as OneToMany
    from grpc.aio import UnaryUnaryMultiCallable as OneToOne

R = TypeVar("R")


@runtime_checkable
class _Stub(Protocol):
    """The generated stub, with types."""

    Plan: "OneToMany[pb.PlanRequest, pb.PlanResponse]"
    Execute: "ManyToMany[pb.ExecuteRequest, pb.ExecuteResponse]"
    GetValueMap: "OneToMany[pb.GetValueMapRequest, pb.GetValueMapResponse]"
    GetServerInfo: "OneToOne[pb.GetServerInfoRequest, pb.GetServerInfoResponse]"


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
            response = await _told(self._call.read())
            if not isinstance(response, pb.PlanResponse):
                raise StopAsyncIteration
            self.plan_id = response.plan_id
            event = event_from_proto(response.event)
            if event is not None:
                return event


class AsyncRemoteSession:
    """An instruction being carried out by a server; one task steps.

    Every method raises `PlannerRpcError` once the session has failed.
    """

    def __init__(
        self,
        call: _Duplex,
        opened: pb.ExecuteResponse,
        timeout: float,
    ):
        self._call = call
        self._answers = Answers(opened)
        self._timeout = timeout
        self._over = False

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
            events = self._answers.take(await _receive(self._call, self._timeout))
        self._over = isinstance(events[-1], Verdict)
        return events

    async def report(self, segment_id: int, sent: Sent) -> None:
        """Tell what the safety filter made of a command of a segment."""
        await self._send(pb.ExecuteRequest(sent=sent_to_proto(segment_id, sent)))

    async def cancel(self) -> None:
        """Ask for a stop, and go on stepping until the verdict `CANCELLED`."""
        await self._send(pb.ExecuteRequest(cancel=pb.ExecuteCancel()))

    async def close(self) -> None:
        """End the session; harmless if it has ended."""
        self._over = True
        self._call.cancel()

    async def _send(self, request: pb.ExecuteRequest) -> None:
        try:
            await _told(self._call.write(request))
        except asyncio.InvalidStateError:
            # The server ended the stream; why is what reading it tells.
            raise await _reason(self._call) from None


class AsyncPlannerClient:
    """Calls a server; every call has a deadline of `timeout` [s] unless it says."""

    def __init__(self, address: str, *, timeout: float = DEFAULT_TIMEOUT):
        self._address = address
        self._timeout = timeout
        self._channel = grpc.aio.insecure_channel(address, options=OPTIONS)
        self._stub = cast(_Stub, PlannerServiceStub(self._channel))

    async def wait_ready(self, timeout: float | None = None) -> None:
        """Return when the server serves.

        Raises:
            PlannerRpcError: It does not within the time.
        """
        health = health_pb2_grpc.HealthStub(self._channel)
        request = health_pb2.HealthCheckRequest()
        limit = timeout or READY_TIMEOUT
        try:
            await health.Check(request, timeout=limit, wait_for_ready=True)
        except grpc.RpcError as error:
            raise nobody_serves(self._address, limit) from error

    async def server_info(self) -> ServerInfo:
        """Return what the server is and what it takes."""
        request = pb.GetServerInfoRequest()
        call = self._stub.GetServerInfo(request, timeout=self._timeout)
        return ServerInfo.from_proto(await _told(call))

    def plan(
        self, instruction: str, observation: Observation, *, seed: int = 0
    ) -> AsyncPlanStream:
        """Plan without moving; the last event is the verdict.

        Iterating raises `PlannerRpcError` where the request is refused.
        """
        request = pb.PlanRequest(
            instruction=instruction,
            observation=observation_to_proto(observation),
            seed=seed,
        )
        return AsyncPlanStream(self._stub.Plan(request, timeout=self._timeout))

    async def execute(self, instruction: str, *, seed: int = 0) -> AsyncRemoteSession:
        """Begin to carry an instruction out; the timeout holds for each step.

        Raises:
            PlannerRpcError: The server refuses.
        """
        call = self._stub.Execute()
        opening = pb.ExecuteOpen(instruction=instruction, seed=seed)
        await _told(call.write(pb.ExecuteRequest(open=opening)))
        opened = await _receive(call, self._timeout)
        return AsyncRemoteSession(call, opened, self._timeout)

    async def value_map(self, query: MapQuery) -> MapPiece:
        """Return a value map of a plan or session made lately.

        Raises:
            PlannerRpcError: It is not kept, or the region is empty.
        """
        call = self._stub.GetValueMap(query.to_proto(), timeout=self._timeout)

        async def gather() -> list[pb.GetValueMapResponse]:
            return [message async for message in call]

        return MapPiece.of(await _told(gather()))

    async def close(self) -> None:
        """End everything that runs, and the channel."""
        await self._channel.close()

    async def __aenter__(self) -> "AsyncPlannerClient":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


async def _told(call: Awaitable[R]) -> R:
    """Await, and tell what grpc raises as an error of ours."""
    try:
        return await call
    except grpc.RpcError as error:
        raise PlannerRpcError.of(error) from error


async def _receive(call: _Duplex, timeout: float) -> pb.ExecuteResponse:
    try:
        async with asyncio.timeout(timeout):
            response = await _told(call.read())
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
