"""Screw threads: what is seated on one and turned sinks into it, and comes off again.

A nut is a part of its own: a lid, a cap, a bulb. A host has a thread: a jar, a
bottle, a socket. The thread is two joints of the host, "turn" and "sink", geared to
each other by the pitch; they carry nothing until a nut that sits on the thread has
been turned by `BITE`, when the nut is tied to the link that turns, and they let go
of it when it has been turned back. A nut that is not yet caught rests on the host's
link "crest", or by default on any of its links.

Both frames have z along the axis. Seen against z, clockwise is in. A nut's part
calls `fit` in its `start`, a host's part calls `cut` there, hosts first; a nut that is
put where it would be screwed in is screwed in.
"""

import math
from dataclasses import dataclass

import numpy as np

from perception.frames import Pose
from sims.assets.urdf import Joint, Link
from sims.bullet import BASE, Motors
from sims.parts import Spring
from sims.world import World

TURN, SINK, CREST = "turn", "sink", "crest"
BITE = 0.15  # [rad] a seated nut is turned before the thread holds it
LET_GO = 0.05  # [rad] turned back to here it is free again
CARRIED = 0.2  # [kg] mass of each of the two links
MOMENT = 2e-4  # [kg m^2] and their inertia: light ones are geared badly
HOLD = 500.0  # [N] most that the thread holds a nut with
STRIPPED = 0.01  # [m] farther from its place than this it was torn off
TIGHTENING = 0.25  # [rad] before the end in which it becomes hard to turn
CLEAR: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread of a host, and of the nuts that fit it.

    Attributes:
        height: z of a nut's frame in the host's, where the thread begins, [m].
        pitch: How far a whole turn sinks it, [m].
        turns: From where it begins to where it is tight.
        friction: Torque it takes to turn it, [N m].
        tight: Torque it takes at the end, [N m].
        play: How far a seated nut may be off the axis, [m].
        lift: How far over or under its height, [m].
        tilt: How far from upright, [rad].
    """

    height: float
    pitch: float
    turns: float
    friction: float = 0.2
    tight: float = 0.8
    play: float = 0.004
    lift: float = 0.004
    tilt: float = 0.09

    @property
    def end(self) -> float:
        """How far a nut can be turned, [rad]."""
        return 2.0 * math.pi * self.turns

    @property
    def ratio(self) -> float:
        """How far a nut sinks for each radian, [m]."""
        return self.pitch / (2.0 * math.pi)

    def links(self) -> list[Link]:
        """Return the links that carry a nut."""
        return [Link(each, (), CLEAR, CARRIED) for each in (SINK, TURN)]

    def joints(self, root: str) -> list[Joint]:
        """Return the joints that move them, hung on the host's root."""
        down, deep = (0.0, 0.0, -1.0), self.end * self.ratio
        place = (0.0, 0.0, self.height)
        return [
            Joint("prismatic", root, SINK, xyz=place, axis=down, travel=2.0 * deep),
            Joint("revolute", SINK, TURN, axis=down, travel=self.end),
        ]

    def springs(self) -> dict[str, Spring]:
        """Return the behaviour of the joints."""
        return {TURN: Spring(friction=self.friction), SINK: Spring()}

    def cut(self, world: World, host: str) -> None:
        """Gear the joints of a host to each other."""
        body = world.body(host)
        for link in (SINK, TURN):
            world.bullet.inertia(body.id, body.joints[link], MOMENT)
        sink, turn = body.joints[SINK], body.joints[TURN]
        world.bullet.gear(body.id, sink, turn, ratio=self.ratio, force=HOLD)
        self.rest(world, host)

    def rest(self, world: World, host: str) -> None:
        """Hold the joints of a host that carries nothing where the thread begins."""
        body = world.body(host)
        for link in (SINK, TURN):
            world.set_joint(host, 0.0, link)
        zero = np.zeros(1)
        motors = Motors(zero, zero, np.array([self.friction]), 0.1)
        world.bullet.drive(body.id, [body.joints[TURN]], motors)

    def fit(self, world: World, nut: str, hosts: tuple[str, ...]) -> None:
        """Let a nut be screwed onto any of these hosts."""
        fitting = _Fitting(self, nut, tuple(h for h in hosts if h in world.names))
        fitting.begin(world)
        world.on_step(fitting)

    def turned(self, world: World, nut: str, host: str) -> float:
        """Return how far a nut is screwed onto a host, 0 to 1 where it is tight."""
        angle = world.joint(host, TURN)
        caught = angle > LET_GO and not self.is_off(_Place.of(world, nut, host), angle)
        return min(angle / self.end, 1.0) if caught else 0.0

    def is_off(self, place: "_Place", angle: float) -> bool:
        """Say whether a nut is not where the thread has it that is turned so far."""
        gap = place.height - self.height + self.ratio * angle
        return max(abs(gap), place.aside) > STRIPPED


class _Fitting:
    """A nut and the hosts it fits: it is free, or on one of them."""

    def __init__(self, thread: Thread, nut: str, hosts: tuple[str, ...]):
        self._thread = thread
        self._nut = nut
        self._hosts = hosts
        self._on = ""  # the host that holds it
        self._tie = 0
        self._seat = ""  # the host it sits on
        self._yaw = 0.0
        self._turned = 0.0  # since it sits there, and never less than 0

    def begin(self, world: World) -> None:
        """Hold a nut that was put where it is screwed in."""
        for host in self._hosts:
            place = _Place.of(world, self._nut, host)
            sunk = self._thread.height - place.height
            deep = 0.0 < sunk <= self._thread.end * self._thread.ratio + 1e-6
            if deep and place.is_on_axis(self._thread):
                self._hold(
                    world, host, min(sunk / self._thread.ratio, self._thread.end)
                )

    def __call__(self, world: World) -> None:
        """Catch the nut, let go of it, or make it harder to turn."""
        if self._on:
            self._held(world)
            return
        for host in self._hosts:
            place = _Place.of(world, self._nut, host)
            if place.is_seated(self._thread):
                self._sits(world, host, place.yaw)
                return
        self._seat = ""

    def _sits(self, world: World, host: str, yaw: float) -> None:
        if host != self._seat:
            self._seat, self._turned = host, 0.0
        else:
            self._turned = max(self._turned - _wrapped(yaw - self._yaw), 0.0)
        self._yaw = yaw
        if self._turned > BITE:
            self._hold(world, host, BITE)

    def _hold(self, world: World, host: str, angle: float) -> None:
        body, nut, bullet = world.body(host), world.body(self._nut).id, world.bullet
        world.set_joint(host, angle, TURN)
        world.set_joint(host, angle * self._thread.ratio, SINK)
        turn = _Place.of(world, self._nut, host).yaw + angle
        half = np.array([math.cos(turn / 2), 0.0, 0.0, math.sin(turn / 2)])
        T_turn_nut = Pose(np.zeros(3), half)
        link = (body.id, body.joints[TURN])
        self._tie = bullet.fasten(link, nut, T_turn_nut, HOLD)
        self._bear(world, host, bears=False)
        self._on, self._seat = host, ""

    def _held(self, world: World) -> None:
        angle = world.joint(self._on, TURN)
        thread, place = self._thread, _Place.of(world, self._nut, self._on)
        if angle < LET_GO or thread.is_off(place, angle):
            self._let_go(world)
            return
        near = np.clip(1.0 - (thread.end - angle) / TIGHTENING, 0.0, 1.0)
        torque = thread.friction + float(near) * (thread.tight - thread.friction)
        body = world.body(self._on)
        world.bullet.brake(body.id, body.joints[TURN], torque)

    def _let_go(self, world: World) -> None:
        world.bullet.untie(self._tie)
        self._bear(world, self._on, bears=True)
        self._thread.rest(world, self._on)
        self._on = ""

    def _bear(self, world: World, host: str, *, bears: bool) -> None:
        """Let the nut rest on the host's crest, or pass through it."""
        body, nut = world.body(host).id, world.body(self._nut).id
        crest = world.bullet.links(body)[CREST]
        world.bullet.ignore_contact((body, crest), (nut, BASE), ignored=not bears)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a nut is on a host.

    Attributes:
        aside: Distance from the axis, [m].
        height: Along it, [m].
        tilt: Angle between the two axes, [rad].
        yaw: About the axis, [rad].
    """

    aside: float
    height: float
    tilt: float
    yaw: float

    @classmethod
    def of(cls, world: World, nut: str, host: str) -> "_Place":
        T_host_nut = world.pose(host).inverse() @ world.pose(nut)
        x, y, z = T_host_nut.position.tolist()
        axes = T_host_nut.rotation
        tilt = math.acos(min(max(float(axes[2, 2]), -1.0), 1.0))
        yaw = math.atan2(float(axes[1, 0]), float(axes[0, 0]))
        return cls(math.hypot(x, y), z, tilt, yaw)

    def is_on_axis(self, thread: Thread) -> bool:
        return self.aside < thread.play and self.tilt < thread.tilt

    def is_seated(self, thread: Thread) -> bool:
        near = abs(self.height - thread.height) < thread.lift
        return near and self.is_on_axis(thread)


def _wrapped(angle: float) -> float:
    return (angle + math.pi) % (2.0 * math.pi) - math.pi
