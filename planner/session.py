"""One instruction being carried out: a program in a thread of its own.

The program blocks at each tick until the caller brings the next observation, so a
session is a plain object with `step`. Answers, controls and the end may come from
any thread.
"""

import logging
import queue
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from perception.errors import PerceptionError
from perception.observation import Observation
from perception.perceiver import Perceiver, attending
from perception.tracker import Tracker
from planner.errors import (
    CancelledError,
    InvalidRequestError,
    PlanningError,
    ProgramFailedError,
)
from planner.events import (
    Event,
    ProgramWriting,
    ProgramWritten,
    SceneSeen,
    SegmentPlanned,
    Verdict,
)
from planner.execution.arm import Sent
from planner.language.backend import Usage
from planner.language.memory import Memory
from planner.language.program import Program
from planner.language.sandbox import Sandbox
from planner.language.writer import Writer
from planner.program_host import Dialogue, PipelineConfig, PipelineHost
from planner.questions import Questions
from planner.stepping import Control, Stepper
from planner.world import LiveWorld, PreviewWorld

log = logging.getLogger(__name__)

_LONG = ("_ask", "_write")  # calls that a person or a model answers
DRAFT_PERIOD = 0.05  # [s] between two tellings of what is written so far


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What one session works on, and with.

    Attributes:
        instruction: What to do, in words.
        perceiver: Who finds the objects.
        writer: Who writes the program.
        sandbox: Where it runs.
        config: Settings of the flow.
        memory: What earlier programs remembered.
    """

    instruction: str
    perceiver: Perceiver
    writer: Writer
    sandbox: Sandbox
    config: PipelineConfig
    memory: Memory


class Session:
    """Observations in, events out."""

    def __init__(self, task: Task, *, preview: bool):
        self._task = task
        self._preview = preview
        self._inbox: queue.SimpleQueue[Observation | None] = queue.SimpleQueue()
        self._outbox: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="voxfield-program")
        self._future: Future[None] | None = None
        self._ended = False
        limit = task.config.answer_seconds
        self._questions = Questions(self._emit, limit, time.monotonic)
        self._stepper = Stepper(self._emit)

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
            self._pool.shutdown(wait=False)
            self._future.result()  # an unexpected error belongs to the caller

    def report(self, segment_id: int, sent: Sent) -> None:
        """Note what the safety filter made of a command of a segment."""
        for sentence in sent.clipped:
            log.info("segment %d: %s", segment_id, sentence)

    def answer(self, question_id: int, text: str) -> None:
        """Answer a question; one that waits no longer is passed over.

        Raises:
            UnknownQuestionError: There was none of this id.
            InvalidRequestError: The answer is empty or too long.
        """
        self._questions.answer(question_id, text)

    def decline(self, question_id: int, why: str) -> None:
        """Say why nobody answers a question.

        Raises:
            UnknownQuestionError: There was none of this id.
        """
        self._questions.decline(question_id, why)

    def control(self, control: Control) -> None:
        """Pause the program before its next call, let one go on, or resume it."""
        self._stepper.tell(control)

    def close(self) -> None:
        """End the session; a program under way is stopped at its next event."""
        self._ended = True
        self._inbox.put(None)
        self._pool.shutdown(wait=False)

    def _receive(self) -> Observation:
        observation = self._inbox.get()
        if observation is None:
            raise CancelledError("the session was closed")
        return observation

    def _emit(self, event: Event) -> None:
        # Nobody reads any more: here is where a program learns of it.
        if self._ended and not isinstance(event, Verdict):
            raise CancelledError("the session was closed")
        self._outbox.put(event)
        if isinstance(event, SegmentPlanned) and not self._preview:
            self._outbox.put(None)

    def _work(self) -> None:
        """Write the program and run it; always ends with a verdict."""
        run = _Run()
        try:
            self._carry_out(run)
        except PlanningError as error:
            self._emit(run.verdict(error.stage, error.reason, str(error)))
        except PerceptionError as error:
            self._emit(run.verdict("perceive", "PERCEPTION_FAILED", str(error)))
        else:
            done = "can be" if self._preview else "was"
            self._emit(run.verdict("", "OK", f"every sub-task {done} carried out"))
        finally:
            self._outbox.put(None)

    def _carry_out(self, run: "_Run") -> None:
        task = self._task
        tracker, arm = Tracker(attending(task.perceiver)), task.config.arm
        live = LiveWorld(tracker, arm, self._receive, time.perf_counter)
        self._emit(SceneSeen(live.now.scene))
        draft, start = _Draft(self._emit), time.perf_counter()
        names = live.now.scene.names
        written = task.writer.write(task.instruction, names, draft.add)
        self._tell_program(run, written, start)
        while True:
            host = self._host(live, run)
            try:
                self._run(written, host)
                return
            except ProgramFailedError as error:
                if host.has_moved:
                    raise
                # Nothing moved, so another program may begin where this one did.
                start = time.perf_counter()
                written = task.writer.repair(written, error)
                self._tell_program(run, written, start)

    def _tell_program(self, run: "_Run", program: Program, start: float) -> None:
        run.program = program
        seconds = time.perf_counter() - start
        self._emit(
            ProgramWritten(
                program.source, program.backend, program.cached, seconds, program.usage
            )
        )

    def _host(self, live: LiveWorld, run: "_Run") -> PipelineHost:
        memory = self._task.memory
        if self._preview:
            world, dialogue = (
                PreviewWorld(live.now),
                Dialogue(memory=Memory(memory.facts())),
            )
        else:
            world, dialogue = live, Dialogue(self._questions.ask, memory)
        return PipelineHost(self._task.config, world, self._emit, run.rates, dialogue)

    def _run(self, program: Program, host: PipelineHost) -> None:
        def before_call(
            name: str, args: tuple[object, ...], keep: Callable[[], None]
        ) -> None:
            self._stepper.before_call(name, args, host, keep)
            if name in _LONG:
                keep()

        on_call = None if self._preview else before_call
        self._task.sandbox.run(program, host, on_call)


@dataclass(slots=True)
class _Run:
    """What became of the instruction so far.

    Attributes:
        rates: Planning time of each plan, [s].
        program: What was written last.
    """

    rates: list[float] = field(default_factory=list[float])
    program: Program | None = None

    def verdict(self, stage: str, reason: str, message: str) -> Verdict:
        hz = 1.0 / statistics.median(self.rates) if self.rates else 0.0
        return Verdict(reason == "OK", stage, reason, message, hz, self._usage())

    def _usage(self) -> Usage:
        if self.program is None:
            return Usage()
        parts = self.program.parts
        return parts.usage if parts is not None else self.program.usage


class _Draft:
    """What is written so far, told now and then."""

    def __init__(self, emit: Callable[[Event], None]):
        self._emit = emit
        self._text = ""
        self._told = -DRAFT_PERIOD

    def add(self, piece: str) -> None:
        self._text += piece
        now = time.monotonic()
        if now - self._told >= DRAFT_PERIOD:
            self._told = now
            self._emit(ProgramWriting(self._text))
