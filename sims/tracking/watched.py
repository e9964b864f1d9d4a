"""One episode with its tracks watched: what is kept of it, and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sims.deeds import Kind
from sims.disturbances import Happened
from sims.tracking.counting import Followed, Frame, Glimpse, Loss, count
from sims.tracking.shuffle import AND
from sims.tracking.truth import part_of

Amid = Literal["shift", "undo", "force", "carried", "hidden", "still"]
AMID: tuple[Amid, ...] = get_args(Amid)
AFTER = 2.0  # [s] in which what was moved counts as disturbed
AFTER_SHOVE = 1.0  # [s]
HIDDEN = 0.6  # share of the most pixels that a thing ever showed, until then


@dataclass(frozen=True, slots=True)
class Watched:
    """An episode.

    Attributes:
        task: Its name.
        index: Of the episode within the task.
        seed: What it was made from.
        success: Judged by the simulator's state.
        frames: What was there and what was tracked, at every observation.
        deeds: What a person did.
        names: Of every track that ever was, by id, as last told.
        cpu_ms: Processor time of each of the tracker's updates, perception included.
        reason: Why it was no success; OK if it was one.
    """

    task: str
    index: int
    seed: int
    success: bool
    frames: tuple[Frame, ...]
    deeds: tuple[Happened, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict[int, str])
    cpu_ms: tuple[float, ...] = ()
    reason: str = "OK"

    def facts(self) -> dict[str, Any]:
        """Return it, ready for `json.dumps`; frames in short."""
        return {
            "task": self.task,
            "index": self.index,
            "seed": self.seed,
            "success": self.success,
            "frames": [
                [f.time, [[g.thing, g.pixels, g.tracks, g.touched] for g in f.glimpses]]
                for f in self.frames
            ],
            "deeds": [[d.kind, d.what, d.begin, d.end, d.size] for d in self.deeds],
            "names": {str(number): name for number, name in self.names.items()},
            "cpu_ms": self.cpu_ms,
            "reason": self.reason,
        }

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "Watched":
        """Return what `facts` told."""
        return cls(
            facts["task"],
            facts["index"],
            facts["seed"],
            facts["success"],
            tuple(
                Frame(time, tuple(Glimpse(a, b, tuple(c), d) for a, b, c, d in shown))
                for time, shown in facts["frames"]
            ),
            tuple(Happened(*deed) for deed in facts["deeds"]),
            {int(number): name for number, name in facts["names"].items()},
            tuple(facts["cpu_ms"]),
            facts["reason"],
        )


@dataclass(frozen=True, slots=True)
class Case:
    """A loss, and what it was amid."""

    episode: Watched
    followed: Followed
    loss: Loss
    amid: Amid

    def __str__(self) -> str:
        """Tell it in a line."""
        names = self.episode.names
        own = f"{self.followed.identity} ({names.get(self.followed.identity, '?')})"
        others = ", ".join(f"{i} ({names.get(i, '?')})" for i in self.loss.others)
        end = "found again" if self.loss.found else "never found again"
        return (
            f"{self.episode.task} {self.episode.index}, {self.loss.begin:.1f} s: "
            f"{self.followed.thing}, {self.amid}, lost track {own} for "
            f"{self.loss.gap:.1f} s, {end}; on it: {others or 'nothing'}"
        )


def amid(episode: Watched) -> dict[tuple[str, float], Amid]:
    """Return what each thing was amid, by thing and time of the frame.

    `shift` and `undo`: a person moves it, or did a moment ago; `force`: the same with
    a push of the hand, whatever the thing; `carried`: the arm touches it; `hidden`:
    it shows much less than it did; `still` otherwise. The first that applies.
    """
    most: dict[str, int] = {}
    found: dict[tuple[str, float], Amid] = {}
    for frame in episode.frames:
        for each in frame.glimpses:
            most[each.thing] = max(most.get(each.thing, 0), each.pixels)
            done = _done(episode.deeds, each.thing, frame.time)
            if done is not None:
                found[each.thing, frame.time] = done
            elif each.touched:
                found[each.thing, frame.time] = "carried"
            elif each.pixels < HIDDEN * most[each.thing]:
                found[each.thing, frame.time] = "hidden"
            else:
                found[each.thing, frame.time] = "still"
    return found


def _done(deeds: Sequence[Happened], thing: str, time: float) -> Kind | None:
    for deed in deeds:
        if deed.kind == "force":
            if deed.begin <= time <= deed.end + AFTER_SHOVE:
                return deed.kind
        elif part_of(thing) not in deed.what.split(AND):
            continue
        elif deed.begin <= time <= deed.end + AFTER:
            return deed.kind
    return None


def losses(episode: Watched) -> list[Case]:
    """Return every loss of an episode, the longest first."""
    when = amid(episode)
    found = [
        Case(episode, each, loss, when[each.thing, loss.begin])
        for each in count(episode.frames)
        for loss in each.losses
    ]
    return sorted(found, key=lambda case: -case.loss.gap)
