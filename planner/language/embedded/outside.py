"""Sentences outside the world of the table, to learn when not to act.

Templates, whole instructions spoilt, and the English of Python's own manual.
"""

import pydoc_data.topics
import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from random import Random

from planner.language.embedded import phrases
from planner.language.embedded.instructions import Instruction, instruction
from planner.language.embedded.phrases import chance, form, invented
from planner.language.embedded.sentences import Speaker, Template, parse
from planner.language.embedded.slips import finished


@lru_cache(maxsize=1)
def _templates() -> list[Template]:
    path = files("planner.language.embedded") / "data" / "outside.toml"
    sheet = tomllib.loads(path.read_text(encoding="utf-8"))
    return [parse(each) for each in sheet["templates"]]


@lru_cache(maxsize=1)
def _english() -> tuple[str, ...]:
    text = " ".join(
        pydoc_data.topics.topics[each] for each in sorted(pydoc_data.topics.topics)
    )
    found = re.findall(r"[A-Z][a-z][a-z ,']{12,90}(?=[.;:])", re.sub(r"\s+", " ", text))
    return tuple(sorted({each.lower() for each in found}))


class _Outsider(Speaker):
    """Fills the slots that only these templates have."""

    def _slot_p(self) -> str:
        return phrases.thing(self.rng).said

    def _slot_y(self) -> str:
        return instruction(self.rng).text.rstrip(".!? ")


def outside(rng: Random) -> Instruction:
    """Return a sentence that means nothing here."""
    roll = rng.random()
    if roll < 0.6:
        text = _Outsider(rng, "outside", single=True).say(rng.choice(_templates()))
        return Instruction(finished(rng, text), None)
    if roll < 0.7:
        return Instruction(rng.choice(_english()), None)
    return Instruction(_spoilt(rng), None)


def _spoilt(rng: Random) -> str:
    """Return an instruction with a strange verb, or its words mixed up."""
    words = instruction(rng).text.rstrip(".!?").split()
    kind = rng.randrange(6)
    if kind == 0:
        return " ".join(invented(rng) for _ in range(rng.randint(1, 7)))
    if kind == 1:
        rng.shuffle(words)
        return " ".join(words) if len(words) > 4 else " ".join((*words, invented(rng)))
    verb = form(rng, "outside", "verbs") if chance(rng, 0.7) else invented(rng)
    name = phrases.thing(rng).said
    if kind == 2:
        return f"{verb} {name}"
    if kind == 3:
        link = rng.choice(("with", "in", "on", "for", "like", "and", "to", "into"))
        return f"{verb} {name} {link} {phrases.thing(rng).said}"
    if kind == 4:
        sense = instruction(rng).text.rstrip(".!? ")
        parts = [sense, f"{verb} {rng.choice((name, 'it', 'them'))}"]
        rng.shuffle(parts)
        return rng.choice((" and ", ", then ", " and then ", ". ")).join(parts)
    whom = rng.choice(("me", "him", "everyone", "the world", "my day", "it", "us"))
    how = rng.choice(("now", "today", "please", "a bit", "", "like that"))
    return f"{verb} {whom} {how}".strip()
