"""A plan and a session as the client sees them, while the server works on them."""

import queue
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Protocol, runtime_checkable

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


@runtime_checkable
class _Call(Protocol):
    """The part of grpc's streaming call that a session uses."""

    def __iter__(self) -> Iterator[pb.ExecuteResponse]: ...

    def cancel(self) -> bool: ...


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

    One thread steps; `answer`, `decline`, `control` and `cancel` may come from any.
    Every method raises `PlannerRpcError` once the session has failed.
    """

    def __init__(
        self,
        start: Callable[[Iterator[pb.ExecuteRequest]], _Call],
        opening: pb.ExecuteOpen,
        timeout: float,
        on_event: OnEvent | None = None,
    ):
        self._timeout = timeout
        self._outgoing: queue.SimpleQueue[pb.ExecuteRequest | None] = (
            queue.SimpleQueue()
        )
        self._incoming: queue.SimpleQueue[pb.ExecuteResponse | PlannerRpcError] = (
            queue.SimpleQueue()
        )
        self._outgoing.put(pb.ExecuteRequest(open=opening))
        self._call = start(iter(self._outgoing.get, None))
        self._reader = threading.Thread(
            target=self._read, name="planner-session-reader", daemon=True
        )
        self._reader.start()
        self._answers = Answers(self._receive(), on_event)
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

    def answer(self, question_id: int, text: str) -> None:
        """Answer a question that came as the event `Asked`."""
        self._outgoing.put(answer_message(question_id, text))

    def decline(self, question_id: int, why: str) -> None:
        """Say why nobody answers a question; the program learns it at once."""
        self._outgoing.put(decline_message(question_id, why))

    def control(self, control: Control) -> None:
        """Pause the program before its next call, let one go on, or resume it.

        Go on stepping: while it waits, the segments hold.
        """
        self._outgoing.put(control_message(control))

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
