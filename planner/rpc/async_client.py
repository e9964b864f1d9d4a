"""The client for asyncio; the same calls as `planner.rpc.client`."""

# grpc's generated stubs and its health package have no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false

from types import TracebackType
from typing import TYPE_CHECKING, Protocol, TypeVar, cast, runtime_checkable

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from perception.observation import Observation
from planner.rpc.answers import OnEvent
from planner.rpc.async_session import (
    AsyncPlanStream,
    AsyncRemoteSession,
    receive,
    told,
)
from planner.rpc.client import DEFAULT_TIMEOUT, OPTIONS, PLAN_TIMEOUT, READY_TIMEOUT
from planner.rpc.client_types import (
    MapPiece,
    MapQuery,
    ServerInfo,
    nobody_serves,
)
from planner.rpc.convert import observation_to_proto
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


class AsyncPlannerClient:
    """Calls a server; every call has a deadline of `timeout` [s] unless it says."""

    def __init__(self, address: str, *, timeout: float | None = None):
        self._address = address
        self._timeout = timeout or DEFAULT_TIMEOUT
        self._plan_timeout = timeout or PLAN_TIMEOUT
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
        return ServerInfo.from_proto(await told(call))

    def plan(
        self,
        instruction: str,
        observation: Observation,
        *,
        seed: int = 0,
        session_id: str = "",
    ) -> AsyncPlanStream:
        """Plan without moving; the last event is the verdict.

        Iterating raises `PlannerRpcError` where the request is refused.
        """
        request = pb.PlanRequest(
            instruction=instruction,
            observation=observation_to_proto(observation),
            seed=seed,
            session_id=session_id,
        )
        return AsyncPlanStream(self._stub.Plan(request, timeout=self._plan_timeout))

    async def execute(
        self,
        instruction: str,
        *,
        seed: int = 0,
        session_id: str = "",
        on_event: OnEvent | None = None,
    ) -> AsyncRemoteSession:
        """Begin to carry an instruction out; the timeout holds for each answer.

        Args:
            instruction: What to do, in words.
            seed: Of everything random.
            session_id: Whose memory the program reads and writes; empty for none.
            on_event: Told of each event as it comes, within `step`.

        Raises:
            PlannerRpcError: The server refuses.
        """
        call = self._stub.Execute()
        opening = pb.ExecuteOpen(
            instruction=instruction, seed=seed, session_id=session_id
        )
        await told(call.write(pb.ExecuteRequest(open=opening)))
        opened = await receive(call, self._timeout)
        return AsyncRemoteSession(call, opened, self._timeout, on_event)

    async def value_map(self, query: MapQuery) -> MapPiece:
        """Return a value map of a plan or session made lately.

        Raises:
            PlannerRpcError: It is not kept, or the region is empty.
        """
        call = self._stub.GetValueMap(query.to_proto(), timeout=self._timeout)

        async def gather() -> list[pb.GetValueMapResponse]:
            return [message async for message in call]

        return MapPiece.of(await told(gather()))

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
