"""A chest of three drawers, one over the other.

Frame as in `sims.parts`: the origin lies on the table under the middle of the closed
fronts, which look along -x. Each drawer is a link of its own name, "bottom",
"middle" and "top", and so is its handle, "top_handle". Sizes are in [m].
"""

from dataclasses import dataclass

import numpy as np

from perception.frames import Pose
from sims.assets.colours import COLOURS
from sims.assets.urdf import Joint, Link, Shape, robot
from sims.furniture import WOOD
from sims.parts import Model, Spring, Thing
from sims.tasks.layout import standing

LEVELS = ("bottom", "middle", "top")
FRONT = "white"
BOARD = 0.012  # thickness of its boards and fronts
SLIT = 0.004  # round a front
BAR = 0.018  # thickness of a handle
MIDDLE = np.array([0.48, 0.0])  # of the table
DISTANCE = 0.22  # from there to the fronts
TURN = (np.pi / 4, np.pi / 2)  # from facing the robot, [rad]
STANDOFF = 0.07  # from a front to the middle of its handle: a finger fits between


@dataclass(frozen=True, slots=True)
class Chest:
    """A chest on a plinth; the drawers' runners brake with dry friction.

    A handle is short enough for a hand to pinch it by its ends, and stands far
    enough off for one to pinch it across, where nothing is in that hand's way.

    Attributes:
        width: Along its fronts.
        depth: From the fronts to the back.
        front: Height of one drawer's front, its slit with it.
        plinth: Height of what the lowest drawer stands on.
        travel: How far a drawer slides.
        handle: Colour of the handles.
        friction: Of a drawer's runners, [N].
    """

    width: float = 0.30
    depth: float = 0.27
    front: float = 0.10
    plinth: float = 0.05
    travel: float = 0.22
    handle: str = "black"
    friction: float = 3.0

    @classmethod
    def small(cls) -> "Chest":
        """Return one of another size, which opens less far."""
        return cls(width=0.21, depth=0.225, front=0.082, plinth=0.03, travel=0.185)

    @property
    def height(self) -> float:
        """Height of its top."""
        return self.plinth + len(LEVELS) * self.front + BOARD

    def model(self) -> Model:
        """Return how it is built."""
        links, joints = [Link("body", self._body(), WOOD, 8.0)], list[Joint]()
        things = {"": Thing("chest")}
        for number, level in enumerate(LEVELS):
            bar = f"{level}_handle"
            links += [
                Link(level, self._drawer(), COLOURS[FRONT], 0.6),
                Link(bar, (self._bar(),), COLOURS[self.handle], 0.05),
            ]
            joints += [
                Joint(
                    "prismatic",
                    "body",
                    level,
                    xyz=(0.0, 0.0, self.plinth + number * self.front),
                    axis=(-1.0, 0.0, 0.0),
                    travel=self.travel,
                ),
                Joint("fixed", level, bar),
            ]
            things |= {
                level: Thing(f"{FRONT} drawer"),
                bar: Thing(f"{self.handle} handle", of=level),
            }
        return Model(
            robot(links, joints),
            max(self.depth, self.travel + STANDOFF) + 0.05,
            fixed=True,
            joints={level: Spring(friction=self.friction) for level in LEVELS},
            things=things,
        )

    def _body(self) -> tuple[Shape, ...]:
        d, w, h, t = self.depth, self.width, self.height, BOARD
        middle, long = (t + d) / 2, d - t
        return (
            Shape("box", (d + 0.01, w + 0.01, t), xyz=(d / 2, 0.0, h - t / 2)),
            Shape("box", (long, w, self.plinth), xyz=(middle, 0.0, self.plinth / 2)),
            Shape("box", (long, t, h - t), xyz=(middle, (w - t) / 2, (h - t) / 2)),
            Shape("box", (long, t, h - t), xyz=(middle, (t - w) / 2, (h - t) / 2)),
            Shape("box", (t, w, h - t), xyz=(d - t / 2, 0.0, (h - t) / 2)),
        )

    def _drawer(self) -> tuple[Shape, ...]:
        """Return a front and the tray behind it, whose floor is its lowest part."""
        t, wall, side = BOARD, 0.6 * self.front, 0.008
        deep, inside = self.depth - 3 * t, self.width - 2 * t - 0.008
        middle, low = t + deep / 2, SLIT + side
        up = low + wall / 2
        post = 0.4 * self.bar_length
        return (
            Shape(
                "box",
                (t, self.width - SLIT, self.front - SLIT),
                xyz=(t / 2, 0.0, self.front / 2),
            ),
            Shape("box", (deep, inside, side), xyz=(middle, 0.0, low - side / 2)),
            Shape("box", (deep, side, wall), xyz=(middle, (inside - side) / 2, up)),
            Shape("box", (deep, side, wall), xyz=(middle, (side - inside) / 2, up)),
            Shape("box", (side, inside, wall), xyz=(t + deep - side / 2, 0.0, up)),
            self._post(post),
            self._post(-post),
        )

    @property
    def bar_length(self) -> float:
        """Length of a handle."""
        return 0.045

    @property
    def _bar_height(self) -> float:
        return self.front - 0.02

    def _bar(self) -> Shape:
        size = (BAR, self.bar_length, BAR)
        return Shape("box", size, xyz=(-STANDOFF, 0.0, self._bar_height))

    def _post(self, y: float) -> Shape:
        at = (-STANDOFF / 2, y, self._bar_height)
        return Shape("box", (STANDOFF, 0.008, 0.008), xyz=at)


def aside(rng: np.random.Generator) -> Pose:
    """Return where a chest stands: left or right, looking at the table's middle.

    A hand gets at low handles only from the side: Panda's wrist does not bend up far
    enough to reach forward low over the table.
    """
    turn = float(rng.uniform(*TURN)) * float(rng.choice((-1.0, 1.0)))
    along = np.array([np.cos(turn), np.sin(turn)])
    return standing(MIDDLE + DISTANCE * along + rng.uniform(-0.02, 0.02, 2), turn)
