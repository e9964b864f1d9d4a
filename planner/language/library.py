"""Programs composed from meanings: the example library.

A program is pieces of text with what the sentence names between them. `pieces` lists
them, so that a small model can be taught to write each as one token.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from string import Template
from textwrap import indent

import numpy as np

from perception.directions import direction
from planner.language import parts
from planner.language.meaning import (
    AVOID_CM,
    AVOID_PUSHING_CM,
    Avoid,
    Meaning,
    Pace,
    Slot,
    Stay,
    Step,
    parse_meaning,
)

NAMES = ("object", "other", "button", "drawer", "line", "phrase", "avoided")
VECTORS = ("side", "direction", "region")
INDENT = "    "
_BESIDE = "right"  # where "next to" is, of the sides that nobody named
_RISE_CM = 6  # how much higher a goal is where the hand has to stay on top
_GAP = "\0"


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of thing to do.

    Attributes:
        name: As in a meaning.
        sample: A sentence that asks for it.
        do: What the sample means, as calls.
        limits: Likewise.
        steps: Names of the texts its program consists of.
        defaults: What is meant where a sentence does not say.
    """

    name: str
    sample: str
    do: tuple[str, ...]
    limits: tuple[str, ...]
    steps: tuple[str, ...]
    defaults: Mapping[str, Slot]


@dataclass(frozen=True, slots=True)
class Library:
    """All tasks and the texts of their programs."""

    tasks: Mapping[str, Task]
    texts: Mapping[str, str]

    def program(self, meaning: Meaning) -> str:
        """Return the program of a meaning.

        Raises:
            KeyError: It names a task, slot or side that there is none of.
        """
        text = _functions(meaning)
        if self._held_before(meaning.steps):
            text += self.text("held")
        text += "".join(self._written(each, meaning) for each in meaning.steps)
        return text.rstrip("\n") + "\n"

    def _held_before(self, steps: tuple[Step, ...]) -> bool:
        """Say whether the first thing set down was grasped in another program."""
        for name in self._text_names(steps):
            if name == "grasp":
                return False
            if "half_height" in self.texts[name]:
                return True
        return False

    def _text_names(self, steps: tuple[Step, ...]) -> Iterator[str]:
        for step in steps:
            if step.task in self.tasks:
                yield from self.tasks[step.task].steps
            else:
                yield from self._text_names((*step.body, *step.otherwise))

    def sample(self, task: Task) -> str:
        """Return the program of a task's sample."""
        return self.program(parse_meaning(list(task.do), list(task.limits)))

    def samples(self, instruction: str, count: int) -> tuple[tuple[str, str], ...]:
        """Return the nearest samples with their programs, the most alike last."""
        nearest = self.ranked(instruction)[:count]
        return tuple((each.sample, self.sample(each)) for each in reversed(nearest))

    def ranked(self, instruction: str) -> list[Task]:
        """Return all tasks, those with the samples most like an instruction first."""
        said = Counter(re.findall(r"[a-z]+", instruction.lower()))

        def unlike(task: Task) -> float:
            words = Counter(re.findall(r"[a-z]+", task.sample))
            shared = sum((words & said).values())
            return -shared / max(sum((words | said).values()), 1)

        return sorted(self.tasks.values(), key=unlike)

    def pieces(self) -> tuple[str, ...]:
        """Return every text that stands between slots, sorted."""
        found: set[str] = {parts.AND, parts.AVOIDING, parts.AT_SPEED}
        texts = [self.text(name, depth) for name in self.texts for depth in (0, 1, 2)]
        texts += [
            indent(each, INDENT * depth) for each in parts.LOOPS for depth in (0, 1)
        ]
        texts += [parts.IF, parts.ELSE, parts.REPEAT, parts.KEEP, parts.KEPT]
        texts += [parts.SPEED, parts.SPED, *parts.near(), *parts.paced()]
        for each in texts:
            blank = Template(each).substitute(_Blank())
            found.update(filter(None, blank.split(_GAP)))
        return tuple(sorted(found))

    def _written(self, step: Step, meaning: Meaning) -> str:
        if step.task in ("repeat", "if_seen"):
            return self._control(step, meaning)
        task = self.tasks[step.task]
        slots = {**task.defaults, **step.slots}
        if "rise" in slots:
            slots["rise"] = _RISE_CM if _on_top(meaning) else 0
        slots["limits"] = _arguments(meaning)
        slots["avoided"] = parts.AND.join(
            _python("avoided", each.phrase) for each in meaning.avoid
        )
        filled = {key: _python(key, value) for key, value in slots.items()}
        names = task.steps
        several = names[0] == "named" and is_plural(filled["object"])
        if not several:
            return Template("".join(map(self.text, names))).substitute(filled)
        loop = parts.EVERYTHING if filled["object"] == "everything" else parts.EACH
        body = "".join(self.text(name, 1) for name in names[1:])
        return Template(loop + body).substitute(filled)

    def _control(self, step: Step, meaning: Meaning) -> str:
        def block(steps: tuple[Step, ...]) -> str:
            return "".join(
                indent(self._written(each, meaning), INDENT) for each in steps
            )

        head = parts.IF if step.task == "if_seen" else parts.REPEAT
        filled = {key: _python(key, value) for key, value in step.slots.items()}
        text = Template(head).substitute(filled) + block(step.body)
        return text + (parts.ELSE + block(step.otherwise) if step.otherwise else "")

    def text(self, name: str, depth: int = 0) -> str:
        """Return a step with its slots open, indented."""
        return indent(self.texts[name].strip("\n") + "\n\n", INDENT * depth)


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return _GAP


@lru_cache(maxsize=1)
def load_library() -> Library:
    """Return the library this package ships."""
    path = files("planner.language") / "data" / "steps.toml"
    sheet = tomllib.loads(path.read_text(encoding="utf-8"))
    tasks = (
        Task(
            each["name"],
            each["sample"],
            tuple(each["do"]),
            tuple(each.get("limits", ())),
            tuple(each["steps"]),
            each.get("defaults", {}),
        )
        for each in sheet["task"]
    )
    return Library({each.name: each for each in tasks}, sheet["steps"])


def is_plural(phrase: str) -> bool:
    """Say whether a phrase means several things."""
    words = phrase.split()
    breaks = ("on", "in", "to", "of", "that", "with", "by", "near", "next", "nearest")
    breaks += ("closest", "behind", "above", "under", "from", "beside", "at", "inside")
    head = next((i for i, word in enumerate(words) if word in breaks), len(words))
    noun = words[head - 1] if head else ""
    several = noun.endswith("s") and not noun.endswith(("ss", "us", "is"))
    return phrase == "everything" or (several and noun not in _SINGULAR)


_SINGULAR = frozenset(
    "scissors pliers tongs glasses lens series gas headphones".split()
)


def _python(slot: str, value: Slot) -> str:
    if slot in VECTORS:
        return vector(str(value), flat=slot == "region")
    if isinstance(value, float | int):
        return f"{value:g}"
    return value.replace("'", "")  # it stands in quotes


def vector(words: str, *, flat: bool = False) -> str:
    """Return the direction of a side or region as a list in Python.

    Args:
        words: Of `SIDES`, `DIRECTIONS` or `REGIONS`.
        flat: Leave the third coordinate out, as for a region.
    """
    named = [_BESIDE] if words == "beside" else words.split()
    summed = np.sum([direction(each) for each in named], axis=0)[: 2 if flat else 3]
    return "[" + ", ".join(f"{each + 0.0:g}" for each in summed) + "]"


def _on_top(meaning: Meaning) -> bool:
    return any(each.side == "top" for each in meaning.stay)


def _arguments(meaning: Meaning) -> str:
    avoiding = parts.AVOIDING if meaning.avoid or meaning.stay else ""
    return avoiding + (parts.AT_SPEED if meaning.pace else "")


def _functions(meaning: Meaning) -> str:
    """Return the map functions that `_arguments` names."""
    text = ""
    if meaning.avoid or meaning.stay:
        text += parts.KEEP
        loose = AVOID_PUSHING_CM if meaning.pushes else AVOID_CM
        text += "".join(_near(each, loose) for each in meaning.avoid)
        text += "".join(_stay(each) for each in meaning.stay) + parts.KEPT
    if meaning.pace:
        text += parts.SPEED + _paced(meaning.pace) + parts.SPED
    return text


def _near(avoid: Avoid, loose_cm: float) -> str:
    text = parts.NEAR_ALL if is_plural(avoid.phrase) else parts.NEAR
    cm = loose_cm if avoid.cm is None else avoid.cm
    return Template(text).substitute(
        phrase=_python("phrase", avoid.phrase), cm=f"{cm:g}"
    )


def _stay(stay: Stay) -> str:
    return Template(parts.beyond(stay.side)).substitute(
        phrase=_python("phrase", stay.phrase)
    )


def _paced(pace: Pace) -> str:
    factor = f"{pace.factor:g}"
    if pace.region:
        return Template(parts.in_region(pace.region)).substitute(factor=factor)
    filled = {
        "phrase": _python("phrase", pace.near),
        "cm": f"{pace.cm:g}",
        "factor": factor,
    }
    return Template(parts.FAST_NEAR if pace.near else parts.FAST).substitute(filled)
