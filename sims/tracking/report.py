"""What a tracking run came to: shares with intervals, by what things were amid.

The frames of one thing hang together, so the interval of a share of frames is
narrower than what is known; that of the things that kept their identity in every
frame is the honest one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from rich.box import SIMPLE
from rich.table import Table

from sims.intervals import wilson
from sims.tracking.counting import Followed, count
from sims.tracking.watched import AMID, Amid, Case, Watched, amid, losses

KIND = "voxfield bench tracking"
KEPT, SOON, FRAME_MS = 0.98, 1.0, 50.0  # what is aimed at: share, [s], [ms]
TOLD = 20  # worst cases
TITLES: dict[Amid, str] = {
    "shift": "moved by a person",
    "undo": "its place undone by a person",
    "force": "the hand shoved",
    "carried": "touched by the arm",
    "hidden": "hidden in part",
    "still": "none of these",
}


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, and the 95 % Wilson interval of that."""

    right: int
    count: int

    @property
    def rate(self) -> float:
        """The share; 1 of none."""
        return self.right / self.count if self.count else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """Its ends."""
        return wilson(self.right, self.count) if self.count else (0.0, 1.0)

    def facts(self) -> dict[str, Any]:
        """Return it, ready for `json.dumps`."""
        low, high = self.interval
        return {**asdict(self), "rate": round(self.rate, 4), "low": low, "high": high}

    def __str__(self) -> str:
        """Tell it."""
        if not self.count:
            return "-"
        low, high = self.interval
        return (
            f"{self.right}/{self.count} = {100 * self.rate:.1f} % "
            f"({100 * low:.1f}-{100 * high:.1f})"
        )


@dataclass(frozen=True, slots=True)
class Row:
    """What happened to identities amid one kind of thing, or in all.

    Attributes:
        kept: Frames of things that kept the identity.
        losses: How many began there.
        soon: Of those, which were over within a second; what the end of the episode
            cut short before that counts neither way.
        longest: Gap of the longest, [s].
    """

    kept: Share
    losses: int
    soon: Share
    longest: float

    def facts(self) -> dict[str, Any]:
        """Return it, ready for `json.dumps`."""
        return {
            "kept": self.kept.facts(),
            "losses": self.losses,
            "found_soon": self.soon.facts(),
            "longest_s": self.longest,
        }


@dataclass(frozen=True, slots=True)
class TrackingReport:
    """All episodes.

    Attributes:
        episodes: How many.
        succeeded: How many of them the arm brought to a good end.
        deeds: What a person did, by kind.
        rows: By what a thing was amid.
        whole: All together.
        things: Which kept their identity in every frame.
        tracked: Frames that showed enough of a thing which had had a track of its own
            by then: those that count.
        untracked: Things of an episode that never had a track of their own, by name.
        switches: How often another track came to stand for a thing.
        cpu_ms: Of an update: median, 95th percentile, and the longest.
        cases: The longest losses.
    """

    episodes: int
    succeeded: int
    deeds: dict[str, int]
    rows: dict[Amid, Row]
    whole: Row
    things: Share
    tracked: Share
    untracked: dict[str, int]
    switches: int
    cpu_ms: tuple[float, float, float]
    cases: tuple[Case, ...]

    def facts(self) -> dict[str, Any]:
        """Return it, ready for `json.dumps`."""
        return {
            "kind": KIND,
            "episodes": self.episodes,
            "succeeded": self.succeeded,
            "deeds": self.deeds,
            "whole": self.whole.facts(),
            "amid": {name: row.facts() for name, row in self.rows.items()},
            "things_kept_throughout": self.things.facts(),
            "tracked": self.tracked.facts(),
            "untracked": self.untracked,
            "switches": self.switches,
            "cpu_ms": dict(zip(("median", "p95", "most"), self.cpu_ms, strict=True)),
            "wanted": {"kept": KEPT, "found_within_s": SOON, "cpu_ms": FRAME_MS},
            "worst": [str(case) for case in self.cases],
        }

    def table(self) -> Table:
        """Return it to be looked at."""
        table = Table(box=SIMPLE, pad_edge=False)
        for column in ("amid", "kept (95 %)", "losses", "within 1 s (95 %)", "longest"):
            table.add_column(column, justify="left" if column == "amid" else "right")
        for name, row in self.rows.items():
            table.add_row(TITLES[name], *_cells(row))
        table.add_section()
        table.add_row("all", *_cells(self.whole), style="bold")
        return table

    def lines(self) -> list[str]:
        """Return what the table does not hold."""
        deeds = ", ".join(f"{kind} {n}" for kind, n in self.deeds.items()) or "none"
        untracked = ", ".join(f"{name} {n}" for name, n in self.untracked.items())
        median, p95, most = self.cpu_ms
        return [
            f"{self.episodes} episodes ({self.succeeded} succeeded); deeds: {deeds}",
            f"things that kept their identity in every frame: {self.things}; "
            f"{self.switches} switches",
            f"visible things that had a track of their own by then: {self.tracked}; "
            f"never had one: {untracked or 'nothing'}",
            f"CPU ms an update: median {median:.0f}, 95 % within {p95:.0f}, "
            f"at most {most:.0f}",
        ]


def _cells(row: Row) -> tuple[str, ...]:
    longest = f"{row.longest:.1f} s" if row.losses else "-"
    return str(row.kept), str(row.losses), str(row.soon), longest


def report(episodes: Sequence[Watched]) -> TrackingReport:
    """Return what some episodes came to."""
    frames: list[tuple[Amid, bool]] = []
    followed: list[Followed] = []
    cases: list[Case] = []
    for episode in episodes:
        when = amid(episode)
        for each in count(episode.frames):
            followed.append(each)
            for time, kept in each.counts:
                frames.append((when[each.thing, time], kept))
        cases += losses(episode)
    cases.sort(key=lambda case: -case.loss.gap)
    had = [each for each in followed if each.identity]
    cpu_ms = np.array([ms for episode in episodes for ms in episode.cpu_ms] or [0.0])
    deeds = Counter(deed.kind for episode in episodes for deed in episode.deeds)
    return TrackingReport(
        episodes=len(episodes),
        succeeded=sum(each.success for each in episodes),
        deeds=dict(deeds.most_common()),
        rows={
            name: _row(
                [kept for kind, kept in frames if kind == name],
                [case for case in cases if case.amid == name],
            )
            for name in AMID
        },
        whole=_row([kept for _, kept in frames], cases),
        things=Share(sum(each.kept == len(each.counts) for each in had), len(had)),
        tracked=Share(len(frames), sum(each.visible for each in followed)),
        untracked=dict(
            Counter(each.thing for each in followed if not each.identity).most_common()
        ),
        switches=sum(each.switches for each in followed),
        cpu_ms=(
            round(float(np.median(cpu_ms)), 1),
            round(float(np.quantile(cpu_ms, 0.95)), 1),
            round(float(cpu_ms.max()), 1),
        ),
        cases=tuple(cases[:TOLD]),
    )


def _row(kept: Sequence[bool], cases: Sequence[Case]) -> Row:
    told = [case.loss.within(SOON) for case in cases]
    decided = [each for each in told if each is not None]
    return Row(
        Share(sum(kept), len(kept)),
        len(cases),
        Share(sum(decided), len(decided)),
        max((case.loss.gap for case in cases), default=0.0),
    )
