"""What many episodes come to: success with its interval, failures, safety, speed."""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sims.episode_result import EpisodeResult
from sims.groups import Row
from sims.intervals import wilson
from sims.suites import GROUPS


@dataclass(frozen=True, slots=True)
class Summary:
    """What some episodes come to.

    Attributes:
        name: Of the task, or of all.
        episodes: How many.
        won: That succeeded.
        wilson: 95 % interval of the success.
        failures: By stage.
        seconds: Simulated, median, [s].
        replan_hz: Median of the episodes' medians; 0 where none planned.
        replan_hz_worst: Lowest of the episodes that planned; 0 where none did.
        touched: In how many episodes the arm touched a part it was not told of, by
            the part's name.
        touching: Episodes in which it touched any.
        clipped: Commands that the safety filter changed or the arm did not follow.
        clipping: Episodes with such a command.
        not_followed: Of those commands, the ones that the arm did not follow; None
            where they were not counted.
        peak_jerk: Largest, [m/s^3]; None where it was not measured.
    """

    name: str
    episodes: int
    won: int
    wilson: tuple[float, float]
    failures: Mapping[str, int]
    seconds: float
    replan_hz: float
    replan_hz_worst: float
    touched: Mapping[str, int]
    touching: int
    clipped: int
    clipping: int
    not_followed: int | None
    peak_jerk: float | None

    @property
    def rate(self) -> float:
        """Share that succeeded."""
        return self.won / self.episodes


def summary(name: str, results: Sequence[EpisodeResult]) -> Summary:
    """Return what episodes come to; there is one at least."""
    won = sum(r.success for r in results)
    rates = [r.replan_hz for r in results if r.replan_hz > 0.0]
    counts = [r.not_followed for r in results if r.not_followed is not None]
    jerks = [r.peak_jerk for r in results if r.peak_jerk is not None]
    return Summary(
        name=name,
        episodes=len(results),
        won=won,
        wilson=wilson(won, len(results)),
        failures=dict(Counter(r.stage for r in results if not r.success)),
        seconds=statistics.median(r.seconds for r in results),
        replan_hz=statistics.median(rates) if rates else 0.0,
        replan_hz_worst=min(rates, default=0.0),
        touched=dict(Counter(name for r in results for name in r.touched)),
        touching=sum(bool(r.touched) for r in results),
        clipped=sum(r.clipped for r in results),
        clipping=sum(bool(r.clipped) for r in results),
        not_followed=sum(counts) if counts else None,
        peak_jerk=max(jerks, default=None),
    )


def by_task(results: Sequence[EpisodeResult]) -> list[Summary]:
    """Return a summary of each task, in order of their first episode."""
    tasks = dict.fromkeys(r.task for r in results)
    return [summary(task, [r for r in results if r.task == task]) for task in tasks]


def group_rows(suite: str, results: Sequence[EpisodeResult]) -> list[Row]:
    """Return the rows of a suite's published table; none if it has no such table."""
    rows: list[Row] = []
    for group in GROUPS.get(suite, ()):
        mine = [r for r in results if r.task in group.entries]
        if not mine:
            continue
        rows.append(
            Row(
                group,
                statistics.mean(each.rate for each in by_task(mine)),
                wilson(sum(r.success for r in mine), len(mine)),
                len(mine),
                Counter(r.stage for r in mine if not r.success),
            )
        )
    return rows
