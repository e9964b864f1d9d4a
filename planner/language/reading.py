"""Reads an instruction with the example library and writes its program.

The words are brought to one form, constraints cut out, clauses split, and each
clause matched with the wordings of the examples: exactly, or by the nearest one if
nothing with a meaning of its own is left over. What is not understood is refused,
with the nearest things that are.
"""

import re
from collections import Counter
from dataclasses import dataclass
from textwrap import indent

from planner.errors import EmptyInstructionError, NotUnderstoodError
from planner.instruction import LONGEST
from planner.language.constraints import (
    DEFAULT_CM,
    PUSH_CM,
    Constraints,
    cut_constraints,
)
from planner.language.library import Example, Library, Wording
from planner.language.slots import PATTERNS, Vocabulary, default, is_plural
from planner.language.words import tidy

MOST_CLAUSES = 6
NEAR_ENOUGH = 0.72
OFFERS = 3

_VERBS = (
    "put|grasp|press|go|move|open|close|pull|slide|stack|turn|release|shift|reset|fill"
    "|lower"
)
_CLAUSE = re.compile(
    rf"\s*(?:;|,? ?and then|,? ?then|,? ?after that|,? ?afterwards?|,? ?followed by)\s+"
    rf"|\s*,? ?\band (?=(?:{_VERBS})\b)|\s*, ?(?=(?:{_VERBS})\b)"
)
_THINGS = ("object", "thing", "button", "drawer")
_PRONOUN = re.compile(r"\b(?:it|them)\b")
# Words without which a clause says the same.
_IDLE = frozenset(
    "the a an of hold up down over there to here right away your its finally next on "
    "in me be onto safely directly straight exactly way some very little bit top "
    "inside".split()
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing to do.

    Attributes:
        example: What it is like.
        slots: What the instruction says of it, as Python.
        score: How well it fits; only comparable within one way of matching.
    """

    example: Example
    slots: dict[str, str]
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What an instruction was understood as.

    Attributes:
        clauses: What to do, in order.
        constraints: What holds throughout.
    """

    clauses: tuple[Clause, ...]
    constraints: Constraints


@dataclass(slots=True)
class _Story:
    """What earlier clauses leave behind for "it"."""

    thing: str | None = None
    place: str | None = None
    held: bool = False


class Reader:
    """Understands what the examples of a library mean."""

    def __init__(self, library: Library):
        self._library = library

    def write(self, instruction: str, object_names: tuple[str, ...] = ()) -> str:
        """Return the program for an instruction.

        Raises:
            EmptyInstructionError: There are no words in it.
            NotUnderstoodError: It is not like any example.
        """
        reading = self.read(instruction, object_names)
        constraints = reading.constraints
        pieces = [self._program(each, constraints) for each in reading.clauses]
        pushes = any(each.example.pushes for each in reading.clauses)
        functions = constraints.functions(PUSH_CM if pushes else DEFAULT_CM)
        return functions + "\n".join(pieces)

    def read(self, instruction: str, object_names: tuple[str, ...] = ()) -> Reading:
        """Return what an instruction means.

        Raises:
            EmptyInstructionError: There are no words in it.
            NotUnderstoodError: It is not like any example.
        """
        if not re.search(r"\w", instruction):
            raise EmptyInstructionError("the instruction is empty; say what to do")
        if len(instruction) > LONGEST:
            raise self._refusal(instruction[:LONGEST])
        names = [name.lower() for name in object_names]
        seen = frozenset(word for name in names for word in name.split())
        vocabulary = Vocabulary(seen)
        text, constraints = cut_constraints(tidy(instruction, names), vocabulary)
        parts = [each.strip(" ,;") for each in _CLAUSE.split(text) if each]
        story = _Story()
        clauses: list[Clause] = []
        for part in filter(None, parts):
            clause = self._match(part, vocabulary, story)
            if clause is None or len(clauses) == MOST_CLAUSES:
                raise self._refusal(instruction)
            clauses.append(clause)
        if not clauses:
            raise self._refusal(instruction)
        return Reading(tuple(clauses), constraints)

    def closest(self, instruction: str, count: int) -> tuple[str, ...]:
        """Return the samples most like an instruction, nearest first."""
        words = Counter(tidy(instruction).split())
        ranked = sorted(
            self._library.examples,
            key=lambda each: -_overlap(words, Counter(tidy(each.sample).split())),
        )
        return tuple(each.sample for each in ranked[:count])

    def samples(self, instruction: str, count: int) -> tuple[tuple[str, str], ...]:
        """Return the nearest samples with their programs, the most alike last."""
        names = self.closest(instruction, count)
        return tuple((each, self.write(each)) for each in reversed(names))

    def _refusal(self, instruction: str) -> NotUnderstoodError:
        return NotUnderstoodError(instruction, self.closest(instruction, OFFERS))

    def _match(
        self, clause: str, vocabulary: Vocabulary, story: _Story
    ) -> Clause | None:
        found = self._exact(clause, vocabulary, story)
        found = found or self._nearest(clause, vocabulary, story)
        if found is not None:
            _remember(found, story)
        return found

    def _exact(
        self, clause: str, vocabulary: Vocabulary, story: _Story
    ) -> Clause | None:
        found: list[Clause] = []
        for example in self._library.examples:
            for wording in example.wordings:
                whole = wording.pattern.fullmatch(clause + " ")
                slots = whole and _fit(whole, example, vocabulary, story)
                if slots is not None:
                    # Of two readings the one with the shorter place is meant:
                    # "put the cube by the mug in the bowl" is about the bowl.
                    place = len(slots.get("other", "").split())
                    named = sum(len(each.split()) for each in slots.values())
                    found.append(Clause(example, slots, -100.0 * place - named))
        return max(found, key=lambda each: each.score, default=None)

    def _nearest(
        self, clause: str, vocabulary: Vocabulary, story: _Story
    ) -> Clause | None:
        """Try the clause without words that say nothing, most alike first."""
        words = clause.split()
        best: Clause | None = None
        for example in self._library.examples:
            for wording in example.wordings:
                for candidate in _reduced(words, wording):
                    whole = wording.pattern.fullmatch(" ".join(candidate) + " ")
                    slots = whole and _fit(whole, example, vocabulary, story)
                    score = _alike(words, candidate)
                    if slots is not None and score >= NEAR_ENOUGH:
                        if best is None or score > best.score:
                            best = Clause(example, slots, score)
        return best

    def _program(self, clause: Clause, constraints: Constraints) -> str:
        example = clause.example
        slots = {key: default(key, value) for key, value in example.defaults.items()}
        slots |= clause.slots
        slots["limits"] = constraints.arguments
        # To stay on top of something the hand goes higher than its goal's middle.
        high = any(side == "[0, 0, 1]" for _, side in constraints.stay)
        slots["rise"] = "6" if high else "0"
        slots["avoided"] = repr([phrase for phrase, _ in constraints.avoid])
        if "turn" in slots and "degrees" in slots:
            clockwise = slots["turn"] == "clockwise" or "right" in slots["turn"]
            slots["degrees"] = f"{'-' if clockwise else ''}{slots['degrees']}"
        things = slots.get("object", "")
        if not is_plural(things.strip("'\"")):
            return self._library.program(example, slots)
        body = self._library.program(example, {**slots, "object": "name"})
        # Everything is what a hand can take, not the furniture.
        graspable = " if each.shape in ('block', 'ball', 'cylinder')"
        which = graspable if "everything" in things else ""
        loop = f"for name in [each.name for each in detect_all({things}){which}]:\n"
        return loop + indent(body, "    ")


def _fit(
    match: re.Match[str], example: Example, vocabulary: Vocabulary, story: _Story
) -> dict[str, str] | None:
    """Return the slots of a clause that matches a wording; None if one misfits."""
    slots: dict[str, str] = {}
    for slot, found in match.groupdict().items():
        text = found
        if slot == "held":
            if not story.held:
                return None
            continue
        if slot in _THINGS and _PRONOUN.fullmatch(text):
            if story.thing is None or (story.held and "grasp" in example.steps):
                return None
            text = f"the {story.thing}"
        if slot == "other" and _PRONOUN.fullmatch(text):
            text = f"the {story.place or story.thing}"
        filled = vocabulary.fill(slot, text.strip())
        if filled is None or not _countable(slot, filled, example):
            return None
        slots |= filled
    return slots


def _countable(slot: str, filled: dict[str, str], example: Example) -> bool:
    """Say whether several things make sense here: one after another they are put."""
    several = any(is_plural(each.strip("'\"")) for each in filled.values())
    puts = "grasp" in example.steps and len(example.steps) > 1
    return not several or (slot == "object" and puts)


def _remember(match: Clause, story: _Story) -> None:
    for slot in (*_THINGS, "other"):
        if slot in match.slots:
            story.thing = match.slots[slot].strip("'\"")
            break
    for slot in ("other", "drawer"):
        if slot in match.slots:
            story.place = match.slots[slot].strip("'\"")
    steps = match.example.steps
    if any(step.startswith(("put_", "release", "pull", "press")) for step in steps):
        story.held = False
    elif "grasp" in steps:
        story.held = True


def _reduced(words: list[str], wording: Wording) -> list[list[str]]:
    """Return the clause with idle words that the wording does not use left out."""
    used = set(re.findall(r"[a-z]+", re.sub(r"\{\w+\}", "", wording.text)))
    slots = re.findall(r"\{(\w+)\}", wording.text)
    if any(slot not in PATTERNS for slot in slots):
        return []
    idle = [i for i, word in enumerate(words) if word in _IDLE and word not in used]
    bare = [word for i, word in enumerate(words) if i not in idle]
    keep_articles = [
        word
        for i, word in enumerate(words)
        if i not in idle or word in ("the", "a", "an")
    ]
    return [keep_articles, bare]


def _alike(words: list[str], candidate: list[str]) -> float:
    """Return the share of the words, little ones counting less, that were used."""

    def weight(items: list[str]) -> float:
        return sum(0.3 if word in _IDLE else 1.0 for word in items)

    return weight(candidate) / max(weight(words), 1e-9)


def _overlap(a: Counter[str], b: Counter[str]) -> float:
    shared = sum((a & b).values())
    return shared / max(sum(a.values()) + sum(b.values()) - shared, 1)
