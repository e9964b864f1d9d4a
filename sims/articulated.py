"""Furniture that opens: a door with a lever, a sliding window, a fridge.

Frames and sizes are as in `sims.parts`: the origin lies under the middle of the
closed front, which looks along -x. `side` is +1 where the hinge is on the left of
that front (at +y), or where the window slides to +y, and -1 for the other hand.
Angles are in [rad], torques in [N m].

Latch and magnet are mechanisms: after every physics step they read the joints of
their own furniture, and nothing else, and set the joints' motors accordingly.
"""

from dataclasses import dataclass

import numpy as np

from sims.assets.colours import COLOURS, Rgba
from sims.assets.urdf import Joint, Link, Shape, robot
from sims.bullet import Motors
from sims.furniture import FRONT, WOOD
from sims.parts import Model, Spring, Thing
from sims.world import World

SLATE: Rgba = (0.30, 0.36, 0.42, 1.0)
STANDOFF = 0.10  # [m] from a front to the middle of its handle: a hand fits between
BAR = 0.018  # [m] thickness of a handle
LEAF = 0.016  # [m] thickness of a leaf
CLEAR = 0.004  # [m] under a leaf
LEVER_TRAVEL = 0.95  # [rad]
SHUT = 0.02  # [rad] nearer to closed than this a bolt finds its hole


@dataclass(frozen=True, slots=True)
class Door:
    """A door in a frame; its lever draws the bolt that keeps it shut.

    Attributes:
        handle: Colour of the lever.
        side: Where the hinge is.
        release: Angle of the lever from which the bolt is drawn.
        friction: Of the hinge.
        width: Of the leaf, [m].
        height: Of the leaf, [m].
    """

    handle: str = "red"
    side: int = 1
    release: float = 0.55
    friction: float = 0.6
    width: float = 0.28
    height: float = 0.33

    def model(self) -> Model:
        """Return how it is built."""
        w, s = self.width, self.side
        links = [
            Link("frame", self._frame(), WOOD, 8.0),
            Link(
                "leaf",
                (_slab(w, self.height, -s * w / 2), self._spindle()),
                FRONT,
                1.5,
                centre=self.height / 2,
                aside=-s * w / 2,
            ),
            Link("handle", self._lever(), COLOURS[self.handle], 0.1),
        ]
        pivot = (-STANDOFF, self._pivot_y, 0.22)
        joints = [
            _hinge("frame", "leaf", s * w / 2, -s),
            Joint(
                "revolute",
                "leaf",
                "handle",
                xyz=pivot,
                axis=(-float(s), 0.0, 0.0),
                travel=LEVER_TRAVEL,
            ),
        ]
        spring = Spring(friction=self.friction)
        return Model(
            robot(links, joints),
            0.7 * w,
            fixed=True,
            joints={"leaf": spring},
            things=_pieces("door frame", "door", self.handle),
        )

    def start(self, world: World, name: str) -> None:
        """Let the lever spring back and the bolt hold the leaf."""
        body = world.body(name).id
        leaf, lever = (world.bullet.links(body)[each] for each in ("leaf", "handle"))
        before: list[tuple[bool, bool]] = []

        def latch(world: World) -> None:
            angle, turned = world.bullet.joints(body, [leaf, lever])[:, 0].tolist()
            locked = turned < self.release and angle < SHUT
            free = -0.005 < turned < LEVER_TRAVEL
            if before == [(locked, free)]:
                return
            before[:] = [(locked, free)]
            if locked:
                hold(world, (body, leaf), force=200.0, gain=0.3)
            else:
                world.bullet.brake(body, leaf, self.friction)
            # Bullet's own limit of a joint gives way to a hand; a stop does not.
            if free:
                hold(world, (body, lever), force=0.4, gain=0.1)
            else:
                end = 0.0 if turned < 0.0 else LEVER_TRAVEL - 0.02
                hold(world, (body, lever), force=60.0, gain=0.3, at=end)

        latch(world)
        world.on_step(latch)

    def _frame(self) -> tuple[Shape, ...]:
        w, h, post = self.width, self.height, 0.03
        out = (w + post) / 2 + 0.002
        at = LEAF / 2
        return (
            Shape("box", (post, post, h + post), xyz=(at, out, (h + post) / 2)),
            Shape("box", (post, post, h + post), xyz=(at, -out, (h + post) / 2)),
            Shape("box", (post, w, post), xyz=(at, 0.0, h + 0.008 + post / 2)),
        )

    @property
    def _pivot_y(self) -> float:
        return -self.side * (self.width - 0.05)

    def _spindle(self) -> Shape:
        at = (-STANDOFF / 2, self._pivot_y, 0.22)
        return Shape("box", (STANDOFF, 0.012, 0.012), xyz=at)

    def _lever(self) -> tuple[Shape, ...]:
        long = 0.13
        middle = (0.0, self.side * (long - BAR) / 2, 0.0)
        upright = (np.pi / 2, 0.0, 0.0)
        return (Shape("cylinder", (BAR / 2, long), xyz=middle, rpy=upright),)


@dataclass(frozen=True, slots=True)
class Fridge:
    """A fridge with a heavy door that a magnet keeps shut.

    Attributes:
        handle: Colour of the upright bar.
        side: Where the hinge is.
        magnet: Torque it takes to tear the shut door off.
        friction: Of the hinge.
        mass: Of the door, [kg].
        width: Of the front, [m].
        height: Of the whole, [m].
    """

    handle: str = "red"
    side: int = 1
    magnet: float = 8.0
    friction: float = 1.2
    mass: float = 4.0
    width: float = 0.26
    height: float = 0.34

    def model(self) -> Model:
        """Return how it is built."""
        w, h, s = self.width, self.height, self.side
        links = [
            Link("body", self._body(), SLATE, 12.0),
            Link(
                "leaf",
                (_slab(w, h - CLEAR, -s * w / 2), *_posts(self._bar_y)),
                FRONT,
                self.mass,
                centre=h / 2,
                aside=-s * w / 2,
            ),
            Link("handle", (_upright(self._bar_y),), COLOURS[self.handle], 0.2),
        ]
        joints = [
            _hinge("body", "leaf", s * w / 2, -s),
            Joint("fixed", "leaf", "handle"),
        ]
        spring = Spring(friction=self.friction)
        return Model(
            robot(links, joints),
            0.8 * w,
            fixed=True,
            joints={"leaf": spring},
            things=_pieces("fridge", "fridge door", self.handle),
        )

    def start(self, world: World, name: str) -> None:
        """Let the magnet pull the door shut, less the further it is open."""
        body = world.body(name).id
        leaf = world.bullet.links(body)["leaf"]
        reach = 0.06

        def pull(world: World) -> None:
            angle = float(world.bullet.joints(body, [leaf])[0, 0])
            if angle < reach:
                force = self.friction + self.magnet * (1.0 - max(angle, 0.0) / reach)
                hold(world, (body, leaf), force=force, gain=0.1)
            else:
                world.bullet.brake(body, leaf, self.friction)

        world.on_step(pull)

    @property
    def _bar_y(self) -> float:
        return -self.side * (self.width - 0.045)

    def _body(self) -> tuple[Shape, ...]:
        w, h, d, t = self.width, self.height, 0.20, 0.014
        at = LEAF + 0.002 + d / 2
        back = at + (d - t) / 2
        return (
            Shape("box", (d, t, h), xyz=(at, (w - t) / 2, h / 2)),
            Shape("box", (d, t, h), xyz=(at, -(w - t) / 2, h / 2)),
            Shape("box", (d, w, t), xyz=(at, 0.0, h - t / 2)),
            Shape("box", (d, w, t), xyz=(at, 0.0, t / 2)),
            Shape("box", (t, w, h), xyz=(back, 0.0, h / 2)),
        )


@dataclass(frozen=True, slots=True)
class Window:
    """A window with a sash that slides sideways in its frame.

    Attributes:
        handle: Colour of the upright bar.
        side: Which way it opens.
        friction: Of the rail, [N].
        width: Of the sash, [m].
        height: Of the sash, [m].
        travel: How far it slides, [m].
    """

    handle: str = "red"
    side: int = 1
    friction: float = 8.0
    width: float = 0.22
    height: float = 0.30
    travel: float = 0.19

    def model(self) -> Model:
        """Return how it is built."""
        w, s = self.width, self.side
        shut = -s * (self.travel / 2)  # middle of the closed sash
        bar_y = -s * (w / 2 - 0.045)
        links = [
            Link("frame", self._frame(), WOOD, 8.0),
            Link(
                "leaf",
                (_slab(w, self.height, 0.0), *_posts(bar_y)),
                FRONT,
                1.2,
                centre=self.height / 2,
            ),
            Link("handle", (_upright(bar_y),), COLOURS[self.handle], 0.1),
        ]
        joints = [
            Joint(
                "prismatic",
                "frame",
                "leaf",
                xyz=(0.0, shut, 0.0),
                axis=(0.0, float(s), 0.0),
                travel=self.travel,
            ),
            Joint("fixed", "leaf", "handle"),
        ]
        spring = Spring(friction=self.friction)
        return Model(
            robot(links, joints),
            0.25,
            fixed=True,
            joints={"leaf": spring},
            things=_pieces("window frame", "window", self.handle),
        )

    def _frame(self) -> tuple[Shape, ...]:
        inside, h, post = self.width + self.travel, self.height, 0.03
        out, at = (inside + post) / 2 + 0.002, LEAF / 2
        pane_y = self.side * (self.travel + 0.004) / 2
        pane = (0.008, self.width, h)
        return (
            Shape("box", (post, post, h + post), xyz=(at, out, (h + post) / 2)),
            Shape("box", (post, post, h + post), xyz=(at, -out, (h + post) / 2)),
            Shape("box", (post, inside, post), xyz=(at, 0.0, h + 0.008 + post / 2)),
            Shape("box", pane, xyz=(LEAF + 0.008, pane_y, h / 2)),
        )


def _pieces(body: str, leaf: str, handle: str) -> dict[str, Thing]:
    return {
        "": Thing(body),
        "leaf": Thing(leaf),
        "handle": Thing(f"{handle} handle", of="leaf"),
    }


def hold(
    world: World, joint: tuple[int, int], *, force: float, gain: float, at: float = 0.0
) -> None:
    """Pull a joint (body, link) to a place with at most `force` ([N] or [N m])."""
    body, link = joint
    motors = Motors(np.array([at]), np.zeros(1), np.array([force]), gain)
    world.bullet.drive(body, [link], motors)


def _hinge(parent: str, child: str, y: float, turn: int) -> Joint:
    """Return an upright hinge in the plane of the front, a quarter turn and more."""
    return Joint(
        "revolute",
        parent,
        child,
        xyz=(0.0, y, 0.0),
        axis=(0.0, 0.0, float(turn)),
        travel=1.9,
    )


def _slab(width: float, height: float, y: float) -> Shape:
    size = (LEAF, width, height - CLEAR)
    return Shape("box", size, xyz=(LEAF / 2, y, CLEAR + size[2] / 2))


def _upright(y: float) -> Shape:
    return Shape("box", (BAR, BAR, 0.11), xyz=(-STANDOFF, y, 0.22))


def _posts(y: float) -> tuple[Shape, ...]:
    return tuple(
        Shape("box", (STANDOFF, 0.01, 0.01), xyz=(-STANDOFF / 2, y, z))
        for z in (0.18, 0.26)
    )
