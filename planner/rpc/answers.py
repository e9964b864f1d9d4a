"""What a client of `Execute` makes of the answers; free of sockets."""

from collections.abc import Callable

import grpc

from planner.errors import CancelledError
from planner.events import Event, Verdict
from planner.rpc.client_types import PlannerRpcError
from planner.rpc.convert_events import event_from_proto, verdict_from_proto
from planner.rpc.convert_motion import segment_from_proto, stopped_from_proto
from planner.rpc.stopping import StoppedState
from planner.rpc.v1 import planner_pb2 as pb
from planner.stepping import Control

OnEvent = Callable[[Event], None]

CONTROLS: dict[Control, pb.ProgramControl] = {
    Control.PAUSE: pb.PROGRAM_CONTROL_PAUSE,
    Control.STEP: pb.PROGRAM_CONTROL_STEP,
    Control.RESUME: pb.PROGRAM_CONTROL_RESUME,
}


class Answers:
    """Gathers what belongs to one observation.

    Args:
        opened: The first answer.
        on_event: Told of each event as it comes.

    Attributes:
        plan_id: For `value_map`.
        stopped: The measured state, once a cancel was carried out.
    """

    def __init__(self, opened: pb.ExecuteResponse, on_event: OnEvent | None = None):
        self._on_event = on_event
        self.plan_id = opened.plan_id
        self.stopped: StoppedState | None = None
        self._asked = 0
        self._events: list[Event] = []

    def ask(self) -> int:
        """Return the id of the next observation."""
        self._asked += 1
        self._events = []
        return self._asked

    def take(self, response: pb.ExecuteResponse) -> list[Event] | None:
        """Take an answer, and return the events once they are all there."""
        match response.WhichOneof("message"):
            case "event":
                event = event_from_proto(response.event)
                if event is not None:
                    self._keep(event)
                return None
            # A braking segment may answer an older observation: a newer follows.
            case "segment" if response.segment.observation_id >= self._asked:
                last: Event = segment_from_proto(response.segment.segment)
            case "verdict":
                last = verdict_from_proto(response.verdict.verdict)
            case "cancelled":
                self.stopped = stopped_from_proto(response.cancelled)
                last = _cancelled(self.stopped)
            case _:
                return None
        self._keep(last)
        return self._events

    def _keep(self, event: Event) -> None:
        self._events.append(event)
        if self._on_event is not None:
            self._on_event(event)


def _cancelled(state: StoppedState) -> Verdict:
    how = "and stopped" if state.stopped else "but was not measured to rest"
    return Verdict(
        False,
        CancelledError.stage,
        CancelledError.reason,
        f"the motion was cancelled {how}",
    )


def answer_message(question_id: int, text: str) -> pb.ExecuteRequest:
    """Return the answer to a question as a message."""
    return pb.ExecuteRequest(
        answer=pb.ExecuteAnswer(question_id=question_id, text=text)
    )


def decline_message(question_id: int, why: str) -> pb.ExecuteRequest:
    """Return that nobody answers a question as a message."""
    return pb.ExecuteRequest(
        answer=pb.ExecuteAnswer(question_id=question_id, text=why, declined=True)
    )


def control_message(control: Control) -> pb.ExecuteRequest:
    """Return what shall become of the program as a message."""
    return pb.ExecuteRequest(control=pb.ExecuteControl(control=CONTROLS[control]))


def ended() -> PlannerRpcError:
    """Return the error of stepping a session that is over."""
    return PlannerRpcError(
        grpc.StatusCode.FAILED_PRECONDITION,
        "SESSION_ENDED",
        "the session has ended; open another",
        {},
    )


def late(timeout: float) -> PlannerRpcError:
    """Return the error of an answer that did not come."""
    return PlannerRpcError(
        grpc.StatusCode.DEADLINE_EXCEEDED,
        "SERVER_SILENT",
        f"the server did not answer in {timeout:g} s",
        {},
    )
