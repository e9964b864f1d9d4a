"""A program: what was written, and what runs in the sandbox."""

from dataclasses import dataclass, field

from planner.language.backend import Usage
from planner.language.rewrite import rewrite


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
    """

    source: str
    runnable: str
    instruction: str = ""
    backend: str = "given"
    cached: bool = False
    usage: Usage = field(default_factory=Usage)

    @classmethod
    def from_source(cls, source: str) -> "Program":
        """Return a program that no writer wrote and no check has seen.

        Raises:
            InvalidProgramError: It does not parse.
        """
        return cls(source, rewrite(source))
