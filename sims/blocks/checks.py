"""What the judge of the block world asks besides: speeds, gaps, blocks not lifted.

Lengths in [m], speeds in [m/s].
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from perception.frames import Vec3
from sims.blocks.space import block_at, gap_to_block
from sims.bullet import TICK
from sims.checks import Always
from sims.world import World

USUAL_SPEED = 0.25  # [m/s] of the planner where a velocity map says 1
MOVING = 0.01  # [m/s] slower is standing still
SPAN = 12  # ticks over which a speed is measured: 50 ms
WAY_INSIDE = 0.14  # [m] straight on in a region where another speed holds, at least
GATHERED = 0.4  # [m/s^2] that an arm speeds up by and slows down by, at least
JERK = 10.0  # [m/s^3] that it keeps while it does, at most
LIFTED = 0.03  # [m]
PUSHED_HEIGHT = 0.015  # [m] higher than this a block was carried, not pushed
STILL = 0.05  # [m/s]


@dataclass(slots=True)
class HandSpeed:
    """Measures the hand's speed over 50 ms, once each.

    Attributes:
        zone: Where the speed asked for holds, by the hand's point.
    """

    zone: Callable[[World, Vec3], bool]
    inside: list[float] = field(default_factory=list[float])
    outside: list[float] = field(default_factory=list[float])
    _last: Vec3 | None = None
    _ticks: int = 0

    def watch(self, world: World) -> None:
        """Take note of the speed."""
        self._ticks += 1
        if self._ticks % SPAN:
            return
        p = world.panda.T_world_ee.position
        if self._last is not None:
            speed = float(np.linalg.norm(p - self._last)) / (SPAN * TICK)
            zone = self.zone(world, 0.5 * (p + self._last))
            if speed > MOVING:
                (self.inside if zone else self.outside).append(speed)
        self._last = p

    @property
    def way_inside(self) -> float:
        """Length of the way in the zone, [m]."""
        return sum(self.inside) * SPAN * TICK

    @property
    def usual(self) -> float:
        """The speed outside: its 90th percentile; the planner's if it is not known.

        It is known where the hand went 10 cm outside.
        """
        way = sum(self.outside) * SPAN * TICK
        return float(np.quantile(self.outside, 0.9)) if way > 0.10 else USUAL_SPEED


@dataclass(slots=True)
class SpeedInZone:
    """The hand was slower, or faster, in a zone than outside.

    The ratio of the speed inside (its median for a slow zone, its greatest for a
    fast one: the hand has to gather speed) to the speed outside must lie at least
    half of the way from 1 to what was asked; where the way inside is too short for
    that, as far as 0.4 m/s^2, or a jerk of 10 m/s^3, bring it between its speeds at
    both ends of the way, of which the 14 cm that are straight count. It may overshoot
    what was asked by a quarter for a fast zone and by half for a slow one. A hand
    that never was in the zone for 0.1 s broke nothing.
    """

    factor: float
    speed: HandSpeed
    name: str = "speed kept"

    def watch(self, world: World) -> None:
        """Take note of the speed."""
        self.speed.watch(world)

    def holds(self, world: World) -> bool:
        """Say whether the ratio is as asked."""
        del world
        if len(self.speed.inside) < 2:
            return True
        ratio = self.ratio
        half_way = 0.5 * (1.0 + self.factor)
        if self.factor < 1.0:
            return 0.5 * self.factor <= ratio <= half_way
        return min(half_way, self._possible) <= ratio <= 1.25 * self.factor

    @property
    def _possible(self) -> float:
        """Speed over the usual that a hand can gather on its way."""
        usual, inside = self.speed.usual, self.speed.inside
        way = min(self.speed.way_inside, WAY_INSIDE)
        ends = [min(each, usual) for each in (inside[0], inside[-1])]
        gathered = np.sqrt(0.5 * (ends[0] ** 2 + ends[1] ** 2) + GATHERED * way)
        quarter = way / usual / 4.0  # [s] to build the acceleration up
        return min(float(gathered), usual + JERK * quarter**2) / usual

    @property
    def ratio(self) -> float:
        """Speed inside over speed outside."""
        inside = np.array(self.speed.inside)
        own = np.median(inside) if self.factor < 1.0 else inside.max()
        return float(own) / self.speed.usual


def _everywhere(world: World, p_world: Vec3) -> bool:
    del world, p_world
    return True


@dataclass(slots=True)
class OverallSpeed:
    """The hand's 90th percentile of speed is what was asked of the usual, ± 25 %."""

    factor: float
    speed: HandSpeed = field(default_factory=lambda: HandSpeed(_everywhere))
    name: str = "speed kept"

    def watch(self, world: World) -> None:
        """Take note of the speed."""
        self.speed.watch(world)

    def holds(self, world: World) -> bool:
        """Say whether the speed is as asked."""
        del world
        if not self.speed.inside:
            return False
        ratio = float(np.quantile(self.speed.inside, 0.9)) / USUAL_SPEED
        return 0.75 * self.factor <= ratio <= 1.25 * self.factor


def hand(world: World) -> Vec3:
    """Return the point between the fingertips."""
    return world.panda.T_world_ee.position


def hand_gap(world: World, block: str) -> float:
    """Return how far the hand's point is from a block's surface."""
    return gap_to_block(hand(world), block_at(world, block))


def moved(world: World, block: str, start: Vec3) -> float:
    """Return how far a block's centre is from where it was, along the table."""
    return float(np.linalg.norm((block_at(world, block)[0] - start)[:2]))


def pushed(block: str) -> Always:
    """Return the check that a block was never lifted."""
    return Always("not lifted", lambda w: w.pose(block).position[2] < PUSHED_HEIGHT)
