"""How an instruction comes out: manners, reasons, punctuation, slips of the fingers."""

import re
from functools import lru_cache
from random import Random

from planner.language.embedded.phrases import chance, form, forms, spoken, words


def finished(rng: Random, text: str) -> str:
    """Return a text with manners, a reason, spelling and punctuation of its own."""
    if chance(rng, 0.06):
        text += form(rng, "clauses", "reasons")
    if chance(rng, 0.14):
        text += form(rng, "clauses", "closers")
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r" ([,.;?!])", r"\1", text)
    if chance(rng, 0.16):
        for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 5))):
            text = slipped(rng, text)
    if chance(rng, 0.08):
        text = re.sub(r"[,;.](?!\d)", "", text)
    return text + rng.choice(
        ("", "", "", ".", ".", "!", "?" if chance(rng, 0.3) else "")
    )


@lru_cache(maxsize=1)
def _mended() -> frozenset[str]:
    """Return the words that are told from their misspellings."""
    listed = {
        word for each in words().values() for text in each for word in text.split()
    }
    return frozenset((*listed, *spoken()))


@lru_cache(maxsize=1)
def _neighbours() -> dict[str, str]:
    return {each[0]: each[1:] for each in forms("slips", "keys")}


def slipped(rng: Random, text: str) -> str:
    """Return a text with one common word misspelt."""
    parts = re.split(r"([a-z]+)", text)
    places = [
        k
        for k, each in enumerate(parts)
        if each in _mended() and (len(each) > 3 or (len(each) > 2 and chance(rng, 0.3)))
    ]
    if not places:
        return text
    place = rng.choice(places)
    return "".join((*parts[:place], _misspelt(rng, parts[place]), *parts[place + 1 :]))


def _misspelt(rng: Random, word: str) -> str:
    at = rng.randrange(1, len(word)) if chance(rng, 0.85) else 0
    match rng.randrange(5):
        case 0 if at < len(word) - 1:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 1:
            return word[:at] + word[at + 1 :]
        case 2:
            return word[:at] + word[at] + word[at:]
        case 3:
            return word[:at] + rng.choice(_neighbours()[word[at]]) + word[at + 1 :]
        case _:
            return word[:at] + rng.choice("aeiounrst") + word[at:]
