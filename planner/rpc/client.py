"""The client: plans, sessions and maps over a channel, with deadlines.

It needs numpy, scipy, grpc and protobuf, and none of what the server plans or
simulates with. The asyncio one is in `planner.rpc.async_client`.
"""

# grpc's generated stubs and its health package have no types.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, TypeVar, cast, runtime_checkable

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from perception.observation import Observation
from planner.rpc.answers import OnEvent
from planner.rpc.client_types import (
    MapPiece,
    MapQuery,
    PlannerRpcError,
    ServerInfo,
    nobody_serves,
)
from planner.rpc.config import MAX_MESSAGE_BYTES
from planner.rpc.convert import observation_to_proto
from planner.rpc.remote_session import PlanStream, RemoteSession
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
PLAN_TIMEOUT = 130.0  # [s]; a server ends a plan after 120 s and says why
READY_TIMEOUT = 10.0  # [s] for a server to answer at all


@runtime_checkable
class _Stub(Protocol):
    """The generated stub, with types."""

    Plan: "OneToMany[pb.PlanRequest, pb.PlanResponse]"
    Execute: "ManyToMany[pb.ExecuteRequest, pb.ExecuteResponse]"
    GetValueMap: "OneToMany[pb.GetValueMapRequest, pb.GetValueMapResponse]"
    GetServerInfo: "OneToOne[pb.GetServerInfoRequest, pb.GetServerInfoResponse]"


class PlannerClient:
    """Calls a server; every call has a deadline of `timeout` [s].

    Where none is told it is a minute, and for a plan a little more than servers take.
    """

    def __init__(self, address: str, *, timeout: float | None = None):
        self._address = address
        self._timeout = timeout or DEFAULT_TIMEOUT
        self._plan_timeout = timeout or PLAN_TIMEOUT
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
        self,
        instruction: str,
        observation: Observation,
        *,
        seed: int = 0,
        session_id: str = "",
    ) -> PlanStream:
        """Plan without moving; the last event is the verdict.

        Iterating raises `PlannerRpcError` where the request is refused.
        """
        request = pb.PlanRequest(
            instruction=instruction,
            observation=observation_to_proto(observation),
            seed=seed,
            session_id=session_id,
        )
        return PlanStream(self._stub.Plan(request, timeout=self._plan_timeout))

    def execute(
        self,
        instruction: str,
        *,
        seed: int = 0,
        session_id: str = "",
        on_event: OnEvent | None = None,
    ) -> RemoteSession:
        """Begin to carry an instruction out; the timeout holds for each answer.

        Args:
            instruction: What to do, in words.
            seed: Of everything random.
            session_id: Whose memory the program reads and writes; empty for none.
            on_event: Told of each event as it comes, by the thread that steps.

        Raises:
            PlannerRpcError: The server refuses.
        """
        opening = pb.ExecuteOpen(
            instruction=instruction, seed=seed, session_id=session_id
        )
        return RemoteSession(self._stub.Execute, opening, self._timeout, on_event)

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
