"""The default backend: the example library, no network, no model."""

import re

from planner.language.backend import Answer, Message, OnText, Usage
from planner.language.prompt import OBJECTS, asked
from planner.language.reading import Reader


class OfflineBackend:
    """Writes the program of the example that an instruction is like."""

    name = "offline"
    # Reading takes less than a file, and an old answer would outlive the library.
    cacheable = False

    def __init__(self, reader: Reader):
        self._reader = reader

    @property
    def parameters(self) -> dict[str, str]:
        """What else decides the answer."""
        return {"backend": self.name}

    def complete(
        self, messages: tuple[Message, ...], on_text: OnText | None = None
    ) -> Answer:
        """Return the program for the last query.

        Raises:
            NotUnderstoodError: It is not like any example.
        """
        names: list[str] = []
        for message in messages:
            for line in message.content.splitlines():
                if message.role == "user" and line.startswith(OBJECTS):
                    names = re.findall(r"'([^']*)'", line)
        text = self._reader.write(asked(messages), tuple(names))
        if on_text is not None:
            on_text(text)
        return Answer(text, Usage(self.name, "examples"))
