"""The four RPCs: decode, call the pipeline on a worker, encode."""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Iterator

from perception.observation import MAX_CAMERAS, MAX_PIXELS
from planner.errors import TimeLimitError
from planner.events import Event, SubTaskStarted
from planner.instruction import sentence_of
from planner.rpc.config import ServerConfig
from planner.rpc.convert import observation_from_proto
from planner.rpc.convert_events import event_to_proto, index_to_proto
from planner.rpc.errors import NotOpenedError, SessionTimeError
from planner.rpc.execute import CallParts, ExecuteCall
from planner.rpc.map_transfer import MapStore, cut, kind_asked
from planner.rpc.service_types import Context, Pipeline
from planner.rpc.v1 import geometry_pb2 as geometry
from planner.rpc.v1 import planner_pb2 as pb
from planner.rpc.v1.planner_pb2_grpc import PlannerServiceServicer
from planner.rpc.worker import Slots
from planner.value_maps import VoxelGrid

log = logging.getLogger(__name__)

API_VERSION = "v1"


class PlannerServicer(PlannerServiceServicer):
    """Serves one pipeline."""

    def __init__(self, pipeline: Pipeline, config: ServerConfig):
        self._pipeline = pipeline
        self._config = config
        self._info = pipeline.info()
        self._slots = Slots(config.max_sessions)
        self._maps = MapStore(config.kept_plans)

    async def Plan(self, request: pb.PlanRequest, context: Context) -> None:
        """Plan without moving."""
        sentence_of(request.instruction)
        worker = self._slots.claim()
        run = _PlanRun()
        plan_id = _new_id()
        limit = self._config.plan_limit
        try:
            async with asyncio.timeout(limit):
                await worker.call(run.start, self._pipeline, request)
                while (event := await worker.call(run.next)) is not None:
                    if isinstance(event, SubTaskStarted):
                        self._maps.keep(plan_id, event.index, event.maps)
                    message = await worker.call(event_to_proto, event)
                    await context.write(pb.PlanResponse(plan_id=plan_id, event=message))
        except TimeoutError as error:
            raise TimeLimitError(f"planning took longer than {limit:g} s") from error
        finally:
            worker.close(run.close)

    async def Execute(
        self, request_iterator: AsyncIterator[pb.ExecuteRequest], context: Context
    ) -> None:
        """Carry an instruction out in closed loop."""
        requests = aiter(request_iterator)
        opening = await self._opening(requests)
        worker = self._slots.claim()
        plan_id = _new_id()
        call = ExecuteCall(
            CallParts(plan_id, context, worker, self._maps, self._info, self._config)
        )
        log.info("%s opened: %s", plan_id, sentence_of(opening.instruction))
        try:
            await call.run(self._pipeline, opening, requests)
        finally:
            call.close()  # what it does now may last; it learns here that nobody waits
            worker.close(call.close)
            log.info("%s ended", plan_id)

    async def GetValueMap(
        self, request: pb.GetValueMapRequest, context: Context
    ) -> None:
        """Send one value map."""
        kind = kind_asked(request)
        recipe = self._maps.find(request.plan_id, request.sub_task, kind)
        piece = await asyncio.to_thread(cut, recipe, self._info.grid, request)
        for message in piece.messages():
            await context.write(message)

    async def GetServerInfo(
        self,
        request: pb.GetServerInfoRequest,  # noqa: ARG002 (gRPC passes it)
        context: Context,  # noqa: ARG002
    ) -> pb.GetServerInfoResponse:
        """Say what the server is and what it takes."""
        info, config = self._info, self._config
        return pb.GetServerInfoResponse(
            version=info.version,
            api_version=API_VERSION,
            language_backend=info.language,
            perception_backend=info.perception,
            max_message_bytes=config.max_message_bytes,
            max_sessions=config.max_sessions,
            active_sessions=self._slots.taken,
            max_pixels=MAX_PIXELS,
            max_cameras=MAX_CAMERAS,
            workspace_m=_box(info.grid),
            grid=index_to_proto(info.grid.shape),
            max_speed_mps=info.max_speed,
            max_acceleration_mps2=info.max_acceleration,
            replan_period_s=info.replan_period,
            idle_timeout_s=config.idle_timeout,
            session_limit_s=config.session_limit,
        )

    async def wait_ended(self) -> None:
        """Return when every session is closed, or after the grace time."""
        await self._slots.wait_free(self._config.shutdown_grace)

    async def _opening(
        self, requests: AsyncIterator[pb.ExecuteRequest]
    ) -> pb.ExecuteOpen:
        limit = self._config.idle_timeout
        try:
            async with asyncio.timeout(limit):
                first = await anext(requests, None)
        except TimeoutError as error:
            raise SessionTimeError(f"no open message came for {limit:g} s") from error
        if first is None or first.WhichOneof("message") != "open":
            raise NotOpenedError("the first message of Execute must be open")
        sentence_of(first.open.instruction)
        return first.open


class _PlanRun:
    """A plan being made; every method runs on the worker."""

    def __init__(self) -> None:
        self._events: Iterator[Event] = iter(())

    def start(self, pipeline: Pipeline, request: pb.PlanRequest) -> None:
        observation = observation_from_proto(request.observation)
        self._events = pipeline.plan(
            request.instruction,
            observation,
            seed=request.seed,
            session_id=request.session_id,
        )

    def next(self) -> Event | None:
        return next(self._events, None)

    def close(self) -> None:
        close = getattr(self._events, "close", None)  # a generator has one
        if close is not None:
            close()


def _new_id() -> str:
    return uuid.uuid4().hex


def _box(grid: VoxelGrid) -> geometry.WorldBox:
    lower, upper = grid.lower, grid.upper
    return geometry.WorldBox(
        lower_m=geometry.Vector3(x=lower[0], y=lower[1], z=lower[2]),
        upper_m=geometry.Vector3(x=upper[0], y=upper[1], z=upper[2]),
    )
