"""Answers recorded in a file, one JSON object a line, and the backend that plays them.

A request is known by the hash of its messages, so a recording can be played without
the model that made it, and without its address. Equal requests play their answers in
the order of the recording, the last one for ever.
"""

import hashlib
import json
import threading
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

from planner.errors import InvalidRequestError, WriterUnavailableError
from planner.language.backend import Answer, Message, OnText, Usage


def request_key(messages: tuple[Message, ...]) -> str:
    """Return the name of a request in a recording."""
    said = json.dumps([asdict(each) for each in messages], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Recording:
    """A file that answers are appended to; safe for several threads.

    Attributes:
        path: Of the file; made with the first answer.
    """

    path: Path
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, messages: tuple[Message, ...], answer: Answer) -> None:
        """Append an answer.

        Raises:
            InvalidRequestError: The file cannot be written.
        """
        line = json.dumps(
            {
                "format": 1,
                "request": request_key(messages),
                "model": answer.usage.model,
                "truncated": answer.truncated,
                "answer": answer.text,
            }
        )
        try:
            with self._lock, self.path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            raise InvalidRequestError(
                f"the answer cannot be recorded in {self.path}: {error.strerror}"
            ) from error


class ReplayBackend:
    """Answers as a recording did, and never otherwise."""

    name = "replay"
    # The recording is the cache.
    cacheable = False

    def __init__(self, path: Path):
        """Read a recording.

        Raises:
            InvalidRequestError: It cannot be read, or a line is not of this format.
        """
        self._path = path
        self._answers = _read(path)
        self._lock = threading.Lock()

    @property
    def parameters(self) -> dict[str, str]:
        """What else decides the answer."""
        return {"backend": self.name, "path": str(self._path)}

    def complete(
        self, messages: tuple[Message, ...], on_text: OnText | None = None
    ) -> Answer:
        """Return the recorded answer.

        Raises:
            WriterUnavailableError: There is none.
        """
        key = request_key(messages)
        with self._lock:
            left = self._answers.get(key, [])
            answer = left.pop(0) if len(left) > 1 else (left[0] if left else None)
        if answer is None:
            raise WriterUnavailableError(
                f"the recording {self._path} has no answer to this request; record it "
                "again with the objects that are seen now"
            )
        if on_text is not None:
            on_text(answer.text)
        return answer


def _read(path: Path) -> dict[str, list[Answer]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequestError(f"{path} cannot be read as a recording") from error
    answers: dict[str, list[Answer]] = defaultdict(list)
    for number, line in enumerate(lines, 1):
        facts = _facts(line)
        match facts:
            case {"format": 1, "request": str(key), "answer": str(text), **rest}:
                usage = Usage("replay", str(rest.get("model", "")))
                truncated = rest.get("truncated") is True
                answers[key].append(Answer(text, usage, truncated))
            case _:
                raise InvalidRequestError(
                    f"line {number} of {path} is no recorded answer"
                )
    return dict(answers)


def _facts(line: str) -> dict[str, Any]:
    try:
        facts = json.loads(line)
    except ValueError:
        return {}
    return cast("dict[str, Any]", facts) if isinstance(facts, dict) else {}
