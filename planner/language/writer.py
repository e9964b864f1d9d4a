"""From an instruction to a checked program: prompt, answer, check, repair.

A program that does not pass after the last repair is an error, never a motion.
"""

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from planner.errors import (
    InvalidProgramError,
    WriterUnavailableError,
)
from planner.instruction import sentence_of
from planner.language.cache import Cache, default_directory
from planner.language.check import check
from planner.language.library import load_library
from planner.language.offline import OfflineBackend
from planner.language.openai_backend import OpenAIBackend, OpenAIConfig
from planner.language.program import Program
from planner.language.prompt import (
    Message,
    code_of,
    repair_messages,
    write_messages,
)
from planner.language.reading import Reader
from planner.language.rewrite import rewrite

log = logging.getLogger(__name__)


@runtime_checkable
class Backend(Protocol):
    """Whatever answers a conversation with a program."""

    @property
    def name(self) -> str:
        """What stands in reports."""
        ...

    @property
    def cacheable(self) -> bool:
        """Whether answers are worth keeping on disk."""
        ...

    @property
    def parameters(self) -> dict[str, str]:
        """All that decides the answer besides the messages; never a secret."""
        ...

    def complete(self, messages: tuple[Message, ...]) -> str:
        """Return the answer.

        Raises:
            PlanningError: There is none.
        """
        ...


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
        self._reader = Reader(load_library())

    @property
    def backend(self) -> str:
        """The backend's name."""
        return self._backend.name

    def write(self, instruction: str, object_names: tuple[str, ...] = ()) -> Program:
        """Return a program that passed its checks.

        Raises:
            EmptyInstructionError: There are no words in the instruction.
            InvalidRequestError: It is too long.
            NotUnderstoodError: The offline backend has nothing like it.
            InvalidProgramError: No answer passed; its problems are those of all.
            WriterUnavailableError: The language model did not answer.
        """
        sentence = sentence_of(instruction)
        samples = self._reader.samples(sentence, self._samples)
        messages = write_messages(sentence, object_names, samples)
        failed: list[str] = []
        code = ""
        for attempt in range(1 + self._repairs):
            answer, cached = self._complete(messages)
            again, code = code, code_of(answer)
            problems = check(code)
            if not problems:
                return Program(
                    code, rewrite(code), sentence, self._backend.name, cached
                )
            log.info("answer %d has problems: %s", attempt + 1, "; ".join(problems))
            failed += [f"attempt {attempt + 1}, {each}" for each in problems]
            if code == again:
                break  # it will not change its mind
            messages = repair_messages(messages, answer, problems)
        raise InvalidProgramError(code, tuple(failed))

    def _complete(self, messages: tuple[Message, ...]) -> tuple[str, bool]:
        """Return an answer and whether it was kept from before."""
        if self._cache is None or not self._backend.cacheable:
            return self._backend.complete(messages), False
        key = self._cache.key(self._backend.parameters, messages)
        kept = self._cache.read(key)
        if kept is not None:
            return kept, True
        if self._replay:
            raise WriterUnavailableError(
                "the answer is not in the cache and replay allows no call; "
                "run once without replay"
            )
        answer = self._backend.complete(messages)
        self._cache.write(key, answer)
        return answer, False


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
