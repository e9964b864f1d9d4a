"""Programs composed from meanings: the example library.

A program is pieces of text with what the sentence names between them. `pieces` lists
them, so that a small model can be taught to write each as one token.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from string import Template
from textwrap import indent

from perception.directions import direction
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
SIDES = ("left", "right", "front", "back", "top", "beside")
DIRECTIONS = ("left", "right", "front", "back", "up", "down")
REGIONS = (
    *("left", "right", "front", "back"),
    *("front left", "front right", "back left", "back right"),
)
_BESIDE = "right"  # where "next to" is, of the sides that nobody named
_RISE_CM = 6  # how much higher a goal is where the hand has to stay on top
_GAP = "\0"

_EACH = "for thing in [each.name for each in detect_all('$object')]:\n"
# Everything is what a hand can take, not the furniture.
_EVERYTHING = (
    "for thing in [each.name for each in detect_all('everything')"
    " if each.shape in ('block', 'ball', 'cylinder')]:\n"
)
_IF = "if is_visible('$phrase'):\n"
_ELSE = "else:\n"
_REPEAT = "for turn in range($times):\n"
_AVOIDING, _AT_SPEED = ", avoidance_map=keep_away", ", velocity_map=speed"
_AND = "', '"
_KEEP = "def keep_away():\n    avoidance_map = get_empty_avoidance_map()\n"
_NEAR = "    set_voxel_near(avoidance_map, detect('$phrase'), $cm)\n"
_NEAR_ALL = "    set_voxel_near(avoidance_map, detect_all('$phrase'), $cm)\n"
_KEPT = "    return avoidance_map\n\n"
_SPEED = "def speed():\n    velocity_map = get_empty_velocity_map()\n"
_FAST = "    velocity_map[:, :, :] = $factor\n"
_FAST_NEAR = "    set_voxel_near(velocity_map, detect('$phrase'), $cm, $factor)\n"
_SPED = "    return velocity_map\n\n"


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
        functions = _functions(meaning)
        steps = "".join(self._written(each, meaning) for each in meaning.steps)
        return (functions + steps).rstrip("\n") + "\n"

    def sample(self, task: Task) -> str:
        """Return the program of a task's sample."""
        return self.program(parse_meaning(list(task.do), list(task.limits)))

    def pieces(self) -> tuple[str, ...]:
        """Return every text that stands between slots, sorted."""
        found: set[str] = {_AND, _AVOIDING, _AT_SPEED}
        texts = [self._text(name) for name in self.texts]
        inner = [indent(each, "    ") for each in texts]
        texts += [*inner, *(indent(each, "    ") for each in inner)]
        loops = (_EACH, _EVERYTHING, _IF, _REPEAT)
        texts += [*loops, *(indent(each, "    ") for each in loops), _ELSE]
        texts += [_KEEP, _NEAR, _NEAR_ALL, _KEPT, _SPEED, _FAST, _FAST_NEAR, _SPED]
        texts += [_beyond("$phrase", side) for side in SIDES if side != "beside"]
        texts += [_in_region("$factor", region) for region in REGIONS]
        for each in texts:
            blank = Template(each).substitute(_Blank())
            found.update(filter(None, blank.split(_GAP)))
        return tuple(sorted(found))

    def _written(self, step: Step, meaning: Meaning, depth: int = 0) -> str:
        if step.task in ("repeat", "if_seen"):
            return self._control(step, meaning)
        task = self.tasks[step.task]
        slots = {**task.defaults, **step.slots}
        if "rise" in slots:
            slots["rise"] = _RISE_CM if _on_top(meaning) else 0
        slots["limits"] = _arguments(meaning)
        slots["avoided"] = _AND.join(each.phrase for each in meaning.avoid)
        filled = {key: _python(key, value) for key, value in slots.items()}
        names = task.steps
        several = names[0] == "named" and is_plural(filled["object"])
        texts = [self._text(name) for name in (names[1:] if several else names)]
        if not several:
            return Template("".join(texts)).substitute(filled)
        loop = _EVERYTHING if filled["object"] == "everything" else _EACH
        body = "".join(indent(each, "    ") for each in texts)
        return Template(loop + body).substitute(filled)

    def _control(self, step: Step, meaning: Meaning) -> str:
        def block(steps: tuple[Step, ...]) -> str:
            return "".join(
                indent(self._written(each, meaning), "    ") for each in steps
            )

        head = _IF if step.task == "if_seen" else _REPEAT
        filled = {key: _python(key, value) for key, value in step.slots.items()}
        text = Template(head).substitute(filled) + block(step.body)
        return text + (_ELSE + block(step.otherwise) if step.otherwise else "")

    def _text(self, name: str) -> str:
        return self.texts[name].strip("\n") + "\n\n"


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


_SINGULAR = frozenset("scissors pliers tongs glasses lens series gas headphones".split())


def _python(slot: str, value: Slot) -> str:
    if slot in VECTORS:
        return vector(str(value), flat=slot == "region")
    return f"{value:g}" if isinstance(value, float | int) else value


def vector(words: str, *, flat: bool = False) -> str:
    """Return the direction of a side or region as a list in Python.

    Args:
        words: Of `SIDES`, `DIRECTIONS` or `REGIONS`.
        flat: Leave the third coordinate out, as for a region.
    """
    named = [_BESIDE] if words == "beside" else words.split()
    summed = sum(direction(each) for each in named)[: 2 if flat else 3]
    return "[" + ", ".join(f"{each + 0.0:g}" for each in summed) + "]"


def _on_top(meaning: Meaning) -> bool:
    return any(each.side == "top" for each in meaning.stay)


def _arguments(meaning: Meaning) -> str:
    avoiding = _AVOIDING if meaning.avoid or meaning.stay else ""
    return avoiding + (_AT_SPEED if meaning.pace else "")


def _functions(meaning: Meaning) -> str:
    """Return the map functions that `_arguments` names."""
    text = ""
    if meaning.avoid or meaning.stay:
        text += _KEEP
        loose = AVOID_PUSHING_CM if meaning.pushes else AVOID_CM
        text += "".join(_near(each, loose) for each in meaning.avoid)
        text += "".join(_stay(each) for each in meaning.stay) + _KEPT
    if meaning.pace:
        text += _SPEED + _paced(meaning.pace) + _SPED
    return text


def _near(avoid: Avoid, loose_cm: float) -> str:
    text = _NEAR_ALL if is_plural(avoid.phrase) else _NEAR
    cm = loose_cm if avoid.cm is None else avoid.cm
    return Template(text).substitute(phrase=avoid.phrase, cm=f"{cm:g}")


def _stay(stay: Stay) -> str:
    return Template(_beyond("$phrase", stay.side)).substitute(phrase=stay.phrase)


def _paced(pace: Pace) -> str:
    factor = f"{pace.factor:g}"
    if pace.region:
        return _in_region(factor, pace.region)
    filled = {"phrase": pace.near, "cm": f"{pace.cm:g}", "factor": factor}
    return Template(_FAST_NEAR if pace.near else _FAST).substitute(filled)


def _slices(signs: list[int], names: str) -> str:
    half = {1: "{0}:", -1: ":{0}", 0: ":"}
    return ", ".join(half[s].format(n) for s, n in zip(signs, names, strict=True))


def _beyond(phrase: str, side: str) -> str:
    """Return the lines that forbid the other side of a thing."""
    signs = [-int(each) for each in direction(side)]
    up = "    z = seen.aabb[1][2]\n" if side == "top" else ""
    return (
        f"    seen = detect('{phrase}')\n    x, y, z = seen.position\n{up}"
        f"    avoidance_map[{_slices(signs, 'xyz')}] = 1\n"
    )


def _in_region(factor: str, region: str) -> str:
    signs = [int(sum(direction(each)[k] for each in region.split())) for k in (0, 1)]
    return (
        "    x, y, z = detect('table').position\n"
        f"    velocity_map[{_slices(signs, 'xy')}, :] = {factor}\n"
    )
