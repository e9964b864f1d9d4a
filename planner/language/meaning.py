"""What an instruction means: things to do, in order, and limits that hold meanwhile.

A meaning is written as calls, `put_in(object='red block', other='blue bowl')`: the
names are those of the tasks in `data/steps.toml`, lengths are in centimetres, phrases
as for `detect`.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from planner.errors import InvalidRequestError

Slot = str | int | float

# What a sentence calls a speed without a number, as a factor on the usual one.
SPEED_WORDS: Mapping[str, float] = MappingProxyType(
    {"slowly": 0.5, "quickly": 1.5, "very slowly": 0.25, "very quickly": 2.0}
)
# VoxPoser's distance for "avoid"; less while sliding things between others.
AVOID_CM, AVOID_PUSHING_CM = 10.0, 4.0
# Tasks that take over what the hand holds where their thing is not named.
_HELD = ("put_in", "put_on", "put_beside", "put_region")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    Attributes:
        task: Name of a task, or `repeat` or `if_seen`.
        slots: What the sentence says of it.
        body: Steps that are repeated, or done if the phrase is seen.
        otherwise: Steps that are done if it is not.
    """

    task: str
    slots: Mapping[str, Slot] = field(default_factory=dict[str, Slot])
    body: tuple["Step", ...] = ()
    otherwise: tuple["Step", ...] = ()

    @property
    def pushes(self) -> bool:
        """Whether it slides things over the table, close to others."""
        inner = any(each.pushes for each in (*self.body, *self.otherwise))
        return inner or self.task.startswith("push")


@dataclass(frozen=True, slots=True)
class Avoid:
    """A distance to keep from what a phrase names.

    Attributes:
        phrase: Of one thing or several.
        cm: None where none was said.
    """

    phrase: str
    cm: float | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """A side of a thing that is not left; `side` as in `directions`."""

    phrase: str
    side: str


@dataclass(frozen=True, slots=True)
class Pace:
    """A speed, as a factor on the usual one, and where it holds.

    Attributes:
        factor: 0.05 to 4.
        near: Phrase of a thing within `cm` of which it holds; everywhere if empty.
        cm: See `near`.
        region: Of the table, where it holds; everywhere if empty.
    """

    factor: float
    near: str = ""
    cm: float = 0.0
    region: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """An instruction, understood."""

    steps: tuple[Step, ...]
    avoid: tuple[Avoid, ...] = ()
    stay: tuple[Stay, ...] = ()
    pace: Pace | None = None

    @property
    def pushes(self) -> bool:
        """Whether any of it slides things over the table."""
        return any(each.pushes for each in self.steps)


def parse_meaning(do: list[str], limits: list[str]) -> Meaning:
    """Return the meaning that calls spell out.

    Raises:
        InvalidRequestError: One is no call with literals, or an unknown limit.
    """
    avoid: list[Avoid] = []
    stay: list[Stay] = []
    pace: Pace | None = None
    for text in limits:
        name, slots = _call(text)
        match name:
            case "avoid":
                cm = slots.get("cm")
                distance = None if cm is None else float(cm)
                avoid.append(Avoid(str(slots["phrase"]), distance))
            case "stay":
                stay.append(Stay(str(slots["phrase"]), str(slots["side"])))
            case "speed":
                pace = _pace(slots)
            case _:
                raise InvalidRequestError(f"'{name}' is no limit: {text}")
    steps = tuple(_step(text) for text in do)
    return Meaning(steps, tuple(avoid), tuple(stay), pace)


def _pace(slots: Mapping[str, Slot]) -> Pace:
    word = slots.get("word")
    factor = SPEED_WORDS[str(word)] if word else round(float(slots["factor"]), 2)
    near, region = str(slots.get("near", "")), str(slots.get("region", ""))
    return Pace(factor, near, float(slots.get("cm", 0.0)), region)


def _step(text: str) -> Step:
    node = ast.parse(text, mode="eval").body
    name, slots = _call(text)
    if name in _HELD and "object" not in slots:
        name = name.replace("put_", "put_held_")
    assert isinstance(node, ast.Call)
    inner = {
        each.arg: tuple(_step(line) for line in ast.literal_eval(each.value))
        for each in node.keywords
        if each.arg in ("do", "otherwise")
    }
    return Step(name, slots, inner.get("do", ()), inner.get("otherwise", ()))


def _call(text: str) -> tuple[str, dict[str, Slot]]:
    try:
        node = ast.parse(text, mode="eval").body
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            raise ValueError("not a call of a name")
        slots = {
            each.arg: ast.literal_eval(each.value)
            for each in node.keywords
            if each.arg is not None and each.arg not in ("do", "otherwise")
        }
    except (SyntaxError, ValueError) as error:
        raise InvalidRequestError(f"'{text}' is no call with literals") from error
    return node.func.id, slots
