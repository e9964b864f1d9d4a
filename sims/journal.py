"""Files of one JSON object a line, which a killed process may leave torn."""

import json
import logging
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

log = logging.getLogger(__name__)


def read_journal(path: Path) -> list[dict[str, Any]]:
    """Return the whole lines; none where there is no file."""
    if not path.exists():
        return []
    found: list[dict[str, Any]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line:
            continue
        try:
            found.append(json.loads(line))
        except json.JSONDecodeError:
            # Of a process killed in the middle of it: what it told is done again.
            log.warning("%s: an unfinished line is ignored", path)
    return found


@contextmanager
def open_journal(path: Path) -> Generator[TextIO]:
    """Yield the file to `note` in, behind what is in it."""
    with path.open("a", encoding="utf-8") as journal:
        if journal.tell():
            journal.write("\n")  # what follows a torn line must not join it
        yield journal


def note(journal: TextIO, facts: Mapping[str, Any]) -> None:
    """Write a line, so that it is there whatever happens next."""
    journal.write(json.dumps(facts) + "\n")
    journal.flush()
