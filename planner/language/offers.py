"""What to say to a person whose sentence was not understood: sentences that would be.

They are samples of the example library that are like what was said, with the names of
what is seen in place of the sample's own.
"""

import ast
from collections.abc import Iterator

from planner.language.backend import Message
from planner.language.library import NAMES, Task, load_library
from planner.language.meaning import Step, parse_meaning
from planner.language.prompt import OBJECTS

# What stands fast or lies flat is not offered to be carried.
_FAST = frozenset("button drawer cabinet handle zone line table".split())
_CONTAINERS = frozenset(
    "bowl box basket bin tray mug cup can jar pan pot crate".split()
)


def offers(instruction: str, seen: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Return sentences that are understood, most like the instruction first.

    Args:
        instruction: What was said.
        seen: Names of what is seen; what needs something else is not offered, unless
            nothing is known of what is seen.
        count: Of sentences, at most.
    """
    found: list[str] = []
    for task in load_library().ranked(instruction):
        sample = _told_of(task, seen) if seen else task.sample
        if sample and sample not in found:
            found.append(sample)
        if len(found) == count:
            break
    return tuple(found)


def seen_in(messages: tuple[Message, ...]) -> tuple[str, ...]:
    """Return the names of what is seen that a conversation tells last."""
    lines = [line for each in messages for line in each.content.splitlines()]
    told = [line for line in lines if line.startswith(OBJECTS)]
    if not told:
        return ()
    return tuple(map(str, ast.literal_eval(told[-1].removeprefix(OBJECTS))))


def _told_of(task: Task, seen: tuple[str, ...]) -> str:
    """Return a sample with names of what is seen; empty if a name has no like."""
    text, free = task.sample, list(seen)
    for name, slot in _named(task):
        fitting = [each for each in free if _fits(each, name, slot)]
        if not fitting:
            return ""
        # The sample's own name, if that is seen.
        chosen = name if name in fitting else fitting[0]
        free.remove(chosen)
        text = text.replace(name, chosen)
    return text


def _named(task: Task) -> Iterator[tuple[str, str]]:
    """Yield the names of a sample with the slots they fill, each once."""
    meaning = parse_meaning(list(task.do), list(task.limits))
    pairs = [pair for step in meaning.steps for pair in _slots(step)]
    pairs += [(each.phrase, "avoid") for each in meaning.avoid]
    yield from dict(pairs).items()


def _slots(step: Step) -> Iterator[tuple[str, str]]:
    for slot, value in step.slots.items():
        if slot in NAMES:
            yield str(value), slot


def _fits(name: str, wanted: str, slot: str) -> bool:
    kind, like = frozenset(name.split()), wanted.rsplit(maxsplit=1)[-1]
    if like in kind:
        return True
    if like == "bowl":
        return bool(kind & _CONTAINERS)
    return slot in ("object", "other", "phrase", "avoid") and not kind & _FAST
