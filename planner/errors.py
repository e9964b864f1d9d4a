"""What the planner can refuse, with the facts as attributes.

Every error has a `stage` (where in the flow it arose), a `reason` (a constant a
program can match) and a sentence that names the remedy.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np


class PlanningError(Exception):
    """Base of every error this package raises on purpose."""

    stage: ClassVar[str] = "plan"
    reason: ClassVar[str] = "PLANNING_FAILED"


class InvalidRequestError(PlanningError):
    """The caller asked for something that cannot be."""

    stage = "understand"
    reason = "INVALID_REQUEST"


class EmptyInstructionError(InvalidRequestError):
    """There is nothing to do in the instruction."""

    reason = "EMPTY_INSTRUCTION"


class NotUnderstoodError(PlanningError):
    """The writer has no program for the instruction.

    Attributes:
        instruction: What was said.
        closest: Instructions it does understand, nearest first.
    """

    stage = "understand"
    reason = "NOT_UNDERSTOOD"

    def __init__(self, instruction: str, closest: tuple[str, ...]):
        self.instruction = instruction
        self.closest = closest
        offers = "; ".join(closest)
        super().__init__(f"'{instruction}' is not understood; closest known: {offers}")


class NoAnswerError(PlanningError):
    """The program asked the person something and got no answer.

    Attributes:
        question: What was asked.
        why: As a clause; empty where there was nobody to ask.
    """

    stage = "understand"
    reason = "NO_ANSWER"

    def __init__(self, question: str, why: str = ""):
        self.question = question
        self.why = why
        cause = f" ({why})" if why else ""
        super().__init__(
            f"nobody answered '{question}'{cause}; say it within the instruction, or "
            "open a session that can answer"
        )


class UnknownQuestionError(InvalidRequestError):
    """An answer to something that was never asked.

    Attributes:
        number: Of the question.
        asked: How many were asked; their numbers count from 1.
    """

    stage = "request"
    reason = "UNKNOWN_QUESTION"

    def __init__(self, number: int, asked: int):
        self.number = number
        self.asked = asked
        super().__init__(
            f"no question {number} was asked; there were {asked} so far: answer with "
            "the id that came with the question"
        )


class WriterUnavailableError(PlanningError):
    """The language model did not answer."""

    stage = "understand"
    reason = "WRITER_UNAVAILABLE"


class BudgetError(PlanningError):
    """Asking the language model once more would exceed what may be spent.

    Attributes:
        what: `tokens`, `seconds` or `cost`.
        most: What may be spent on one instruction.
        spent: What was spent on it so far.
    """

    stage = "understand"
    reason = "LANGUAGE_BUDGET"

    def __init__(self, what: str, most: float, spent: float):
        self.what = what
        self.most = most
        self.spent = spent
        super().__init__(
            f"the instruction may take {most:g} {what} of the language model; "
            f"{spent:g} are spent and the next answer could take more than the rest: "
            f"raise VOXFIELD_LLM_MOST_{what.upper()}, or say it more simply"
        )


class ModelLoadError(PlanningError):
    """A model that runs here could not be loaded.

    Attributes:
        model: Folder or name.
    """

    stage = "understand"
    reason = "MODEL_NOT_LOADED"

    def __init__(self, model: str, why: str):
        self.model = model
        super().__init__(
            f"the model '{model}' could not be loaded ({why}); name a folder with "
            "config.json, weights and tokenizer, or a model of the hub"
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """A program that a writer had to give up.

    Attributes:
        source: The program.
        problems: One sentence a problem, each with its line.
    """

    source: str
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return "; ".join(self.problems)


class InvalidProgramError(PlanningError):
    """A program that fails its checks before it runs.

    Attributes:
        source: The program; the last one of several attempts.
        problems: One sentence a problem, each with its line, and its attempt if
            there were several.
        attempts: All that a writer tried; empty if nobody did.
    """

    stage = "program"
    reason = "INVALID_PROGRAM"

    def __init__(
        self,
        source: str,
        problems: tuple[str, ...],
        attempts: tuple[Attempt, ...] = (),
    ):
        self.source = source
        self.problems = problems
        self.attempts = attempts
        remedy = "; say it in other words, or choose another writer" if attempts else ""
        super().__init__(f"the program is not valid: {'; '.join(problems)}{remedy}")

    @classmethod
    def after(cls, attempts: tuple[Attempt, ...]) -> "InvalidProgramError":
        """Return the error of a writer that gives up."""
        problems = tuple(
            f"attempt {number}, {problem}"
            for number, each in enumerate(attempts, 1)
            for problem in each.problems
        )
        return cls(attempts[-1].source, problems, attempts)


class ProgramFailedError(PlanningError):
    """A program that stopped with an error of its own.

    Attributes:
        line: Line of the program, 1 and up; 0 if unknown.
    """

    stage = "program"
    reason = "PROGRAM_FAILED"

    def __init__(self, message: str, line: int = 0):
        self.line = line
        super().__init__(f"line {line}: {message}" if line else message)


class ProgramLimitError(ProgramFailedError):
    """A program that ran into a limit of time, memory, depth or calls."""

    reason = "PROGRAM_LIMIT"


class UnknownObjectError(PlanningError):
    """The program asked for an object that is not seen.

    Attributes:
        phrase: What was asked for.
        visible: Names of what is seen.
    """

    stage = "perceive"
    reason = "UNKNOWN_OBJECT"

    def __init__(self, message: str, phrase: str, visible: tuple[str, ...]):
        self.phrase = phrase
        self.visible = visible
        super().__init__(message)


class InvalidMapError(PlanningError):
    """A value map that is malformed or too large."""

    stage = "map"
    reason = "INVALID_MAP"


class EmptyMapError(PlanningError):
    """An affordance map with no goal in it."""

    stage = "map"
    reason = "EMPTY_MAP"


class OutsideWorkspaceError(PlanningError):
    """The arm or its target is outside the box that is planned in."""

    reason = "OUTSIDE_WORKSPACE"


class UnreachableError(PlanningError):
    """No collision-free path leads to the target.

    Attributes:
        target: (3,) where the motion should have ended, [m].
        nearest: (3,) the reachable point closest to it, [m].
        why: What is in the way, as a clause; empty where the hand itself is blocked.
    """

    reason = "UNREACHABLE"

    def __init__(self, target: np.ndarray, nearest: np.ndarray, why: str = ""):
        self.target = target
        self.nearest = nearest
        self.why = why
        gap = float(np.linalg.norm(target - nearest))
        cause = f" ({why})" if why else ""
        super().__init__(
            f"no free path leads to {_point(target)}{cause}; the nearest reachable "
            f"point is {_point(nearest)}, {100 * gap:.0f} cm away: clear the way or "
            "choose another target"
        )


class GraspFailedError(PlanningError):
    """The fingers closed on nothing."""

    stage = "grasp"
    reason = "GRASP_FAILED"


class NotReachedError(PlanningError):
    """The arm stopped short of its target, or ran out of time."""

    stage = "execute"
    reason = "NOT_REACHED"


class TimeLimitError(PlanningError):
    """The episode took longer than it may."""

    stage = "time"
    reason = "TIME_LIMIT"


class StaleObservationError(PlanningError):
    """Observations stopped coming or went back in time."""

    stage = "execute"
    reason = "STALE_OBSERVATION"


class CancelledError(PlanningError):
    """The caller cancelled."""

    stage = "execute"
    reason = "CANCELLED"


def _point(p: np.ndarray) -> str:
    return f"({p[0]:.2f}, {p[1]:.2f}, {p[2]:.2f}) m"


class MissingExtraError(PlanningError):
    """An optional dependency is not installed.

    Attributes:
        module: What could not be imported; several with commas between.
        extra: Which extra of the distribution brings it; likewise.
    """

    reason = "MISSING_EXTRA"

    def __init__(self, module: str, extra: str):
        self.module = module
        self.extra = extra
        verb = "are" if "," in module else "is"
        super().__init__(
            f"{module} {verb} not installed; run: pip install 'voxfield[{extra}]'"
        )
