"""Whatever looks at pictures and answers in words: a vision-language model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that is shown.

    Attributes:
        caption: What is said of it.
        png: The file.
    """

    caption: str
    png: bytes


@runtime_checkable
class Viewer(Protocol):
    """Answers questions about pictures; any number of threads may ask."""

    @property
    def model(self) -> str:
        """Its name, for messages."""
        ...

    def answer(self, pictures: Sequence[Shown], talk: Sequence[str]) -> str:
        """Return what it says next.

        Args:
            pictures: Shown along with the first question.
            talk: What was said so far: a question, and in turn each reply and what
                was said to that.

        Raises:
            ViewerUnavailableError: It gave no answer.
        """
        ...
