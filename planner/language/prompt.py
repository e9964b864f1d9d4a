"""The messages a language model gets: the API, how to write, nearest examples.

What is said lies in `data/prompts`: a sheet of Markdown for each kind of program, one
for the world they share, and tables of what fills them.
"""

import re
import tomllib
from collections import Counter
from functools import lru_cache
from importlib.resources import files
from string import Template
from typing import Any, cast

from planner.language.api import API, HIERARCHY, ApiFunction
from planner.language.backend import Message
from planner.language.kinds import MAP_KINDS, ProgramKind

QUERY = "# Query: "
OBJECTS = "objects = "

Sample = tuple[str, str]  # what is asked, and the program that answers it

# What each kind of program is told of the API; the rest it may call, too.
_MOVES = (
    "execute",
    "open_gripper",
    "close_gripper",
    "reset_to_default_pose",
    "grasp_failed",
    "wait_until",
)
_TALKS = ("say", "ask", "remember", "recall")


def write_messages(
    kind: ProgramKind,
    query: str,
    object_names: tuple[str, ...],
    samples: tuple[Sample, ...],
) -> tuple[Message, ...]:
    """Return the conversation that asks for a program.

    Args:
        kind: Of the program.
        query: What it shall do, in words.
        object_names: What is seen; of no matter to the parts of a program.
        samples: Instructions with their programs, the most alike last; only a whole
            program is shown these, for the other kinds have examples of their own.
    """
    shown = tuple(_renamed(each) for each in samples)
    if kind != "whole":
        shown = nearest(hierarchy_samples(kind), query, 8)
    messages = [Message("system", instructions(kind))]
    for sample, program in shown:
        messages.append(Message("user", QUERY + sample))
        messages.append(Message("assistant", f"```python\n{program}```"))
    seen = kind in ("whole", "planner")
    objects = f"{OBJECTS}{list(object_names)}\n" if seen else ""
    messages.append(Message("user", f"{objects}{QUERY}{query}"))
    return tuple(messages)


def repair_messages(
    messages: tuple[Message, ...], answer: str, problems: tuple[str, ...]
) -> tuple[Message, ...]:
    """Return the conversation that asks to mend a program."""
    listed = "\n".join(f"- {each}" for each in problems)
    request = (
        f"The program is not valid:\n{listed}\n"
        "Answer with the whole corrected program and nothing else."
    )
    return (*messages, Message("assistant", answer), Message("user", request))


@lru_cache(maxsize=16)
def instructions(kind: ProgramKind) -> str:
    """Return what a model is told before it writes a program of a kind."""
    world = Template(_sheet("world.md")).substitute(
        api="\n".join(f"- {each.head}: {each.meaning}" for each in _functions(kind))
    )
    facts = {"world": world.strip()}
    if kind in MAP_KINDS:
        about = _table("kinds.toml")[kind]
        facts |= {"kind": f"{about['article']} {kind}", "meaning": about["meaning"]}
        return Template(_sheet("map.md")).substitute(facts).strip()
    return Template(_sheet(f"{kind}.md")).substitute(facts).strip()


@lru_cache(maxsize=16)
def hierarchy_samples(kind: ProgramKind) -> tuple[Sample, ...]:
    """Return the examples of a part, or of a plan."""
    samples: list[Sample] = []
    for each in cast("list[dict[str, Any]]", _table("hierarchy.toml")[kind]):
        samples.append((each["query"], each["program"]))
    return tuple(samples)


def nearest(samples: tuple[Sample, ...], query: str, count: int) -> tuple[Sample, ...]:
    """Return the samples that share most words with a query, the most alike last."""
    words = _words(query)

    def shared(sample: Sample) -> float:
        own = _words(sample[0])
        return sum((words & own).values()) / max((words | own).total(), 1)

    # Of equals those that come first in the file are nearer.
    ranked = sorted(reversed(samples), key=shared)
    return tuple(ranked[-count:]) if count else ()


def asked(messages: tuple[Message, ...]) -> str:
    """Return the instruction that a conversation is about."""
    lines = [
        line
        for message in messages
        if message.role == "user"
        for line in message.content.splitlines()
        if line.startswith(QUERY)
    ]
    return lines[-1].removeprefix(QUERY) if lines else ""


def code_of(answer: str) -> str:
    """Return the program in an answer, out of its fence if there is one."""
    # Some models think aloud first, programs that they give up included; where that
    # begins may already stand in the prompt.
    said = answer.rpartition("</think>")[2]
    # An answer that was cut off has no end to its fence.
    fenced = re.search(r"```(?:python|py)?[ \t]*\n(.*?)(?:```|\Z)", said, re.DOTALL)
    code = fenced[1] if fenced else said
    return code.strip("\n") + "\n"


def _functions(kind: ProgramKind) -> tuple[ApiFunction, ...]:
    if kind == "whole":
        return API
    looks = tuple(
        each
        for each in API
        if each.name not in (*_MOVES, *_TALKS) and not _makes_maps(each)
    )
    if kind == "planner":
        steps = tuple(each for each in HIERARCHY if each.name == "composer")
        talks = tuple(each for each in API if each.name in (*_TALKS, "wait_until"))
        return (*steps, *looks, *talks)
    if kind == "composer":
        maps = tuple(each for each in HIERARCHY if each.name != "composer")
        moves = tuple(each for each in API if each.name in _MOVES)
        return (*looks, *maps, *moves)
    left_out = (*_MOVES, *_TALKS)
    return tuple(each for each in API if each.name not in left_out)


def _makes_maps(function: ApiFunction) -> bool:
    name = function.name
    return name.startswith(("get_empty_", "set_")) or "quat" in name


def _renamed(sample: Sample) -> Sample:
    """Return an example about other things, so that it is nobody's test."""
    names = cast("dict[str, str]", _table("shown.toml")["names"])
    pattern = re.compile(rf"\b({'|'.join(sorted(names, key=len, reverse=True))})\b")

    def rename(text: str) -> str:
        return pattern.sub(lambda found: names[found[1]], text)

    asked_for, program = sample
    # In a program only its texts: the same word may be the name of a variable.
    texts = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|#.*")
    return rename(asked_for), texts.sub(lambda found: rename(found[0]), program)


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[a-z]+|\d+", text.lower()))


@lru_cache(maxsize=16)
def _sheet(name: str) -> str:
    folder = files("planner.language") / "data" / "prompts"
    return (folder / name).read_text(encoding="utf-8")


@lru_cache(maxsize=16)
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(_sheet(name))
