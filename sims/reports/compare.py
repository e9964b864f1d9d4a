"""Two reports of a suite, episode by episode: the same task from the same seed.

A is the first report and B the second; differences are B less A.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from planner.errors import PlanningError
from sims.episode_result import EpisodeResult
from sims.intervals import Pairs
from sims.reports.report import Report

ALL = "all"


class ReportsDifferError(PlanningError):
    """Two reports have nothing in common that could be compared."""

    stage = "request"
    reason = "REPORTS_DIFFER"


class OtherSuiteError(ReportsDifferError):
    """The reports are of different suites.

    Attributes:
        suites: Of A and of B.
    """

    def __init__(self, suites: tuple[str, str]):
        self.suites = suites
        a, b = suites
        super().__init__(
            f"the first report is of the suite {a} and the second of {b}; compare two "
            f"runs of one suite: voxfield bench --suite {a} --out DIR"
        )


class NoSharedSeedsError(ReportsDifferError):
    """No task was tried from the same seed in both.

    Attributes:
        seeds: `--seed` of A and of B.
    """

    def __init__(self, seeds: tuple[object, object]):
        self.seeds = seeds
        a, b = seeds
        super().__init__(
            "no task was tried from the same seed in both reports (--seed "
            f"{a} and {b}); run one of them again with the --seed of the other"
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """A task from one seed in both reports."""

    a: EpisodeResult
    b: EpisodeResult


@dataclass(frozen=True, slots=True)
class Row:
    """What the pairs of a task come to.

    Attributes:
        name: Of the task, or `all`.
        pairs: Their counts.
    """

    name: str
    pairs: Pairs

    def facts(self) -> dict[str, Any]:
        """Return the row, ready for `json.dumps`."""
        return {
            "pairs": self.pairs.count,
            **asdict(self.pairs),
            "success_rate_a": self.pairs.won_a / self.pairs.count,
            "success_rate_b": self.pairs.won_b / self.pairs.count,
            "difference": self.pairs.difference,
            "newcombe": list(self.pairs.newcombe()),
            "mcnemar_p": self.pairs.mcnemar(),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two reports of a suite, compared.

    Attributes:
        suite: Its name.
        pairs: Of the same task and seed, in the order of A.
        only_a: Episodes that A alone has.
        only_b: Episodes that B alone has.
        settings: Those that differ: of A and of B, by name.
    """

    suite: str
    pairs: tuple[Pair, ...]
    only_a: tuple[EpisodeResult, ...]
    only_b: tuple[EpisodeResult, ...]
    settings: Mapping[str, tuple[str, str]]

    @property
    def rows(self) -> list[Row]:
        """A row for each task, and the last for all."""
        tasks = dict.fromkeys(pair.a.task for pair in self.pairs)
        rows = [
            Row(task, _counted(p for p in self.pairs if p.a.task == task))
            for task in tasks
        ]
        return [*rows, Row(ALL, _counted(self.pairs))]

    @property
    def changed(self) -> tuple[Pair, ...]:
        """The pairs that one report won and the other did not."""
        return tuple(p for p in self.pairs if p.a.success != p.b.success)

    @property
    def reworded(self) -> int:
        """Pairs whose instructions differ: the task itself was made otherwise."""
        return sum(p.a.instruction != p.b.instruction for p in self.pairs)

    def facts(self) -> dict[str, Any]:
        """Return the comparison, ready for `json.dumps`."""
        *tasks, whole = self.rows
        return {
            "suite": self.suite,
            "all": whole.facts(),
            "tasks": {row.name: row.facts() for row in tasks},
            "changed": [
                {"task": p.a.task, "seed": p.a.seed, "a": _told(p.a), "b": _told(p.b)}
                for p in self.changed
            ],
            "pairs_with_other_instructions": self.reworded,
            "unpaired_a": [_named(each) for each in self.only_a],
            "unpaired_b": [_named(each) for each in self.only_b],
            "settings_that_differ": {
                name: {"a": a, "b": b} for name, (a, b) in self.settings.items()
            },
        }


def compare(a: Report, b: Report) -> Comparison:
    """Return two reports compared, paired by task and seed.

    Raises:
        OtherSuiteError: They are of different suites.
        NoSharedSeedsError: No task was tried from the same seed in both.
    """
    if a.suite != b.suite:
        raise OtherSuiteError((a.suite, b.suite))
    in_a, in_b = _by_seed(a.episodes), _by_seed(b.episodes)
    pairs = tuple(Pair(in_a[key], in_b[key]) for key in in_a if key in in_b)
    if not pairs:
        raise NoSharedSeedsError((a.settings.get("seed"), b.settings.get("seed")))
    return Comparison(
        suite=a.suite,
        pairs=pairs,
        only_a=tuple(in_a[key] for key in in_a if key not in in_b),
        only_b=tuple(in_b[key] for key in in_b if key not in in_a),
        settings=dict(_differing(_conditions(a), _conditions(b))),
    )


def _by_seed(
    episodes: Sequence[EpisodeResult],
) -> dict[tuple[str, int], EpisodeResult]:
    return {(each.task, each.seed): each for each in episodes}


def _counted(pairs: Iterable[Pair]) -> Pairs:
    outcomes = [(pair.a.success, pair.b.success) for pair in pairs]
    return Pairs(
        both=outcomes.count((True, True)),
        only_a=outcomes.count((True, False)),
        only_b=outcomes.count((False, True)),
        neither=outcomes.count((False, False)),
    )


def _conditions(report: Report) -> dict[str, str]:
    """Return under what a report was made, by name, in words."""
    told = {name: str(value) for name, value in report.settings.items()}
    for made in report.made_with[-1:]:
        changes = " with changes" if made.dirty else ""
        told |= {"revision": made.revision[:12] + changes, "machine": made.machine}
        told |= {f"version of {name}": each for name, each in made.versions.items()}
        told |= {f"server: {name}": each for name, each in made.server.items()}
        told |= {f"flow: {name}": each for name, each in made.flow.items()}
    return told


def _differing(
    a: Mapping[str, str], b: Mapping[str, str]
) -> Iterable[tuple[str, tuple[str, str]]]:
    for name in dict.fromkeys([*a, *b]):
        if a.get(name, "") != b.get(name, ""):
            yield name, (a.get(name, ""), b.get(name, ""))


def _named(each: EpisodeResult) -> dict[str, Any]:
    return {"task": each.task, "seed": each.seed, "index": each.index}


def _told(each: EpisodeResult) -> dict[str, Any]:
    return {
        "success": each.success,
        "stage": each.stage,
        "reason": each.reason,
        "message": each.message,
    }
