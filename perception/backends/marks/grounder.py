"""A model that is shown marks as a grounder: phrases to the things behind marks."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from perception.backends.marks.config import MarksConfig
from perception.backends.marks.marking import Board, Mark, mark
from perception.backends.marks.question import complaint, pictures, question
from perception.backends.marks.reply import Meant, ReplyError, parse
from perception.backends.marks.viewer import Viewer
from perception.errors import (
    InvalidPhraseError,
    NoDepthError,
    UnusableReplyError,
)
from perception.foreground import Foreground
from perception.grounder import Found, Glimpse, Grounded, Instance, NotFound, Sighting
from perception.observation import NO_BODY, Camera, Capsules

log = logging.getLogger(__name__)

NEAREST = 3  # glimpses of an abstention, at most
SURE = 1.0  # models say which marks are meant and not how surely


@dataclass(frozen=True, slots=True, eq=False)
class MarksGrounder:
    """Shows marked pictures to a model and takes its word for what they are.

    Attributes:
        viewer: The model.
        config: What is marked, and how often the model is asked.
        body: The arm, which has no marks.
        name: What stands in reports.
    """

    viewer: Viewer
    config: MarksConfig
    body: Capsules = NO_BODY
    name: str = "marks"

    def beside(self, body: Capsules) -> "MarksGrounder":
        """Return a grounder for frames that have an arm in them."""
        return replace(self, body=body)

    def ground(
        self, cameras: Sequence[Camera], phrases: Sequence[str]
    ) -> tuple[Grounded, ...]:
        """Return what each phrase means, in the order of the phrases.

        Raises:
            NoDepthError: A camera has colour and no depth.
            InvalidPhraseError: A phrase is empty, longer than `config.longest`, or
                has characters that cannot be printed.
            NoSurfaceError: The cameras see no table.
            MissingExtraError: Pillow is not installed.
            ViewerUnavailableError: The model gave no answer.
            UnusableReplyError: It gave none that names marks and phrases as they are.
        """
        for phrase in phrases:
            self._check(phrase)
        if not phrases or not cameras:
            return tuple(NotFound(phrase) for phrase in phrases)
        for camera in cameras:
            if not (camera.depth > 0.0).any():
                raise NoDepthError(camera.name)
        seen = Foreground.of(cameras, self.body, self.config.foreground)
        board = mark(seen, cameras, self.config)
        if not board.marks:
            return tuple(NotFound(phrase) for phrase in phrases)
        asked = tuple(dict.fromkeys(phrases))
        meant = dict(zip(asked, self._ask(board, asked), strict=True))
        found = tuple(phrase for phrase in asked if meant[phrase].marks)
        return tuple(_grounded(each, meant[each], board, found) for each in phrases)

    def _check(self, phrase: str) -> None:
        if not phrase.strip():
            raise InvalidPhraseError(phrase, "it is empty")
        if len(phrase) > self.config.longest:
            raise InvalidPhraseError(
                f"{phrase[:40]}...",
                f"it has {len(phrase)} characters; {self.config.longest} are read",
            )
        if not phrase.isprintable():
            raise InvalidPhraseError(
                repr(phrase)[1:-1], "it has characters that cannot be printed"
            )

    def _ask(self, board: Board, phrases: tuple[str, ...]) -> tuple[Meant, ...]:
        shown = pictures(board)
        numbers = range(1, len(board.marks) + 1)
        talk = [question(board, phrases, NEAREST)]
        while True:
            text = self.viewer.answer(shown, talk)
            try:
                return parse(text, phrases, numbers)
            except ReplyError as error:
                log.info("%s replied: %s", self.viewer.model, error)
                asked = 1 + len(talk) // 2
                if asked > self.config.repairs:
                    raise UnusableReplyError(
                        self.viewer.model, error.problems, asked, text
                    ) from None
                talk += [text, complaint(error.problems)]


def _grounded(
    phrase: str, meant: Meant, board: Board, found: tuple[str, ...]
) -> Grounded:
    if not meant.marks:
        nearest = tuple(_glimpse(board, i) for i in meant.nearest[:NEAREST])
        return NotFound(phrase, nearest, found)
    instances: list[Instance] = []
    for i in meant.marks:
        marked = board.marks[i - 1]
        sightings = tuple(
            Sighting(name, mask, _box(mask), SURE)
            for name, mask in marked.masks.items()
        )
        instances.append(Instance(sightings, marked.points_world, SURE))
    return Found(phrase, tuple(instances))


def _glimpse(board: Board, number: int) -> Glimpse:
    marked: Mark = board.marks[number - 1]
    name = max(marked.masks, key=lambda each: int(marked.masks[each].sum()))
    why = f"mark {number}, which the model says is something else"
    return Glimpse(name, _box(marked.masks[name]), 0.0, why)


def _box(mask: np.ndarray) -> np.ndarray:
    v, u = np.nonzero(mask)
    return np.array([u.min(), v.min(), u.max() + 1, v.max() + 1], dtype=float)
