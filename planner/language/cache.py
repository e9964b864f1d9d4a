"""Answers of language models on disk, one JSON file each.

The key is the sha256 of the whole request: backend, its parameters, messages.
"""

import hashlib
import json
import logging
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import cast

from planner.language.backend import Message

log = logging.getLogger(__name__)

FORMAT = 1


def default_directory() -> Path:
    """Return where answers are kept unless told otherwise."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "voxfield" / "llm"


class Cache:
    """Answers by request; safe for several processes at once."""

    def __init__(self, directory: Path):
        self.directory = directory

    def key(self, parameters: dict[str, str], messages: tuple[Message, ...]) -> str:
        """Return the name of a request."""
        request = {
            "format": FORMAT,
            "parameters": parameters,
            "messages": [asdict(each) for each in messages],
        }
        text = json.dumps(request, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def read(self, key: str) -> str | None:
        """Return an answer, or None; a file that cannot be read counts as none."""
        path = self._path(key)
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.warning("ignoring the cached answer %s: %s", path.name, error)
            return None
        facts = cast("dict[str, object]", kept) if isinstance(kept, dict) else {}
        answer = facts.get("answer")
        if not isinstance(answer, str) or facts.get("key") != key:
            log.warning("ignoring the cached answer %s: not of this format", path.name)
            return None
        return answer

    def write(self, key: str, answer: str) -> None:
        """Keep an answer; a full or read-only disk is logged, not an error."""
        text = json.dumps({"key": key, "answer": answer}, indent=1)
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", dir=self.directory, suffix=".tmp", delete=False, encoding="utf-8"
            ) as file:
                file.write(text)
            Path(file.name).replace(self._path(key))
        except OSError as error:
            log.warning("the answer could not be cached: %s", error)

    def _path(self, key: str) -> Path:
        return self.directory / f"{key}.json"
