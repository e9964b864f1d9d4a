"""What the embedded model may write: programs of the library, names of the sentence.

The grammar is made of the example library, so every answer is a program that passes
the checks. A name is made of words of the sentence, or of words it may have misspelt.
"""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from string import Template
from textwrap import indent

from planner.language import parts
from planner.language.embedded.phrases import forms, plural, spoken, words
from planner.language.embedded.tokens import OUTSIDE, written_down
from planner.language.library import INDENT, NAMES, load_library, vector

_LISTS = (
    "colours sizes materials shapes things compounds containers supports buttons "
    "button_kinds drawers drawer_kinds lines left_right ordinals"
).split()
_MOST_WORDS = 12


@lru_cache(maxsize=1)
def vocabulary() -> frozenset[str]:
    """Return the words that names are made of, where nobody makes up others."""
    listed = words()
    return frozenset(
        word for name in _LISTS for each in listed[name] for word in each.split()
    )


@lru_cache(maxsize=1)
def _inside_names() -> frozenset[str]:
    """Return the small words within names: "the cup nearest to the jar"."""
    texts = (*forms("phrases", "relations"), *forms("phrases", "spots"))
    return frozenset(" ".join((*texts, "from with farthest")).split())


@lru_cache(maxsize=1)
def _familiar() -> frozenset[str]:
    """Return every word of the grammar: none of them is a slip."""
    return frozenset((*spoken(), *vocabulary(), *map(plural, vocabulary())))


def name_words(sentence: str) -> frozenset[str]:
    """Return the words a name may have, given what was said.

    They are those of the sentence, their plurals, and what a word that is not
    familiar may be a misspelling of.
    """
    said = frozenset(re.findall(r"[a-z]+|[0-9]", written_down(sentence)))
    strange = said - _familiar()
    meant = vocabulary() | _inside_names()
    near = {each for word in strange for each in meant if slip(each, word)}
    several = {plural(each) for each in (*said, *near) if len(each) > 2}
    return frozenset((*said, *near, *several))


def slip(meant: str, written: str) -> bool:
    """Say whether a word is another one with one or two slips of the fingers."""
    if meant == written or min(len(meant), len(written)) < 3:
        return False
    most = 1 if len(meant) < 6 else 2
    return abs(len(meant) - len(written)) <= most and _distance(meant, written) <= most


def _distance(a: str, b: str) -> int:
    """Count letters that are wrong, missing, too many, or swapped."""
    rows = [list(range(len(b) + 1))]
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


def grammar_for(sentence: str) -> str:
    """Return a Lark grammar of the answers to a sentence."""
    allowed = sorted(name_words(sentence), key=lambda each: (-len(each), each))
    word = "|".join(re.escape(each) for each in allowed) or "thing"
    return _rules() + f"WORD: /{word}/\n"


@lru_cache(maxsize=1)
def _rules() -> str:
    library = load_library()
    named = {each for task in library.tasks.values() for each in task.steps}
    steps = sorted(each for each in named if each != "named")
    lines = [
        # Forced bytes would be told in tokens that the model never writes them in.
        '%llguidance {"no_forcing": true}',
        f"start: {OUTSIDE} | program",
        f"program: keep? speed? {_literal(library.text('held'))}? (step0 | control)+",
        f'name: WORD (" " WORD){{0,{_MOST_WORDS}}}',
        "number: /-?[0-9]{1,4}(\\.[0-9]{1,2})?/",
        f"vector: {_either(map(vector, (*parts.SIDES, *parts.DIRECTIONS)))}",
        f"region: {_either(vector(each, flat=True) for each in parts.REGIONS)}",
        f"limits: {_literal(parts.AVOIDING)}? {_literal(parts.AT_SPEED)}?",
        f"names: name ({_literal(parts.AND)} name)*",
    ]
    for depth in (0, 1, 2):
        rules = [_sequence(library.text(each, depth)) for each in steps]
        rules.append(_sequence(library.text("named", depth)))
        several = ""
        if depth < 2:
            loops = [indent(each, INDENT * depth) for each in parts.LOOPS]
            several = (
                " | (" + " | ".join(_sequence(e) for e in loops) + f") step{depth + 1}+"
            )
        lines.append(f"step{depth}: " + " | ".join(rules) + several)
    lines.append(
        f"control: {_sequence(parts.REPEAT)} step1+ | {_sequence(parts.IF)} step1+ "
        f"({_literal(parts.ELSE)} step1+)?"
    )
    near = " | ".join(_sequence(each) for each in parts.near())
    lines.append(f"keep: {_literal(parts.KEEP)} ({near})+ {_literal(parts.KEPT)}")
    paced = " | ".join(_sequence(each) for each in parts.paced())
    lines.append(f"speed: {_literal(parts.SPEED)} ({paced}) {_literal(parts.SPED)}")
    return "\n".join(lines) + "\n"


def _either(texts: Iterable[str]) -> str:
    return " | ".join(_literal(each) for each in dict.fromkeys(texts))


def _literal(text: str) -> str:
    return json.dumps(text)


def _rule(slot: str) -> str:
    if slot == "avoided":
        return "names"
    if slot in NAMES:
        return "name"
    if slot in ("side", "direction"):
        return "vector"
    return slot if slot in ("region", "limits") else "number"


def _sequence(text: str) -> str:
    """Return a template as a sequence of literals and rules."""
    out: list[str] = []
    place = 0
    for match in Template.pattern.finditer(text):
        if match.start() > place:
            out.append(_literal(text[place : match.start()]))
        out.append(_rule(match["named"]))
        place = match.end()
    if place < len(text):
        out.append(_literal(text[place:]))
    return " ".join(out)
