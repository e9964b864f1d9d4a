"""A program: what was written, and what runs in the sandbox."""

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from planner.language.backend import Usage
from planner.language.kinds import PartKind
from planner.language.rewrite import rewrite


@runtime_checkable
class PartWriter(Protocol):
    """Writes what a running program asks for in words."""

    @property
    def usage(self) -> Usage:
        """What all that was written for the instruction took so far."""
        ...

    def write_part(self, kind: PartKind, text: str) -> str:
        """Return the checked source of a part; the same again for the same text.

        Raises:
            PlanningError: There is none.
        """
        ...


@dataclass(frozen=True, slots=True)
class Program:
    """A program for one instruction.

    Attributes:
        source: As written; line numbers in traces and errors are its own.
        runnable: As rewritten for the sandbox, line by line.
        instruction: What it was written for; empty if given as a program.
        backend: Who wrote it.
        cached: Whether it was read from the cache.
        usage: What all the answers took that led to it.
        parts: Who writes the parts it asks for while it runs; nobody if absent.
    """

    source: str
    runnable: str
    instruction: str = ""
    backend: str = "given"
    cached: bool = False
    usage: Usage = field(default_factory=Usage)
    parts: PartWriter | None = field(default=None, compare=False, repr=False)

    @classmethod
    def from_source(cls, source: str) -> "Program":
        """Return a program that no writer wrote and no check has seen.

        Raises:
            InvalidProgramError: It does not parse.
        """
        return cls(source, rewrite(source))
