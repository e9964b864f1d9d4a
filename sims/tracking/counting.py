"""How well identities were kept: a count over what was there and what was tracked.

Truth and tracks come as a sequence of frames: which true things each shows, with how
many pixels, and which tracks are on them (`sims.tracking.truth` says what that means).

A thing has an *identity* from the first frame that shows enough of it with a track on
it: the id of that track, the one with the most of it if there are several; a track
that is the identity of another thing is none of this one. From then on every frame
that shows enough of the thing counts. It is *kept* there if its identity is among the
tracks on it. A *switch* is a change of the track that stands for it: its identity
where that is on it, otherwise the one with the most of it.

A *loss* runs from a frame that counts and does not keep the identity to the next that
does. Its gap is the time between the two, less what passed while too little of the
thing was to be seen. Times in [s].
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

ENOUGH = 40  # [px] of a thing over all cameras; fewer are nothing to perception


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A true thing at one instant.

    Attributes:
        thing: Its name.
        pixels: It shows, over all cameras.
        tracks: Ids of the tracks on it, that with the most of it first.
        touched: Whether the arm touches it.
    """

    thing: str
    pixels: int
    tracks: tuple[int, ...] = ()
    touched: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What was there at one instant, and what was tracked."""

    time: float
    glimpses: tuple[Glimpse, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """A time in which a thing's identity was not on it.

    Attributes:
        begin: When.
        gap: Time until it was on it again, or to the last frame that counts.
        found: Whether it was on it again.
        others: Tracks that were on the thing instead.
    """

    begin: float
    gap: float
    found: bool
    others: tuple[int, ...] = ()

    def within(self, seconds: float) -> bool | None:
        """Say whether the identity was found again in time; None if nobody knows."""
        if self.gap > seconds + 1e-6:
            return False
        return True if self.found else None


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of one thing.

    Attributes:
        thing: Its name.
        visible: Frames that showed enough of it.
        identity: Id of its track; 0 if it never had one.
        counts: Time of every frame that counts, and whether it kept the identity.
        switches: How often another track came to stand for it.
        losses: In order.
    """

    thing: str
    visible: int
    identity: int
    counts: tuple[tuple[float, bool], ...] = ()
    switches: int = 0
    losses: tuple[Loss, ...] = ()

    @property
    def kept(self) -> int:
        """Frames that kept it."""
        return sum(kept for _, kept in self.counts)


def count(frames: Sequence[Frame], enough: int = ENOUGH) -> tuple[Followed, ...]:
    """Return what became of every thing of which enough was ever to be seen.

    Args:
        frames: In order.
        enough: Pixels that a thing must show for a frame to count.
    """
    seen: dict[str, list[tuple[float, Glimpse]]] = {}
    shown = [
        (frame.time, [g for g in frame.glimpses if g.pixels >= enough])
        for frame in frames
    ]
    for time, glimpses in shown:
        for each in glimpses:
            seen.setdefault(each.thing, []).append((time, each))
    identities = _identities(glimpses for _, glimpses in shown)
    times = [time for time, _ in shown]
    spans = dict(zip(times, np.diff(times, append=times[-1:]).tolist(), strict=True))
    return tuple(
        _followed(thing, identities.get(thing, 0), looks, spans)
        for thing, looks in seen.items()
    )


def _identities(frames: Iterable[Sequence[Glimpse]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for glimpses in frames:
        for each in glimpses:
            if each.thing not in found:
                free = [t for t in each.tracks if t not in found.values()]
                if free:
                    found[each.thing] = free[0]
    return found


def _followed(
    thing: str,
    identity: int,
    looks: Sequence[tuple[float, Glimpse]],
    spans: Mapping[float, float],
) -> Followed:
    first = next((k for k, (_, g) in enumerate(looks) if identity in g.tracks), None)
    if not identity or first is None:
        return Followed(thing, len(looks), 0)
    visible, looks = len(looks), looks[first:]
    counts = tuple((time, identity in g.tracks) for time, g in looks)
    standing = [
        identity if identity in g.tracks else [*g.tracks, 0][0] for _, g in looks
    ]
    named = [each for each in standing if each]
    switches = int(np.count_nonzero(np.diff(named)))
    losses = _losses(identity, looks, spans)
    return Followed(thing, visible, identity, counts, switches, losses)


@dataclass(slots=True)
class _Open:
    """A loss that may still end."""

    begin: float
    gap: float = 0.0
    others: list[int] = field(default_factory=list[int])

    def closed(self, *, found: bool) -> Loss:
        others = tuple(dict.fromkeys(self.others))
        return Loss(self.begin, round(self.gap, 6), found, others)


def _losses(
    identity: int,
    looks: Sequence[tuple[float, Glimpse]],
    spans: Mapping[float, float],
) -> tuple[Loss, ...]:
    losses: list[Loss] = []
    now: _Open | None = None
    for time, glimpse in looks:
        if identity in glimpse.tracks:
            if now is not None:
                losses.append(now.closed(found=True))
            now = None
            continue
        now = now or _Open(time)
        now.gap += spans[time]
        now.others += glimpse.tracks
    if now is not None:
        losses.append(now.closed(found=False))
    return tuple(losses)
