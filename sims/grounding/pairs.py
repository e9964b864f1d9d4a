"""Which colours never occur with which nouns in training: a fifth of all pairs."""

from functools import lru_cache
from random import Random

from sims.assets.colours import COLOURS
from sims.grounding.kinds import KINDS

SHARE = 0.2


@lru_cache(maxsize=1)
def held_out() -> frozenset[tuple[str, str]]:
    """Return pairs of a colour and a noun; the same for every seed.

    Each noun is spread evenly over the colours, so every colour and every noun is seen
    often enough.
    """
    held: set[tuple[str, str]] = set()
    words = list(COLOURS)
    for kind in KINDS:
        if kind.where == "far" or kind.colours:
            continue  # it has no colour of its own, or one alone
        chosen = Random(f"held out {kind.noun}").sample(
            words, round(SHARE * len(words))
        )
        held |= {(colour, kind.noun) for colour in chosen}
    return frozenset(held)
