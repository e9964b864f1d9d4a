"""Judges programs by what they do: run both, compare the maps of every sub-task.

Both run in the sandbox on a table where each phrase names things of its own, so that
maps are equal only if the programs look for the same things in the same places.
"""

import zlib
from dataclasses import dataclass, field

import numpy as np

from perception.scene import Object3D
from planner.errors import NoAnswerError, PlanningError
from planner.goals import goal_voxels
from planner.language.host import ExecuteCall, HandState
from planner.language.library import is_plural
from planner.language.memory import Memory
from planner.language.program import Program
from planner.language.sandbox import Sandbox
from planner.map_reading import rasterise, read
from planner.value_maps import Recipe, VoxelGrid

_ARTICLES = frozenset("the a an my your that this these those our all of".split())
SEVERAL = 3


def bare(phrase: str) -> str:
    """Return a phrase without its articles: these name nothing."""
    words = phrase.lower().replace("'", "").split()
    return " ".join(word for word in words if word not in _ARTICLES)


def _standing(phrase: str, number: int, grid: VoxelGrid) -> Object3D:
    """Return the thing a phrase names here: its place and size follow from its name."""
    seed = zlib.crc32(f"{bare(phrase)} {number}".encode())
    rng = np.random.default_rng(seed)
    size = rng.uniform((0.03, 0.03, 0.02), (0.10, 0.08, 0.10))
    low, high = np.array(grid.lower) + 0.12, np.array(grid.upper) - 0.12
    centre = rng.uniform(low, high)
    centre[2] = size[2] / 2.0
    corners = np.stack(np.meshgrid(*[(-0.5, 0.0, 0.5)] * 3), -1).reshape(-1, 3)
    return Object3D(
        id=1 + seed % 2**30,
        name=f"{bare(phrase)} {number}" if number else bare(phrase),
        colour="",
        shape="block",
        points_world=centre + corners * size,
        normal=np.array([-1.0, 0.0, 0.0]),
        yaw=float(rng.uniform(-1.5, 1.5)),
        size=size,
    )


@dataclass(slots=True)
class Table:
    """A host on whose table stands whatever is asked for; every motion succeeds.

    Attributes:
        hidden: Whether the next thing that is looked for is not there yet.
    """

    hidden: bool = False
    grid: VoxelGrid = field(default_factory=VoxelGrid)
    memory: Memory = field(default_factory=Memory)
    calls: list[ExecuteCall] = field(default_factory=list[ExecuteCall])
    waits: int = 0
    _position: np.ndarray = field(default_factory=lambda: np.array([0.4, 0.0, 0.3]))
    _wxyz: np.ndarray = field(default_factory=lambda: np.array([0.0, 1.0, 0.0, 0.0]))
    _open: bool = True

    def detect(self, phrase: str) -> tuple[Object3D, ...]:
        """Return the things of a phrase, nothing where they are hidden."""
        if self.hidden:
            self.hidden = False
            return ()
        count = SEVERAL if is_plural(phrase) else 1
        return tuple(_standing(phrase, k, self.grid) for k in range(count))

    def hand(self) -> HandState:
        """Return the hand; closed fingers always hold something."""
        return HandState(self._position, self._wxyz, self._open, not self._open)

    def table_height(self) -> float:
        """Return 0."""
        return 0.0

    def step(self, call: ExecuteCall) -> bool:
        """Arrive at once."""
        self.calls.append(call)
        maps = call.maps
        if maps.affordance is not None:
            goal = self.grid.to_world(goal_voxels(maps.affordance, self.grid))
            self._position = goal.mean(axis=0)
        here = self.grid.to_vox(self._position[None])
        if maps.rotation is not None:
            self._wxyz = read(maps.rotation, self.grid, here)[0].astype(float)
        if maps.gripper is not None:
            self._open = bool(read(maps.gripper, self.grid, here)[0] > 0.5)
        return True

    def wait(self) -> float:
        """Let a second pass."""
        self.waits += 1
        return 1.0

    def ask(self, text: str) -> str:
        """Nobody is here to answer."""
        raise NoAnswerError(text)

    def say(self, text: str) -> None:
        """Nobody listens."""

    def line(self, line: int, text: str) -> None:
        """Nobody reads."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What a program did: its sub-tasks, and the error it ended with, if one."""

    calls: tuple[ExecuteCall, ...]
    waits: int
    error: str = ""


def deeds(source: str, sandbox: Sandbox) -> tuple[Deed, Deed]:
    """Return what a program does where all is in view, and where the first is not."""
    return _deed(source, sandbox, hidden=False), _deed(source, sandbox, hidden=True)


def _deed(source: str, sandbox: Sandbox, *, hidden: bool) -> Deed:
    table = Table(hidden=hidden)
    error = ""
    try:
        sandbox.run(Program.from_source(source), table)
    except PlanningError as failure:
        error = type(failure).__name__
    return Deed(tuple(table.calls), table.waits, error)


def same(first: Deed, second: Deed) -> bool:
    """Say whether two programs did the same: order, what moves, and every map."""
    if (first.waits, first.error, len(first.calls)) != (
        second.waits,
        second.error,
        len(second.calls),
    ):
        return False
    return all(
        a.movable == b.movable and _same_maps(a, b)
        for a, b in zip(first.calls, second.calls, strict=True)
    )


def _same_maps(first: ExecuteCall, second: ExecuteCall) -> bool:
    mine, other = first.maps.layers(), second.maps.layers()
    grid = VoxelGrid()
    return mine.keys() == other.keys() and all(
        _same_map(mine[kind], other[kind], grid) for kind in mine
    )


def _same_map(mine: Recipe, other: Recipe, grid: VoxelGrid) -> bool:
    # Equal recipes are equal maps; others may be, written in another way.
    return mine == other or np.allclose(
        rasterise(mine, grid), rasterise(other, grid), atol=1e-5
    )
