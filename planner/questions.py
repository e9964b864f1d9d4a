"""Questions of a running program; the answers come from another thread."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from planner.errors import InvalidRequestError, NoAnswerError, UnknownQuestionError
from planner.events import Asked

LONGEST_ANSWER = 500  # characters


@dataclass(frozen=True, slots=True)
class _Reply:
    text: str
    declined: bool


class Questions:
    """Those of one session, one open at a time.

    Args:
        emit: Tells the person.
        time_limit: Given to each answer, [s].
        clock: The person's, [s].
    """

    def __init__(
        self,
        emit: Callable[[Asked], None],
        time_limit: float,
        clock: Callable[[], float],
    ):
        self._emit = emit
        self._time_limit = time_limit
        self._clock = clock
        self._lock = threading.Lock()
        self._asked = 0
        self._reply: _Reply | None = None

    def ask(self, text: str, hold: Callable[[], None]) -> str:
        """Return what the person says; `hold` lets time pass until they do.

        Raises:
            NoAnswerError: They decline, or say nothing within the time.
        """
        with self._lock:
            self._asked += 1
            self._reply = None
            asked = Asked(self._asked, text, self._time_limit)
        self._emit(asked)
        deadline = self._clock() + self._time_limit
        while (reply := self._reply) is None:
            if self._clock() > deadline:
                raise NoAnswerError(text, f"within {self._time_limit:g} s")
            hold()
        if reply.declined:
            raise NoAnswerError(text, reply.text)
        return reply.text

    def answer(self, number: int, text: str) -> None:
        """Answer a question; one that waits no longer is passed over.

        Raises:
            UnknownQuestionError: There was none of this number.
            InvalidRequestError: The answer is empty or too long.
        """
        if not text.strip() or len(text) > LONGEST_ANSWER:
            raise InvalidRequestError(
                f"an answer has 1 to {LONGEST_ANSWER} characters, not {len(text)}; "
                "decline the question if nobody answers"
            )
        self._take(number, _Reply(text.strip(), declined=False))

    def decline(self, number: int, why: str) -> None:
        """Say why nobody answers; the program learns it at once.

        Raises:
            UnknownQuestionError: There was none of this number.
        """
        self._take(number, _Reply(why[:LONGEST_ANSWER], declined=True))

    def _take(self, number: int, reply: _Reply) -> None:
        with self._lock:
            if not 1 <= number <= self._asked:
                raise UnknownQuestionError(number, self._asked)
            if number == self._asked and self._reply is None:
                self._reply = reply
