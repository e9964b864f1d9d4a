"""The whole flow, composed: instruction and observations in, events out.

A program runs in a thread of its own and blocks at each tick until the caller
brings the next observation, so a session is a plain object with `step`.
"""

import logging
import queue
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version

from perception.errors import PerceptionError
from perception.grounding import ground
from perception.observation import Observation
from perception.perceiver import Perceiver
from perception.scene import Object3D
from perception.tracker import Tracker
from planner.errors import (
    CancelledError,
    GraspFailedError,
    InvalidRequestError,
    NotReachedError,
    PlanningError,
    TimeLimitError,
    UnknownObjectError,
)
from planner.events import (
    Event,
    LineResult,
    ProgramWritten,
    Said,
    SceneSeen,
    SegmentPlanned,
    SubTaskStarted,
    Verdict,
)
from planner.execution.arm import Sent
from planner.instruction import sentence_of
from planner.language.host import ExecuteCall, HandState
from planner.language.sandbox import Sandbox
from planner.language.writer import Writer
from planner.motion.arm_model import ArmModel
from planner.motion.config import MotionConfig
from planner.motion.plan import MotionRequest
from planner.motion.push_task import PushTask
from planner.motion.smoothing import Smoother
from planner.motion.subtask import SubTask, Tick, has_slipped, state_at
from planner.trajectory import Trajectory
from planner.value_maps import KINDS, MapSet, MapSummary, VoxelGrid, rasterise
from planner.world import LiveWorld, PreviewWorld, Situation, World

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PipelineConfig:
    """Settings of the flow.

    Attributes:
        grid: Workspace box and resolution of the value maps.
        motion: Settings of the planner.
        arm: Geometry of the arm.
        replan_period: Time between observations the plans count on, [s].
        max_seconds: Longest episode, by the observations' clock, [s].
        preview_ticks: Most motions of a preview: a loop that waits for something
            to change would never end there.
    """

    grid: VoxelGrid = field(default_factory=VoxelGrid)
    motion: MotionConfig = field(default_factory=MotionConfig)
    arm: ArmModel = field(default_factory=ArmModel.panda)
    replan_period: float = 0.1
    max_seconds: float = 120.0
    preview_ticks: int = 200


@dataclass(frozen=True, slots=True)
class PipelineInfo:
    """What a client may want to know before it asks for anything.

    Attributes:
        version: Of the distribution.
        language: The writer's backend.
        perception: The perceiver.
        max_speed: Where the velocity map says 1, [m/s].
        max_acceleration: [m/s^2].
        grid: Workspace box and resolution of the maps.
        replan_period: [s].
    """

    version: str
    language: str
    perception: str
    max_speed: float
    max_acceleration: float
    grid: VoxelGrid
    replan_period: float


class Pipeline:
    """Instruction and observations in, motion out. Thread-safe."""

    def __init__(
        self,
        perceiver: Perceiver,
        writer: Writer,
        sandbox: Sandbox,
        config: PipelineConfig | None = None,
    ):
        self._perceiver = perceiver
        self._writer = writer
        self._sandbox = sandbox
        self._config = config or PipelineConfig()

    def info(self) -> PipelineInfo:
        """Return versions, backends and limits."""
        config = self._config
        return PipelineInfo(
            version=version("voxfield"),
            language=self._writer.backend,
            perception=self._perceiver.name,
            max_speed=config.motion.max_speed,
            max_acceleration=config.motion.max_acceleration,
            grid=config.grid,
            replan_period=config.replan_period,
        )

    def open(self, instruction: str, *, seed: int = 0) -> "Session":
        """Begin to carry out an instruction.

        Raises:
            EmptyInstructionError: There are no words in it.
            InvalidRequestError: It is too long.
        """
        return self._session(instruction, seed, preview=False)

    def plan(
        self, instruction: str, observation: Observation, *, seed: int = 0
    ) -> Iterator[Event]:
        """Yield what would happen, a verdict last; nothing moves.

        Raises:
            EmptyInstructionError: There are no words in it.
            InvalidRequestError: It is too long.
        """
        session = self._session(instruction, seed, preview=True)
        return _preview(session, observation)

    def _session(self, instruction: str, seed: int, *, preview: bool) -> "Session":
        words = sentence_of(instruction)
        # The planner is deterministic today; the seed reaches what samples.
        del seed
        run = _Run(words, self._perceiver, self._writer, self._sandbox, self._config)
        return Session(run, preview=preview)


def _preview(session: "Session", observation: Observation) -> Iterator[Event]:
    try:
        yield from session.stream(observation)
    finally:
        session.close()


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """What one session works with."""

    instruction: str
    perceiver: Perceiver
    writer: Writer
    sandbox: Sandbox
    config: PipelineConfig


class Session:
    """One instruction being carried out: observations in, events out."""

    def __init__(self, run: _Run, *, preview: bool):
        self._run_parts = run
        self._preview = preview
        self._inbox: queue.SimpleQueue[Observation | None] = queue.SimpleQueue()
        self._outbox: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="voxfield-program")
        self._future: Future[None] | None = None
        self._ended = False

    def step(self, observation: Observation) -> list[Event]:
        """Return what an observation led to; the last event is motion or a verdict.

        Raises:
            InvalidRequestError: The session has ended.
        """
        return list(self.stream(observation))

    def stream(self, observation: Observation) -> Iterator[Event]:
        """Yield the same, each event as it arises."""
        if self._ended:
            raise InvalidRequestError("the session has ended; open another one")
        self._inbox.put(observation)
        if self._future is None:
            self._future = self._pool.submit(self._work)
        event: Event | None = None
        for event in iter(self._outbox.get, None):
            yield event
        if self._preview or not isinstance(event, SegmentPlanned):
            self._ended = True
            self._future.result()  # an unexpected error belongs to the caller

    def report(self, segment_id: int, sent: Sent) -> None:
        """Note what the safety filter made of a command of a segment."""
        for sentence in sent.clipped:
            log.info("segment %d: %s", segment_id, sentence)

    def close(self) -> None:
        """End the session; a program under way is stopped at its next tick."""
        self._ended = True
        self._inbox.put(None)
        self._pool.shutdown(wait=False)

    def _work(self) -> None:
        try:
            _carry_out(self._run_parts, self._receive, self._emit, self._preview)
        finally:
            self._outbox.put(None)

    def _receive(self) -> Observation:
        observation = self._inbox.get()
        if observation is None:
            raise CancelledError("the session was closed")
        return observation

    def _emit(self, event: Event) -> None:
        # A preview receives nothing, so here is where it learns that nobody reads.
        if self._preview and self._ended and not isinstance(event, Verdict):
            raise CancelledError("the session was closed")
        self._outbox.put(event)
        if isinstance(event, SegmentPlanned) and not self._preview:
            self._outbox.put(None)


def _carry_out(
    run: _Run,
    receive: Callable[[], Observation],
    emit: Callable[[Event], None],
    preview: bool,
) -> None:
    """Write the program and run it; always ends with a verdict."""
    rates: list[float] = []
    try:
        live = LiveWorld(
            Tracker(run.perceiver), run.config.arm, receive, time.perf_counter
        )
        world = PreviewWorld(live.now) if preview else live
        host = _Host(run.config, world, emit, rates)
        emit(SceneSeen(live.now.scene))
        start = time.perf_counter()
        program = run.writer.write(run.instruction, live.now.scene.names)
        seconds = time.perf_counter() - start
        emit(ProgramWritten(program.source, program.backend, program.cached, seconds))
        run.sandbox.run(program, host)
    except PlanningError as error:
        emit(_verdict(error.stage, error.reason, str(error), rates))
    except PerceptionError as error:
        emit(_verdict("perceive", "PERCEPTION_FAILED", str(error), rates))
    else:
        emit(_verdict("", "OK", "every sub-task was carried out", rates))


def _verdict(stage: str, reason: str, message: str, rates: list[float]) -> Verdict:
    hz = 1.0 / statistics.median(rates) if rates else 0.0
    return Verdict(reason == "OK", stage, reason, message, hz)


class _Host:
    """What a running program can ask of the world (`ProgramHost`)."""

    def __init__(
        self,
        config: PipelineConfig,
        world: LiveWorld | PreviewWorld,
        emit: Callable[[Event], None],
        rates: list[float],
    ):
        self._config = config
        self._world: World = world
        self._emit = emit
        self._rates = rates
        self._begin = world.now.measured.time
        self._index = -1
        self._subtask: SubTask | PushTask = SubTask(config.arm, config.motion)
        self._carrying = False
        self._planned: Trajectory | None = None
        self._sent: Trajectory | None = None
        self._smoother = Smoother(config.motion)
        self._segments = 0
        self._returned = time.perf_counter()

    @property
    def grid(self) -> VoxelGrid:
        """Grid of the maps."""
        return self._config.grid

    def detect(self, phrase: str) -> tuple[Object3D, ...]:
        """Return what a phrase names, best match first."""
        scene = self._world.now.scene
        try:
            return ground(scene, phrase)
        except PerceptionError as error:
            raise UnknownObjectError(str(error), phrase, scene.names) from error

    def hand(self) -> HandState:
        """Return where the hand is and what its fingers do."""
        measured = self._world.now.measured
        asked = (
            self._planned.width_at(measured.time)
            if self._planned is not None
            else measured.gripper_width
        )
        open_ = asked > 0.5 * self._config.arm.max_width
        return HandState(
            position=measured.T_world_ee.position,
            wxyz=measured.T_world_ee.wxyz,
            gripper_open=open_,
            holding=not open_ and measured.gripper_width > asked + 0.004,
        )

    def table_height(self) -> float:
        """Return z of the supporting plane, in [m]."""
        return self._world.now.scene.table_height

    def say(self, text: str) -> None:
        """Pass a sentence on to the person."""
        self._emit(Said(text))

    def line(self, line: int, text: str) -> None:
        """Note what a line of the program came to."""
        self._emit(LineResult(line, text))

    def step(self, call: ExecuteCall) -> bool:
        """Advance a sub-task by one control period; True once it is finished."""
        program_seconds = time.perf_counter() - self._returned
        now = self._world.now
        self._check_time(now)
        if call.index != self._index:
            self._carrying = False
        movable = self._movable(call.movable, now)
        if call.index != self._index:
            self._start(call, movable)
        start = time.perf_counter()
        tick = self._subtask.tick(self._request(call, movable), now.measured)
        seconds = {"program": program_seconds, "plan": time.perf_counter() - start}
        if isinstance(self._world, LiveWorld):
            seconds["perceive"] = self._world.perceive_seconds
            self._rates.append(sum(seconds.values()))
        self._planned = tick.trajectory
        if not tick.done:
            self._send(tick, seconds)
        self._returned = time.perf_counter()
        return tick.done

    def _request(self, call: ExecuteCall, movable: Object3D | None) -> MotionRequest:
        now = self._world.now
        slipped = has_slipped(self._sent, now.measured, self._config.motion.slip)
        if slipped:
            self._smoother.reset()
        return MotionRequest(
            maps=call.maps,
            scene=now.scene,
            state=state_at(self._planned, now.measured, slipped=slipped),
            movable=movable,
            grid=self._config.grid,
        )

    def _send(self, tick: Tick, seconds: dict[str, float]) -> None:
        self._sent = trajectory = self._smoother.smooth(tick.trajectory)
        self._emit(
            SegmentPlanned(
                id=self._segments,
                subtask=self._index,
                trajectory=trajectory,
                expires=trajectory.start + self._config.motion.horizon,
                path_world=tick.path_world,
                scene_revision=self._world.now.scene.revision,
                stage_seconds=seconds,
            )
        )
        self._segments += 1
        self._world.follow(trajectory)

    def _check_time(self, now: Situation) -> None:
        passed = now.measured.time - self._begin
        if passed > self._config.max_seconds:
            raise TimeLimitError(
                f"not finished after {passed:.0f} s; at most "
                f"{self._config.max_seconds:.0f} s are given to an instruction"
            )
        preview = isinstance(self._world, PreviewWorld)
        if preview and self._segments > self._config.preview_ticks:
            raise NotReachedError(
                f"the preview did not end after {self._segments} motions; the program "
                "waits for something that only a real motion can change"
            )

    def _start(self, call: ExecuteCall, movable: Object3D | None) -> None:
        """Begin a sub-task: what is to move and is not held is pushed."""
        self._index = call.index
        self._carrying = movable is not None and movable.held
        pushed = movable is not None and not movable.held
        kind = PushTask if pushed else SubTask
        self._subtask = kind(self._config.arm, self._config.motion)
        self._emit(SceneSeen(self._world.now.scene))
        self._emit(
            SubTaskStarted(
                index=call.index,
                line=call.line,
                movable=call.movable,
                maps=call.maps,
                summaries=summarise(call.maps, self._config.grid),
            )
        )

    def _movable(self, name: str, now: Situation) -> Object3D | None:
        """Return the object that shall move; None for the hand."""
        if name == "gripper":
            return None
        found = self.detect(name)[0]
        movable = next(o for o in now.scene.objects if o.id == found.id)
        if self._carrying and not movable.held:
            raise GraspFailedError(
                f"'{movable.name}' slipped out of the hand; grasp it again"
            )
        return movable


def summarise(maps: MapSet, grid: VoxelGrid) -> tuple[MapSummary, ...]:
    """Return the range of each map that is present."""
    layers = maps.layers()
    summaries: list[MapSummary] = []
    for kind in KINDS:
        if kind in layers:
            values = rasterise(layers[kind], grid)
            summaries.append(
                MapSummary(kind, float(values.min()), float(values.max()), grid.shape)
            )
    return tuple(summaries)
