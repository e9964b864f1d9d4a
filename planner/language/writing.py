"""All that is written for one instruction: its program, the parts, the repairs."""

import logging
import threading
from dataclasses import dataclass, field
from typing import TypedDict

from planner.errors import (
    Attempt,
    InvalidProgramError,
    ProgramFailedError,
)
from planner.language.backend import AGAIN, Answer, Backend, Message, OnText, Usage
from planner.language.budget import BudgetConfig, Budgeted
from planner.language.cache import Cache
from planner.language.check import check
from planner.language.kinds import FIRST, PartKind, ProgramKind, Style
from planner.language.library import load_library
from planner.language.program import Program
from planner.language.prompt import Sample, code_of, repair_messages, write_messages
from planner.language.replay import Recording
from planner.language.rewrite import rewrite

log = logging.getLogger(__name__)

_STOPPED = "the program stopped when it ran"
_CUT_OFF = "the answer was cut off; write a shorter program"


@dataclass(frozen=True, slots=True)
class Desk:
    """What a writer works with.

    Attributes:
        backend: Who answers.
        style: One program, or a plan whose steps are written when they are due.
        repairs: Answers after the first that may be tried.
        samples: Examples shown for a whole program.
        budget: Of one instruction.
        cache: Answers kept from before.
        recording: Where every answer goes, those from the cache included.
    """

    backend: Backend
    style: Style = "whole"
    repairs: int = 2
    samples: int = 6
    budget: BudgetConfig = field(default_factory=BudgetConfig)
    cache: Cache | None = None
    recording: Recording | None = None


class DeskOptions(TypedDict, total=False):
    """What a desk has besides its backend."""

    style: Style
    repairs: int
    samples: int
    budget: BudgetConfig
    cache: Cache | None
    recording: Recording | None


class Writing:
    """What becomes of one instruction; its program asks it for parts."""

    def __init__(
        self,
        desk: Desk,
        sentence: str,
        object_names: tuple[str, ...],
        on_text: OnText | None = None,
    ):
        self._desk = desk
        self._sentence = sentence
        self._names = object_names
        self._on_text = on_text
        self._backend = Budgeted(desk.backend, desk.budget)
        self._lock = threading.Lock()
        self._parts: dict[tuple[PartKind, str], str] = {}
        self._suspects: dict[tuple[PartKind, str], str] = {}
        self._why: tuple[str, ...] = ()
        self._repaired = False
        self._usage = Usage()

    @property
    def usage(self) -> Usage:
        """What all of it took so far."""
        return self._usage

    def program(self) -> Program:
        """Return the program of the instruction.

        Raises:
            InvalidProgramError: No answer passed; it carries all of them.
            BudgetError: It would take more than may be spent.
            WriterUnavailableError: The language model did not answer.
        """
        return self._program(self._question())

    def repair(self, program: Program, error: ProgramFailedError) -> Program:
        """Return a program instead of one that failed while it ran.

        Raises:
            ProgramFailedError: The error itself: it was repaired once before.
            InvalidProgramError: No answer passed; it carries all of them.
            BudgetError: It would take more than may be spent.
            WriterUnavailableError: The language model did not answer.
        """
        if self._repaired:
            raise error
        self._repaired = True
        # Any of the parts may be to blame: each is looked at again when it is due.
        self._suspects, self._parts = self._parts, {}
        self._why = (f"{_STOPPED}: {error}; if this part is right, repeat it",)
        if self._on_text is not None:
            self._on_text(AGAIN)
        answer = _fenced(program.source)
        problems = (f"{_STOPPED}: {error}",)
        return self._program(repair_messages(self._question(), answer, problems))

    def write_part(self, kind: PartKind, text: str) -> str:
        """Return the source of a part; the same again for the same text.

        Raises:
            InvalidProgramError: No answer passed; it carries all of them.
            BudgetError: It would take more than may be spent.
            WriterUnavailableError: The language model did not answer.
        """
        with self._lock:
            if (kind, text) not in self._parts:
                if self._on_text is not None:
                    self._on_text(f"\n# {kind}: {text}\n")
                messages = write_messages(kind, text, (), ())
                before = self._suspects.get((kind, text))
                if before is not None:
                    messages = repair_messages(messages, _fenced(before), self._why)
                self._parts[kind, text], _ = self._settled(kind, messages)
            return self._parts[kind, text]

    def _question(self) -> tuple[Message, ...]:
        kind = FIRST[self._desk.style]
        count = self._desk.samples if kind == "whole" else 0
        samples = nearest_examples(self._sentence, count)
        return write_messages(kind, self._sentence, self._names, samples)

    def _program(self, messages: tuple[Message, ...]) -> Program:
        source, cached = self._settled(FIRST[self._desk.style], messages)
        return Program(
            source,
            rewrite(source),
            self._sentence,
            self._backend.name,
            cached,
            self._usage,
            self,
        )

    def _settled(
        self, kind: ProgramKind, messages: tuple[Message, ...]
    ) -> tuple[str, bool]:
        """Return a program that passed its checks, and whether it was kept."""
        attempts: list[Attempt] = []
        for _ in range(1 + self._desk.repairs):
            if attempts and self._on_text is not None:
                self._on_text(AGAIN)
            answer, cached = self._answer(messages)
            code = code_of(answer.text)
            problems = (_CUT_OFF,) if answer.truncated else check(code, kind)
            if not problems:
                return code, cached
            log.info("answer %d: %s", len(attempts) + 1, "; ".join(problems))
            repeated = bool(attempts) and attempts[-1].source == code
            attempts.append(Attempt(code, problems))
            if repeated:
                break  # it will not change its mind
            messages = repair_messages(messages, answer.text, problems)
        raise InvalidProgramError.after(tuple(attempts))

    def _answer(self, messages: tuple[Message, ...]) -> tuple[Answer, bool]:
        """Return an answer and whether it was kept from before."""
        answer, kept = self._kept_or_new(messages)
        self._usage += answer.usage
        if self._desk.recording is not None:
            self._desk.recording.add(messages, answer)
        return answer, kept

    def _kept_or_new(self, messages: tuple[Message, ...]) -> tuple[Answer, bool]:
        cache = self._desk.cache if self._backend.cacheable else None
        if cache is None:
            return self._backend.complete(messages, self._on_text), False
        parameters = self._backend.parameters
        key = cache.key(parameters, messages)
        text = cache.read(key)
        if text is not None:
            if self._on_text is not None:
                self._on_text(text)
            usage = Usage(self._backend.name, parameters.get("model", ""))
            return Answer(text, usage), True
        answer = self._backend.complete(messages, self._on_text)
        if not answer.truncated:
            cache.write(key, answer.text)
        return answer, False


def _fenced(source: str) -> str:
    return f"```python\n{source}```"


def nearest_examples(sentence: str, count: int) -> tuple[Sample, ...]:
    """Return the nearest examples with their programs, the most alike last."""
    return load_library().samples(sentence, count)
