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
from dataclasses import dataclass
from importlib.metadata import version

from perception.errors import PerceptionError
from perception.observation import Observation
from perception.perceiver import Perceiver
from perception.tracker import Tracker
from planner.errors import (
    CancelledError,
    InvalidRequestError,
    PlanningError,
)
from planner.events import (
    Event,
    ProgramWritten,
    SceneSeen,
    SegmentPlanned,
    Verdict,
)
from planner.execution.arm import Sent
from planner.instruction import sentence_of
from planner.language.sandbox import Sandbox
from planner.language.writer import Writer
from planner.program_host import PipelineConfig, PipelineHost
from planner.value_maps import VoxelGrid
from planner.world import LiveWorld, PreviewWorld

log = logging.getLogger(__name__)


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
        host = PipelineHost(run.config, world, emit, rates)
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
