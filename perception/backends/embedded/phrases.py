"""Noun phrases for the embedded grounder to learn from, and of what they are true.

Which of several is meant, "the second mug from the left", is for `perception.grounding`
to say; here a phrase is a noun with adjectives, as it is left over from such a chain.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np
from jaxtyping import Float

from perception.backends.embedded.examples import Truth
from perception.backends.embedded.lexicon import Lexicon
from perception.colour import COLOURS
from perception.words import COLOUR_WORDS

# Adjectives that tell nothing apart.
PLAIN = tuple("nice plain clean plastic shiny new old lovely ceramic empty".split())
ANYTHING = ("thing", "object", "item", "one")
_IRREGULAR = {"knife": "knives", "die": "dice", "leaf": "leaves", "shelf": "shelves"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase; what it asks for is empty where it says nothing.

    Attributes:
        text: As it is read.
        noun: Key of `Lexicon.said`, or a stranger.
        colour: One of `perception.colour.COLOURS`.
        trait: Key of `Lexicon.traits`.
        owner: Name of the noun of what is meant is a part of.
    """

    text: str
    noun: str = ""
    colour: str = ""
    trait: str = ""
    owner: str = ""


@dataclass(frozen=True)
class PhraseBook:
    """Makes phrases of a lexicon and says of what they are true."""

    lexicon: Lexicon

    def some(self, rng: Random, things: Sequence[Truth], count: int) -> list[Phrase]:
        """Return phrases, many of them true of one of the things or nearly so.

        Args:
            rng: What they follow from.
            things: What there is.
            count: How many.
        """
        real = [each for each in things if each.noun]
        made: list[Phrase] = []
        for _ in range(count):
            kind = rng.random()
            if not real or kind > 0.8:
                made.append(self._any(rng))
                continue
            asked = self._true_of(rng, rng.choice(real))
            made.append(asked if kind < 0.5 else self._other(rng, asked))
        made = [self._sayable(each) for each in made]
        return [replace(each, text=worded(each, rng)) for each in made]

    def truth(
        self, phrases: Sequence[Phrase], things: Sequence[Truth]
    ) -> Float[np.ndarray, "n p"]:
        """Return how true each phrase is of each thing: 1, 0, or 0.5 for maybe."""
        names = sorted({(each.noun, each.owner) for each in things})
        number = {name: i for i, name in enumerate(names)}
        place = [number[each.noun, each.owner] for each in things]
        kinds = np.array(
            [[self._noun_truth(each, *name) for each in phrases] for name in names]
        ).reshape(len(names), len(phrases))
        known = np.array([[*each.colours, 1.0] for each in things])
        asked = [COLOURS.index(p.colour) if p.colour else -1 for p in phrases]
        return np.minimum(kinds[place], known[:, asked])

    def _noun_truth(self, phrase: Phrase, name: str, owner: str) -> float:
        if not name or phrase.owner not in ("", owner):
            return 0.0
        found = 1.0
        if phrase.noun:
            found = self.lexicon.said.get(phrase.noun, {}).get(name, 0.0)
        if phrase.trait and name not in self.lexicon.traits[phrase.trait]:
            found = 0.0
        return found

    def _sayable(self, phrase: Phrase) -> Phrase:
        if self.lexicon.is_unsaid(phrase.colour, phrase.noun):
            return replace(phrase, colour="")
        return phrase

    def _true_of(self, rng: Random, thing: Truth) -> Phrase:
        name, noun = thing.noun, self.lexicon.of[thing.noun]
        told = zip(COLOURS, thing.colours, strict=True)
        sure = [word for word, true in told if true == 1]
        colour = rng.choice(sure) if sure and rng.random() < 0.6 else ""
        kind = rng.random()
        if kind < 0.12:
            word = ""
        elif kind < 0.24:
            broader = [w for w, names in self.lexicon.kinds.items() if name in names]
            word = rng.choice([noun.name, *broader])
        else:
            word = rng.choice([noun.name, noun.name, *noun.words])
        traits = [t for t, names in self.lexicon.traits.items() if name in names]
        trait = rng.choice(traits) if traits and rng.random() < 0.12 else ""
        owner = thing.owner if word and rng.random() < 0.5 else ""
        return Phrase("", word, colour, trait, owner)

    def _other(self, rng: Random, phrase: Phrase) -> Phrase:
        """Return a phrase that differs in one word."""
        if phrase.colour and (not phrase.noun or rng.random() < 0.5):
            return replace(phrase, colour=rng.choice(COLOURS))
        if phrase.owner and rng.random() < 0.5:
            return replace(phrase, owner=rng.choice(self.lexicon.nouns).name)
        return replace(phrase, noun=self._word(rng))

    def _any(self, rng: Random) -> Phrase:
        colour = rng.choice(COLOURS) if rng.random() < 0.5 else ""
        kind = rng.random()
        if kind < 0.1:
            return Phrase("", "", colour)
        if kind < 0.2:
            return Phrase("", "", colour, rng.choice(list(self.lexicon.traits)))
        return Phrase("", self._word(rng, strangers=0.4), colour)

    def _word(self, rng: Random, strangers: float = 0.15) -> str:
        if rng.random() < strangers:
            return rng.choice(self.lexicon.strangers)
        noun = rng.choice(self.lexicon.nouns)
        if rng.random() < 0.1:
            return rng.choice(list(self.lexicon.kinds))
        return rng.choice([noun.name, *noun.words])

    def texts(self, rng: Random, count: int) -> Iterator[str]:
        """Yield texts with all words of the lexicon, for a tokenizer."""
        for _ in range(count):
            yield worded(self._sayable(self._any(rng)), rng)


def worded(phrase: Phrase, rng: Random) -> str:
    """Return a phrase as somebody may say it."""
    colour = phrase.colour
    if colour and rng.random() < 0.2:
        same = [word for word, name in COLOUR_WORDS.items() if name == colour]
        colour = rng.choice([word for word in same if word != "dark"])
    noun = phrase.noun
    if not noun and (not (colour or phrase.trait) or rng.random() < 0.5):
        noun = rng.choice(ANYTHING)
    if noun and rng.random() < 0.15:
        noun = plural(noun)
    noun = f"{phrase.owner} {noun}" if noun and phrase.owner else noun
    plain = rng.choice(PLAIN) if rng.random() < 0.06 else ""
    words = [plain, colour, phrase.trait]
    if rng.random() < 0.15:
        rng.shuffle(words)
    # "the mug that is red" comes without its filling words.
    words = [noun, *words] if rng.random() < 0.05 else [*words, noun]
    return " ".join(word for word in words if word)


def plural(noun: str) -> str:
    """Return the plural of a noun, the last of its words."""
    first, _, last = noun.rpartition(" ")
    if "of" in noun.split() or "with" in noun.split():
        return noun
    if last in _IRREGULAR:
        many = _IRREGULAR[last]
    elif last.endswith(("s", "x", "ch", "sh")):
        many = last + "es"
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        many = last[:-1] + "ies"
    else:
        many = last + "s"
    return f"{first} {many}".strip()
