"""Words to objects: which things of a scene a phrase means.

    phrase   = chain [ relation phrase ] | chain "from the" side
    chain    = { filler | colour | superlative | ordinal | "middle" | noun } [noun]

"the second block from the left", "leftmost red cube", "handle of the drawer",
"the ball nearest to the blue bowl", "all blocks", "middle cup". Of two nouns the last
is meant and the first is what it is a part of: "drawer handle". A superlative picks
one, and "middle" one of three or more; otherwise everything that fits is returned.

Where a scene has a reader, any word is a noun or an adjective, and what is left of a
chain is for the reader to judge; otherwise the nouns are those of `perception.words`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from perception.errors import (
    NothingHeldError,
    ObjectNotFoundError,
    PhraseNotUnderstoodError,
)
from perception.reading import read
from perception.relations import RELATIONS, Relation, part_of
from perception.scene import Object3D, Scene
from perception.words import (
    ANYTHING,
    COLOUR_WORDS,
    FILLERS,
    KNOWN,
    MIDDLE,
    ORDINALS,
    SHAPE_WORDS,
    SUPERLATIVES,
    Score,
    singular,
)

# What a program calls the thing between the fingers.
HELD = "held object"
SIDES = ("left", "right", "front", "back", "top", "bottom")
OWN = "_"  # begins a noun that only a scene knows; no word of a phrase begins so
LONGEST_RELATION = max(len(words) for words in RELATIONS)


@dataclass(frozen=True, slots=True)
class _Chain:
    """What the words before a relation ask for: what `words` are true of."""

    words: tuple[str, ...]
    score: Score | None
    ordinal: int | None
    middle: bool


def ground(scene: Scene, phrase: str) -> tuple[Object3D, ...]:
    """Return the objects that a phrase means, the best match first.

    Raises:
        ObjectNotFoundError: Nothing that is seen fits.
        NothingHeldError: The held object is meant, and there is none.
        PhraseNotUnderstoodError: A word has no meaning.
    """
    tidy = " ".join(_words(phrase))
    named = [each for each in scene.objects if each.name == tidy]
    if named and tidy[-1].isdigit():
        return tuple(named)
    if tidy.removeprefix("the ") == HELD:
        return _held(scene)
    words = tidy if scene.reader else _with_own_nouns(tidy, scene)
    found = _find(scene, words.split(), phrase)
    if not found:
        raise ObjectNotFoundError(phrase, scene.names)
    # What has the very name comes before what it could be called, too.
    return tuple(sorted(found, key=lambda each: each not in named))


def _held(scene: Scene) -> tuple[Object3D, ...]:
    held = {each.id: each for each in scene.objects if each.held}
    if not held:
        raise NothingHeldError
    # Not a part of what is held, which is held along with it.
    return tuple(each for each in held.values() if each.parent not in held)


def _words(phrase: str) -> list[str]:
    text = re.sub(r"'s?\b", " ", phrase.lower().replace("-", " "))
    return re.findall(r"[a-z0-9]+", text.replace("left most", "leftmost"))


def _with_own_nouns(text: str, scene: Scene) -> str:
    """Join the nouns that only this scene knows: "coffee machine" is one word."""
    shapes = {each.shape for each in scene.objects} - {"thing", ""}
    own = {shape for shape in shapes if SHAPE_WORDS.get(shape) != shape}
    for noun in sorted(own, key=len, reverse=True):
        pattern = rf"\b{re.escape(noun)}(?:e?s)?\b"
        text = re.sub(pattern, OWN + noun.replace(" ", "_"), text)
    return text


def _shape_of(word: str) -> str | None:
    """Return the shape that a noun means."""
    if word.startswith(OWN):
        return word.removeprefix(OWN).replace("_", " ")
    return SHAPE_WORDS.get(singular(word))


def _named(scene: Scene, words: Sequence[str]) -> list[Object3D]:
    """Return the object that has the very words for a name, if one has."""
    text = " ".join(words).removeprefix("the ")

    def told(name: str) -> str:
        return name if scene.reader else _with_own_nouns(name, scene)

    return [each for each in scene.objects if told(each.name) == text]


def _find(scene: Scene, words: Sequence[str], phrase: str) -> list[Object3D]:
    if words and words[-1].isdigit() and (named := _named(scene, words)):
        return named
    side = _from_side(words)
    if side is not None:
        start, word = side
        chain = replace(
            _parse(scene, words[:start], phrase),
            score=SUPERLATIVES.get(word),
            middle=word in MIDDLE,
        )
        if chain.ordinal is None:
            chain = replace(chain, ordinal=0)
        return _pick(_fitting(scene, chain), chain)
    split = _relation(words, known=scene.reader is None)
    if split is None:
        chain = _parse(scene, words, phrase)
        return _pick(_fitting(scene, chain), chain)
    start, end, relation = split
    chain = _parse(scene, words[:start], phrase)
    others = _find(scene, words[end:], phrase)
    fitting = [each for each in _fitting(scene, chain) if each not in others[:1]]
    # Who has the very name is meant, if that can be: "the handle of the red mug".
    related = _related(fitting, _named(scene, words[end:]), relation)
    related = related or _related(fitting, others, relation)
    picked = _pick(related, chain)
    nearest = words[start] in ("nearest", "closest", "farthest", "furthest")
    return picked[:1] if nearest else picked


def _from_side(words: Sequence[str]) -> tuple[int, str] | None:
    """Return where "from the left", "in the middle" starts, and the side."""
    for start in range(len(words) - 1):
        tail = [word for word in words[start + 1 :] if word not in FILLERS]
        opens = words[start] in ("from", "on", "at", "in")
        if opens and len(tail) == 1 and tail[0] in (*SIDES, *MIDDLE):
            return start, tail[0]
    return None


def _relation(words: Sequence[str], *, known: bool) -> tuple[int, int, Relation] | None:
    """Return start, end and meaning of the first relation with words after it."""
    for start in range(len(words)):
        for length in range(LONGEST_RELATION, 0, -1):
            end = start + length
            relation = RELATIONS.get(tuple(words[start:end]))
            if relation is None or all(word in FILLERS for word in words[end:]):
                continue
            if any(_may_be_noun(word, known=known) for word in words[:start]):
                return start, end, relation
    return None


def _may_be_noun(word: str, *, known: bool) -> bool:
    if known:
        return _shape_of(word) is not None
    return not any(word in table for table in (FILLERS, SUPERLATIVES, ORDINALS, MIDDLE))


def _parse(scene: Scene, words: Sequence[str], phrase: str) -> _Chain:
    said: list[str] = []
    score: Score | None = None
    ordinal: int | None = None
    middle = False
    for word in words:
        if word in COLOUR_WORDS or _shape_of(word) is not None:
            said.append(word)
        elif word in SUPERLATIVES:
            score = SUPERLATIVES[word]
        elif word in ORDINALS:
            ordinal = ORDINALS[word]
        elif word in MIDDLE:
            middle = True
        elif word not in FILLERS and scene.reader is not None:
            said.append(word)
        elif word not in FILLERS:
            raise PhraseNotUnderstoodError(phrase, word, KNOWN)
    if not (said or score or middle or ordinal is not None):
        raise PhraseNotUnderstoodError(phrase, phrase, KNOWN)
    return _Chain(tuple(said), score, ordinal, middle)


def _pick(found: Sequence[Object3D], chain: _Chain) -> list[Object3D]:
    """Return the one that a superlative, an ordinal or "middle" names, or all."""
    if chain.middle:
        return _middle(found)
    if chain.score is None and chain.ordinal is None:
        return list(found)
    score = chain.score or SUPERLATIVES["left"]  # people count from their left
    ranked = sorted(found, key=lambda each: (-score(each), each.id))
    place = chain.ordinal or 0
    return [ranked[place]] if -len(ranked) <= place < len(ranked) else []


def _middle(found: Sequence[Object3D]) -> list[Object3D]:
    """Return what is in the middle of a row or stack; of two, the more central one."""
    if len(found) < 3:
        return []
    places = np.stack([each.position for each in found])
    away = places - places.mean(axis=0)
    # What is hidden in part seems to stand aside, but a stack stays one.
    steps = np.diff(np.sort(away[:, 2]))
    stacked = steps.min() > 0.5 * np.median([each.size[2] for each in found])
    longest = np.linalg.svd(away, full_matrices=False)[2][0]
    along = away[:, 2] if stacked else away @ longest
    rank = along.argsort(kind="stable").argsort()
    off = np.abs(rank - (len(found) - 1) / 2)
    return [found[int(np.lexsort((np.abs(along), off))[0])]]


def _fitting(scene: Scene, chain: _Chain) -> list[Object3D]:
    """Return what the words are true of, the surest first."""
    if scene.reader is not None:
        return read(scene, scene.reader, chain.words)
    shapes = [shape for word in chain.words if (shape := _shape_of(word)) is not None]
    colours = [COLOUR_WORDS[word] for word in chain.words if word in COLOUR_WORDS]
    shape = shapes[-1] if shapes else ANYTHING
    found = [
        each
        for each in scene.objects
        if shape in (ANYTHING, each.shape)
        and all(each.colour == colour for colour in colours)
    ]
    for owner in shapes[:-1]:
        owners = [each for each in scene.objects if owner in (ANYTHING, each.shape)]
        found = _related(found, owners, part_of)
    return sorted(found, key=lambda each: (-each.score, each.id))


def _related(
    found: Sequence[Object3D], others: Sequence[Object3D], relation: Relation
) -> list[Object3D]:
    """Return what stands in the relation to any of the others, closest first."""
    ranked: list[tuple[float, int, Object3D]] = []
    for each in found:
        costs = [relation(each, other) for other in others if other.id != each.id]
        real = [cost for cost in costs if cost is not None]
        if real:
            ranked.append((min(real), each.id, each))
    return [each for _, _, each in sorted(ranked, key=lambda item: item[:2])]
