"""Which words are true of a thing, which may be, and which are not.

A thing is told as its noun and its colours. What some people say of a thing is neither
right nor wrong: nothing is learnt from it and nothing is measured by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Noun:
    """A word for a kind of thing.

    Attributes:
        name: What the thing is called.
        words: Others that mean the same.
        maybe: Words that some people use for it.
    """

    name: str
    words: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lexicon:
    """What can be said of things.

    Attributes:
        nouns: Of what is known.
        kinds: Broader word to the names of nouns that it covers.
        traits: Adjective to the names of nouns of which it is true.
        parts: Noun of a part to those of what it is a part of.
        strangers: Nouns of what is never there.
        unsaid: Pairs of a colour and the name of a noun that no phrase for training
            has, so that what is made of them can be measured.
    """

    nouns: tuple[Noun, ...]
    kinds: Mapping[str, tuple[str, ...]]
    traits: Mapping[str, tuple[str, ...]]
    parts: Mapping[str, tuple[str, ...]]
    strangers: tuple[str, ...] = ()
    unsaid: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def said(self) -> Mapping[str, Mapping[str, float]]:
        """For each noun or broader word: names of nouns and how true it is of them."""
        table: dict[str, dict[str, float]] = {}
        for noun in self.nouns:
            for word in noun.maybe:
                table.setdefault(word, {}).setdefault(noun.name, 0.5)
        for noun in self.nouns:
            for word in (noun.name, *noun.words):
                table.setdefault(word, {})[noun.name] = 1.0
        for word, names in self.kinds.items():
            table.setdefault(word, {}).update(dict.fromkeys(names, 1.0))
        return MappingProxyType(table)

    def is_unsaid(self, colour: str, word: str) -> bool:
        """Say whether a colour before a noun's word makes an unsaid pair."""
        if not colour or word in self.kinds:
            return False
        return any((colour, name) in self.unsaid for name in self.said.get(word, {}))

    @cached_property
    def of(self) -> Mapping[str, Noun]:
        """Nouns by their names."""
        return MappingProxyType({noun.name: noun for noun in self.nouns})
