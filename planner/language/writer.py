"""From an instruction to a checked program: prompt, answer, check, repair.

A program that does not pass after the last repair is an error, never a motion.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, Unpack

from planner.errors import InvalidRequestError, ProgramFailedError
from planner.instruction import sentence_of
from planner.language.backend import Backend, OnText
from planner.language.budget import BudgetConfig
from planner.language.cache import Cache, default_directory
from planner.language.embedded.backend import EmbeddedBackend
from planner.language.environment import MODEL, REPLAY, read_environment
from planner.language.kinds import Style
from planner.language.local_backend import LocalBackend, LocalConfig
from planner.language.openai_backend import OpenAIBackend, OpenAIConfig
from planner.language.program import Program
from planner.language.replay import Recording, ReplayBackend
from planner.language.writing import Desk, DeskOptions, Writing

BackendName = Literal["embedded", "openai", "local", "replay"]


@dataclass(frozen=True, slots=True)
class WriterConfig:
    """How programs are written.

    Attributes:
        backend: `embedded`, the shipped model; `openai`, any endpoint that speaks its
            protocol; `local`, a `transformers` model; `replay`, a recorded file.
        style: `whole`, one program in one answer; `hierarchy`, a plan whose steps
            and maps are written when they are due.
        repairs: Answers after the first that may be tried.
        samples: Examples shown to a language model for a whole program.
        budget: Of one instruction.
        cache: Directory of kept answers; the default directory if absent.
        record: File to which every answer is appended.
        replay: The recorded file; from the environment if absent.
        openai: Limits of the endpoint; its address, model and key come from the
            environment.
        local: The model that runs here; from the environment if absent.
    """

    backend: BackendName = "embedded"
    style: Style = "whole"
    repairs: int = 2
    samples: int = 6
    budget: BudgetConfig = field(default_factory=BudgetConfig)
    cache: Path | None = None
    record: Path | None = None
    replay: Path | None = None
    openai: OpenAIConfig = field(default_factory=OpenAIConfig)
    local: LocalConfig | None = None


class Writer:
    """Writes programs with one backend; any number of threads may call it."""

    def __init__(self, backend: Backend, **options: Unpack[DeskOptions]):
        """Take a backend, and what else a `Desk` has."""
        self._desk = Desk(backend, **options)

    @property
    def backend(self) -> str:
        """The backend's name."""
        return self._desk.backend.name

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
            on_text: Gets each answer's text as it is written, `AGAIN` between two;
                likewise of the parts that the program asks for while it runs.

        Raises:
            EmptyInstructionError: There are no words in the instruction.
            InvalidRequestError: It is too long.
            NotUnderstoodError: The embedded model is not sure what it means.
            InvalidProgramError: No answer passed; it carries all of them.
            BudgetError: It would take more than may be spent.
            WriterUnavailableError: The language model did not answer.
        """
        sentence = sentence_of(instruction)
        return Writing(self._desk, sentence, object_names, on_text).program()

    def repair(self, program: Program, error: ProgramFailedError) -> Program:
        """Return a program instead of one of this writer's that failed unmoved.

        Raises:
            ProgramFailedError: The error itself: it is the second one, or the
                program is not this writer's.
            InvalidProgramError: No answer passed; it carries all of them.
            BudgetError: It would take more than may be spent.
            WriterUnavailableError: The language model did not answer.
        """
        if not isinstance(program.parts, Writing):
            raise error
        return program.parts.repair(program, error)


def make_writer(config: WriterConfig | None = None) -> Writer:
    """Return a writer with the backend that a configuration names.

    Raises:
        InvalidRequestError: The endpoint's address, the model or the recording is
            not set.
        WriterUnavailableError: The extra `voxfield[llm]` is not installed.
        MissingExtraError: The extra `voxfield[models]` is not installed.
        ModelLoadError: There is no such model.
    """
    config = config or WriterConfig()
    return Writer(
        _backend(config),
        style=config.style,
        repairs=config.repairs,
        samples=0 if config.backend == "embedded" else config.samples,
        budget=config.budget,
        cache=Cache(config.cache or default_directory()),
        recording=Recording(config.record) if config.record else None,
    )


def _backend(config: WriterConfig) -> Backend:
    match config.backend:
        case "embedded":
            return EmbeddedBackend.load()
        case "openai":
            return OpenAIBackend.from_environment(_within(config))
        case "local":
            return LocalBackend.load(config.local or _local_from_environment())
        case "replay":
            path = config.replay or read_environment().replay
            if path is None:
                raise InvalidRequestError(f"set {REPLAY} to a recorded file")
            return ReplayBackend(path)


def _within(config: WriterConfig) -> OpenAIConfig:
    """Return how the endpoint is asked, with no more patience than budget."""
    most = config.budget.most_seconds
    if most is None:
        return config.openai
    return replace(config.openai, patience=min(config.openai.patience, most))


def _local_from_environment() -> LocalConfig:
    given = read_environment()
    if not given.model:
        raise InvalidRequestError(f"set {MODEL} to the model's folder or name")
    return LocalConfig(
        given.model, device=given.device or "cpu", dtype=given.dtype or "auto"
    )
