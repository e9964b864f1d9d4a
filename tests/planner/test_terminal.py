import io
import os
import pty

import pytest
from rich.console import Console

from planner import terminal
from planner.errors import NoAnswerError
from planner.events import (
    Asked,
    LineResult,
    Paused,
    ProgramWriting,
    ProgramWritten,
    Said,
    Verdict,
)
from planner.language.backend import Usage
from planner.terminal import Teller, ask_on_terminal, told_usage

USAGE = Usage("openai", "big", 2, 900, 80, 2.25, 0.5)
DRAFT = "```python\nfirst = 1\nsecond"


def shown(monkeypatch, *, live):
    out = io.StringIO()
    console = Console(file=out, force_terminal=live, width=100, height=20)
    monkeypatch.setattr(terminal, "console", console)
    return out


def test_a_draft_is_shown_live_on_a_terminal_and_not_elsewhere(monkeypatch):
    for live in (True, False):
        out = shown(monkeypatch, live=live)
        with Teller() as teller:
            teller.tell(ProgramWriting(DRAFT))
        assert ("second" in out.getvalue()) is live
        assert "```" not in out.getvalue()


def test_a_long_draft_shows_its_end(monkeypatch):
    out = shown(monkeypatch, live=True)
    with Teller() as teller:
        teller.tell(ProgramWriting("\n".join(f"line_{i} = {i}" for i in range(99))))
    assert "line_98" in out.getvalue()
    assert "line_50 " not in out.getvalue()


def test_the_cursor_comes_back_whatever_ends_the_draft(monkeypatch):
    out = shown(monkeypatch, live=True)
    with pytest.raises(ZeroDivisionError), Teller() as teller:
        teller.tell(ProgramWriting(DRAFT))
        raise ZeroDivisionError
    assert out.getvalue().rindex("\x1b[?25h") > out.getvalue().rindex("\x1b[?25l")


def test_everything_a_person_should_know_is_told(monkeypatch):
    out = shown(monkeypatch, live=False)
    with Teller() as teller:
        for event in (
            ProgramWriting(DRAFT),
            ProgramWritten("first = 1\n", "openai", False, 2.5, USAGE),
            Said("hello [there]"),
            Asked(1, "which one?", 9.0),
            Paused(7, "execute", True),
            Verdict(False, "understand", "NO_ANSWER", "nobody", 0.0, USAGE + USAGE),
        ):
            teller.tell(event)
    for words in (
        "program by openai in 2500 ms (big, 2 calls, 900 + 80 tokens, 2.2 s, cost 0.5)",
        "first = 1",
        "hello [there]",
        "asks    which one?",
        "before execute in line 7",
        "NO_ANSWER",
        "in all: big, 4 calls, 1800 + 160 tokens, 4.5 s, cost 1",
    ):
        assert words in out.getvalue()


def test_nothing_a_server_sends_steers_the_terminal(monkeypatch):
    out = shown(monkeypatch, live=False)
    bell = "\x1b]0;title\x07\x9b31m"
    with Teller() as teller:
        for event in (
            ProgramWritten(f"x = '{bell}'\n", bell, False, 2.5, USAGE),
            LineResult(1, bell),
            Said(bell),
            Asked(1, bell, 9.0),
            Verdict(False, bell, bell, bell, 0.0, USAGE),
        ):
            teller.tell(event)
    assert not set("\x1b\x07\x9b") & set(out.getvalue())


def test_usage_says_only_what_is_known():
    assert told_usage(Usage("embedded")) == ""
    assert told_usage(Usage("local", "tiny", 1, seconds=0.5)) == "tiny, 1 call, 0.5 s"


@pytest.fixture
def typed(monkeypatch):
    """A terminal as standard input; the value takes what is typed."""
    shown(monkeypatch, live=False)
    master, slave = pty.openpty()
    with os.fdopen(slave) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        yield lambda text: os.write(master, text)
    os.close(master)


def test_what_is_typed_is_the_answer(typed):
    typed(b"the left one\n")
    assert ask_on_terminal(Asked(1, "which one?", 5.0)) == "the left one\n"


def test_nothing_typed_in_time_is_no_answer(typed):
    with pytest.raises(NoAnswerError, match="within"):
        ask_on_terminal(Asked(1, "which one?", 0.05))


def test_without_a_terminal_nobody_is_asked(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("left\n"))
    with pytest.raises(NoAnswerError, match="not a terminal"):
        ask_on_terminal(Asked(1, "which one?", 5.0))
