"""What a model was shown and what it said, kept in files for people to look at."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from perception.backends.marks.viewer import Shown, Viewer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptViewer:
    """A viewer whose conversations are kept, each answer in a folder of its own.

    Attributes:
        viewer: Who answers.
        folder: Where `0001`, `0002`, ... are made, each with the pictures as
            `1.png`, `2.png`, ... and `talk.json`.
    """

    viewer: Viewer
    folder: Path

    @property
    def model(self) -> str:
        """Its name, for messages."""
        return self.viewer.model

    def answer(self, pictures: Sequence[Shown], talk: Sequence[str]) -> str:
        """Return what it says next, once that is kept; a full disk is logged.

        Raises:
            ViewerUnavailableError: It gave no answer; what it was shown is kept.
        """
        place = self._keep(pictures, talk)
        said = self.viewer.answer(pictures, talk)
        if place is not None:
            self._write(place, pictures, [*talk, said])
        return said

    def _keep(self, pictures: Sequence[Shown], talk: Sequence[str]) -> Path | None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            place = _new_folder(self.folder)
            for number, each in enumerate(pictures, start=1):
                (place / f"{number}.png").write_bytes(each.png)
        except OSError as error:
            log.warning("what '%s' is shown could not be kept: %s", self.model, error)
            return None
        self._write(place, pictures, talk)
        return place

    def _write(
        self, place: Path, pictures: Sequence[Shown], talk: Sequence[str]
    ) -> None:
        facts = {
            "model": self.model,
            "pictures": [each.caption for each in pictures],
            "talk": list(talk),
        }
        try:
            (place / "talk.json").write_text(
                json.dumps(facts, indent=1, ensure_ascii=False), encoding="utf-8"
            )
        except OSError as error:
            log.warning("what '%s' said could not be kept: %s", self.model, error)


def _new_folder(folder: Path) -> Path:
    """Make the next one; several processes may at a time."""
    for number in count(1 + sum(each.is_dir() for each in folder.iterdir())):
        place = folder / f"{number:04d}"
        try:
            place.mkdir()
        except FileExistsError:
            continue
        return place
    raise AssertionError
