"""A scripted pipeline stands in for the real one; the channel is real."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest

from perception.frames import Pose
from perception.observation import Camera, Intrinsics, Observation
from perception.scene import Object3D, Scene
from planner.errors import PlanningError, UnknownObjectError, UnknownQuestionError
from planner.events import (
    Asked,
    Event,
    LineResult,
    Paused,
    ProgramWriting,
    ProgramWritten,
    Said,
    SceneSeen,
    SegmentPlanned,
    SubTaskStarted,
    Verdict,
)
from planner.execution.arm import Sent
from planner.language.backend import Usage
from planner.map_summary import MapSummary
from planner.rpc.client import PlannerClient
from planner.rpc.config import ServerConfig
from planner.rpc.server import running_server
from planner.stepping import Control
from planner.trajectory import Trajectory
from planner.value_maps import Box, MapSet, Near, Recipe, VoxelGrid

SPEED = 0.2  # [m/s], of the scripted motion along x
ASYMMETRIC = np.array([0.1825741858, 0.3651483717, 0.5477225575, 0.7302967433])


@dataclass(frozen=True)
class Info:
    version: str = "1.2.3"
    language: str = "scripted"
    perception: str = "blind"
    max_speed: float = 0.25
    max_acceleration: float = 1.0
    grid: VoxelGrid = field(default_factory=lambda: VoxelGrid(shape=(100, 90, 80)))
    replan_period: float = 0.05


MAPS = MapSet(
    affordance=Recipe(
        0.0,
        (
            Near.of(np.array([[40, 50, 20]]), 0.03, 1.0),
            Box((0, 1, 2), (3, 4, 5), 2.0),
        ),
    ),
    rotation=Recipe(
        (0.0, 1.0, 0.0, 0.0),
        (Box((0, 0, 0), (9, 9, 9), tuple(ASYMMETRIC.tolist())),),
    ),
)


def line_along_x(observation: Observation, length: float = 1.0) -> Trajectory:
    time = observation.time + np.linspace(0.0, length, 11)
    start = observation.T_world_ee.position
    p_world = start + np.outer(time - time[0], [SPEED, 0.0, 0.0])
    return Trajectory(
        time=time,
        p_world=p_world,
        velocity=np.tile([SPEED, 0.0, 0.0], (11, 1)),
        wxyz=np.tile(observation.T_world_ee.wxyz, (11, 1)),
        gripper_width=np.full(11, observation.gripper_width),
    )


class ScriptedSession:
    """Plans a line along x; the instruction `finish after N` ends it.

    `draft` shows a program while it is written, and waits then; `ask` asks.
    """

    def __init__(self, pipeline: "ScriptedPipeline", instruction: str):
        self.pipeline = pipeline
        self.instruction = instruction
        self.steps = 0
        self.thread = threading.current_thread()

    def stream(self, observation: Observation) -> Iterator[Event]:
        assert threading.current_thread() is self.thread, "one session, one thread"
        self.pipeline.seen.append(observation)
        self.pipeline.entered.release()
        if "draft" in self.instruction:
            yield ProgramWriting("pro")
        if "slow" in self.instruction or "draft" in self.instruction:
            assert self.pipeline.gate.wait(10.0)
        self._fail()
        self.steps += 1
        if self.steps == 1:
            yield ProgramWritten("program", "scripted", False, 0.25)
            summaries = (MapSummary("affordance", 0.0, 2.0),)
            yield SubTaskStarted(0, 1, "gripper", MAPS, summaries)
        if "ask" in self.instruction and self.steps == 1:
            yield Asked(1, "which one?", 9.0)
        if self.instruction == f"finish after {self.steps}":
            yield Verdict(True, "", "OK", "done", 40.0)
        else:
            yield self._segment(observation)

    def report(self, segment_id: int, sent: Sent) -> None:
        self.pipeline.reports.append((segment_id, sent))

    def answer(self, question_id: int, text: str) -> None:
        if "ask" not in self.instruction or question_id != 1:
            raise UnknownQuestionError(question_id, 0)
        self.pipeline.told.append((question_id, text))

    def decline(self, question_id: int, why: str) -> None:
        self.answer(question_id, f"nobody: {why}")

    def control(self, control: Control) -> None:
        self.pipeline.told.append(control)

    def close(self) -> None:
        self.pipeline.closed += 1

    def _fail(self) -> None:
        if "ghost" in self.instruction:
            raise UnknownObjectError("no 'ghost' is seen", "ghost", ("red block",))
        if "crash" in self.instruction:
            raise ZeroDivisionError("secret detail")

    def _segment(self, observation: Observation) -> SegmentPlanned:
        line = line_along_x(observation)
        repeat = 500 if "long path" in self.instruction else 1
        return SegmentPlanned(
            id=self.steps,
            subtask=0,
            trajectory=line,
            expires=line.end,
            path_world=np.tile(line.p_world, (repeat, 1)),
            scene_revision=3,
            stage_seconds={"plan": 0.01},
        )


class ScriptedPipeline:
    def __init__(self) -> None:
        self.gate = threading.Event()  # lets slow work go on
        self.entered = threading.Semaphore(0)  # counts the steps that began
        self.seen: list[Observation] = []
        self.reports: list[tuple[int, Sent]] = []
        self.told: list[object] = []  # answers and controls
        self.session_ids: list[str] = []
        self.opened = 0
        self.closed = 0

    def info(self) -> Info:
        return Info()

    def open(
        self, instruction: str, *, seed: int = 0, session_id: str = ""
    ) -> ScriptedSession:
        self.opened += 1
        self.session_ids.append(session_id)
        return ScriptedSession(self, instruction)

    def plan(
        self,
        instruction: str,
        observation: Observation,
        *,
        seed: int = 0,
        session_id: str = "",
    ) -> Iterator[Event]:
        self.session_ids.append(session_id)
        session = ScriptedSession(self, instruction)
        yield ProgramWritten("program", "scripted", True, 0.0)
        try:
            yield from list(session.stream(observation))[1:]
        except PlanningError as error:
            if seed == 0:
                raise
            yield Verdict(False, error.stage, error.reason, str(error))
            return
        yield Said(f"seed {seed}")
        yield Verdict(True, "", "OK", "done", 40.0)


def make_observation(time: float = 0.0, x: float = 0.4, size: int = 32) -> Observation:
    rng = np.random.default_rng(5)
    camera = Camera(
        "front",
        rng.integers(0, 255, (size, size + 8, 3), dtype=np.uint8),
        rng.uniform(0.2, 2.0, (size, size + 8)).astype(np.float32),
        Intrinsics(30.0, 31.0, 15.0, 16.0),
        Pose(np.array([1.0, 0.2, 0.7]), ASYMMETRIC),
    )
    return Observation(
        (camera,),
        Pose(np.array([x, 0.1, 0.3]), np.array([0.0, 1.0, 0.0, 0.0])),
        0.08,
        np.linspace(-1.0, 1.0, 7),
        time,
    )


def make_scene() -> Scene:
    points = np.array([[0.5, 0.25, 0.125], [0.5, 0.375, 0.125], [0.25, 0.25, 0.0]])
    block = Object3D(
        4,
        "red block",
        "red",
        "block",
        points,
        np.array([0.0, 0.0, 1.0]),
        0.5,
        np.array([0.05, 0.04, 0.03]),
        0.9,
        parent=2,
        held=True,
    )
    mask = np.arange(12, dtype=np.int32).reshape(3, 4)
    return Scene((block,), points, 0.01, 7.5, 3, {"front": mask})


EVENTS: tuple[Event, ...] = (
    SceneSeen(make_scene()),
    ProgramWriting("x ="),
    ProgramWritten("x = 1\n", "embedded", True, 0.5),
    ProgramWritten(
        "x = 1\n", "openai", False, 2.5, Usage("openai", "big", 2, 900, 80, 2.25, 0.5)
    ),
    LineResult(3, "found 2 blocks"),
    SubTaskStarted(
        2, 7, "red block", MapSet(), (MapSummary("gripper", 0.0, 1.0, (1, 2, 3)),)
    ),
    Said("over there"),
    Asked(3, "which one?", 120.0),
    Paused(7, "execute", True),
    Verdict(False, "plan", "UNREACHABLE", "no way", 12.5, Usage("local", "x", 3)),
)


@pytest.fixture
def pipeline() -> Iterator[ScriptedPipeline]:
    scripted = ScriptedPipeline()
    yield scripted
    scripted.gate.set()


@pytest.fixture
def config() -> ServerConfig:
    return ServerConfig(
        port=0, max_sessions=3, shutdown_grace=0.1, stop_limit=2.0, kept_plans=2
    )


@pytest.fixture
def address(pipeline: ScriptedPipeline, config: ServerConfig) -> Iterator[str]:
    with running_server(pipeline, config) as where:
        yield where
        pipeline.gate.set()


@pytest.fixture
def client(address: str) -> Iterator[PlannerClient]:
    with PlannerClient(address, timeout=10.0) as it:
        yield it


@pytest.fixture
def observe():
    return make_observation


@pytest.fixture
def events() -> tuple[Event, ...]:
    return EVENTS


@pytest.fixture
def maps() -> MapSet:
    return MAPS
