"""Sentences made with what they mean, from the grammar in `data/grammar.toml`.

The same random state gives the same sentence. Meaning comes first: a clause is
sampled with its task, and what it says is recorded while it is said.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from random import Random

from planner.language.embedded import phrases, quantities
from planner.language.embedded.phrases import Name, chance
from planner.language.meaning import Slot, Step

# A template is a sequence of words, slots and choices.
Part = str | list["Template"]
Template = tuple[Part, ...]

_CARRIED = ("put_in", "put_on", "put_beside", "put_region")


@lru_cache(maxsize=1)
def grammar() -> dict[str, dict[str, list[Template]]]:
    """Return the templates by task and kind."""
    path = files("planner.language.embedded") / "data" / "grammar.toml"
    sheet = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        task: {kind: [parse(each) for each in texts] for kind, texts in kinds.items()}
        for task, kinds in sheet.items()
    }


def parse(text: str) -> Template:
    """Return a template: text with `[a|b]` choices, which may nest, and `{slots}`."""
    position = 0

    def sequence(inside: bool) -> list[Template]:
        nonlocal position
        options: list[list[Part]] = [[]]
        while position < len(text):
            mark = text[position]
            position += 1
            if mark == "[":
                options[-1].append(sequence(True))
            elif inside and mark == "|":
                options.append([])
            elif inside and mark == "]":
                break
            elif options[-1] and isinstance(options[-1][-1], str):
                options[-1][-1] += mark
            else:
                options[-1].append(mark)
        return [tuple(each) for each in options]

    return sequence(False)[0]


@dataclass(slots=True)
class Clause:
    """One thing to do, as said and as meant.

    Attributes:
        text: What is said.
        step: What it means.
        about: What "it" may stand for afterwards.
        declared: Whether it is no imperative.
    """

    text: str
    step: Step
    about: Name | None = None
    declared: bool = False


@dataclass(slots=True)
class Speaker:
    """Says one clause; remembers what it has said.

    Attributes:
        rng: Source of every choice.
        task: What the clause means.
        before: What "it" stands for in place of the clause's own thing, if anything.
        single: Whether several things are out of place.
    """

    rng: Random
    task: str
    before: Name | None = None
    single: bool = False
    slots: dict[str, Slot] = field(default_factory=dict[str, Slot])
    about: Name | None = None
    _turn: int = 0

    def say(self, template: Template) -> str:
        """Return a template with its choices made and its slots filled."""
        text = ""
        for part in template:
            if isinstance(part, list):
                text += self.say(self.rng.choice(part))
            elif "{" in part:
                text += re.sub(r"\{(\w+)\}", lambda m: self._fill(m[1]), part)
            else:
                text += part
        return text

    def clause(self, kind: str = "do") -> Clause:
        """Return a clause of the task."""
        texts = grammar()[self.task].get(kind) or grammar()[self.task]["do"]
        text = self.say(self.rng.choice(texts))
        if self._turn:
            degrees = float(self.slots.get("degrees", 90.0))
            self.slots["degrees"] = degrees * self._turn
        return Clause(text, Step(self.task, self.slots), self.about, kind == "said")

    def _fill(self, slot: str) -> str:
        fill: Callable[[], str] = getattr(self, f"_slot_{slot}")
        return fill()

    def _name(self, slot: str, name: Name, *, about: bool = True) -> str:
        self.slots[slot] = name.phrase
        if about:
            self.about = name
        return self._corrected(name)

    def _corrected(self, name: Name) -> str:
        if not chance(self.rng, 0.03) or name.plural:
            return name.said
        wrong = phrases.thing(self.rng).said
        if name.phrase.split()[0] in phrases.words()["colours"]:
            short = f"the {phrases.pick(self.rng, 'colours')}"
            wrong = self.rng.choice((short, short, f"{short} {name.noun}", wrong))
        return f"{wrong} {self._form('corrections')} {name.said}"

    def _form(self, name: str) -> str:
        return phrases.form(self.rng, "phrases", name)

    def _again(self, name: Name) -> str:
        """Return another way to name what was named before."""
        roll = self.rng.random()
        if roll < 0.75 or not name.noun:
            return "them" if name.plural else self.rng.choice(("it",) * 8 + ("that",))
        return f"the {name.noun}" if roll < 0.92 else f"the {name.phrase}"

    def _slot_o(self) -> str:
        if self.before is not None:
            self.slots["object"] = self.before.phrase
            self.about = self.before
            return self._again(self.before)
        many = self.task in (*_CARRIED, "shift", "pick_up") and not self.single
        if many and chance(self.rng, 0.04 if self.task == "pick_up" else 0.12):
            return self._name("object", phrases.several(self.rng))
        # "Push the cup on the left of the jar" names a place rather than a cup.
        placed = self.task.startswith(("put", "push"))
        related = 0.0 if self.task == "push_off" else 0.25 if placed else 1.0
        return self._name("object", phrases.thing(self.rng, related=related))

    def _slot_p(self) -> str:
        if self.before is not None and "go" in self.task:
            self.slots["other"] = self.before.phrase
            return self._again(self.before)
        kinds = {"put_in": phrases.container, "put_held_in": phrases.container}
        kinds |= {"put_on": phrases.support, "put_held_on": phrases.support}
        make = phrases.container if chance(self.rng, 0.1) else phrases.thing
        name = kinds.get(self.task, make)(self.rng)
        first = self.about
        if first and self.slots.get("object") and chance(self.rng, 0.06):
            name = self._other_one(first)
        return self._name("other", name, about=self.about is None)

    def _other_one(self, first: Name) -> Name:
        """Return "the yellow one", of the same kind as what was named first."""
        head = phrases.singular(first.noun) if first.plural else first.noun
        which = "colours" if chance(self.rng, 0.75) else "left_right"
        colour = phrases.pick(self.rng, which)
        return Name(f"the {colour} one", f"{colour} {head}", head)

    def _slot_b(self) -> str:
        if self.before is not None:
            self.slots["button"], self.about = self.before.phrase, self.before
            return self._again(self.before)
        return self._name("button", phrases.button(self.rng))

    def _slot_d(self) -> str:
        if self.before is not None:
            self.slots["drawer"], self.about = self.before.phrase, self.before
            return self._again(self.before)
        return self._name("drawer", phrases.drawer(self.rng))

    def _slot_l(self) -> str:
        return self._name("line", phrases.line(self.rng), about=False)

    def _slot_x(self) -> str:
        return self._name("phrase", phrases.thing(self.rng))

    def _slot_held(self) -> str:
        if self.before is not None and chance(self.rng, 0.2):
            name = self.before
            return f"the {name.noun}" if chance(self.rng, 0.6) else name.said
        return self._form("held")

    def _slot_cm(self) -> str:
        said, value = quantities.length(self.rng)
        wrong = ""
        if chance(self.rng, 0.015):
            wrong = f"{quantities.length(self.rng)[0]} {self._form('corrections')} "
        self.slots["height" if self.task == "pick_up" else "cm"] = value
        return wrong + said

    def _side(self, section: str) -> str:
        side = self.rng.choice(("left", "right", "front", "back", "top", "beside"))
        if self.task.endswith("beside") and "put" in self.task and side == "top":
            side = "beside"  # to put something on top is another task
        if self.task == "push_beside" and side == "top":
            side = "left"
        self.slots["side"] = side
        return phrases.form(self.rng, section, side)

    def _slot_side(self) -> str:
        return self._side("sides")

    def _slot_side_to(self) -> str:
        return self._side("side_nouns")

    def _slot_dir(self) -> str:
        level = ("left", "right", "front", "back")
        upright = (*level, "up", "down") if self.task in ("go_by", "lift") else level
        name = self.rng.choice(upright)
        self.slots["direction"] = name
        said = phrases.form(self.rng, "directions", name)
        if chance(self.rng, 0.012):
            wrong = phrases.form(self.rng, "directions", self.rng.choice(upright))
            return f"{wrong} {self._form('corrections')} {said}"
        return said

    def _slot_region(self) -> str:
        said, name = quantities.region(self.rng)
        self.slots["region"] = name
        return said

    def _slot_region_in(self) -> str:
        return (
            f"{self.rng.choice(('on', 'in', 'within', 'inside'))} {self._slot_region()}"
        )

    def _slot_onto(self) -> str:
        return self._form("onto")

    def _slot_to_region(self) -> str:
        return self._form("to_region")

    def _slot_deg(self) -> str:
        said, value = quantities.angle(self.rng)
        self.slots["degrees"] = value
        return said

    def _slot_turn(self) -> str:
        self._turn = self.rng.choice((-1, 1))
        name = "clockwise" if self._turn < 0 else "counterclockwise"
        return phrases.form(self.rng, "turns", name)

    def _slot_hand(self) -> str:
        return self._form("hands")

    def _slot_hand_up(self) -> str:
        self.slots["direction"] = "up"
        return self._form("hands")

    def _slot_hand_down(self) -> str:
        self.slots["direction"] = "down"
        return self._form("hands")

    def _slot_back(self) -> str:
        self.slots["direction"] = "back"
        return ""

    def _slot_front(self) -> str:
        self.slots["direction"] = "front"
        return ""

    def _slot_up(self) -> str:
        self.slots["direction"] = "up"
        return ""

    def _slot_down(self) -> str:
        self.slots["direction"] = "down"
        return ""

    def _slot_held_down(self) -> str:
        self.slots["direction"] = "down"
        return self._slot_held()

    def _slot_fingers(self) -> str:
        return self._form("fingers")
