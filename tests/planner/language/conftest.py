import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from perception.errors import ObjectNotFoundError
from perception.grounding import ground
from perception.scene import Object3D, Scene
from planner.errors import NoAnswerError, UnknownObjectError
from planner.goals import goal_voxels
from planner.language.host import ExecuteCall, HandState
from planner.language.memory import Memory
from planner.language.program import Program
from planner.language.sandbox import Sandbox, SandboxConfig
from planner.map_reading import read
from planner.value_maps import VoxelGrid


def thing(number, name, centre, size, *, yaw=0.0, parent=None, normal=(0.0, 0.0, 1.0)):
    """An object whose points fill a box."""
    centre, size = np.array(centre, float), np.array(size, float)
    corners = np.stack(np.meshgrid(*[np.linspace(-0.5, 0.5, 5)] * 3), -1).reshape(-1, 3)
    c, s = np.cos(yaw), np.sin(yaw)
    turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    points = centre + (corners * size) @ turn.T
    colour, shape = name.split()
    return Object3D(
        number,
        name,
        colour,
        shape,
        points,
        np.array(normal),
        yaw,
        size,
        parent=parent,
    )


def table_scene():
    return [
        thing(1, "red block", (0.45, 0.10, 0.02), (0.04, 0.04, 0.04)),
        thing(2, "blue bowl", (0.50, -0.20, 0.03), (0.14, 0.14, 0.06)),
        thing(3, "green button", (0.36, 0.30, 0.015), (0.08, 0.08, 0.03)),
        thing(4, "white mug", (0.60, -0.05, 0.05), (0.08, 0.08, 0.10)),
        thing(5, "brown drawer", (0.70, 0.25, 0.06), (0.25, 0.24, 0.12),
              normal=(-1.0, 0.0, 0.0)),
        thing(6, "black handle", (0.50, 0.25, 0.10), (0.12, 0.02, 0.02), parent=5,
              yaw=np.pi / 2, normal=(-1.0, 0.0, 0.0)),
        thing(7, "yellow block", (0.35, -0.30, 0.02), (0.04, 0.04, 0.04)),
        thing(8, "green ball", (0.30, 0.05, 0.03), (0.06, 0.06, 0.06)),
        thing(9, "green block", (0.50, 0.02, 0.02), (0.04, 0.04, 0.04)),
        thing(10, "black line", (0.40, -0.10, 0.001), (0.30, 0.03, 0.002)),
    ]  # fmt: skip


@dataclass
class World:
    """A host in which every sub-task succeeds after `ticks` steps."""

    objects: list[Object3D] = field(default_factory=table_scene)
    ticks: int = 2
    grid: VoxelGrid = field(default_factory=VoxelGrid)
    position: np.ndarray = field(default_factory=lambda: np.array([0.40, 0.0, 0.30]))
    wxyz: np.ndarray = field(default_factory=lambda: np.array([0.0, 1.0, 0.0, 0.0]))
    gripper_open: bool = True
    held: str = ""
    slippery: bool = False
    calls: list[ExecuteCall] = field(default_factory=list)
    lines: list[tuple[int, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    on_step: object = None
    first_step: float = 0.0
    memory: Memory = field(default_factory=Memory)
    replies: list[str] = field(default_factory=list)
    waits: int = 0
    on_wait: object = None

    def detect(self, phrase):
        points = np.zeros((0, 3))
        objects = tuple(replace(o, held=o.name == self.held) for o in self.objects)
        scene = Scene(objects, points, 0.0, 0.0)
        try:
            return ground(scene, phrase)
        except ObjectNotFoundError as error:
            raise UnknownObjectError(str(error), phrase, error.visible) from error

    def hand(self):
        return HandState(self.position, self.wxyz, self.gripper_open, bool(self.held))

    def table_height(self):
        return 0.0

    def step(self, call):
        self.first_step = self.first_step or time.perf_counter()
        self.calls.append(call)
        if self.on_step is not None:
            self.on_step(self, call)
        ticks = sum(each.index == call.index for each in self.calls)
        if ticks < self.ticks:
            return False
        self._arrive(call.maps)
        return True

    def _arrive(self, maps):
        if maps.affordance is not None:
            goal = goal_voxels(maps.affordance, self.grid)
            before, self.position = self.position, self.grid.to_world(goal).mean(axis=0)
            self._carry(self.position - before)
        vox = self.grid.to_vox(self.position[None])
        if maps.rotation is not None:
            self.wxyz = read(maps.rotation, self.grid, vox)[0].astype(float)
        if maps.gripper is not None:
            self.gripper_open = bool(read(maps.gripper, self.grid, vox)[0] > 0.5)
            self.held = "" if self.gripper_open else self._between_fingers()

    def _between_fingers(self):
        gaps = {
            each.name: np.linalg.norm(each.position - self.position)
            for each in self.objects
        }
        near = min(gaps, key=gaps.get)
        return near if gaps[near] < 0.02 and not self.slippery else ""

    def _carry(self, by):
        if self.held:
            self.move(self.held, by)

    def move(self, name, by):
        self.objects = [
            replace(each, points_world=each.points_world + by)
            if each.name == name
            else each
            for each in self.objects
        ]

    def at(self, name):
        return next(each for each in self.objects if each.name == name)

    def wait(self):
        self.waits += 1
        if self.on_wait is not None:
            self.on_wait(self)
        return 0.1

    def ask(self, text):
        self.said.append(text)
        if not self.replies:
            raise NoAnswerError(text)
        return self.replies.pop(0)

    def say(self, text):
        self.said.append(text)

    def line(self, line, text):
        self.lines.append((line, text))


@pytest.fixture(scope="session")
def sandbox():
    with Sandbox(SandboxConfig(workers=3)) as pool:
        yield pool


@pytest.fixture
def world():
    return World()


@pytest.fixture
def run(sandbox, world):
    """Run a source on the world; return what it printed."""

    def go(source, host=None):
        program = Program.from_source(source)
        return sandbox.run(program, host or world).printed.strip()

    return go


@pytest.fixture
def make_world():
    return World


@pytest.fixture
def make_thing():
    return thing


@pytest.fixture
def make_sandbox():
    """Open a sandbox of its own, and get what runs a source on a world."""

    @contextmanager
    def open_one(config):
        with Sandbox(config) as pool:
            yield lambda source, host: pool.run(Program.from_source(source), host)

    return open_one
