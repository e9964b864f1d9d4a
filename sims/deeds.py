"""Single deeds of a person who disturbs the arm: shoves, things moved, joints undone.

The person acts as a hand does: along a straight line, at a limited speed and force,
and never on what the arm has hold of. Lengths in [m].
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

import numpy as np

from perception.frames import Pose, Vec3
from sims.articulated import hold
from sims.bullet import BASE, TICK
from sims.kinematics import forward
from sims.ways import Where, is_busy
from sims.world import World

Kind = Literal["force", "shift", "undo"]


@runtime_checkable
class Deed(Protocol):
    """Something that a person may do."""

    @property
    def kind(self) -> Kind:
        """Which of the three it is."""
        ...

    @property
    def what(self) -> str:
        """What it is done to; known once it began."""
        ...

    def begin(self, world: World, rng: np.random.Generator) -> bool:
        """Begin if that is possible now; say whether it is."""
        ...

    def step(self, world: World) -> float | None:
        """Act for a physics step; return how far it went once it is over."""
        ...


@dataclass(slots=True)
class Shove:
    """The hand is pushed aside, and let back.

    The simulated motors hold their place with all their torque, so what is given is
    how far the hand is pushed, and the force is what that takes.
    """

    size: float
    seconds: float = 0.6
    force: float = 1500.0  # [N] at most
    kind: Kind = "force"
    what: str = "hand"
    _tie: int | None = None
    _along: Vec3 = field(default_factory=lambda: np.zeros(3))
    _T_ee_centre: Pose = field(default_factory=Pose.identity)
    _ticks: int = 0
    _farthest: float = 0.0

    def begin(self, world: World, rng: np.random.Generator) -> bool:
        """Take hold of the hand; any way but down."""
        panda = world.panda
        links = world.bullet.links(panda.body)
        link = links["panda_hand"]
        way = rng.standard_normal(3)
        way[2] = abs(way[2])
        self._along = way / np.linalg.norm(way)
        centre = world.bullet.centre(panda.body, link)
        self._T_ee_centre = panda.T_world_ee.inverse() @ centre
        self._tie = world.bullet.tie(panda.body, link, upright=False)
        return True

    def step(self, world: World) -> float | None:
        """Push it off its way and let it come back to it."""
        assert self._tie is not None
        self._ticks += 1
        share = self._ticks * TICK / self.seconds
        asked = forward(world.panda.asked)
        off = self.size * 0.5 * (1.0 - np.cos(2.0 * np.pi * min(share, 1.0)))
        centre = asked @ self._T_ee_centre
        place = Pose(centre.position + off * self._along, centre.wxyz)
        world.bullet.lead(self._tie, place, self.force)
        gone = world.panda.T_world_ee.position - asked.position
        self._farthest = max(self._farthest, float(gone @ self._along))
        if share < 1.0:
            return None
        world.bullet.untie(self._tie)
        return self._farthest


When = Callable[[World, str], bool]


def always(world: World, name: str) -> bool:
    """Say yes."""
    del world, name
    return True


@dataclass(slots=True)
class Shift:
    """A thing is moved along the table, or over it, if the arm does not touch it.

    Attributes:
        names: One of these, whichever comes first that can be moved.
        where: Returns (x, y) of where to, None if nowhere.
        when: Whether the time has come for one of them.
        hop: How high it is lifted on the way, [m].
    """

    names: tuple[str, ...]
    where: Where
    when: When = always
    kind: Kind = "shift"
    speed: float = 0.25  # [m/s] at most
    force: float = 15.0  # [N] at most
    hop: float = 0.0
    what: str = ""
    _tie: int = -1
    _start: Pose = field(default_factory=Pose.identity)
    _way: Vec3 = field(default_factory=lambda: np.zeros(3))
    _ticks: int = 0

    def begin(self, world: World, rng: np.random.Generator) -> bool:
        """Choose a thing and take hold of it."""
        for name in rng.permutation(self.names).tolist():
            if is_busy(world, name) or not self.when(world, name):
                continue
            place = self.where(world, name, rng)
            if place is not None:
                self._take(world, name, place)
                return True
        return False

    def _take(self, world: World, name: str, place: np.ndarray) -> None:
        self.what = name
        body = world.body(name).id
        self._start = world.bullet.centre(body, BASE)
        self._way = np.array([*(place - world.pose(name).position[:2]), 0.0])
        self._tie = world.bullet.tie(body, BASE, upright=True)

    def step(self, world: World) -> float | None:
        """Lead it on; let go where that ends, or where the arm comes to touch it."""
        self._ticks += 1
        length = float(np.linalg.norm(self._way))
        share = min(self._ticks * TICK * self.speed / (1.5 * length), 1.0)
        off = share * share * (3.0 - 2.0 * share)
        up = np.array([0.0, 0.0, 4.0 * off * (1.0 - off) * self.hop])
        place = Pose(self._start.position + off * self._way + up, self._start.wxyz)
        world.bullet.lead(self._tie, place, self.force)
        if share < 1.0 and not world.touched_by_arm(self.what):
            return None
        world.bullet.untie(self._tie)
        centre = world.bullet.centre(world.body(self.what).id, BASE)
        return float(np.linalg.norm(centre.position - self._start.position))


@dataclass(slots=True)
class Pull:
    """A joint is brought back by some way, if the arm does not touch its part.

    Attributes:
        what: The part.
        link: Which the joint moves.
        by: How far, [m] or [rad], signed.
        when: Whether the time has come.
    """

    what: str
    link: str
    by: float
    when: When = always
    kind: Kind = "undo"
    seconds: float = 0.7
    force: float = 30.0  # [N] or [N m] at most
    _start: float = 0.0
    _ticks: int = 0

    def begin(self, world: World, rng: np.random.Generator) -> bool:
        """Take hold of it."""
        del rng
        if not self.when(world, self.what) or world.touched_by_arm(self.what):
            return False
        self._start = world.joint(self.what, self.link)
        return True

    def step(self, world: World) -> float | None:
        """Bring it back."""
        self._ticks += 1
        share = min(self._ticks * TICK / self.seconds, 1.0)
        off = share * share * (3.0 - 2.0 * share)
        body = world.body(self.what)
        joint = (body.id, body.joints[self.link])
        hold(world, joint, force=self.force, gain=0.3, at=self._start + off * self.by)
        if share < 1.0 and not world.touched_by_arm(self.what):
            return None
        world.bullet.brake(*joint, body.model.joints[self.link].friction)
        return abs(world.joint(self.what, self.link) - self._start)
