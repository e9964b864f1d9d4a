"""One call of `Execute`: observations in, segments out, until the verdict."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from perception.observation import Observation
from planner.braking import brake, hold
from planner.errors import StaleObservationError
from planner.events import Event, SegmentPlanned, SubTaskStarted, Verdict
from planner.rpc.config import ServerConfig
from planner.rpc.convert import observation_from_proto
from planner.rpc.convert_events import event_to_proto, verdict_to_proto
from planner.rpc.convert_motion import (
    segment_to_proto,
    sent_from_proto,
    stopped_to_proto,
)
from planner.rpc.errors import RequestError, SessionTimeError
from planner.rpc.inbox import Inbox, Signal, Steering
from planner.rpc.map_transfer import MapStore
from planner.rpc.service_types import Context, Pipeline, PipelineInfo, Session
from planner.rpc.stopping import StopWatch
from planner.rpc.v1 import planner_pb2 as pb
from planner.rpc.worker import Worker
from planner.stepping import Control
from planner.trajectory import Trajectory

log = logging.getLogger(__name__)

CONTROLS: dict[int, Control] = {
    pb.PROGRAM_CONTROL_PAUSE: Control.PAUSE,
    pb.PROGRAM_CONTROL_STEP: Control.STEP,
    pb.PROGRAM_CONTROL_RESUME: Control.RESUME,
}


_Done = tuple[Event, pb.ExecuteResponse]


@dataclass(frozen=True, slots=True, eq=False)
class CallParts:
    """What a call works with.

    Attributes:
        plan_id: Its name.
        context: Where answers go.
        worker: Who does what blocks.
        maps: Where the maps are kept.
        info: Of the pipeline.
        config: Of the server.
    """

    plan_id: str
    context: Context
    worker: Worker
    maps: MapStore
    info: PipelineInfo
    config: ServerConfig


class ExecuteCall:
    """Runs one session from open to verdict, cancel, close or silence."""

    def __init__(self, parts: CallParts):
        self._parts = parts
        self._inbox = Inbox(self._steer)
        self._session: Session | None = None
        self._closed = False
        self._events: Iterator[Event] = iter(())
        self._last: Observation | None = None
        self._segment: SegmentPlanned | None = None
        self._braking: Trajectory | None = None
        self._answered = 0
        self._deadline = asyncio.get_running_loop().time() + parts.config.session_limit

    async def run(
        self,
        pipeline: Pipeline,
        request: pb.ExecuteOpen,
        requests: AsyncIterator[pb.ExecuteRequest],
    ) -> None:
        """Open the session and answer until it ends.

        Raises:
            PlanningError: The session failed, went quiet or broke the rules.
            PerceptionError: An observation cannot be used.
        """
        await self._parts.worker.call(self._open, pipeline, request)
        reader = asyncio.ensure_future(self._inbox.fill(requests))
        try:
            opened = pb.ExecuteOpened(
                replan_period_s=self._parts.info.replan_period,
                idle_timeout_s=self._parts.config.idle_timeout,
            )
            await self._write(pb.ExecuteResponse(opened=opened))
            await self._serve()
        finally:
            reader.cancel()

    def close(self) -> None:
        """Give the session back, if there is one that was not."""
        if self._session is not None and not self._closed:
            self._closed = True
            self._session.close()

    def _open(self, pipeline: Pipeline, request: pb.ExecuteOpen) -> None:
        # Kept here and not returned: a caller that went away meanwhile would
        # leave nobody to close it.
        self._session = pipeline.open(
            request.instruction, seed=request.seed, session_id=request.session_id
        )

    async def _serve(self) -> None:
        while True:
            match await self._next():
                case Signal.CLOSED:
                    return
                case Signal.CANCEL:
                    await self._stop(self._answered)
                    return
                case pb.ExecuteObservation() as update:
                    if await self._answer(update):
                        return

    def _steer(self, message: Steering) -> None:
        """Pass an answer or a control on; nothing is waited for."""
        assert self._session is not None, "messages are read after it was opened"
        if isinstance(message, pb.ExecuteAnswer):
            tell = self._session.decline if message.declined else self._session.answer
            tell(message.question_id, message.text)
            return
        if message.control not in CONTROLS:
            raise RequestError(
                f"control {message.control} is none of pause (1), step (2), resume (3)"
            )
        self._session.control(CONTROLS[message.control])

    async def _next(self) -> pb.ExecuteObservation | Signal:
        loop = asyncio.get_running_loop()
        config = self._parts.config
        left = self._deadline - loop.time()
        if left <= 0.0:
            raise SessionTimeError(
                f"the session lasted longer than {config.session_limit:g} s"
            )
        try:
            return await self._inbox.next(min(left, config.idle_timeout))
        except TimeoutError as error:
            raise SessionTimeError(
                f"no observation came for {min(left, config.idle_timeout):.3g} s"
            ) from error

    async def _answer(self, update: pb.ExecuteObservation) -> bool:
        """Step the session, and say whether it ended."""
        worker = self._parts.worker
        await worker.call(self._look, update, self._inbox.take_reports())
        while True:
            work = asyncio.ensure_future(worker.call(self._work, update.id))
            if not await self._done_before_cancel(work):
                await self._stop(update.id)
                return True
            done = work.result()
            if done is None:
                self._answered = update.id
                return False
            if await self._tell(*done):
                return True

    async def _done_before_cancel(self, work: asyncio.Future[_Done | None]) -> bool:
        """Return when work is done or the client cancels: a model may be at work."""
        cancel = asyncio.ensure_future(self._inbox.cancelled.wait())
        try:
            await asyncio.wait({work, cancel}, return_when=asyncio.FIRST_COMPLETED)
            return work.done()
        finally:
            cancel.cancel()
            work.cancel()  # nobody waits for it; what is done stays so

    def _look(
        self, update: pb.ExecuteObservation, reports: list[pb.SentReport]
    ) -> None:
        assert self._session is not None, "a session steps after it was opened"
        for report in reports:
            self._session.report(report.segment_id, sent_from_proto(report))
        observation = observation_from_proto(update.observation)
        if self._last is not None and observation.time <= self._last.time:
            raise StaleObservationError(
                f"observation {update.id} is of {observation.time:.3f} s, not after "
                f"the one before, {self._last.time:.3f} s"
            )
        self._last = observation
        self._events = self._session.stream(observation)

    def _work(self, observation_id: int) -> _Done | None:
        event = next(self._events, None)
        # Paths and scenes can be long: packing is for the worker too.
        return None if event is None else (event, _packed(event, observation_id))

    async def _tell(self, event: Event, response: pb.ExecuteResponse) -> bool:
        """Send an event, and say whether it was the last."""
        parts = self._parts
        if isinstance(event, SegmentPlanned):
            self._segment = event
        elif isinstance(event, SubTaskStarted):
            parts.maps.keep(parts.plan_id, event.index, event.maps)
        await self._write(response)
        return isinstance(event, Verdict)

    async def _stop(self, observation_id: int) -> None:
        """Brake, then watch until the hand rests or time is up.

        Args:
            observation_id: Of the last observation; it may wait for its answer.
        """
        log.info("%s cancelled", self._parts.plan_id)
        self.close()
        watch = StopWatch(self._last)
        stopped = False
        if self._last is not None:
            await self._brake(self._last, observation_id)
        try:
            async with asyncio.timeout(self._parts.config.stop_limit):
                stopped = await self._settle(watch)
        except TimeoutError:
            log.warning("%s did not come to rest in time", self._parts.plan_id)
        state = watch.state(stopped=stopped)
        await self._write(pb.ExecuteResponse(cancelled=stopped_to_proto(state)))

    async def _settle(self, watch: StopWatch) -> bool:
        while True:
            update = await self._inbox.next(self._parts.config.stop_limit)
            if update is Signal.CANCEL:
                continue  # the one that is being carried out
            if not isinstance(update, pb.ExecuteObservation):
                return False
            # The worker may be busy still with what was cancelled.
            observation = await asyncio.to_thread(
                observation_from_proto, update.observation
            )
            if watch.see(observation, self._brake_from(observation).end):
                return True
            await self._brake(observation, update.id)

    async def _brake(self, observation: Observation, observation_id: int) -> None:
        before = self._segment
        trajectory = self._brake_from(observation)
        stop = SegmentPlanned(
            id=before.id + 1 if before else 1,
            subtask=before.subtask if before else 0,
            trajectory=trajectory,
            expires=float("inf"),
            path_world=trajectory.p_world,
            scene_revision=before.scene_revision if before else 0,
        )
        self._segment = stop
        answer = pb.ExecuteSegment(
            observation_id=observation_id,
            segment=segment_to_proto(stop),
            braking=True,
        )
        await self._write(pb.ExecuteResponse(segment=answer))

    def _brake_from(self, observation: Observation) -> Trajectory:
        """Return the braking motion; once begun it is repeated, not begun anew."""
        if self._braking is None:
            time = observation.time
            if self._segment is None:
                pose, width = observation.T_world_ee, observation.gripper_width
                self._braking = hold(pose, width, time)
            else:
                limit = self._parts.info.max_acceleration
                self._braking = brake(self._segment.trajectory, time, limit)
        return self._braking

    async def _write(self, response: pb.ExecuteResponse) -> None:
        response.plan_id = self._parts.plan_id
        limit = self._parts.config.idle_timeout
        try:
            async with asyncio.timeout(limit):
                await self._parts.context.write(response)
        except TimeoutError as error:
            raise SessionTimeError(f"no answer was read for {limit:g} s") from error


def _packed(event: Event, observation_id: int) -> pb.ExecuteResponse:
    match event:
        case SegmentPlanned():
            segment = pb.ExecuteSegment(
                observation_id=observation_id, segment=segment_to_proto(event)
            )
            return pb.ExecuteResponse(segment=segment)
        case Verdict():
            verdict = pb.ExecuteVerdict(
                observation_id=observation_id, verdict=verdict_to_proto(event)
            )
            return pb.ExecuteResponse(verdict=verdict)
        case _:
            return pb.ExecuteResponse(event=event_to_proto(event))
