"""How much of what people say the embedded writer understands.

A program is judged by what it does, not by its text: it runs beside the program of the
sentence's meaning, and the maps of every sub-task are compared. Three sets: sentences
of the grammar that it never saw, sentences people wrote who had not seen the grammar,
and sentences outside its world, before which it must abstain.
"""

import json
import logging
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from importlib.resources import files
from random import Random
from typing import Any, Literal

from rich.table import Table

from planner.errors import NotUnderstoodError
from planner.language.check import check
from planner.language.embedded.backend import EmbeddedBackend
from planner.language.embedded.instructions import instruction
from planner.language.embedded.judge import deeds, same
from planner.language.library import load_library
from planner.language.meaning import (
    AVOID_CM,
    AVOID_PUSHING_CM,
    Meaning,
    parse_meaning,
)
from planner.language.prompt import code_of, write_messages
from planner.language.sandbox import Sandbox
from sims.intervals import wilson

log = logging.getLogger(__name__)

Result = Literal["right", "wrong", "abstained"]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and what it means; None is outside the writer's world."""

    text: str
    meaning: Meaning | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a sentence.

    Attributes:
        text: What was said.
        tasks: What it asks for.
        result: What the writer made of it.
        seconds: What that took.
    """

    text: str
    tasks: tuple[str, ...]
    result: Result
    seconds: float


@dataclass(frozen=True, slots=True)
class SetReport:
    """One set of sentences.

    Attributes:
        name: Of the set.
        good: Sentences that ended as they should: right, or abstained from where
            they are outside.
        count: All of them.
        low: Lower end of the 95 % Wilson interval of the share.
        high: Upper end.
        abstained: Sentences the writer declined.
        median_ms: Writing one, wall time.
        p95_ms: The same, exceeded by one in twenty.
        by_task: Good and all sentences that ask for a task, by its name.
        failed: Sentences that ended otherwise.
    """

    name: str
    good: int
    count: int
    low: float
    high: float
    abstained: int
    median_ms: float
    p95_ms: float
    by_task: dict[str, tuple[int, int]] = field(repr=False)
    failed: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class WriterReport:
    """All sets."""

    sets: tuple[SetReport, ...]

    def facts(self) -> dict[str, object]:
        """Return it as plain values."""
        return asdict(self)

    def table(self) -> Table:
        """Return it to be looked at."""
        table = Table(title="embedded writer", title_justify="left")
        for column in ("set", "good", "of", "share", "95 %", "abstained", "median ms"):
            table.add_column(column, justify="left" if column == "set" else "right")
        for each in self.sets:
            table.add_row(
                each.name,
                str(each.good),
                str(each.count),
                f"{100 * each.good / each.count:.1f} %",
                f"{100 * each.low:.1f}-{100 * each.high:.1f}",
                str(each.abstained),
                f"{each.median_ms:.0f}",
            )
        return table


def run_writer_bench(
    *,
    unseen: int = 500,
    backend: EmbeddedBackend | None = None,
    progress: Callable[[str], None] = log.info,
) -> WriterReport:
    """Return what the embedded writer makes of all three sets.

    Args:
        unseen: Sentences of the grammar.
        backend: The shipped model if absent.
        progress: Gets a sentence a set.
    """
    writer = backend or EmbeddedBackend.load()
    sets = {
        "grammar, unseen": tuple(_unseen(unseen)),
        "people": tuple(people()),
        "outside": tuple(outsiders()),
    }
    reports: list[SetReport] = []
    with Sandbox() as sandbox:
        for name, sentences in sets.items():
            judged: list[Judged] = []
            progress(f"{name}: {len(sentences)} sentences")
            judged += (judge(each, writer, sandbox) for each in sentences)
            reports.append(_report(name, judged, outside=name == "outside"))
    return WriterReport(tuple(reports))


def _unseen(count: int) -> Iterator[Said]:
    rng = Random("held out")  # chunks of training are seeded by number
    for _ in range(count):
        made = instruction(rng)
        yield Said(made.text, made.meaning)


def people() -> Iterator[Said]:
    """Yield what people wrote without having seen the grammar."""
    for facts in _lines("sentences.jsonl"):
        meaning = parse_meaning(facts["do"], facts.get("limits", []))
        yield Said(facts["say"], meaning)


def outsiders() -> Iterator[Said]:
    """Yield sentences that ask for nothing a hand can do at a table."""
    for facts in _lines("outside.jsonl"):
        yield Said(facts["say"], None)


def _lines(name: str) -> Iterator[dict[str, Any]]:
    path = files("sims.language_bench") / "data" / name
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def judge(said: Said, writer: EmbeddedBackend, sandbox: Sandbox) -> Judged:
    """Return what becomes of a sentence."""
    start = time.perf_counter()
    try:
        answer = writer.complete(write_messages("whole", said.text, (), ()))
    except NotUnderstoodError:
        code = ""
    else:
        code = code_of(answer.text)
    seconds = time.perf_counter() - start
    tasks = tuple(_tasks(said.meaning))
    if not code:
        return Judged(said.text, tasks, "abstained", seconds)
    right = said.meaning is not None and _right(code, said.meaning, sandbox)
    return Judged(said.text, tasks, "right" if right else "wrong", seconds)


def _right(code: str, meaning: Meaning, sandbox: Sandbox) -> bool:
    if check(code):
        return False
    did = deeds(code, sandbox)
    wanted = (
        deeds(load_library().program(each), sandbox) for each in _readings(meaning)
    )
    return any(all(map(same, did, each)) for each in wanted)


def _readings(meaning: Meaning) -> Iterator[Meaning]:
    """Yield a meaning with each distance that "keep away" may stand for."""
    yield meaning
    if any(each.cm is None for each in meaning.avoid):
        for cm in (AVOID_CM, AVOID_PUSHING_CM):
            said = (each if each.cm else replace(each, cm=cm) for each in meaning.avoid)
            yield replace(meaning, avoid=tuple(said))


def _tasks(meaning: Meaning | None) -> Iterator[str]:
    if meaning is None:
        return
    for step in meaning.steps:
        yield step.task
        yield from (each.task for each in (*step.body, *step.otherwise))
    limits = {"avoid": meaning.avoid, "stay": meaning.stay, "speed": meaning.pace}
    yield from (name for name, limit in limits.items() if limit)


def _report(name: str, judged: list[Judged], *, outside: bool) -> SetReport:
    good_result: Result = "abstained" if outside else "right"
    good = sum(each.result == good_result for each in judged)
    low, high = wilson(good, len(judged))
    times = sorted(1000.0 * each.seconds for each in judged)
    by_task: dict[str, tuple[int, int]] = {}
    for each in judged:
        for task in sorted(set(each.tasks)):
            hits, count = by_task.get(task, (0, 0))
            by_task[task] = (hits + (each.result == good_result), count + 1)
    return SetReport(
        name,
        good,
        len(judged),
        low,
        high,
        sum(each.result == "abstained" for each in judged),
        statistics.median(times),
        times[int(0.95 * (len(times) - 1))],
        dict(sorted(by_task.items())),
        tuple(each.text for each in judged if each.result != good_result),
    )
