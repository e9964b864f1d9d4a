"""One request to an OpenAI-compatible endpoint, and what its answer comes to.

The package does not check what it was sent, so everything in an answer is looked at
here. What a server says in an error may hold the key; its kind and status do not.
"""

import email.utils
import time
from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from planner.language.spoken import Spoken


class MalformedError(Exception):
    """The answer is not of the protocol."""


class BrokenOffError(Exception):
    """The answer ended before its end, or took too long."""


class NoStreamError(Exception):
    """There was no stream in the answer, though one was asked for."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint said.

    Attributes:
        text: All of it.
        prompt_tokens: 0 if not told.
        completion_tokens: 0 if not told.
        truncated: Whether it ran into the limit of tokens.
    """

    text: str
    prompt_tokens: int
    completion_tokens: int
    truncated: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong with a request.

    Attributes:
        what: Its kind and status.
        passing: Whether it may be gone in a while.
        wait: Before the next request, if the server said so, [s].
        refused: The parameter the server does not know; empty if it is not that.
    """

    what: str
    passing: bool = False
    wait: float = 0.0
    refused: str = ""


def ask(client: Any, request: dict[str, Any], spoken: Spoken, deadline: float) -> Reply:
    """Return the answer to one request.

    Args:
        client: Of the package `openai`.
        request: As its chat completions take it.
        spoken: Hears the text as it comes.
        deadline: When a stream must have ended, by `time.monotonic`.

    Raises:
        MalformedError: The answer is not of the protocol.
        BrokenOffError: It ended early, or was not complete in time.
        NoStreamError: It is no stream; ask again without one.
    """
    answer = client.chat.completions.create(**request)
    if not request.get("stream"):
        return _whole(answer, spoken)
    return _streamed(answer, spoken, deadline)


def _whole(answer: Any, spoken: Spoken) -> Reply:
    try:
        choice = answer.choices[0]
        text = choice.message.content
        reason = choice.finish_reason
    except (AttributeError, IndexError, KeyError, TypeError):
        raise MalformedError("an answer without text") from None
    if not isinstance(text, str) or not text.strip():
        raise MalformedError("an answer without text")
    spoken.hear(text)
    read, written = _counted(answer)
    return Reply(spoken.finish(), read, written, reason == "length")


def _streamed(chunks: Iterable[Any], spoken: Spoken, deadline: float) -> Reply:
    text, reason, any_chunk = "", None, False
    read = written = 0
    for chunk in chunks:
        any_chunk = True
        piece, ended = _piece(chunk)
        text += piece
        reason = ended or reason
        counted = _counted(chunk)
        read, written = max(read, counted[0]), max(written, counted[1])
        spoken.hear(text)
        if time.monotonic() > deadline:
            raise BrokenOffError("an answer that was not complete in time")
    if not any_chunk:
        raise NoStreamError
    if reason is None:
        raise BrokenOffError("an answer that ended early")
    if not text.strip():
        raise MalformedError("an answer without text")
    return Reply(spoken.finish(), read, written, reason == "length")


def _piece(chunk: Any) -> tuple[str, str | None]:
    """Return what a chunk adds, and why it is the last one if it is."""
    try:
        if not chunk.choices:
            return "", None  # the last chunk only counts tokens
        choice = chunk.choices[0]
        text, reason = choice.delta.content, choice.finish_reason
    except (AttributeError, IndexError, KeyError, TypeError):
        raise MalformedError("a chunk without text") from None
    if text is not None and not isinstance(text, str):
        raise MalformedError("a chunk without text")
    return text or "", reason if isinstance(reason, str) else None


def _counted(answer: Any) -> tuple[int, int]:
    usage = getattr(answer, "usage", None)
    return _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")


def _count(usage: object, name: str) -> int:
    count: object = getattr(usage, name, 0)
    return count if isinstance(count, int) and count > 0 else 0


def fault_of(library: ModuleType, error: Exception) -> Fault:
    """Return what an error of a request means.

    Args:
        library: The package `openai`.
        error: Whatever it, or `ask`, raised.
    """
    match error:
        case library.APIStatusError():
            return _refusal(error)
        case MalformedError() | BrokenOffError():
            return Fault(str(error), passing=isinstance(error, BrokenOffError))
        case ValueError():
            return Fault("an answer that is no JSON")
        case _:
            # Of the package's own errors only that of the connection passes; what
            # is not its own is the transport's.
            known = isinstance(error, library.OpenAIError)
            lost = isinstance(error, library.APIConnectionError)
            return Fault(type(error).__name__, passing=lost or not known)


def _refusal(error: Any) -> Fault:
    status = int(error.status_code)
    what = f"{type(error).__name__}, status {status}"
    # A used-up quota is told as too many requests, but waiting does not fill it.
    spent = getattr(error, "code", None) == "insufficient_quota"
    passing = (status in (408, 409, 429) or status >= 500) and not spent
    wait = _retry_after(error.response.headers) if passing else 0.0
    param = getattr(error, "param", None)
    refused = param if status == 400 and isinstance(param, str) else ""
    return Fault(what, passing, wait, refused)


def _retry_after(headers: Any) -> float:
    """Return the seconds a server asks to wait: a number, or a date."""
    said = str(headers.get("retry-after", ""))
    try:
        return max(float(said), 0.0)
    except ValueError:
        pass
    try:
        when = email.utils.parsedate_to_datetime(said)
    except ValueError:
        return 0.0
    return max(when.timestamp() - time.time(), 0.0)
