"""What the judge asks of an episode: facts about the end, and about all of it.

A check reads the simulator's state alone; `watch` is called after every physics
step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from sims.world import World


@runtime_checkable
class Check(Protocol):
    """One thing that must be so for the episode to count."""

    @property
    def name(self) -> str:
        """What the report calls it."""
        ...

    def watch(self, world: World) -> None:
        """Take note of the world after a physics step."""
        ...

    def holds(self, world: World) -> bool:
        """Say whether it is so now, and was all along if that is asked."""
        ...


@dataclass(frozen=True, slots=True)
class AtEnd:
    """A fact about the last instant."""

    name: str
    fact: Callable[[World], bool]

    def watch(self, world: World) -> None:
        """Take note of nothing."""

    def holds(self, world: World) -> bool:
        """Say whether it is so now."""
        return self.fact(world)


@dataclass(slots=True)
class Once:
    """A fact that was so at one physics step at least."""

    name: str
    fact: Callable[[World], bool]
    seen: bool = False

    def watch(self, world: World) -> None:
        """Take note whether it is so."""
        self.seen = self.seen or self.fact(world)

    def holds(self, world: World) -> bool:
        """Say whether it was ever so."""
        del world
        return self.seen


@dataclass(slots=True)
class Always:
    """A fact that was so at every physics step."""

    name: str
    fact: Callable[[World], bool]
    broken: bool = False

    def watch(self, world: World) -> None:
        """Take note whether it is so."""
        self.broken = self.broken or not self.fact(world)

    def holds(self, world: World) -> bool:
        """Say whether it never was otherwise."""
        del world
        return not self.broken
