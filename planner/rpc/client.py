"""The client: plans, sessions and maps over a channel, with deadlines.

It needs numpy, scipy, grpc and protobuf, and none of what the server plans or
simulates with. The asyncio one is in `planner.rpc.async_client`.
"""

# grpc's generated stubs and its health package have no types.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false

import queue
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, TypeVar, cast, runtime_checkable

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from perception.observation import Observation
from planner.events import Event, Verdict
from planner.execution.arm import Sent
from planner.rpc.answers import Answers, ended, late
from planner.rpc.client_types import (
    MapPiece,
    MapQuery,
    PlannerRpcError,
    ServerInfo,
    nobody_serves,
)
from planner.rpc.config import MAX_MESSAGE_BYTES
from planner.rpc.convert import observation_to_proto
from planner.rpc.convert_events import event_from_proto, sent_to_proto
from planner.rpc.stopping import StoppedState
from planner.rpc.v1 import planner_pb2 as pb
from planner.rpc.v1.planner_pb2_grpc import PlannerServiceStub

if TYPE_CHECKING:  # generic in the stubs only
    from grpc import StreamStreamMultiCallable as ManyToMany
    from grpc import UnaryStreamMultiCallable as OneToMany
    from grpc import UnaryUnaryMultiCallable as OneToOne

R = TypeVar("R")

OPTIONS = [
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", -1),  # the server says what is too large
]
DEFAULT_TIMEOUT = 60.0  # [s]; a language model may be asked on the way
READY_TIMEOUT = 10.0  # [s] for a server to answer at all


@runtime_checkable
class _Stub(Protocol):
    """The generated stub, with types."""

    Plan: "OneToMany[pb.PlanRequest, pb.PlanResponse]"
    Execute: "ManyToMany[pb.ExecuteRequest, pb.ExecuteResponse]"
    GetValueMap: "OneToMany[pb.GetValueMapRequest, pb.GetValueMapResponse]"
    GetServerInfo: "OneToOne[pb.GetServerInfoRequest, pb.GetServerInfoResponse]"


class PlanStream:
    """The events of a plan, as they come.

    Attributes:
        plan_id: For `value_map`; empty before the first event.
    """

    def __init__(self, responses: Iterator[pb.PlanResponse]):
        self.plan_id = ""
        self._responses = responses

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        while True:
            try:
                response = next(self._responses)
            except grpc.RpcError as error:
                raise PlannerRpcError.of(error) from error
            self.plan_id = response.plan_id
            event = event_from_proto(response.event)
            if event is not None:
                return event


class RemoteSession:
    """An instruction being carried out by a server.

    One thread steps; `cancel` may come from any. Every method raises
    `PlannerRpcError` once the session has failed.
    """

    def __init__(self, stub: _Stub, opening: pb.ExecuteOpen, timeout: float):
        self._timeout = timeout
        self._outgoing: queue.SimpleQueue[pb.ExecuteRequest | None] = (
            queue.SimpleQueue()
        )
        self._incoming: queue.SimpleQueue[pb.ExecuteResponse | PlannerRpcError] = (
            queue.SimpleQueue()
        )
        self._outgoing.put(pb.ExecuteRequest(open=opening))
        self._call = stub.Execute(iter(self._outgoing.get, None))
        self._reader = threading.Thread(
            target=self._read, name="planner-session-reader", daemon=True
        )
        self._reader.start()
        self._answers = Answers(self._receive())
        self._over = False

    @property
    def plan_id(self) -> str:
        """For `value_map`."""
        return self._answers.plan_id

    @property
    def stopped(self) -> StoppedState | None:
        """The measured state, once a cancel was carried out."""
        return self._answers.stopped

    def step(self, observation: Observation) -> list[Event]:
        """Return what one observation led to; ends in a segment or the verdict.

        Raises:
            PlannerRpcError: The session failed, or no answer came in time.
        """
        if self._over:
            raise ended()
        update = pb.ExecuteObservation(
            id=self._answers.ask(), observation=observation_to_proto(observation)
        )
        self._outgoing.put(pb.ExecuteRequest(observation=update))
        while (events := self._answers.take(self._receive())) is None:
            pass
        self._over = isinstance(events[-1], Verdict)
        return events

    def report(self, segment_id: int, sent: Sent) -> None:
        """Tell what the safety filter made of a command of a segment."""
        self._outgoing.put(pb.ExecuteRequest(sent=sent_to_proto(segment_id, sent)))

    def cancel(self) -> None:
        """Ask for a stop.

        Go on stepping: the segments brake, and once the hand is measured to rest
        comes a verdict with the reason `CANCELLED`; `stopped` has what was measured.
        """
        self._outgoing.put(pb.ExecuteRequest(cancel=pb.ExecuteCancel()))

    def close(self) -> None:
        """End the session; harmless if it has ended."""
        self._over = True
        self._outgoing.put(None)
        self._call.cancel()
        self._reader.join()

    def __enter__(self) -> "RemoteSession":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self) -> None:
        try:
            for response in self._call:
                self._incoming.put(response)
            self._incoming.put(ended())
        except grpc.RpcError as error:
            self._incoming.put(PlannerRpcError.of(error))

    def _receive(self) -> pb.ExecuteResponse:
        try:
            item = self._incoming.get(timeout=self._timeout)
        except queue.Empty:
            self.close()
            raise late(self._timeout) from None
        if isinstance(item, PlannerRpcError):
            self.close()
            raise item
        return item


class PlannerClient:
    """Calls a server; every call has a deadline of `timeout` [s] unless it says."""

    def __init__(self, address: str, *, timeout: float = DEFAULT_TIMEOUT):
        self._address = address
        self._timeout = timeout
        self._channel = grpc.insecure_channel(address, options=OPTIONS)
        self._stub = cast(_Stub, PlannerServiceStub(self._channel))

    def wait_ready(self, timeout: float | None = None) -> None:
        """Return when the server serves.

        Raises:
            PlannerRpcError: It does not within the time.
        """
        health = health_pb2_grpc.HealthStub(self._channel)
        request = health_pb2.HealthCheckRequest()
        limit = timeout or READY_TIMEOUT
        try:
            health.Check(request, timeout=limit, wait_for_ready=True)
        except grpc.RpcError as error:
            raise nobody_serves(self._address, limit) from error

    def server_info(self) -> ServerInfo:
        """Return what the server is and what it takes."""
        request = pb.GetServerInfoRequest()
        return ServerInfo.from_proto(
            _told(self._stub.GetServerInfo, request, timeout=self._timeout)
        )

    def plan(
        self, instruction: str, observation: Observation, *, seed: int = 0
    ) -> PlanStream:
        """Plan without moving; the last event is the verdict.

        Iterating raises `PlannerRpcError` where the request is refused.
        """
        request = pb.PlanRequest(
            instruction=instruction,
            observation=observation_to_proto(observation),
            seed=seed,
        )
        return PlanStream(self._stub.Plan(request, timeout=self._timeout))

    def execute(self, instruction: str, *, seed: int = 0) -> RemoteSession:
        """Begin to carry an instruction out; the timeout holds for each step.

        Raises:
            PlannerRpcError: The server refuses.
        """
        opening = pb.ExecuteOpen(instruction=instruction, seed=seed)
        return RemoteSession(self._stub, opening, self._timeout)

    def value_map(self, query: MapQuery) -> MapPiece:
        """Return a value map of a plan or session made lately.

        Raises:
            PlannerRpcError: It is not kept, or the region is empty.
        """
        responses = self._stub.GetValueMap(query.to_proto(), timeout=self._timeout)
        return MapPiece.of(_told(list[pb.GetValueMapResponse], responses))

    def close(self) -> None:
        """End everything that runs, and the channel."""
        self._channel.close()

    def __enter__(self) -> "PlannerClient":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _told(call: Callable[..., R], *args: object, **kwargs: object) -> R:
    """Call, and tell what grpc raises as an error of ours."""
    try:
        return call(*args, **kwargs)
    except grpc.RpcError as error:
        raise PlannerRpcError.of(error) from error
