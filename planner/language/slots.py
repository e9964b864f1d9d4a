"""What fills the slots of an example: objects, lengths, directions, angles.

Values come back as Python expressions for a program; lengths in centimetres.
"""

from dataclasses import dataclass

import numpy as np

from perception.directions import SYNONYMS, direction
from perception.relations import RELATIONS
from perception.words import (
    COLOUR_WORDS,
    FILLERS,
    ORDINALS,
    SHAPE_WORDS,
    SUPERLATIVES,
    singular,
)
from planner.language.words import ARTICLES, PHRASE_WORDS

_LENGTH = r"\d+(?:\.\d+)? (?:cm|mm|m|inch)|half m|half a m"
_CM = {"cm": 1.0, "mm": 0.1, "m": 100.0, "inch": 2.54}
_DIRECTION = (
    r"(?:to the |to |toward the )?(?:left|right|up|down|upwards?|downwards?|forwards?"
    r"|backwards?|back|higher|lower|front)"
)
_SIDE = (
    r"(?:to the |on the |at the |to |on )?(?:left|right)(?: side| hand side)? of"
    r"|on top of|over the top of|in front of|in back of|at the back of|behind"
    r"|above|over|beside|next to|near|alongside|by the side of"
    r"|(?:on |at |to )?(?:the )?(?:front|back)(?: side)? of"
    r"|(?:on |at |to )?the (?:left|right)(?: side)? of"
)
REGION = (
    r"(?:the )?(?:(?:front|back|left|right) ){1,2}(?:hand )?"
    r"(?:(?:side|edge|corner|part|half|end|area|region) )?of (?:the )?"
    r"(?:table|desk|workspace|tabletop)"
)
_PHRASE = r"[a-z0-9'%]+(?: [a-z0-9'%]+){0,9}?"
PATTERNS = {
    "object": _PHRASE,
    "thing": _PHRASE,
    "other": _PHRASE,
    "button": _PHRASE,
    "drawer": _PHRASE,
    "line": _PHRASE,
    "region": REGION,
    "held": r"it|that|this|them",
    "cm": _LENGTH,
    "height": _LENGTH,
    "direction": _DIRECTION,
    "side": _SIDE,
    "degrees": r"\d+(?:\.\d+)? degrees",
    "turn": r"clockwise|counterclockwise|to the left|to the right|left|right",
}
_VERBS = frozenset(
    "put grasp press go move open close pull slide stack turn release stay staying "
    "keep keeping avoid avoiding fill lift give goes belongs shift reset lower not "
    "then while until unless if and or but before after without except at it".split()
)
_HAND = frozenset(("hand", "yourself", "you", "me", "i"))
PLACES = frozenset(("table", "desk", "workspace"))
_BUTTONS = frozenset(("button", "switch", "buzzer"))
_DRAWERS = frozenset(("drawer", "cabinet", "cupboard", "chest"))
_LINES = frozenset(("line", "stripe", "strip"))
_WORDS_OF_PLACE = frozenset(word for words in RELATIONS for word in words)
_BREAKS = _WORDS_OF_PLACE - {"left", "right", "front", "back", "top", "near"}
_SIDES = frozenset("left right front back top bottom".split())
_BESIDE = "right"  # where "next to" is, of the sides that nobody named


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Which words can be part of a phrase.

    Attributes:
        seen: Words of the names of what is seen.
    """

    seen: frozenset[str]

    def phrase(self, text: str) -> str | None:
        """Return a phrase for `detect` without its first article; None if it is none.

        A word nobody knows passes with "the" before it: that there is no such
        thing is for perception to say.
        """
        words = text.split()
        definite = bool(words) and words[0] in ("the", "this", "that", "my")
        while words and words[0] in ARTICLES | {"of", "on"}:
            words = words[1:]
        if not words or set(words) & (_VERBS | _HAND):
            return None
        head, *others = self._chains(_without_counting(words))
        if not all(self._is_chain(each) for each in others):
            return None
        known = [each for each in head if self._means_something(each)]
        strange = len(head) - len(known)
        if ARTICLES & set(head) or (strange and not (definite and len(head) <= 3)):
            return None
        nouns = [self._is_noun(each) for each in head]
        # After a noun that is known stands nothing strange: "the block twice".
        named = nouns[-1] if any(nouns) else strange in (1, 2)
        taken_from = {"from", "out"} & set(words) and words[-1] not in _SIDES
        return " ".join(words) if named and not taken_from else None

    def _chains(self, words: list[str]) -> list[list[str]]:
        """Split a phrase at its relations: "block | next to | the mug"."""
        chains: list[list[str]] = [[]]
        before = False
        for word in words:
            relates = word in _WORDS_OF_PLACE - {"the"} and word not in _SIDES
            if relates and not before:
                chains.append([])
            elif not relates:
                chains[-1].append(word)
            before = relates
        return chains

    def _is_chain(self, words: list[str]) -> bool:
        """Say whether words after a relation can name something."""
        bare = words[1:] if words and words[0] in ARTICLES else words
        if not bare or ARTICLES & set(bare):
            return False
        meant = all(self._means_something(each) for each in bare)
        return meant and (any(map(self._is_noun, bare)) or bare[-1] in _SIDES)

    def _is_noun(self, word: str) -> bool:
        return (
            singular(word) in SHAPE_WORDS
            or singular(word) in PLACES
            or (word in self.seen and word not in SUPERLATIVES | COLOUR_WORDS)
            or word.isdigit()
        )

    def _means_something(self, word: str) -> bool:
        return (
            word in PHRASE_WORDS
            or word in FILLERS
            or singular(word) in SHAPE_WORDS
            or word in self.seen
            or word in PLACES
            or word.isdigit()
        )

    def fill(self, slot: str, text: str) -> dict[str, str] | None:
        """Return what a slot's text comes to; None if it cannot fill the slot."""
        match slot:
            case "object" | "thing" | "other" | "button" | "drawer" | "line":
                return self._thing(slot, text)
            case "region":
                return {slot: region(text)}
            case "cm" | "height":
                return {slot: f"{centimetres(text):g}"}
            case "direction" | "side":
                return {slot: _vector(text)}
            case "degrees":
                return {slot: text.split(maxsplit=1)[0]}
            case _:
                return {slot: text}

    def _thing(self, slot: str, text: str) -> dict[str, str] | None:
        phrase = self.phrase(text)
        if phrase is None or (slot in ("object", "thing") and phrase in PLACES):
            return None  # tables stay where they are
        if slot == "thing":  # what is named without any relation
            words = phrase.split()
            lone = len(self._chains(_without_counting(words))) == 1
            return (
                {"object": repr(phrase)} if lone and self._is_noun(words[-1]) else None
            )
        nouns = {"button": _BUTTONS, "drawer": _DRAWERS, "line": _LINES}.get(slot)
        head = self._chains(_without_counting(phrase.split()))[0]
        if nouns and not set(head) & nouns:
            return None
        handle = {"handle": repr(f"handle of the {phrase}")} if slot == "drawer" else {}
        return {slot: repr(phrase), **handle}


def _without_counting(words: list[str]) -> list[str]:
    """Leave the side out of "second to the left", which is no relation."""
    out: list[str] = []
    for word in words:
        counted = bool(out) and out[0] in ORDINALS and len(out) == 1
        if not (counted and word in _SIDES | {"to", "from", "the"}):
            out.append(word)
    return out


def region(text: str) -> str:
    """Return the signs of [x, y] of a region of the table, 0 where either will do."""
    named = [word for word in text.split() if word in _SIDES]
    signs = np.sum([direction(word)[:2] for word in named], axis=0) + 0.0
    return "[" + ", ".join(f"{sign:g}" for sign in signs) + "]"


def is_plural(phrase: str) -> bool:
    """Say whether a phrase means several things."""
    words = phrase.split()
    head = next((i for i, word in enumerate(words) if word in _BREAKS), len(words))
    several = any(singular(word) != word for word in words[:head])
    first = words[0] if words else ""
    return several or first in ("all", "every", "each", "both", "everything")


def centimetres(text: str) -> float:
    """Return a length such as "10 cm" or "0.2 m"."""
    if text.startswith("half"):
        return 50.0
    number, unit = text.split()
    return float(number) * _CM[unit]


def _vector(text: str) -> str:
    words = [each for each in text.split() if each not in ("to", "the", "of", "on")]
    names = {"higher": "up", "lower": "down", "over": "top", "upward": "up"}
    if text.startswith(("on top", "over the top")):
        words = ["top"]
    for word in words:
        name = names.get(word, word)
        if SYNONYMS.get(name, name) in (
            "front",
            "back",
            "left",
            "right",
            "top",
            "bottom",
        ):
            vector = direction(name)
            return "[" + ", ".join(f"{x:g}" for x in vector + 0.0) + "]"
    return _vector(_BESIDE)


def default(slot: str, value: str | int | float) -> str:
    """Return the default of a slot, as the library gives it, as Python."""
    if isinstance(value, int | float):
        return f"{value:g}"
    return _vector(value) if slot in ("direction", "side") else value
