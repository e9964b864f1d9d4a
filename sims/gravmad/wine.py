"""A wine bottle to be laid into a place of a rack.

Left, middle and right are those of a person who faces the robot. Lengths in [m].
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from sims.checks import AtEnd, Once
from sims.gravmad.columns import at_rest
from sims.programs import HAND
from sims.tasks.laid import Laid, LaidTask
from sims.tasks.layout import standing
from sims.wine import WineBottle, WineRack
from sims.world import World

BOTTLE, RACK = "wine bottle", "rack"
LIFTED = 0.05
ASIDE = 0.02  # off the middle of a place, across
ALONG = 0.05  # likewise, along
ASKEW = np.deg2rad(15.0)
LEVEL = 0.01
TEMPLATES = (
    "stack the wine bottle to the {place} of the rack",
    "lay the wine bottle in the {place} place of the rack",
    "put the wine in the rack, in the {place} one of its three places",
    "the {place} place of the wine rack is for the bottle; lay it there",
)


def place_wine(world: World, rng: np.random.Generator) -> Laid:
    """Lay a bottle from the table into a place of the rack."""
    bottle, rack = WineBottle(), WineRack()
    place = str(rng.choice(rack.places))
    at = rng.uniform((0.57, -0.06), (0.60, 0.06))
    world.add(RACK, rack, standing(at, float(rng.uniform(-0.12, 0.12))))
    aside = rng.uniform((0.36, -0.22), (0.38, 0.22))
    yaw = rng.choice((-1, 1)) * rng.uniform(0.5, 1.3) + rng.choice((0.0, np.pi))
    world.add(BOTTLE, bottle, standing(aside, float(yaw)))

    def placed(world: World) -> bool:
        T_rack_bottle = world.pose(RACK).inverse() @ world.pose(BOTTLE)
        middle = T_rack_bottle.apply(np.array([[0.0, 0.0, bottle.radius]]))[0]
        off = np.abs(middle - (0.0, rack.slot(place), rack.top + bottle.radius))
        axis = abs(float(T_rack_bottle.rotation[0, 0]))
        inside = bool((off < (ALONG, ASIDE, LEVEL)).all())
        return inside and axis > float(np.cos(ASKEW))

    return Laid(
        str(rng.choice(TEMPLATES)).format(place=place),
        (
            Once("gripped", lambda w: w.gripped(BOTTLE)),
            Once("lifted", lambda w: bool(w.pose(BOTTLE).position[2] > LIFTED)),
            AtEnd("placed", placed),
            AtEnd("released", lambda w: at_rest(w, (BOTTLE,))),
        ),
        (BOTTLE, RACK),
        _program(rack, bottle, place),
    )


def _program(rack: WineRack, bottle: WineBottle, place: str) -> str:
    """Return the program: three equal places lie between the outermost pegs."""
    rest = rack.top + bottle.radius + 0.008
    return f"""{HAND}
rack = detect('rack')
pick('wine bottle')
right = rack.axis if rack.axis[1] > 0 else -rack.axis
pitch = (rack.size_cm[0] / 100 - {2 * rack.peg}) / 3
target = rack.world_position + {rack.places.index(place) - 1} * pitch * right
yaw = np.arctan2(-right[0], right[1]) / 2
lying = np.array([0, np.cos(yaw), np.sin(yaw), 0])
go_exact(np.array([target[0], target[1], {rest}]), lying)
open_gripper()
go(over(get_ee_pos(), 12))
"""


WINE: dict[str, Callable[[], LaidTask]] = {
    "base/place-wine": partial(LaidTask, "base/place-wine", place_wine)
}
