"""Crops and what they show, as the embedded grounder learns from them.

Truth is three-valued: a colour or a noun is true of a thing (1), false (0), or may be
said of it (0.5).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from perception.backends.embedded.crops import Crops
from perception.colour import COLOURS


@dataclass(frozen=True, slots=True)
class Truth:
    """What a proposal shows.

    Attributes:
        noun: What it is; empty if it is nothing.
        colours: How true each of `perception.colour.COLOURS` is of it.
        owner: Noun of what it is a part of, if of anything.
    """

    noun: str
    colours: tuple[float, ...]
    owner: str = ""


def colour_truth(sure: Sequence[str], maybe: Sequence[str]) -> tuple[float, ...]:
    """Return how true each colour is of a thing by the words for its own."""
    return tuple(1.0 if c in sure else 0.5 if c in maybe else 0.0 for c in COLOURS)


JUNK = Truth("", (0.5,) * len(COLOURS))


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Crops with their truths.

    Attributes:
        near: (n, 5, S, S) uint8, as in `Crops`.
        far: (n, 5, S/2, S/2) uint8.
        facts: (n, f) uint8.
        noun: (n,) str, empty for junk.
        owner: (n,) str, as in `Truth`.
        colours: (n, c) float16, three-valued.
        share: (n,) float16 intersection over union with what it shows.
    """

    near: np.ndarray
    far: np.ndarray
    facts: np.ndarray
    noun: np.ndarray
    owner: np.ndarray
    colours: np.ndarray
    share: np.ndarray

    def __len__(self) -> int:
        return len(self.noun)

    @classmethod
    def of(
        cls, crops: Crops, truths: Sequence[Truth], shares: np.ndarray
    ) -> "Examples":
        """Return the views of proposals whose truths are known."""
        numbers: list[int] = crops.proposal.tolist()
        mine = [truths[i] for i in numbers]
        return cls(
            crops.near,
            crops.far,
            crops.facts,
            np.array([each.noun for each in mine], dtype="U24"),
            np.array([each.owner for each in mine], dtype="U24"),
            np.array([each.colours for each in mine], np.float16).reshape(
                -1, len(COLOURS)
            ),
            shares[crops.proposal].astype(np.float16),
        )

    def truths(self, rows: np.ndarray) -> list[Truth]:
        """Return what some of them show."""
        return [
            Truth(str(noun), tuple(colours), str(owner))
            for noun, colours, owner in zip(
                self.noun[rows],
                self.colours[rows].astype(float).tolist(),
                self.owner[rows],
                strict=True,
            )
        ]

    @classmethod
    def joined(cls, parts: Sequence["Examples"]) -> "Examples":
        """Return all of them."""
        return cls(
            *(
                np.concatenate([getattr(each, name) for each in parts])
                for name in cls.__slots__
            )
        )

    def save(self, path: Path) -> None:
        """Write them, at once or not at all."""
        beside = path.with_suffix(".tmp.npz")
        np.savez(beside, **{name: getattr(self, name) for name in self.__slots__})
        beside.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Examples":
        """Return what was saved."""
        with np.load(path) as kept:
            return cls(*(kept[name] for name in cls.__slots__))
