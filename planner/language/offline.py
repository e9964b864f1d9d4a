"""The default backend: the example library, no network, no model."""

import re

from planner.language.prompt import OBJECTS, Message, asked
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

    def complete(self, messages: tuple[Message, ...]) -> str:
        """Return the program for the last query.

        Raises:
            NotUnderstoodError: It is not like any example.
        """
        names: list[str] = []
        for message in messages:
            for line in message.content.splitlines():
                if message.role == "user" and line.startswith(OBJECTS):
                    names = re.findall(r"'([^']*)'", line)
        return self._reader.write(asked(messages), tuple(names))
