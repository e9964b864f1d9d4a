"""Twins shuffled: things alike are lifted, moved and exchanged round a working arm.

The arm carries a ball to and fro and takes no notice. What is moved, and how, is drawn
before the episode. Lengths in [m].
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from perception.frames import Pose
from sims.bullet import BASE, TICK
from sims.checks import Once
from sims.deeds import Deed, Kind, Shift
from sims.disturbances import Disturbances, Due
from sims.everyday.pieces import CLOSED_LOOP
from sims.everyday.scene import shove
from sims.parts import Ball, Block, Cylinder, Part
from sims.tasks.laid import Laid, LaidTask
from sims.tasks.layout import Layout
from sims.ways import aside, distance_to_way, is_busy
from sims.world import World

NAME = "tracking/shuffle"
SECONDS = 60.0
AND = " and "  # between the names of what is moved at one time
BALL = "green ball"
TWINS: tuple[tuple[str, Callable[[], Part]], ...] = (
    ("red block", lambda: Block("red")),
    ("yellow cylinder", lambda: Cylinder("yellow")),
)
LIFTS = (0.0, 0.06, 0.12)
MOVED = (0.06, 0.20)
HAND_ROOM = 0.16  # from the way of what is exchanged to the hand
SIDE_BY_SIDE = 0.05  # between two that pass each other in the air
PROGRAM = f"""{CLOSED_LOOP}
def spot(y):
    return np.array([0.36, y, 0.03])

def carry(y):
    grasp('green ball')
    rise(14)
    follow(lambda: spot(y))
    let_go(20)

for y in (0.12, -0.12, 0.12, -0.12):
    attempt(lambda: carry(y))
"""


@dataclass(slots=True)
class Exchange:
    """Two things alike are lifted, led past each other, and each set where one was.

    Attributes:
        pairs: Names of which may be exchanged with which.
    """

    pairs: tuple[tuple[str, str], ...]
    kind: Kind = "shift"
    what: str = ""
    speed: float = 0.25  # [m/s] at most
    force: float = 15.0  # [N] at most
    hop: float = 0.10
    _ties: list[tuple[str, int, Pose]] = field(
        default_factory=list[tuple[str, int, Pose]]
    )
    _ticks: int = 0

    def begin(self, world: World, rng: np.random.Generator) -> bool:
        """Take hold of both of a pair that the arm is far from."""
        order: list[int] = rng.permutation(len(self.pairs)).tolist()
        for pair in (self.pairs[k] for k in order):
            if not any(is_busy(world, name) for name in pair) and _is_clear(
                world, pair
            ):
                self.what = AND.join(pair)
                for name in pair:
                    body = world.body(name).id
                    start = world.bullet.centre(body, BASE)
                    tie = world.bullet.tie(body, BASE, upright=True)
                    self._ties.append((name, tie, start))
                return True
        return False

    def step(self, world: World) -> float | None:
        """Lead them on, aside of each other; let go at the end, or if the arm comes."""
        self._ticks += 1
        a, b = (start.position for _, _, start in self._ties)
        way = (b - a) * [1.0, 1.0, 0.0]
        length = float(np.linalg.norm(way))
        share = min(self._ticks * TICK * self.speed / (1.5 * length), 1.0)
        off = share * share * (3.0 - 2.0 * share)
        round_each_other = 4.0 * off * (1.0 - off)
        across = np.array([-way[1], way[0], 0.0]) / length * SIDE_BY_SIDE
        up = np.array([0.0, 0.0, self.hop])
        for (_, tie, start), sign in zip(self._ties, (1.0, -1.0), strict=True):
            bow = round_each_other * (up + sign * across)
            place = start.position + sign * off * way + bow
            world.bullet.lead(tie, Pose(place, start.wxyz), self.force)
        touched = any(world.touched_by_arm(name) for name, _, _ in self._ties)
        if share < 1.0 and not touched:
            return None
        for _, tie, _ in self._ties:
            world.bullet.untie(tie)
        return length


def _is_clear(world: World, pair: tuple[str, str]) -> bool:
    """Say whether the hand is far from the way of two; over others they are lifted."""
    here, there = (world.pose(name).position[:2] for name in pair)
    hand = world.panda.T_world_ee.position[:2]
    return distance_to_way(hand, here, there) > HAND_ROOM


def lay(world: World, rng: np.random.Generator) -> Laid:
    """Lay two of each kind of twins and a ball; plan who is moved and when."""
    layout = Layout(world, rng)
    layout.put(BALL, Ball("green"), np.array([0.36, -0.12]))
    for y in (-0.12, 0.0, 0.12):  # the hand's way
        layout.keep_free(np.array([0.36, y]), 0.05)
    pairs: list[tuple[str, str]] = []
    for name, part in TWINS:
        pair = (name, f"{name} 2")
        pairs.append(pair)
        for each in pair:
            layout.add(each, part(), gap=0.03)
    names = tuple(each for pair in pairs for each in pair)
    persons = rng.spawn(1)[0]
    person = Disturbances(world, persons)

    def moved(rng: np.random.Generator) -> Deed:
        return Shift(names, aside(*MOVED), hop=float(rng.choice(LIFTS)))

    def exchanged(rng: np.random.Generator) -> Deed:
        del rng
        return Exchange(tuple(pairs))

    kinds = (moved, moved, exchanged, exchanged, shove)
    count = int(persons.integers(4, 8))
    times: list[float] = persons.uniform(0.8, 20.0, count).tolist()
    chosen: list[int] = persons.integers(0, len(kinds), count).tolist()
    person.plan([Due(t, kinds[k](persons)) for t, k in zip(times, chosen, strict=True)])
    carried = Once("gripped", lambda w: w.gripped(BALL))
    said = "carry the green ball to and fro"
    return Laid(said, (carried,), (BALL,), PROGRAM, person)


def shuffle() -> LaidTask:
    """Return the task."""
    return LaidTask(NAME, lay, max_seconds=SECONDS)
