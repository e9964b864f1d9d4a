"""Meat to be taken off a grill, or put on it; the other piece stays where it is.

Lengths in [m].
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from perception.frames import Pose, Vec3
from sims.barbecue import Chicken, Grill, Steak
from sims.checks import AtEnd, Check, Once
from sims.gravmad.columns import at_rest
from sims.parts import Part
from sims.programs import HAND
from sims.tasks.laid import Laid, LaidTask
from sims.tasks.layout import standing
from sims.world import World

GRILL = "grill"
MEAT: dict[str, Part] = {"chicken": Chicken(), "steak": Steak()}
# From the middle of a place to each piece: they lie side by side.
APART = {"grate": np.array([0.0, 0.06]), "shelf": np.array([0.06, 0.0])}
LIFTED = 0.04  # over where it lay
LEVEL = 0.015
OFF = (
    "take the {meat} off the grill",
    "lift the {meat} from the grill onto the shelf beside it",
    "the {meat} is done; put it on the shelf next to the grate",
    "move the {meat} from the grate to the side shelf",
)
ON = (
    "put the {meat} on the grill",
    "grill the {meat}",
    "place the {meat} on the grate of the grill",
    "take the {meat} from the shelf and lay it on the grill",
)


def meat_off_grill(world: World, rng: np.random.Generator) -> Laid:
    """Take one of two pieces off the grate and lay it on the shelf."""
    grill = _lay(world, rng, "grate")
    return _moved(rng, grill, ("grate", "shelf"), OFF)


def meat_on_grill(world: World, rng: np.random.Generator) -> Laid:
    """Take one of two pieces from the shelf and lay it on the grate."""
    grill = _lay(world, rng, "shelf")
    return _moved(rng, grill, ("shelf", "grate"), ON)


def _lay(world: World, rng: np.random.Generator, start: str) -> Grill:
    """Put a grill on the table and both pieces of meat on a place of it."""
    grill = Grill(side=int(rng.choice((-1, 1))))
    at = rng.uniform((0.50, -0.05), (0.54, 0.05))
    T_world_grill = standing(at, float(rng.uniform(-0.1, 0.1)))
    world.add(GRILL, grill, T_world_grill)
    middle, _ = _place(grill, start)
    along, lying = APART[start], float(np.pi / 2 * (start == "shelf"))
    order = [str(each) for each in rng.permutation(list(MEAT))]
    for name, sign in zip(order, (-1, 1), strict=True):
        xy = middle[:2] + sign * along + rng.uniform(-0.006, 0.006, 2)
        yaw = lying + rng.uniform(-0.2, 0.2) + rng.choice((0.0, np.pi))
        place = Pose(np.array([*xy, grill.height + 0.001]), standing(xy, yaw).wxyz)
        world.add(name, MEAT[name], T_world_grill @ place)
    return grill


def _moved(
    rng: np.random.Generator,
    grill: Grill,
    way: tuple[str, str],
    templates: tuple[str, ...],
) -> Laid:
    start, end = way
    meat, other = (str(each) for each in rng.permutation(list(MEAT)))
    checks: tuple[Check, ...] = (
        Once("gripped", lambda w: w.gripped(meat)),
        Once("lifted", lambda w: _height(w, grill, meat) > LIFTED),
        AtEnd("placed", lambda w: _lies_on(w, grill, meat, end)),
        AtEnd("other left", lambda w: _lies_on(w, grill, other, start)),
        AtEnd("released", lambda w: at_rest(w, (meat, other))),
    )
    return Laid(
        str(rng.choice(templates)).format(meat=meat),
        checks,
        (meat, GRILL),
        f"""{HAND}
meat = detect('{meat}')
place = detect('{end}')
pick('{meat}')
high = place.world_aabb[1][2] + meat.world_position[2] - meat.world_aabb[0][2]
target = np.array([place.world_position[0], place.world_position[1], high + 0.018])
go_exact(target)
open_gripper()
go(over(get_ee_pos(), 12))
""",
    )


def _place(grill: Grill, name: str) -> tuple[Vec3, Vec3]:
    """Return the middle of the grate or the shelf in the grill's frame, and half it."""
    y, width = {
        "grate": (grill.grate_y, grill.width),
        "shelf": (grill.shelf_y, grill.shelf),
    }[name]
    return np.array([0.0, y, grill.height]), np.array([grill.depth, width, 0.0]) / 2


def _height(world: World, grill: Grill, meat: str) -> float:
    return float(world.pose(meat).position[2]) - grill.height


def _lies_on(world: World, grill: Grill, meat: str, place: str) -> bool:
    middle, half = _place(grill, place)
    at = world.pose(GRILL).inverse() @ world.pose(meat)
    inside = np.abs(at.position - middle)[:2] < half[:2]
    return bool(inside.all()) and abs(_height(world, grill, meat)) < LEVEL


GRILLING: dict[str, Callable[[], LaidTask]] = {
    name: partial(LaidTask, name, lay)
    for name, lay in (
        ("base/meat-off-grill", meat_off_grill),
        ("novel/meat-on-grill", meat_on_grill),
    )
}
