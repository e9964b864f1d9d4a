"""What a person at the terminal sees of an instruction, and how they answer.

All of it goes to stderr: live where that is a terminal, plain lines otherwise.
"""

import select
import sys
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.syntax import Syntax

from planner.errors import NoAnswerError
from planner.events import (
    Asked,
    Event,
    LineResult,
    Paused,
    ProgramWriting,
    ProgramWritten,
    Said,
    SceneSeen,
    SubTaskStarted,
    Verdict,
)
from planner.language.backend import Usage
from planner.printable import printable

console = Console(stderr=True)

_ROOM = 6  # lines of the terminal that a program under way leaves free


class Teller:
    """Tells what happens, as it happens; a context, so that it leaves no mess."""

    def __init__(self):
        self._told: set[int] = set()
        self._seen = False
        self._draft: Live | None = None
        self._usage = Usage()

    def __enter__(self) -> "Teller":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end_draft()

    def tell(self, event: Event) -> None:
        """Print what is new."""
        if isinstance(event, ProgramWriting):
            self._show_draft(event.text)
            return
        self._end_draft()
        match event:
            case SceneSeen(scene) if not self._seen:
                self._seen = True
                names = ", ".join(scene.names) or "nothing"
                console.print(f"[dim]sees[/]    {_safe(names)}")
            case ProgramWritten():
                self._usage = event.usage
                self._told.clear()
                _print_program(event)
            case SubTaskStarted():
                layers = ", ".join(s.kind for s in event.summaries)
                console.print(
                    f"[dim]line {event.line:<3}[/]execute "
                    f"{_safe(event.movable)} [dim]({layers})[/]"
                )
            case LineResult(line, text) if line not in self._told:
                self._told.add(line)
                console.print(f"[dim]line {line:<3}{_safe(text)}[/]")
            case Said(text):
                console.print(f"[cyan]says[/]    {_safe(text)}")
            case Asked(_, text):
                console.print(f"[yellow]asks[/]    {_safe(text)}")
            case Paused(line, call):
                console.print(f"[yellow]paused[/]  before {_safe(call)} in line {line}")
            case Verdict():
                _print_verdict(event, self._usage)
            case _:
                pass

    def _show_draft(self, text: str) -> None:
        if not console.is_terminal:
            return
        if self._draft is None:
            self._draft = Live(console=console, transient=True)
            self._draft.start()
        lines = [each for each in text.splitlines() if not each.startswith("```")]
        room = max(console.height - _ROOM, 1)
        tail = printable("\n".join(lines[-room:]))
        self._draft.update(Syntax(tail, "python", background_color="default"))

    def _end_draft(self) -> None:
        if self._draft is not None:
            self._draft.stop()
            self._draft = None


def told_usage(usage: Usage) -> str:
    """Return what writing took in words; empty if no model was asked."""
    if not usage.calls:
        return ""
    calls = "1 call" if usage.calls == 1 else f"{usage.calls} calls"
    parts = [usage.model, calls]
    if usage.tokens:
        parts.append(f"{usage.prompt_tokens} + {usage.completion_tokens} tokens")
    parts.append(f"{usage.seconds:.1f} s")
    if usage.cost:
        parts.append(f"cost {usage.cost:.4g}")
    return ", ".join(each for each in parts if each)


def ask_on_terminal(asked: Asked) -> str:
    """Return the line that the person types.

    Raises:
        NoAnswerError: Standard input is no terminal, or nothing is typed in time.
    """
    if not sys.stdin.isatty():
        raise NoAnswerError(asked.text, "standard input is not a terminal")
    console.print("[yellow]answer[/]  ", end="")
    # Waiting here and not in a read: a read would outlive the question.
    ready, _, _ = select.select([sys.stdin], [], [], asked.time_limit)
    if not ready:
        raise NoAnswerError(asked.text, f"within {asked.time_limit:g} s")
    return sys.stdin.readline()


def _safe(text: str) -> str:
    # A server may be anybody's: what it sends steers no terminal.
    return escape(printable(text))


def _print_program(event: ProgramWritten) -> None:
    writer = "cache" if event.cached else event.backend
    usage = told_usage(event.usage)
    took = f"{1e3 * event.seconds:.0f} ms" + (f" ({usage})" if usage else "")
    console.print(f"[dim]program by {_safe(writer)} in {_safe(took)}[/]")
    source = printable(event.source)
    console.print(
        Syntax(source, "python", line_numbers=True, background_color="default")
    )


def _print_verdict(event: Verdict, shown: Usage) -> None:
    if event.success:
        console.print(f"[green]done[/]    {_safe(event.message)}")
    else:
        told = _safe(f"at {event.stage} ({event.reason}): {event.message}")
        console.print(f"[red]failed[/]  {told}")
    if event.usage != shown:  # parts were written, or it was mended, while it ran
        console.print(f"[dim]in all: {_safe(told_usage(event.usage))}[/]")
