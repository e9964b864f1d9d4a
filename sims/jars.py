"""What is closed by turning: jars and their lids, a bottle and its cap.

Frames and sizes are as in `sims.parts`; those that have a thread are bolted down, for
a hand that turns a lid cannot hold the jar as well. To lay out a closed bottle, put
the bottle first, then its cap where it is screwed in:

    world.add("green bottle", Bottle("green"), pose)
    world.add("red cap", Cap("red", fits=("green bottle",)), CAP.closed(pose))

`CAP.thread.turned(world, "red cap", "green bottle")` tells how far it is screwed on,
1 where it is tight and 0 where it is off. A cap is gripped from above and turned
against the clock by somewhat more than `turns`, then it is free to be lifted.
"""

from dataclasses import dataclass

import numpy as np

from perception.frames import Pose
from sims.assets.collar import collar
from sims.assets.colours import COLOURS
from sims.assets.turned import turned
from sims.assets.urdf import Joint, Link, Shape, robot
from sims.parts import Model
from sims.threads import CREST, Thread
from sims.world import World

LEAD = 0.009  # [m] over which a neck widens, so that a lid finds it
RIDGE = 0.003  # [m] height of the ridge that a lid sits on before it is turned


@dataclass(frozen=True, slots=True)
class Closure:
    """A neck with a thread, and the lid that fits it; sizes in [m].

    Attributes:
        neck: Radius of the neck.
        top: Height of the neck's end over the foot.
        radius: Of the lid, outside.
        wall: Thickness of its skirt; between skirt and neck there is some play.
        height: Of the lid.
        thread: Between the two.
    """

    neck: float
    top: float
    radius: float
    wall: float
    height: float
    thread: Thread

    @property
    def ridge(self) -> float:
        """Radius of what bears the lid."""
        return self.radius - self.wall / 2

    def closed(self, foot: Pose) -> Pose:
        """Return where the lid is that closes what stands at `foot`."""
        low = self.thread.height - self.thread.end * self.thread.ratio
        return foot @ Pose(np.array([0.0, 0.0, low]), np.array([1.0, 0.0, 0.0, 0.0]))


LID = Closure(
    neck=0.023,
    top=0.112,
    radius=0.030,
    wall=0.004,
    height=0.030,
    thread=Thread(height=0.101, pitch=0.010, turns=0.35),
)
CAP = Closure(
    neck=0.0115,
    top=0.190,
    radius=0.019,
    wall=0.004,
    height=0.026,
    thread=Thread(height=0.180, pitch=0.004, turns=0.6, friction=0.1, tight=0.4),
)
Profile = tuple[tuple[float, float], ...]  # (r, z) up from the foot to the neck
JAR: Profile = ((0.034, 0.0), (0.037, 0.004), (0.037, 0.074), (0.023, 0.089))
BOTTLE: Profile = ((0.032, 0.0), (0.034, 0.003), (0.034, 0.105), (0.0115, 0.150))


@dataclass(frozen=True, slots=True)
class Jar:
    """A jar without its lid."""

    colour: str
    closure: Closure = LID

    def model(self) -> Model:
        """Return how it is built."""
        return _vessel(self.colour, JAR, self.closure)

    def start(self, world: World, name: str) -> None:
        """Cut its thread."""
        self.closure.thread.cut(world, name)


@dataclass(frozen=True, slots=True)
class Bottle:
    """A bottle without its cap."""

    colour: str
    closure: Closure = CAP

    def model(self) -> Model:
        """Return how it is built."""
        return _vessel(self.colour, BOTTLE, self.closure)

    def start(self, world: World, name: str) -> None:
        """Cut its thread."""
        self.closure.thread.cut(world, name)


@dataclass(frozen=True, slots=True)
class Lid:
    """A lid, open below.

    Attributes:
        colour: Of all of it.
        fits: Names of the jars that it can be screwed onto.
        closure: Its sizes and thread.
    """

    colour: str
    fits: tuple[str, ...] = ()
    closure: Closure = LID

    def model(self) -> Model:
        """Return how it is built."""
        return _lid(self.colour, self.closure)

    def start(self, world: World, name: str) -> None:
        """Let it be screwed onto what it fits."""
        self.closure.thread.fit(world, name, self.fits)


@dataclass(frozen=True, slots=True)
class Cap:
    """A screw cap, open below.

    Attributes:
        colour: Of all of it.
        fits: Names of the bottles that it can be screwed onto.
        closure: Its sizes and thread.
    """

    colour: str
    fits: tuple[str, ...] = ()
    closure: Closure = CAP

    def model(self) -> Model:
        """Return how it is built."""
        return _lid(self.colour, self.closure)

    def start(self, world: World, name: str) -> None:
        """Let it be screwed onto what it fits."""
        self.closure.thread.fit(world, name, self.fits)


def _vessel(colour: str, profile: Profile, closure: Closure) -> Model:
    neck, top, thread = closure.neck, closure.top, closure.thread
    low = profile[-1][1]
    throat = ((neck, low - 0.01), (neck, top - LEAD), (neck - 0.005, top))
    ridge = thread.height - RIDGE
    belt = ((closure.ridge, ridge), (closure.ridge, thread.height))
    bore = ((neck - 0.007, top), (neck - 0.007, top - 0.02), (0.0, top - 0.02))
    outline = ((0.0, 0.0), *profile, *throat[1:], *bore)
    meshes = {
        "shown.obj": turned(outline),
        "body.obj": turned(_closed(profile)),
        "throat.obj": turned(_closed(throat)),
        "ridge.obj": turned(_closed(belt)),
    }
    shapes = (
        Shape("mesh", file="shown.obj", solid=False),
        Shape("mesh", file="body.obj", shown=False),
        Shape("mesh", file="throat.obj", shown=False),
    )
    paint = COLOURS[colour]
    return Model(
        robot(
            [
                Link("body", shapes, paint, 0.5),
                Link(CREST, (Shape("mesh", file="ridge.obj"),), paint, 0.01),
                *thread.links(),
            ],
            [Joint("fixed", "body", CREST), *thread.joints("body")],
        ),
        max(r for r, _ in profile),
        fixed=True,
        joints=thread.springs(),
        meshes=meshes,
    )


def _lid(colour: str, closure: Closure) -> Model:
    r, h, plate = closure.radius, closure.height, 0.005
    inside = r - closure.wall
    outline = (
        *((0.0, h - plate), (inside, h - plate), (inside, 0.0), (r, 0.0)),
        *((r, h - 0.003), (r - 0.003, h), (r - 0.006, h), (r - 0.007, h - 0.001)),
        (0.0, h - 0.001),
    )
    # Flat sides all the way up: between two pads a round plate turns about itself.
    size, middle = (0.9 * r, plate), (0.0, 0.0, h - plate / 2)
    disc = Shape("cylinder", size, xyz=middle, shown=False)
    shapes = (
        Shape("mesh", file="lid.obj", solid=False),
        disc,
        *collar(inside, r, 0.0, h),
    )
    link = Link("lid", shapes, COLOURS[colour], 0.05, centre=0.6 * h)
    return Model(robot([link]), r, meshes={"lid.obj": turned(outline)})


def _closed(profile: Profile) -> Profile:
    """Return a profile with its bottom and its top."""
    return ((0.0, profile[0][1]), *profile, (0.0, profile[-1][1]))
