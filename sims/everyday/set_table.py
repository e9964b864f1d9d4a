"""Set up the table: cutlery and a cup beside a plate, as the person wants them.

Left, right and behind are those of a person who faces the robot. Lengths in [m].
"""

from dataclasses import dataclass

import numpy as np

from perception.directions import direction
from sims.checks import AtEnd, Check, Once
from sims.crockery import PLATE, Cup, Fork, Knife, Plate, Spoon
from sims.deeds import Deed, Shift
from sims.disturbances import Disturbances
from sims.everyday.pieces import CLOSED_LOOP
from sims.everyday.scene import LayScene, Scene, shift, shove
from sims.parts import Part
from sims.tasks.laid import Laid
from sims.tasks.layout import Layout, sample
from sims.ways import aside
from sims.world import World

SAID = (
    "set up the table: put {0} and {1}",
    "please set the table for me, {0} and {1}",
    "lay the table with {0} and {1}",
    "I am about to eat, so put {0} and {1}",
)
WHERE = {
    "left": "to the left of the plate",
    "right": "to the right of the plate",
    "behind": "behind the plate",
}
CUTLERY: dict[str, Part] = {"fork": Fork(), "spoon": Spoon(), "knife": Knife()}
CUPS = ("red", "green", "blue", "purple", "cyan")
PLATES = ("white", "blue", "green", "pink")
BESIDE = 0.045  # [m] from the plate's rim to the middle of a piece of cutlery
BESIDE_CUP = 0.06
NEAREST, FARTHEST = 0.01, 0.09  # [m] from the rim that counts as beside
ASIDE = 0.04  # [m] off the line through the plate's middle
STRAIGHT = np.deg2rad(25.0)  # that cutlery may lie askew
UNDONE = (0.06, 0.12)  # [m]
STILL = 0.05  # [m/s]
LIFTED = 0.03  # [m]
TURNED = np.deg2rad(70.0)
LENGTH_MIDDLE = -0.0175  # [m] middle of a piece of cutlery in its frame


@dataclass(frozen=True, slots=True)
class Wish:
    """A thing, and the side of the plate where it shall be."""

    thing: str
    side: str

    @property
    def words(self) -> str:
        """As it is said."""
        return f"the {self.thing} {WHERE[self.side]}"

    @property
    def is_cutlery(self) -> bool:
        """Whether it shall lie straight before the person."""
        return self.thing in CUTLERY

    @property
    def distance(self) -> float:
        """From the plate's middle, where it is best."""
        return PLATE.rim + (BESIDE if self.is_cutlery else BESIDE_CUP)

    @property
    def offset(self) -> np.ndarray:
        """(2,) from the plate's middle to there."""
        return self.distance * direction(self.side)[:2]


def set_table(world: World, rng: np.random.Generator, person: Disturbances) -> Scene:
    """Put two things beside a plate, each at its side, cutlery straight.

    A thing's middle ends 1 to 9 cm from the rim on that side and at most 4 cm off the
    line through the plate's middle, at rest and let go.
    """
    del person  # nothing that is judged hangs on what they do
    wishes = _wishes(rng)
    layout = Layout(world, rng)
    plate = rng.uniform((0.47, -0.05), (0.53, 0.05))
    layout.put("plate", Plate(str(rng.choice(PLATES))), plate)
    for wish in wishes:
        layout.keep_free(plate + wish.offset, 0.06)
    for wish in wishes:
        part = CUTLERY.get(wish.thing) or Cup(str(rng.choice(CUPS)))
        layout.add(wish.thing, part, gap=0.02, turn=TURNED)
    things = tuple(wish.thing for wish in wishes)
    said = str(rng.choice(SAID)).format(*(wish.words for wish in wishes))
    checks = [check for wish in wishes for check in _checks(wish)]
    laid = Laid(said, tuple(checks), (*things, "plate"), _program(wishes))

    wanted = {wish.thing: wish for wish in wishes}

    def is_done(world: World, name: str) -> bool:
        return is_beside(world, wanted[name])

    def undo(rng: np.random.Generator) -> Deed:
        del rng
        return Shift(things, aside(*UNDONE), is_done, kind="undo")

    return Scene(laid, (shove, shift((*things, "plate")), undo), 11.0)


def _wishes(rng: np.random.Generator) -> tuple[Wish, Wish]:
    things = sample(rng, (*CUTLERY, "cup"), 2)
    sides = sample(rng, ("left", "right"), 2)
    first, second = (
        Wish(thing, "behind" if thing == "cup" and rng.random() < 0.4 else side)
        for thing, side in zip(things, sides, strict=True)
    )
    return first, second


def _checks(wish: Wish) -> tuple[Check, ...]:
    name = wish.thing

    def released(world: World) -> bool:
        return not world.touched_by_arm(name) and world.speed(name) < STILL

    return (
        Once(f"{name} lifted", lambda w: bool(w.pose(name).position[2] > LIFTED)),
        AtEnd(f"{name} placed", lambda w: is_beside(w, wish)),
        AtEnd(f"{name} released", released),
    )


def is_beside(world: World, wish: Wish) -> bool:
    """Say whether a thing is where a wish wants it."""
    pose = world.pose(wish.thing)
    middle = np.array([[LENGTH_MIDDLE if wish.is_cutlery else 0.0, 0.0, 0.0]])
    away = (pose.apply(middle)[0] - world.pose("plate").position)[:2]
    axis = direction(wish.side)[:2]
    along = float(away @ axis)
    off = float(np.linalg.norm(away - along * axis))
    level = pose.position[2] < LIFTED
    straight = abs(pose.rotation[0, 0]) > np.cos(STRAIGHT) or not wish.is_cutlery
    near = NEAREST <= along - PLATE.rim <= FARTHEST
    return bool(near and off <= ASIDE and level and straight)


def _program(wishes: tuple[Wish, ...]) -> str:
    """Take each thing that is not where it shall be there, and look again."""
    told = ", ".join(
        f"('{wish.thing}', {wish.offset.round(4).tolist()}, {wish.is_cutlery})"
        for wish in wishes
    )
    return f"""{CLOSED_LOOP}
WISHES = [{told}]

def goal_of(wish):
    return flat(detect('plate').world_position) + np.array([*wish[1], 0.0])

def is_placed(wish):
    thing = detect(wish[0])
    straight = abs(thing.axis[0]) > 0.95 or not wish[2]
    off = flat(thing.world_position) - goal_of(wish)
    return np.linalg.norm(off) < 0.02 and straight

def place(wish):
    grasp(wish[0])
    z = detect('gripper').world_position[2] + 0.002
    quat = lengthwise(1, 0) if wish[2] else None
    rise(10)
    follow(
        lambda: goal_of(wish) + np.array([0.0, 0.0, z]),
        None if quat is None else lambda: quat,
    )
    let_go()

def place_next():
    place([wish for wish in WISHES if not is_placed(wish)][0])

until(lambda: all(is_placed(wish) for wish in WISHES), place_next)
"""


SCENES: dict[str, LayScene] = {"everyday/set-table": set_table}
