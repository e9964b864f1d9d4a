"""Move and avoid: the hand, or a thing that it carries, goes past a vase with room.

Lengths in [m].
"""

from dataclasses import dataclass

import numpy as np

from sims.checks import Always, AtEnd, Check, Once
from sims.crockery import PLATE, Plate
from sims.deeds import Deed, Shift
from sims.disturbances import Disturbances
from sims.errors import CrowdedTableError
from sims.everyday.pieces import CLOSED_LOOP
from sims.everyday.scene import LayScene, Scene, shift, shove
from sims.everyday.things import Apple, Sponge, Vase
from sims.parts import Part
from sims.tasks.laid import Laid
from sims.tasks.layout import TRIES, Layout
from sims.ways import aside
from sims.world import World

CARRIED: dict[str, Part] = {
    "red apple": Apple("red"),
    "green apple": Apple("green"),
    "yellow sponge": Sponge("yellow"),
    "pink sponge": Sponge("pink"),
}
VASES = ("blue", "purple", "orange", "cyan")
PLATES = ("white", "blue", "gray")
CARRY = (
    "bring the {thing} to the plate while staying at least {cm} cm away from the vase",
    "put the {thing} on the plate but keep {cm} cm away from the vase",
    "move the {thing} onto the plate, staying {cm} cm clear of the vase",
    "the {thing} goes on the plate; watch out for the vase, keep {cm} cm from it",
)
MOVE = (
    "move to the plate while staying at least {cm} cm away from the vase",
    "go over the plate but keep {cm} cm away from the vase",
    "reach the plate, staying {cm} cm clear of the vase",
)
NEAREST_CM, FARTHEST_CM = 8, 12
SPARE = 0.04  # [m] more than the distance lies between the vase and where to go
SLACK = 0.01  # [m] nearer than asked for still counts
EXCUSED = 1.0  # [s] after a deed of the person, in which the hand may make room
OVER = 0.20  # [m] over the plate, at most
TAKEN_OFF = (0.14, 0.22)  # [m] that the thing is moved from the plate again
STILL = 0.05  # [m/s]
ON_PLATE = 0.06  # [m] from its middle
VASE = "vase"


@dataclass(slots=True)
class KeptAway:
    """Hand and thing never came nearer to the vase than was asked for.

    It counts how far the point between the fingertips, and the thing's middle once it
    was gripped, are from the surface of a cylinder round the vase. What a person
    brings nearer is excused for a second.
    """

    distance: float
    vase: Vase
    thing: str | None
    person: Disturbances
    name: str = "kept away"
    nearest: float = np.inf
    _carried: bool = False

    def watch(self, world: World) -> None:
        """Take note of the distance."""
        if self.thing is not None:
            self._carried = self._carried or world.gripped(self.thing)
        if self.person.lately(world, EXCUSED):
            return
        at = world.pose(VASE).position
        gap = self.vase.gap(world.panda.T_world_ee.position, at)
        if self.thing is not None and self._carried:
            gap = min(gap, self.vase.gap(world.pose(self.thing).position, at))
        self.nearest = min(self.nearest, gap)

    def holds(self, world: World) -> bool:
        """Say whether it kept away."""
        del world
        return self.nearest >= self.distance - SLACK


def move_avoid(world: World, rng: np.random.Generator, person: Disturbances) -> Scene:
    """Carry a thing past a vase onto a plate, or move the hand over the plate."""
    thing = str(rng.choice([*CARRIED])) if rng.random() < 0.6 else None
    cm = int(rng.integers(NEAREST_CM, FARTHEST_CM + 1))
    vase = Vase(str(rng.choice(VASES)))
    start, goal, middle = _places(rng, 0.01 * cm + vase.radius + SPARE)
    layout = Layout(world, rng)
    layout.put("plate", Plate(str(rng.choice(PLATES))), goal)
    layout.put(VASE, vase, middle)
    if thing is not None:
        layout.put(thing, CARRIED[thing], start, yaw=float(rng.uniform(-0.6, 0.6)))
    kept = KeptAway(0.01 * cm, vase, thing, person)
    templates = MOVE if thing is None else CARRY
    said = str(rng.choice(templates)).format(thing=thing, cm=cm)
    ends = _over() if thing is None else _carried(thing)
    untouched = Always("vase untouched", lambda w: not _is_touched(w, thing))
    names = ("plate",) if thing is None else ("plate", thing)
    laid = Laid(said, (kept, untouched, *ends), names, _program(thing, cm))

    def with_room(world: World, place: np.ndarray) -> bool:
        """Say whether a vase there leaves room to do what is asked."""
        ends = [world.pose(name).position for name in names]
        at, needed = np.array([*place, 0.0]), 0.01 * cm + SPARE
        return all(
            vase.gap(each, at) >= needed
            for each in (world.panda.T_world_ee.position, *ends)
        )

    def from_vase(world: World, place: np.ndarray) -> bool:
        end, at = np.array([*place, 0.0]), world.pose(VASE).position
        return vase.gap(end, at) >= 0.01 * cm + SPARE

    deeds = [shove, shift((VASE,), with_room), shift(names, from_vase)]
    if thing is None:
        return Scene(laid, deeds, 1.5)

    def undo(rng: np.random.Generator) -> Deed:
        del rng
        where = aside(*TAKEN_OFF, from_vase)
        return Shift((thing,), where, _is_on_plate, kind="undo", hop=0.05)

    return Scene(laid, [*deeds, undo], 6.0)


def _places(
    rng: np.random.Generator, needed: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (x, y) of the start, the goal and the vase between them."""
    for _ in range(TRIES):
        side = 1.0 if rng.random() < 0.5 else -1.0
        start = rng.uniform((0.38, 0.22), (0.55, 0.30)) * [1.0, -side]
        goal = rng.uniform((0.42, 0.20), (0.58, 0.28)) * [1.0, side]
        middle = (start + goal) / 2 + rng.uniform(-0.02, 0.02, 2)
        if min(np.linalg.norm(middle - each) for each in (start, goal)) > needed:
            return start, goal, middle
    raise CrowdedTableError("there is no room for a vase between start and plate")


def _is_touched(world: World, thing: str | None) -> bool:
    if world.touched_by_arm(VASE):
        return True
    if thing is None:
        return False
    bodies = (world.body(each).id for each in (thing, VASE))
    return bool(world.bullet.contacts(*bodies))


def _over() -> tuple[Check, ...]:
    def there(world: World) -> bool:
        away = world.panda.T_world_ee.position - world.pose("plate").position
        return bool(np.hypot(*away[:2]) < 0.5 * PLATE.rim and 0.0 < away[2] < OVER)

    return (AtEnd("over the plate", there),)


def _is_on_plate(world: World, name: str) -> bool:
    away = world.pose("plate").inverse().apply(world.pose(name).position[None])[0]
    on = np.hypot(away[0], away[1]) < ON_PLATE and away[2] < PLATE.height
    return bool(on and not world.touched_by_arm(name))


def _carried(thing: str) -> tuple[Check, ...]:
    return (
        Once("gripped", lambda w: w.gripped(thing)),
        AtEnd("on the plate", lambda w: _is_on_plate(w, thing)),
        AtEnd("at rest", lambda w: w.speed(thing) < STILL),
    )


def _program(thing: str | None, cm: int) -> str:
    """Keep a centimetre more than asked for; look at last whether it is there."""
    away = f"""{CLOSED_LOOP}
def away():
    avoidance_map = get_empty_avoidance_map()
    set_voxel_near(avoidance_map, detect('vase'), {cm + 1})
    return avoidance_map

def over_plate(height):
    plate = detect('plate')
    x, y, z = plate.world_position
    return np.array([x, y, plate.world_aabb[0][2] + height])
"""
    if thing is None:
        return f"{away}\nfollow(lambda: over_plate(0.08), None, away)\n"
    return f"""{away}
def bring():
    grasp('{thing}', away)
    z = detect('gripper').world_position[2]
    rise(10)
    follow(lambda: over_plate(z + 0.015), None, away)
    let_go()

def is_there():
    off = detect('{thing}').world_position - detect('plate').world_position
    return np.linalg.norm(flat(off)) < 0.05

until(is_there, bring)
"""


SCENES: dict[str, LayScene] = {"everyday/move-avoid": move_avoid}
