"""What a client of `Execute` has sent and the server has not yet looked at."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from enum import Enum

from planner.errors import InvalidRequestError
from planner.rpc.errors import NotOpenedError, RequestError
from planner.rpc.v1 import planner_pb2 as pb

_REPORTS_KEPT = 256

Steering = pb.ExecuteAnswer | pb.ExecuteControl


class Signal(Enum):
    """What may come instead of an observation."""

    CANCEL = "cancel"
    CLOSED = "closed"


class Inbox:
    """Keeps the newest observation only, and whether the client wants to stop.

    A cancel comes before a waiting observation, and is told once; the end of the
    stream comes after it. Answers and controls wait for nothing.

    Args:
        steer: Takes an answer or a control as it comes.

    Attributes:
        cancelled: Set as soon as a cancel came.
    """

    def __init__(self, steer: Callable[[Steering], None]) -> None:
        self._steer = steer
        self._newest: pb.ExecuteObservation | None = None
        self._last_id = -1
        self._failure: InvalidRequestError | None = None
        self._told = False
        self._closed = False
        self._wake = asyncio.Event()
        self._reports: deque[pb.SentReport] = deque(maxlen=_REPORTS_KEPT)
        self.cancelled = asyncio.Event()

    async def fill(self, requests: AsyncIterator[pb.ExecuteRequest]) -> None:
        """Take messages until the client closes its side or breaks the rules."""
        try:
            async for request in requests:
                self._take(request)
                self._wake.set()
        except InvalidRequestError as error:
            self._failure = error
        finally:
            self._closed = True
            self._wake.set()

    async def next(self, timeout: float) -> pb.ExecuteObservation | Signal:
        """Return the newest observation, or what came instead.

        Raises:
            TimeoutError: Nothing came in `timeout` [s].
            InvalidRequestError: The client broke the rules.
        """
        async with asyncio.timeout(timeout):
            while (item := self._pop()) is None:
                self._wake.clear()
                await self._wake.wait()
        return item

    def take_reports(self) -> list[pb.SentReport]:
        """Return what was sent to the arm since the last call, oldest first."""
        reports = list(self._reports)
        self._reports.clear()
        return reports

    def _pop(self) -> pb.ExecuteObservation | Signal | None:
        if self._failure is not None:
            raise self._failure
        if self.cancelled.is_set() and not self._told:
            self._told = True
            return Signal.CANCEL
        if self._newest is not None:
            newest, self._newest = self._newest, None
            return newest
        return Signal.CLOSED if self._closed else None

    def _take(self, request: pb.ExecuteRequest) -> None:
        match request.WhichOneof("message"):
            case "observation":
                update = request.observation
                if update.id <= self._last_id:
                    raise RequestError(
                        f"observation id {update.id} follows {self._last_id}; "
                        "ids must grow"
                    )
                self._last_id = update.id
                self._newest = update
            case "sent":
                self._reports.append(request.sent)
            case "cancel":
                self.cancelled.set()
            case "answer":
                self._steer(request.answer)
            case "control":
                self._steer(request.control)
            case "open":
                raise NotOpenedError("the session is open already")
            case _:
                raise RequestError("a message of Execute is empty")
