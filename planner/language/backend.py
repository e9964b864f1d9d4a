"""What every language model looks like to the writer: a conversation in, text out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

Role = Literal["system", "user", "assistant"]
OnText = Callable[[str], None]

# Told between an answer that is of no use and the one that is asked for instead.
AGAIN = "\n# again\n"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Who answered and what it cost; usages add up.

    Attributes:
        backend: Name of the backend; several, joined by commas, in a sum of them.
        model: Likewise.
        calls: Of the model, those that failed included; 0 where nothing was asked.
        prompt_tokens: Read by the model; 0 where it does not tell.
        completion_tokens: Written by it; 0 where it does not tell.
        seconds: Spent waiting for it.
        cost: In the currency of the configured prices; 0 where they are not known.
    """

    backend: str = ""
    model: str = ""
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    cost: float = 0.0

    @property
    def tokens(self) -> int:
        """Read and written."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: "Usage") -> "Usage":
        """Return the sum of both."""
        return Usage(
            _joined(self.backend, other.backend),
            _joined(self.model, other.model),
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.seconds + other.seconds,
            self.cost + other.cost,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said.

    Attributes:
        text: All of it.
        usage: What it took.
        truncated: Whether it ran into the model's limit before its end.
    """

    text: str
    usage: Usage
    truncated: bool = False


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

    def complete(
        self, messages: tuple[Message, ...], on_text: OnText | None = None
    ) -> Answer:
        """Return the answer.

        Args:
            messages: What was said so far.
            on_text: Gets the text piece by piece as it is written. The pieces
                joined are the answer's text, or where it had to be asked for
                again, what follows the last `AGAIN`.

        Raises:
            PlanningError: There is none.
        """
        ...


def _joined(first: str, second: str) -> str:
    names = [*first.split(", "), *second.split(", ")]
    return ", ".join(dict.fromkeys(each for each in names if each))
