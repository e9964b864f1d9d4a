"""What a person does while the arm works: shoves it, moves things, undoes its work.

The three kinds that VoxPoser (Huang et al. 2023, section 4.2) tries its closed loop
with. What is done, and when it may begin, is drawn before the episode; a deed that is
due begins once it can, and one is over before the next begins. Times are simulated
seconds since the episode began.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sims.deeds import Deed, Kind
from sims.world import World

LOOK_TICKS = 24  # between two looks whether a deed can begin
PAUSE = 0.5  # [s] between two deeds


@dataclass(frozen=True, slots=True)
class Happened:
    """What was done, and when.

    Attributes:
        kind: Of the deed.
        what: What it was done to: a part, or the hand.
        begin: Since the episode began.
        end: Likewise.
        size: How far it was moved, [m]; a joint that turns, [rad].
    """

    kind: Kind
    what: str
    begin: float
    end: float
    size: float

    def __str__(self) -> str:
        """Tell it in a line."""
        return f"{self.begin:.1f} s: {self.kind}, {self.what}, {self.size:.2f}"


@dataclass(frozen=True, slots=True)
class Due:
    """A deed, and the earliest that it may begin, since the episode did."""

    time: float
    deed: Deed


class Disturbances:
    """A hook of the world that carries deeds out; the same seed, the same history.

    Attributes:
        happened: What has been done so far.
    """

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        self.happened: list[Happened] = []
        self._begin = world.time
        self._waiting: list[Due] = []
        self._rng = rng
        self._now: tuple[Deed, float] | None = None
        self._free_from = 0.0

    def plan(self, deeds: Sequence[Due]) -> None:
        """Take up deeds to do."""
        self._waiting = sorted(deeds, key=lambda each: each.time)

    def lately(self, world: World, seconds: float) -> bool:
        """Say whether a deed is under way, or was over so long ago at most."""
        if self._now is not None:
            return True
        now = world.time - self._begin
        return bool(self.happened) and now - self.happened[-1].end <= seconds

    def end(self) -> None:
        """Begin nothing more: the arm has done its work."""
        self._waiting.clear()

    def watch(self, world: World) -> None:
        """Let the person act for a physics step."""
        time = world.time - self._begin
        if self._now is not None:
            deed, begun = self._now
            size = deed.step(world)
            if size is not None:
                told = Happened(deed.kind, deed.what, begun, time, size)
                self.happened.append(told)
                self._now, self._free_from = None, time + PAUSE
        elif world.ticks % LOOK_TICKS == 0 and time >= self._free_from:
            self._look(world, time)

    def _look(self, world: World, time: float) -> None:
        for due in self._waiting:
            if due.time <= time and due.deed.begin(world, self._rng):
                self._waiting.remove(due)
                self._now = (due.deed, time)
                return


Deeds = Callable[[np.random.Generator], Deed]


def drawn(
    rng: np.random.Generator,
    kinds: Sequence[Deeds],
    *,
    most: int = 3,
    until: float = 10.0,
    since: float = 0.8,
) -> list[Due]:
    """Return one to `most` deeds of some kinds, due at times within the first part."""
    count = int(rng.integers(1, most + 1))
    chosen = [kinds[int(k)] for k in rng.integers(0, len(kinds), count)]
    times = rng.uniform(since, until, count)
    return [Due(float(t), make(rng)) for t, make in zip(times, chosen, strict=True)]
