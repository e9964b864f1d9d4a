"""The parts that stand in the grounder's scenes: one line each.

A kind makes a part of a colour; its pieces are those that the part's model names, and
what such a piece is called is a noun of `sims.grounding.nouns`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from perception.frames import Pose
from sims.articulated import Door, Fridge, Window
from sims.assets.colours import COLOURS
from sims.barbecue import Chicken, Grill, Steak
from sims.buttons import Lamp
from sims.chests import Chest
from sims.crockery import Cup, Fork, Knife, Mug, Plate, Spoon
from sims.cup_holder import CupHolder
from sims.everyday.cleaning import Brush, Dustpan, Trash
from sims.everyday.things import Apple, Sponge, Vase
from sims.fruit import Banana
from sims.furniture import Button, Cabinet, Strip
from sims.jars import CAP, LID, Bottle, Cap, Closure, Jar, Lid
from sims.lamps import HELD, Bulb, Holder
from sims.lamps import Lamp as SocketLamp
from sims.parts import Ball, Block, Bowl, Cylinder, Part
from sims.pegs import Spokes, SquareRing
from sims.wine import WineBottle, WineRack

Rng = np.random.Generator
Make = Callable[[str, Rng], Part]
# Where a kind stands: free on the table, at its far side, or painted on it.
Where = Literal["free", "far", "flat"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of part.

    Attributes:
        noun: What the part itself is, if its model does not say.
        make: Makes one of a colour.
        where: Where it stands.
        often: Its share among the kinds of its place.
        takes: Height over its foot at which things lie in or on it, [m], and the
            radius of what has room there; None if nothing has.
        closed_by: Noun of what alone goes onto it, and is a part of it there.
        colours: That it comes in; all if empty.
    """

    noun: str
    make: Make
    where: Where = "free"
    often: float = 1.0
    takes: Callable[[Any], tuple[float, float]] | None = None
    closed_by: str = ""
    colours: tuple[str, ...] = ()


def _chest(colour: str, rng: Rng) -> Chest:
    small = Chest.small()
    if rng.random() < 0.5:
        return Chest(handle=colour)
    return Chest(
        small.width, small.depth, small.front, small.plinth, small.travel, colour
    )


def _spokes(colour: str, rng: Rng) -> Spokes:
    others = [each for each in COLOURS if each != colour]
    row = [colour, *rng.choice(others, 2, replace=False).tolist()]
    return Spokes(tuple(rng.permutation(row).tolist()))


def _cup_holder(rng: Rng) -> CupHolder:
    return CupHolder(int(rng.integers(3, 5)), _one(rng, -np.pi, np.pi))


APPLES = ("red", "green", "yellow")
OWN = ("brown",)  # of what has colours of its own; it is asked for and not used

KINDS = (
    Kind(
        "block",
        lambda c, r: Block(c, _one(r, 0.03, 0.06)),
        often=4.0,
        takes=lambda part: (part.side, 0.6 * part.side),
    ),
    Kind("ball", lambda c, r: Ball(c, _one(r, 0.018, 0.035)), often=3.0),
    Kind(
        "cylinder",
        lambda c, r: Cylinder(c, _one(r, 0.016, 0.035), _one(r, 0.04, 0.14)),
        often=2.0,
    ),
    Kind(
        "bowl",
        lambda c, r: Bowl(c, _one(r, 0.05, 0.08), _one(r, 0.035, 0.06)),
        often=2.0,
        takes=lambda part: (0.006, 0.5 * part.radius),
    ),
    Kind("cup", lambda c, _: Cup(c), often=2.0),
    Kind("mug", lambda c, _: Mug(c), often=2.0),
    Kind("plate", lambda c, _: Plate(c), often=2.0, takes=lambda _: (0.008, 0.06)),
    Kind("fork", lambda c, _: Fork(c)),
    Kind("spoon", lambda c, _: Spoon(c)),
    Kind("knife", lambda c, _: Knife(c)),
    Kind("jar", lambda c, _: Jar(c), takes=lambda _: _closed(LID), closed_by="lid"),
    Kind("lid", lambda c, _: Lid(c), often=1.5),
    Kind(
        "bottle", lambda c, _: Bottle(c), takes=lambda _: _closed(CAP), closed_by="cap"
    ),
    Kind("cap", lambda c, _: Cap(c), often=1.5),
    Kind("banana", lambda _, r: Banana(_one(r, 0.028, 0.038)), colours=("yellow",)),
    Kind("apple", lambda c, r: Apple(c, _one(r, 0.026, 0.036)), colours=APPLES),
    Kind("steak", lambda _c, _r: Steak(), colours=OWN),
    Kind("chicken", lambda _c, _r: Chicken(), colours=OWN),
    Kind("wine bottle", lambda _c, _r: WineBottle(), colours=OWN),
    Kind("vase", lambda c, r: Vase(c, _one(r, 0.034, 0.042), _one(r, 0.16, 0.2))),
    Kind("sponge", lambda c, _: Sponge(c)),
    Kind("trash", lambda c, r: Trash(c, _one(r, 0.011, 0.016), int(r.integers(50)))),
    Kind("brush", lambda c, _: Brush(c)),
    Kind("lamp", lambda c, r: Lamp(c, _one(r, 0.03, 0.04), _one(r, 0.07, 0.09))),
    Kind("lamp", lambda _c, _r: SocketLamp(), colours=OWN),
    Kind("bulb", lambda _c, _r: Bulb(), colours=OWN),
    Kind(
        "bulb holder",
        lambda c, _: Holder(c),
        takes=lambda _: (HELD, 0.03),
        closed_by="bulb",
    ),
    Kind("dustpan", lambda c, _: Dustpan(c)),
    Kind(
        "button", lambda c, r: Button(c, _one(r, 0.020, 0.028), _one(r, 0.036, 0.045))
    ),
    Kind("ring", lambda c, _: SquareRing(c)),
    Kind("board", _spokes, "far"),
    Kind("cup holder", lambda _, r: _cup_holder(r), "far", colours=OWN),
    Kind("grill", lambda _, r: Grill(_side(r)), "far", colours=OWN),
    Kind("wine rack", lambda _c, _r: WineRack(), "far", colours=OWN),
    Kind("drawer", lambda c, r: Cabinet(handle=c, height=_one(r, 0.1, 0.16)), "far"),
    Kind("chest", _chest, "far"),
    Kind("door", lambda c, r: Door(c, _side(r)), "far"),
    Kind("window", lambda c, r: Window(c, _side(r)), "far"),
    Kind("fridge", lambda c, r: Fridge(c, _side(r)), "far"),
    Kind(
        "zone", lambda c, r: Strip(c, _one(r, 0.09, 0.16), _one(r, 0.08, 0.14)), "flat"
    ),
    Kind(
        "line", lambda c, r: Strip(c, _one(r, 0.25, 0.4), _one(r, 0.015, 0.03)), "flat"
    ),
)


def _one(rng: Rng, low: float, high: float) -> float:
    return float(rng.uniform(low, high))


def _closed(closure: Closure) -> tuple[float, float]:
    return float(closure.closed(Pose.identity()).position[2]), closure.radius


def _side(rng: Rng) -> int:
    return int(rng.choice((-1, 1)))
