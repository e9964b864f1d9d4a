"""What a model replies about marks, read strictly: nothing is guessed or left out."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

FENCED = re.compile(r"```[a-z]*\n(.*?)\n?```", re.DOTALL)
KEYS = ("marks", "nearest")
MOST_PROBLEMS = 8  # that are told


class ReplyError(Exception):
    """A reply that cannot be used.

    Attributes:
        problems: One clause a problem.
    """

    def __init__(self, problems: Sequence[str]):
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


@dataclass(frozen=True, slots=True)
class Meant:
    """What a phrase means.

    Attributes:
        marks: The surest first; empty if it means nothing.
        nearest: What comes nearest, of a phrase that means nothing.
    """

    marks: tuple[int, ...]
    nearest: tuple[int, ...] = ()


def parse(
    text: str, phrases: Sequence[str], marks: Collection[int]
) -> tuple[Meant, ...]:
    """Return what each phrase means, in the order of the phrases.

    Args:
        text: A JSON object, or one within a fenced block, which is all that counts
            then: phrases to objects with the lists `marks` and `nearest`.
        phrases: That were asked for.
        marks: Numbers that there are.

    Raises:
        ReplyError: It is none; a phrase is missing, was not asked for or is there
            twice; a mark does not exist or is there twice; a value has another form.
    """
    said = _object(text)
    problems = [f"'{key}' was not asked for" for key in said if key not in phrases]
    meant: list[Meant] = []
    for phrase in phrases:
        if phrase not in said:
            problems.append(f"'{phrase}' is missing")
            continue
        found, wrong = _meant(said[phrase], marks)
        meant.append(found)
        problems += [f"'{phrase}': {each}" for each in wrong]
    if problems:
        more = len(problems) - MOST_PROBLEMS
        told = problems[:MOST_PROBLEMS]
        raise ReplyError([*told, f"and {more} more"] if more > 0 else told)
    return tuple(meant)


def _object(text: str) -> dict[str, Any]:
    blocks = FENCED.findall(text)
    if len(blocks) > 1:
        raise ReplyError([f"it has {len(blocks)} fenced blocks, not one JSON object"])
    twice: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        twice.extend(key for key in dict.fromkeys(keys) if keys.count(key) > 1)
        return dict(pairs)

    try:
        said = json.loads(blocks[0] if blocks else text, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        what = error.msg if isinstance(error, json.JSONDecodeError) else "it is no JSON"
        raise ReplyError([f"it is not one JSON object ({what})"]) from None
    if not isinstance(said, dict):
        raise ReplyError(["it is JSON, but no object"])
    if twice:
        raise ReplyError([f"'{key}' is there twice" for key in twice])
    return cast("dict[str, Any]", said)


def _meant(value: object, marks: Collection[int]) -> tuple[Meant, list[str]]:
    """Return what a value says, and what is wrong with it."""
    if not isinstance(value, dict) or set(cast("dict[str, Any]", value)) != set(KEYS):
        return Meant(()), ['its value must be {"marks": [...], "nearest": [...]}']
    lists = cast("dict[str, object]", value)
    problems: list[str] = []
    for key in KEYS:
        problems += _wrong(key, lists[key], marks)
    if problems:
        return Meant(()), problems
    return Meant(*(tuple(cast("list[int]", lists[key])) for key in KEYS)), []


def _wrong(key: str, numbers: object, marks: Collection[int]) -> list[str]:
    if not isinstance(numbers, list):
        return [f"'{key}' is no list"]
    problems: list[str] = []
    known: set[int] = set()
    for each in cast("list[object]", numbers):
        if not isinstance(each, int) or isinstance(each, bool):
            problems.append(f"{json.dumps(each)} in '{key}' is no whole number")
        elif each not in marks:
            problems.append(
                f"there is no mark {each}; marks are {min(marks)} to {max(marks)}"
            )
        elif each in known:
            problems.append(f"mark {each} is twice in '{key}'")
        else:
            known.add(each)
    return problems
