"""The example library: instructions with slots, and the programs they mean."""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from string import Template

from planner.language.slots import PATTERNS

# An article may stand before any word of a wording.
_ARTICLE = "(?:(?:the|a|an|your|its) )?"


@dataclass(frozen=True)
class Wording:
    """One way to say an example.

    Attributes:
        text: With `a|b`, `(optional)` and `{slot}`; `on_top_of` is one token.
    """

    text: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """A regular expression with a group for each slot."""
        parts = [_pattern(token) for token in self.text.split()]
        return re.compile("".join(parts))

    @cached_property
    def masked(self) -> tuple[str, ...]:
        """Its words, optional ones left out, slots as `{slot}`."""
        return tuple(each for each in self.text.split() if each[0] != "(")


def _pattern(token: str) -> str:
    token = token.replace("_", " ")
    if token[0] == "{":
        name = token[1:-1]
        return rf"(?P<{name}>{PATTERNS[name]}) "
    if token[0] == "(":
        return rf"(?:{_ARTICLE}(?:{token[1:-1]}) )?"
    return rf"{_ARTICLE}(?:{token}) "


@dataclass(frozen=True)
class Example:
    """A kind of instruction.

    Attributes:
        name: Short.
        sample: A sentence that is one.
        wordings: Ways to say it.
        steps: Names of the pieces its program consists of.
        defaults: Values of slots that a wording does not fill.
    """

    name: str
    sample: str
    wordings: tuple[Wording, ...]
    steps: tuple[str, ...]
    defaults: dict[str, str | int | float]

    @property
    def pushes(self) -> bool:
        """Whether it slides things over the table, close to others."""
        return any(step.startswith("push_") for step in self.steps)


@dataclass(frozen=True)
class Library:
    """All examples and the pieces of their programs."""

    examples: tuple[Example, ...]
    steps: dict[str, str]

    def program(self, example: Example, slots: dict[str, str]) -> str:
        """Return the program of an example; slots are Python expressions."""
        text = "\n".join(self.steps[step].strip("\n") + "\n" for step in example.steps)
        return Template(text).substitute(slots)


@lru_cache(maxsize=1)
def load_library() -> Library:
    """Return the library this package ships: every TOML file of its data."""
    folder = files("planner.language") / "data"
    names = sorted(each.name for each in folder.iterdir())
    sheets = [
        tomllib.loads((folder / name).read_text(encoding="utf-8"))
        for name in names
        if name.endswith(".toml")
    ]
    # Other tables of the same folder belong to the composer.
    sheets = [each for each in sheets if "example" in each]
    examples = tuple(
        Example(
            each["name"],
            each["sample"],
            tuple(Wording(text) for text in each["wordings"]),
            tuple(each["steps"]),
            each.get("defaults", {}),
        )
        for sheet in sheets
        for each in sheet["example"]
    )
    return Library(
        examples, {k: v for sheet in sheets for k, v in sheet["steps"].items()}
    )
