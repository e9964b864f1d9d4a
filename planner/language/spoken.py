"""Text on its way from a model: told as it grows, cut where it must end."""

from dataclasses import dataclass

from planner.language.backend import OnText


@dataclass(slots=True)
class Spoken:
    """An answer so far.

    The pieces that are told, joined, are what `finish` returns: a piece that may
    turn out to belong to a stop text or to a secret is held back until it is known.

    Attributes:
        stops: Texts that end the answer and do not belong to it.
        on_text: Gets the pieces.
        secret: Replaced by asterisks wherever it appears.
        stopped: Whether a stop text has come.
    """

    stops: tuple[str, ...] = ()
    on_text: OnText | None = None
    secret: str = ""
    stopped: bool = False
    _text: str = ""
    _told: int = 0

    @property
    def listens(self) -> bool:
        """Whether anything depends on the text before it is complete."""
        return self.on_text is not None or bool(self.stops)

    @property
    def told(self) -> bool:
        """Whether anything of it was told."""
        return self._told > 0

    def hear(self, text: str) -> None:
        """Take all that was said so far."""
        if self.stopped:
            return
        self._text = self._clean(text)
        held = _held_back(text, (*self.stops, self.secret))
        ready = len(self._clean(text[: len(text) - held]))
        self._tell(len(self._text) if self.stopped else ready)

    def finish(self) -> str:
        """Return the whole answer, the rest of it told."""
        self._tell(len(self._text))
        return self._text

    def _clean(self, text: str) -> str:
        if self.secret:
            text = text.replace(self.secret, "***")
        ends = [at for at in (text.find(stop) for stop in self.stops) if at >= 0]
        if ends:
            self.stopped = True
            return text[: min(ends)]
        return text

    def _tell(self, until: int) -> None:
        piece = self._text[self._told : until]
        if piece:
            self._told = until
            if self.on_text is not None:
                self.on_text(piece)


def _held_back(text: str, marks: tuple[str, ...]) -> int:
    """Return how many of the last characters may begin one of the marks."""
    # Half a character, of which the other bytes are still to come.
    most = len(text) - len(text.rstrip("\N{REPLACEMENT CHARACTER}"))
    for mark in filter(None, marks):
        for length in range(min(len(mark), len(text)), most, -1):
            if text.endswith(mark[:length]):
                most = length
                break
    return most
