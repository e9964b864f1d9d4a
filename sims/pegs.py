"""A board with square spokes, and a square ring that fits over them.

Frames and sizes are as in `sims.parts`: the spokes stand in a row along the board's y,
the middle one over its origin; the ring's origin lies under the middle of its hole, its
handle reaches out along x and ends in an upright tab that fingers close on.
"""

from dataclasses import dataclass

from sims.assets.colours import COLOURS
from sims.assets.squared import squared
from sims.assets.urdf import Joint, Link, Shape, robot
from sims.furniture import WOOD
from sims.parts import Model, Thing

SIDE, TALL, PLATE = 0.024, 0.062, 0.012  # [m] of a spoke, and the board's thickness
APART = 0.10  # [m] from spoke to spoke
POINT = 0.010  # [m] over which a spoke narrows to its tip
HOLE, WALL, THICK = 0.034, 0.014, 0.014  # [m] of the ring
REACH = 0.066  # [m] from the middle of the hole to the tab
TAB = (0.012, 0.026, 0.050)  # [m]


@dataclass(frozen=True, slots=True)
class Spokes:
    """A board with upright square spokes.

    Attributes:
        colours: Of the spokes, from -y to y.
    """

    colours: tuple[str, ...]

    def model(self) -> Model:
        """Return how it is built."""
        names = [f"spoke_{k}" for k in range(len(self.colours))]
        size = (0.08, APART * len(names), PLATE)
        plate = Shape("box", size, xyz=(0.0, 0.0, PLATE / 2))
        spoke = (Shape("mesh", file="spoke.obj"),)
        links = [Link("board", (plate,), WOOD, 2.0)]
        joints: list[Joint] = []
        for k, name in enumerate(names):
            links.append(Link(name, spoke, COLOURS[self.colours[k]], 0.1))
            joints.append(Joint("fixed", "board", name, xyz=(0.0, self.y(k), PLATE)))
        half, top = SIDE / 2, TALL - POINT
        outline = ((half, 0.0), (half, top), (0.5 * half, TALL))
        return Model(
            robot(links, joints),
            0.55 * size[1],
            fixed=True,
            meshes={"spoke.obj": squared(outline)},
            things={"": Thing("board")}
            | {
                name: Thing(f"{colour} spoke", of="")
                for name, colour in zip(names, self.colours, strict=True)
            },
        )

    def y(self, number: int) -> float:
        """Return where a spoke stands, in the board's frame, [m]."""
        return APART * (number - (len(self.colours) - 1) / 2)


@dataclass(frozen=True, slots=True)
class SquareRing:
    """A flat square ring with a handle."""

    colour: str

    def model(self) -> Model:
        """Return how it is built."""
        outer, middle, z = HOLE + 2 * WALL, (HOLE + WALL) / 2, THICK / 2
        ring = (
            Shape("box", (WALL, outer, THICK), xyz=(middle, 0.0, z)),
            Shape("box", (WALL, outer, THICK), xyz=(-middle, 0.0, z)),
            Shape("box", (HOLE, WALL, THICK), xyz=(0.0, middle, z)),
            Shape("box", (HOLE, WALL, THICK), xyz=(0.0, -middle, z)),
        )
        start, end = outer / 2, REACH + TAB[0] / 2
        arm = (end - start, 0.014, THICK)
        bar = (Shape("box", arm, xyz=((start + end) / 2, 0.0, z)),)
        tab = (Shape("box", TAB, xyz=(REACH, 0.0, THICK + TAB[2] / 2)),)
        paint = COLOURS[self.colour]
        links = [
            Link("ring", ring, paint, 0.06, centre=z),
            Link("bar", bar, WOOD, 0.01),
            Link("tab", tab, WOOD, 0.01),
        ]
        return Model(
            robot(links, [Joint("fixed", "ring", each) for each in ("bar", "tab")]),
            end,
            things={each: Thing(each, of="") for each in ("bar", "tab")},
        )
