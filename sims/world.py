"""A table, an arm and named parts under physics.

The world frame is the robot's base frame: x out of the robot, y to its left, z up;
the table's top is z = 0. Times are simulated seconds.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from perception.frames import Pose
from sims.bullet import BASE, TICK, Bullet, Motors
from sims.errors import UnknownBodyError
from sims.furniture import Table
from sims.kinematics import HOME
from sims.panda import MAX_WIDTH, Panda
from sims.parts import Model, Part, Spring

Hook = Callable[["World"], None]


@dataclass(frozen=True, slots=True)
class Body:
    """A part that is in the world.

    Attributes:
        id: The physics client's number.
        model: How it was built.
        joints: Link numbers of its movable joints by the names of the links.
    """

    id: int
    model: Model
    joints: Mapping[str, int]


@runtime_checkable
class Mechanism(Protocol):
    """A part that does more than its joints do by themselves: a latch, a thread.

    It reads the state of the bodies it is about and sets motors and constraints; it
    never moves anything itself.
    """

    def start(self, world: "World", name: str) -> None:
        """Set to work; the part is in the world under `name`."""
        ...


class World:
    """Everything that is simulated; same seed, same history.

    Attributes:
        seed: What the randomness comes from.
        rng: Randomness of what happens in this world.
        panda: The arm.
        ticks: Physics steps so far.
    """

    def __init__(self, seed: int = 0):
        self.seed = seed
        self.rng = np.random.default_rng(seed)
        self.bullet = Bullet()
        self.ticks = 0
        self._owed = 0.0
        self._bodies: dict[str, Body] = {}
        self._hooks: list[Hook] = []
        self.panda = Panda(self.bullet)
        self.panda.place(HOME, MAX_WIDTH)
        # `sims.camera` draws it, once for many pictures.
        self.add("table", Table(shown=False), Pose.identity())
        self.bullet.ignore_contact(
            (self.panda.body, BASE), (self.body("table").id, BASE)
        )

    @property
    def time(self) -> float:
        """Simulated seconds since the start."""
        return self.ticks * TICK

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parts, the table first."""
        return tuple(self._bodies)

    def body(self, name: str) -> Body:
        """Return the part of that name.

        Raises:
            UnknownBodyError: There is none.
        """
        if name not in self._bodies:
            raise UnknownBodyError(name, self.names)
        return self._bodies[name]

    def add(self, name: str, part: Part, pose: Pose) -> None:
        """Put a part into the world under a name of its own, and start what it does."""
        assert name not in self._bodies, f"two bodies named '{name}'"
        model = part.model()
        number = self.bullet.load(
            model.urdf, pose, fixed=model.fixed, meshes=model.meshes
        )
        links = self.bullet.links(number)
        for link in (BASE, *links.values()):
            self.bullet.surface(number, link, model.friction)
        joints = {link: links[link] for link in model.joints}
        for link, spring in model.joints.items():
            self._spring(number, joints[link], spring)
        self._bodies[name] = Body(number, model, joints)
        if isinstance(part, Mechanism):
            part.start(self, name)

    def _spring(self, body: int, link: int, spring: Spring) -> None:
        if spring.back > 0.0:
            zero, force = np.zeros(1), np.array([spring.back])
            self.bullet.drive(body, [link], Motors(zero, zero, force, 0.1))
        else:
            self.bullet.brake(body, link, spring.friction)

    def clear(self) -> None:
        """Take out all parts and hooks but the table, and bring the arm home."""
        for name in [name for name in self._bodies if name != "table"]:
            self.bullet.remove(self._bodies.pop(name).id)
        self._hooks.clear()
        self.panda.place(HOME, MAX_WIDTH)

    def pose(self, name: str) -> Pose:
        """Return the pose of a part's frame."""
        return self.bullet.base_pose(self.body(name).id)

    def speed(self, name: str) -> float:
        """Return how fast a part's frame moves, in [m/s]."""
        return float(np.linalg.norm(self.bullet.base_velocity(self.body(name).id)[:3]))

    def joint(self, name: str, link: str = "") -> float:
        """Return how far a link of a part travelled, the first if none is named.

        In [m] or [rad].
        """
        body = self.body(name)
        return float(self.bullet.joints(body.id, [_moving(body, link)])[0, 0])

    def set_joint(self, name: str, travel: float, link: str = "") -> None:
        """Put a link of a part somewhere on its way, at rest, in [m] or [rad]."""
        body = self.body(name)
        self.bullet.set_joint(body.id, _moving(body, link), travel)

    def teleport(self, name: str, pose: Pose) -> None:
        """Put a part somewhere, at rest."""
        self.bullet.place(self.body(name).id, pose)

    def touched_by_arm(self, name: str) -> bool:
        """Say whether any link of the arm touches a part."""
        return bool(self.bullet.contacts(self.panda.body, self.body(name).id))

    def all_touched_by_arm(self) -> set[str]:
        """Return the names of the parts that any link of the arm touches."""
        touched = self.bullet.touching(self.panda.body)
        return {name for name, body in self._bodies.items() if body.id in touched}

    def gripped(self, name: str) -> bool:
        """Say whether both fingers touch a part."""
        links = self.bullet.contacts(self.panda.body, self.body(name).id)
        return links.issuperset(self.panda.fingers)

    def on_step(self, hook: Hook) -> None:
        """Call `hook` after every physics step until the world is cleared."""
        self._hooks.append(hook)

    def ticks_for(self, seconds: float) -> int:
        """Return how many physics steps make `seconds`; what is over is kept."""
        self._owed += seconds / TICK
        ticks = max(round(self._owed), 0)
        self._owed -= ticks
        return ticks

    def step(self, seconds: float) -> None:
        """Let time pass."""
        self.tick(self.ticks_for(seconds))

    def tick(self, count: int) -> None:
        """Take `count` physics steps."""
        for _ in range(count):
            self.bullet.tick()
            self.ticks += 1
            for hook in self._hooks:
                hook(self)

    def state_hash(self) -> str:
        """Return a digest of every position, velocity and joint."""
        digest = hashlib.sha256(self.panda.state.tobytes())
        for name, body in self._bodies.items():
            pose = self.bullet.base_pose(body.id)
            digest.update(name.encode())
            digest.update(pose.position.tobytes() + pose.wxyz.tobytes())
            digest.update(self.bullet.base_velocity(body.id).tobytes())
            if body.joints:
                joints = self.bullet.joints(body.id, [*body.joints.values()])
                digest.update(joints.tobytes())
        return digest.hexdigest()

    def close(self) -> None:
        """Free the physics client."""
        self.bullet.close()

    def __enter__(self) -> "World":
        """Return the world."""
        return self

    def __exit__(self, *_: object) -> None:
        """Free the physics client."""
        self.close()


def _moving(body: Body, link: str) -> int:
    """Return the number of a link that moves, the first if none is named."""
    return body.joints[link or next(iter(body.joints))]
