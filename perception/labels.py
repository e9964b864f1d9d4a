"""What a phrase that something was found by calls it: a colour and a noun.

The nouns of `perception.words` mean what they mean there; any other is taken as it
is said, so that things of which geometry knows nothing have names, too.
"""

import re
from dataclasses import dataclass

from perception.words import (
    ANYTHING,
    COLOUR_WORDS,
    FILLERS,
    MIDDLE,
    ORDINALS,
    SHAPE_WORDS,
    SUPERLATIVES,
    singular,
)


@dataclass(frozen=True, slots=True)
class Label:
    """Words for a thing.

    Attributes:
        colour: Colour word; empty if none is said.
        noun: Shape word, or what stands for one; empty if any thing is meant.
    """

    colour: str
    noun: str


def label_of(phrase: str) -> Label:
    """Return the label that a phrase gives: "the top drawer's handle" is a handle."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"'s?\b", " ", phrase.lower()))
    if "of" in words[1:]:
        words = words[: words.index("of", 1)]
    colours = [COLOUR_WORDS[word] for word in words if word in COLOUR_WORDS]
    rest = [word for word in words if not _qualifies(word)]
    noun = SHAPE_WORDS.get(singular(rest[-1])) if rest else ANYTHING
    if noun is None:
        noun = " ".join(rest)
    return Label(colours[-1] if colours else "", "" if noun == ANYTHING else noun)


def _qualifies(word: str) -> bool:
    tables = (COLOUR_WORDS, FILLERS, SUPERLATIVES, ORDINALS, MIDDLE)
    return any(word in table for table in tables)
