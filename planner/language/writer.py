"""From an instruction to a checked program: prompt, answer, check, repair.

A program that does not pass after the last repair is an error, never a motion.
"""

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from planner.errors import (
    InvalidProgramError,
    WriterUnavailableError,
)
from planner.instruction import sentence_of
from planner.language.backend import AGAIN, Answer, Backend, Message, OnText, Usage
from planner.language.cache import Cache, default_directory
from planner.language.check import check
from planner.language.library import load_library
from planner.language.offline import OfflineBackend
from planner.language.openai_backend import OpenAIBackend, OpenAIConfig
from planner.language.program import Program
from planner.language.prompt import code_of, repair_messages, write_messages
from planner.language.reading import Reader
from planner.language.rewrite import rewrite

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WriterConfig:
    """How programs are written.

    Attributes:
        backend: `offline` or `openai` (any endpoint that speaks its protocol).
        repairs: Answers after the first that may be tried.
        samples: Examples shown to a language model.
        cache: Directory of kept answers; the default directory if absent.
        replay: Answer from the cache only, never from the network.
        openai: Limits of the endpoint; its address, model and key come from the
            environment.
    """

    backend: Literal["offline", "openai"] = "offline"
    repairs: int = 2
    samples: int = 6
    cache: Path | None = None
    replay: bool = False
    openai: OpenAIConfig = field(default_factory=OpenAIConfig)


class Writer:
    """Writes programs with one backend."""

    def __init__(
        self,
        backend: Backend,
        *,
        cache: Cache | None = None,
        replay: bool = False,
        repairs: int = 2,
        samples: int = 6,
    ):
        self._backend = backend
        self._cache = cache
        self._replay = replay
        self._repairs = repairs
        self._samples = samples

    @property
    def backend(self) -> str:
        """The backend's name."""
        return self._backend.name

    def write(
        self,
        instruction: str,
        object_names: tuple[str, ...] = (),
        on_text: OnText | None = None,
    ) -> Program:
        """Return a program that passed its checks.

        Args:
            instruction: What was said.
            object_names: What is seen.
            on_text: Gets each answer's text as it is written, `AGAIN` between two.

        Raises:
            EmptyInstructionError: There are no words in the instruction.
            InvalidRequestError: It is too long.
            NotUnderstoodError: The offline backend has nothing like it.
            InvalidProgramError: No answer passed; its problems are those of all.
            WriterUnavailableError: The language model did not answer.
        """
        sentence = sentence_of(instruction)
        messages = write_messages(
            sentence, object_names, _samples(sentence, self._samples)
        )
        failed: list[str] = []
        code, usage = "", Usage()
        for attempt in range(1 + self._repairs):
            if attempt and on_text is not None:
                on_text(AGAIN)
            answer, cached = self._complete(messages, on_text)
            usage += answer.usage
            again, code = code, code_of(answer.text)
            problems = check(code)
            if answer.truncated:
                problems = ("the answer was cut off; write a shorter program",)
            if not problems:
                return Program(
                    code, rewrite(code), sentence, self._backend.name, cached, usage
                )
            log.info("answer %d has problems: %s", attempt + 1, "; ".join(problems))
            failed += [f"attempt {attempt + 1}, {each}" for each in problems]
            if code == again:
                break  # it will not change its mind
            messages = repair_messages(messages, answer.text, problems)
        raise InvalidProgramError(code, tuple(failed))

    def _complete(
        self, messages: tuple[Message, ...], on_text: OnText | None
    ) -> tuple[Answer, bool]:
        """Return an answer and whether it was kept from before."""
        if self._cache is None or not self._backend.cacheable:
            return self._backend.complete(messages, on_text), False
        key = self._cache.key(self._backend.parameters, messages)
        kept = self._cache.read(key)
        if kept is not None:
            if on_text is not None:
                on_text(kept)
            return Answer(kept, self._spent_nothing()), True
        if self._replay:
            raise WriterUnavailableError(
                "the answer is not in the cache and replay allows no call; "
                "run once without replay"
            )
        answer = self._backend.complete(messages, on_text)
        if not answer.truncated:
            self._cache.write(key, answer.text)
        return answer, False

    def _spent_nothing(self) -> Usage:
        parameters = self._backend.parameters
        return Usage(self._backend.name, parameters.get("model", ""))


def _samples(sentence: str, count: int) -> tuple[tuple[str, str], ...]:
    """Return the nearest examples with their programs, the most alike last."""
    return Reader(load_library()).samples(sentence, count) if count else ()


def make_writer(config: WriterConfig | None = None) -> Writer:
    """Return a writer with the backend that a configuration names.

    Raises:
        InvalidRequestError: The endpoint's address or model is not set.
        WriterUnavailableError: The extra `voxfield[llm]` is not installed.
    """
    config = config or WriterConfig()
    if config.backend == "offline":
        backend: Backend = OfflineBackend(Reader(load_library()))
    else:
        backend = OpenAIBackend.from_environment(config.openai)
    return Writer(
        backend,
        cache=Cache(config.cache or default_directory()),
        replay=config.replay,
        repairs=config.repairs,
        samples=0 if config.backend == "offline" else config.samples,
    )
