"""Open the bottle: its cap is turned until the thread lets go of it, and put aside.

Lengths in [m].
"""

from dataclasses import dataclass, field

import numpy as np

from perception.frames import Pose
from sims.assets.colours import COLOURS
from sims.bullet import BASE, TICK
from sims.checks import AtEnd, Once
from sims.deeds import Deed, Kind
from sims.disturbances import Disturbances
from sims.everyday.pieces import CLOSED_LOOP
from sims.everyday.scene import LayScene, Scene, add_distractors, shift, shove
from sims.jars import CAP, Bottle, Cap
from sims.programs import TURN
from sims.tasks.laid import Laid
from sims.tasks.layout import Layout, sample
from sims.ways import is_busy
from sims.world import World

SAID = (
    "open the bottle",
    "please turn open the bottle",
    "unscrew the cap of the bottle and take it off",
    "take the cap off the bottle",
)
GLASS = tuple(c for c in COLOURS if c not in ("white", "gray", "yellow"))
CAPS = ("white", "red", "black", "yellow", "blue", "orange")
BOTTLE, COVER = "bottle", "cap"
LOOSE = 0.05  # of the thread: less is off
OFF = 0.05  # [m] that the cap is from where it closes the bottle
STILL = 0.05  # [m/s]
SPEED = 0.3  # [m/s] of what a person carries
TURNING = 5.0  # [rad/s] at which they turn it
FORCE = 60.0  # [N] they use at most
SCREWED = 0.95  # of the thread
UPRIGHT = 0.99
ROOM = 0.01  # [m] over what they carry, under the hand


def open_bottle(world: World, rng: np.random.Generator, person: Disturbances) -> Scene:
    """Unscrew the cap of a closed bottle, take it off and let go of it.

    The thread lets go once the cap is turned back by six tenths of a turn; it ends
    5 cm or more from where it closes the bottle.
    """
    del person  # nothing that is judged hangs on what they do
    layout = Layout(world, rng)
    glass = sample(rng, GLASS, 1)[0]
    colour = sample(rng, tuple(c for c in CAPS if c != glass), 1)[0]
    place = layout.add(BOTTLE, Bottle(glass))
    layout.keep_free(place, 0.09)
    closed = CAP.closed(world.pose(BOTTLE))
    world.add(COVER, Cap(colour, fits=(BOTTLE,)), closed)
    others = add_distractors(layout, rng, 2)

    def screwed(world: World) -> float:
        return CAP.thread.turned(world, COVER, BOTTLE)

    def is_off(world: World) -> bool:
        away = world.pose(COVER).position - closed.position
        return bool(np.linalg.norm(away) >= OFF)

    def released(world: World) -> bool:
        return not world.touched_by_arm(COVER) and world.speed(COVER) < STILL

    laid = Laid(
        str(rng.choice(SAID)),
        (
            Once("gripped", lambda w: w.gripped(COVER)),
            Once("turned", lambda w: screwed(w) < 0.5),
            AtEnd("unscrewed", lambda w: screwed(w) < LOOSE),
            AtEnd("off", is_off),
            AtEnd("released", released),
        ),
        (COVER, BOTTLE),
        PROGRAM,
    )

    def undo(rng: np.random.Generator) -> Deed:
        del rng
        return Recap(closed)

    return Scene(laid, (shove, shift(others), undo), 7.0)


# The wrist begins where it has room for a turn against the clock.
PROGRAM = f"""{CLOSED_LOOP}{TURN}
ASIDE = [(-0.13, 0.0), (0.0, 0.13), (0.0, -0.13), (-0.1, 0.1), (-0.1, -0.1)]

def is_open():
    off = detect('cap').world_position - detect('bottle').world_position
    return np.linalg.norm(flat(off)) > 0.05

def put_aside():
    x, y, z = detect('bottle').world_position
    for away in ASIDE:
        spot = np.array([x + away[0], y + away[1], 0.018])
        try:
            go_exact(spot, facing(spot, 0.0))
            break
        except ValueError:
            continue
    let_go(27)  # who wants to drink has room

def unscrew():
    open_gripper()
    follow(
        lambda: detect('cap').world_position,
        lambda: facing(detect('cap').world_position, -1.8),
    )
    close_gripper()
    twist(4.2, -0.003)
    rise(8)
    put_aside()

until(is_open, unscrew, watch=3.0)
"""


@dataclass(frozen=True, slots=True, eq=False)
class _Leg:
    """A straight piece of what a person carries: to where, turned by how much."""

    end: Pose
    turn: float = 0.0  # [rad] with the clock, seen from above


@dataclass(slots=True)
class Recap:
    """A person sets the cap on the bottle again and screws it tight.

    Attributes:
        closed: Where it closes the bottle.
    """

    closed: Pose
    kind: Kind = "undo"
    what: str = COVER
    _tie: int = -1
    _here: Pose = field(default_factory=Pose.identity)
    _legs: list[_Leg] = field(default_factory=list[_Leg])
    _ticks: int = 0

    def begin(self, world: World, rng: np.random.Generator) -> bool:
        """Take hold of a cap that stands on the table."""
        del rng
        here = world.pose(COVER)
        stands = here.rotation[2, 2] > UPRIGHT and here.position[2] < CAP.height
        thread, seat = CAP.thread, self.closed.position.copy()
        seat[2] = thread.height
        over = seat + np.array([0.0, 0.0, OFF])
        low = world.panda.T_world_ee.position[2] < over[2] + CAP.height + ROOM
        if is_busy(world, COVER) or not stands or low:
            return False
        above = np.array([*here.position[:2], over[2]])
        turn = SCREWED * thread.end
        deep = seat - np.array([0.0, 0.0, thread.ratio * turn])
        ways = [(above, 0.0), (over, 0.0), (seat, 0.0), (deep, turn)]
        self._legs = [_Leg(Pose(place, here.wxyz), angle) for place, angle in ways]
        self._here = here
        self._tie = world.bullet.tie(world.body(COVER).id, BASE, upright=True)
        return True

    def step(self, world: World) -> float | None:
        """Carry it over the bottle, set it on, turn it."""
        leg = self._legs[0]
        way = leg.end.position - self._here.position
        seconds = max(float(np.linalg.norm(way)) / SPEED, leg.turn / TURNING)
        self._ticks += 1
        share = min(self._ticks * TICK / seconds, 1.0)
        place = Pose(self._here.position + share * way, self._here.wxyz)
        turned = place.turned_by(np.array([0.0, 0.0, -share * leg.turn]))
        body = world.body(COVER).id
        T_body_centre = world.pose(COVER).inverse() @ world.bullet.centre(body, BASE)
        world.bullet.lead(self._tie, turned @ T_body_centre, FORCE)
        if share < 1.0:
            return None
        self._here, self._ticks = turned, 0
        self._legs.pop(0)
        if self._legs and not world.touched_by_arm(COVER):
            return None
        world.bullet.untie(self._tie)
        return CAP.thread.turned(world, COVER, BOTTLE) * CAP.thread.end


SCENES: dict[str, LayScene] = {"everyday/open-bottle": open_bottle}
