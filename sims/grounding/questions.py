"""Phrases whose answer is known, by what is true of a shot.

A phrase is asked only if people agree on what it means there: nothing else may be
called so, and of the leftmost the next one is clearly less far left. Directions are
those of `perception.directions`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from perception.backends.embedded.examples import Truth
from perception.backends.embedded.lexicon import Lexicon
from perception.backends.embedded.phrases import Phrase, PhraseBook, plural
from perception.directions import direction
from sims.grounding.corpus import truth_of
from sims.grounding.pairs import held_out
from sims.grounding.scenes import Shot

Category = Literal[
    "objects", "unseen pairs", "parts", "absent", "relations", "ordinals", "plural"
]
CATEGORIES: tuple[Category, ...] = (
    *("objects", "unseen pairs", "parts", "absent", "relations", "ordinals", "plural"),
)
CLEAR = 100  # pixels of a piece, in all cameras, from which on it is surely seen
THERE = 8  # pixels from which on somebody might see it
APART = 0.03  # [m] between two places that people tell apart
TRIES = 12
NUMBERS = ("first", "second", "third")


@dataclass(frozen=True, slots=True)
class Question:
    """A phrase and which pieces it means, by number; none if it is absent."""

    category: Category
    phrase: str
    answer: tuple[int, ...]


@dataclass(frozen=True)
class Asker:
    """Asks about one shot.

    Attributes:
        shot: What is asked about.
        lexicon: What can be said.
        rng: Which questions are asked.
    """

    shot: Shot
    lexicon: Lexicon
    rng: Random

    def questions(self, each: int = 2) -> Iterator[Question]:
        """Yield up to so many questions of each category."""
        makers: dict[Category, Callable[[], Question | None]] = {
            "objects": self._object,
            "unseen pairs": self._unseen,
            "parts": self._part,
            "absent": self._absent,
            "relations": self._relation,
            "ordinals": self._ordinal,
            "plural": self._plural,
        }
        for maker in makers.values():
            asked: set[str] = set()
            for _ in range(TRIES):
                made = maker() if len(asked) < each else None
                if made is not None and made.phrase not in asked:
                    asked.add(made.phrase)
                    yield made

    @property
    def _pixels(self) -> Int[np.ndarray, "p"]:
        count = len(self.shot.pieces) + 1
        owners = [np.maximum(image, 0).ravel() for image in self.shot.owners]
        return np.sum([np.bincount(o, minlength=count) for o in owners], axis=0)

    def _true(self, phrase: Phrase) -> tuple[int, ...] | None:
        """Return which pieces a phrase is true of; None if that is not clear."""
        pixels = self._pixels
        seen = [i for i in range(1, len(pixels)) if pixels[i] >= THERE]
        if not seen:
            return None
        truths: list[Truth] = [truth_of(self.shot, i) for i in seen]
        true = PhraseBook(self.lexicon).truth([phrase], truths)[:, 0]
        if (true == 0.5).any():
            return None
        found = tuple(i for i, t in zip(seen, true, strict=True) if t == 1.0)
        return found if all(pixels[i] >= CLEAR for i in found) else None

    def _some(self, *, of: bool = False) -> tuple[Phrase, tuple[int, ...]] | None:
        """Return a phrase about a thing, or a part, that is there, and all it fits."""
        pieces = [p for p in self.shot.pieces if (p.of is not None) == of]
        if not pieces:
            return None
        piece = self.rng.choice(pieces)
        noun = self.lexicon.of[piece.noun]
        kind = self.rng.random()
        word = self.rng.choice([noun.name, noun.name, *noun.words])
        colour = self.rng.choice(piece.colours) if piece.colours else ""
        if kind < 0.3:
            colour = ""
        elif kind < 0.4 and colour and not of:
            word = ""
        phrase = Phrase("", word, colour)
        found = self._true(phrase)
        return (phrase, found) if found and piece.number in found else None

    def _object(self) -> Question | None:
        made = self._some()
        if made is None or len(made[1]) != 1:
            return None
        return Question("objects", self._worded(made[0]), made[1])

    def _unseen(self) -> Question | None:
        pairs = [
            (colour, p.noun)
            for p in self.shot.pieces
            for colour in p.colours
            if (colour, p.noun) in held_out()
        ]
        if not pairs:
            return None
        colour, noun = self.rng.choice(pairs)
        phrase = Phrase("", noun, colour)
        found = self._true(phrase)
        if found is None or len(found) != 1:
            return None
        return Question("unseen pairs", self._worded(phrase), found)

    def _part(self) -> Question | None:
        parts = [p for p in self.shot.pieces if p.of is not None]
        if not parts:
            return None
        part = self.rng.choice(parts)
        assert part.of is not None
        owner = self.shot.pieces[part.of - 1]
        siblings = [p for p in parts if p.of == owner.number and p.noun == part.noun]
        if len(siblings) == 3 and owner.of is None:
            return self._level([p.number for p in siblings], part.noun)
        phrase = Phrase("", part.noun, owner=owner.noun)
        found = self._true(phrase)
        if found is None or len(found) != 1:
            return None
        text = self.rng.choice(
            [f"{owner.noun} {part.noun}", f"the {part.noun} of the {owner.noun}"]
        )
        return Question("parts", text, found)

    def _level(self, numbers: list[int], noun: str) -> Question | None:
        """Ask for one of three that are one over the other, or for its handle."""
        if self._true(Phrase("", noun)) != tuple(sorted(numbers)):
            return None
        if not self._known(numbers):
            return None
        numbers.sort(key=lambda i: -self._middle(i)[2])
        heights = [float(self._middle(i)[2]) for i in numbers]
        if min(a - b for a, b in pairwise(heights)) < APART:
            return None
        level = self.rng.randrange(3)
        number, word = numbers[level], ("top", "middle", "bottom")[level]
        mine = [p for p in self.shot.pieces if p.of == number]
        if not mine or self.rng.random() < 0.5:
            return Question("parts", f"the {word} {noun}", (number,))
        if self._pixels[mine[0].number] < CLEAR:
            return None
        text = f"the {mine[0].noun} of the {word} {noun}"
        return Question("parts", text, (mine[0].number,))

    def _absent(self) -> Question | None:
        """Ask for what is not there: often what is, in another colour."""
        made = self._some() if self.rng.random() < 0.6 else None
        if made is not None and made[0].noun:
            colours = sorted({c for p in self.shot.pieces for c in p.colours})
            phrase = Phrase("", made[0].noun, self.rng.choice(colours or ["red"]))
        elif self.rng.random() < 0.4:
            phrase = Phrase("", self.rng.choice(self.lexicon.strangers))
        else:
            phrase = Phrase("", self.rng.choice(self.lexicon.nouns).name)
        if self._true(phrase) != ():
            return None
        return Question("absent", self._worded(phrase), ())

    def _relation(self) -> Question | None:
        first, second = self._some(), self._some()
        if first is None or second is None or len(second[1]) != 1:
            return None
        anchor = second[1][0]
        others = [i for i in first[1] if i != anchor]
        if len(others) < 2 or len(others) != len(first[1]) or not self._known(others):
            return None
        told = self._related(others, anchor)
        if told is None:
            return None
        words, answer = told
        text = f"the {self._worded(first[0])} {words} the {self._worded(second[0])}"
        return Question("relations", text, (answer,))

    def _related(self, others: Sequence[int], anchor: int) -> tuple[str, int] | None:
        if not self._known([anchor]):
            return None
        place = self._middle(anchor)
        away = {i: float(np.linalg.norm(self._middle(i) - place)) for i in others}
        kind = self.rng.choice(("nearest to", "closest to", "farthest from", "side"))
        if kind != "side":
            sign = -1.0 if kind == "farthest from" else 1.0
            best = self._clear_best({i: -sign * d for i, d in away.items()})
            return None if best is None else (kind, best)
        side = self.rng.choice(("left", "right", "front", "back"))
        along = {i: float((self._middle(i) - place) @ direction(side)) for i in others}
        there = [i for i, d in along.items() if d > APART]
        doubtful = [i for i, d in along.items() if 0.0 < d <= APART]
        if len(there) != 1 or doubtful:
            return None
        words = {
            "left": "to the left of",
            "right": "to the right of",
            "front": "in front of",
            "back": "behind",
        }
        return words[side], there[0]

    def _ordinal(self) -> Question | None:
        made = self._some()
        if made is None or len(made[1]) < 2 or not self._known(made[1]):
            return None
        phrase, found = made
        text = self._worded(phrase)
        kind = self.rng.random()
        if kind < 0.25:
            word = self.rng.choice(("biggest", "smallest", "tallest"))
            sizes = {i: np.ptp(self.shot.boxes[i], axis=0) for i in found}
            if word == "tallest":
                values = {i: float(size[2]) / 0.01 for i, size in sizes.items()}
            else:
                values = {
                    i: float(np.log(size.prod())) / 0.4 for i, size in sizes.items()
                }
            sign = -1.0 if word == "smallest" else 1.0
            best = self._clear_best({i: sign * v * APART for i, v in values.items()})
            return (
                None
                if best is None
                else Question("ordinals", f"the {word} {text}", (best,))
            )
        side = self.rng.choice(("left", "right", "front", "back"))
        along = {i: float(self._middle(i) @ direction(side)) for i in found}
        ranked = sorted(found, key=lambda i: -along[i])
        gaps = [along[a] - along[b] for a, b in pairwise(ranked)]
        if min(gaps) < APART:
            return None
        if kind < 0.6:
            most = {"left": "leftmost", "right": "rightmost"}
            word = most.get(side, side + "most")
            return Question("ordinals", f"the {word} {text}", (ranked[0],))
        place = self.rng.randrange(min(len(ranked), 3))
        words = f"the {NUMBERS[place]} {text} from the {side}"
        return Question("ordinals", words, (ranked[place],))

    def _plural(self) -> Question | None:
        made = self._some()
        if made is None or len(made[1]) < 2:
            return None
        phrase, found = made
        noun = phrase.noun or "thing"
        words = [phrase.colour, plural(noun)]
        text = " ".join(word for word in words if word)
        start = self.rng.choice(("the ", "all ", "all the ", "every "))
        if start == "every ":
            text = " ".join(word for word in (phrase.colour, noun) if word)
        return Question("plural", start + text, found)

    def _worded(self, phrase: Phrase) -> str:
        """Return a phrase as somebody says it of one thing."""
        text = " ".join(w for w in (phrase.colour, phrase.noun) if w)
        return text if phrase.noun else f"{text} {self.rng.choice(('thing', 'object'))}"

    def _known(self, numbers: Sequence[int]) -> bool:
        return all(i in self.shot.boxes for i in numbers)

    def _middle(self, number: int) -> Float[np.ndarray, "3"]:
        return self.shot.boxes[number].mean(axis=0)

    @staticmethod
    def _clear_best(values: dict[int, float]) -> int | None:
        """Return the one whose value is the highest by far."""
        ranked = sorted(values, key=lambda i: -values[i])
        if values[ranked[0]] - values[ranked[1]] < APART:
            return None
        return ranked[0]
