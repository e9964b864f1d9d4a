"""Runs programs in worker processes without files, network, clock or imports.

A worker that dies costs nobody else anything: the pool replaces it. What a
program asks of the world goes through `answers`; the time that takes does not
count against the program.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType

import numpy as np
import pydantic_monty as monty

from perception.errors import PerceptionError
from planner.errors import (
    PlanningError,
    ProgramFailedError,
    ProgramLimitError,
)
from planner.language.answers import FATAL, HOST_CALLS, Answers, Budget
from planner.language.host import ProgramHost
from planner.language.lifeline import Lifeline
from planner.language.prelude import prelude
from planner.language.program import Program
from planner.language.shelf import Shelf
from planner.printable import printable
from planner.value_maps import VoxelGrid

# The program is what a session is fed after the prelude.
PROGRAM = "<python-input-1>"

Suspended = monty.FunctionSnapshot | monty.NameLookupSnapshot | monty.FutureSnapshot
Continue = Callable[[], monty.SyncSnapshot]
OnCall = Callable[[str, tuple[object, ...], Callable[[], None]], None]

# The clock of every program: the same program does the same every time.
_STANDING_STILL = datetime(2000, 1, 1, tzinfo=UTC)
LIMIT_TYPES = (TimeoutError, MemoryError, RecursionError)


@dataclass(frozen=True, slots=True)
class SandboxConfig:
    """Limits of the sandbox and what a program is told of the arm.

    Attributes:
        workers: Programs that can run at once.
        warm: Workers started in advance.
        turn_seconds: Computing between two calls to the host. Like the next one it
            is wall-clock time, with room for a busy machine: most programs need
            thousandths.
        tick_seconds: Computing between two ticks of motion.
        grace_seconds: After which a worker that ignores the limit is killed.
        memory_bytes: Heap of a program.
        recursion: Depth of calls.
        wait_seconds: For a free worker.
        budget: Calls to the host.
        open_value: What a gripper map has for open: 1 as in VoxPoser's RLBench
            programs, 0 as in its paper.
        home: Where `reset_to_default_pose` goes, [m].
        home_wxyz: How the hand points there.
    """

    workers: int = 8
    warm: int = 2
    turn_seconds: float = 0.25
    tick_seconds: float = 0.5
    grace_seconds: float = 0.1
    memory_bytes: int = 64_000_000
    recursion: int = 200
    wait_seconds: float = 5.0
    budget: Budget = field(default_factory=Budget)
    open_value: int = 1
    home: tuple[float, float, float] = (0.45, 0.0, 0.40)
    home_wxyz: tuple[float, float, float, float] = (0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a program ended that did end.

    Attributes:
        subtasks: Calls of `execute`.
        printed: What it printed.
    """

    subtasks: int
    printed: str


class Sandbox:
    """A pool of workers; any number of threads may call `run` at once."""

    def __init__(self, config: SandboxConfig | None = None):
        self.config = config or SandboxConfig()
        self._pool = monty.Monty(
            min_processes=min(self.config.warm, self.config.workers),
            max_processes=self.config.workers,
            checkout_timeout=self.config.wait_seconds,
            turn_duration_limit_grace=self.config.grace_seconds,
            feed_duration_limit_grace=self.config.grace_seconds,
        )
        self._prepared = b""
        self._shelf = Shelf(self._prepare, self.config.workers)

    def __enter__(self) -> "Sandbox":
        """Start the workers and prepare the prelude."""
        self._pool.__enter__()
        with self._checkout() as session:
            session.feed_run(prelude())
            self._prepared = session.dump()
        self._shelf.stock()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the workers."""
        self._shelf.close()
        self._pool.__exit__(kind, error, trace)

    def run(
        self,
        program: Program,
        host: ProgramHost,
        on_call: OnCall | None = None,
    ) -> Outcome:
        """Run a program to its end; blocks while the arm moves.

        Args:
            program: What runs.
            host: Answers what it asks.
            on_call: Told of each call to the host before it is answered, with what
                keeps the program should its worker die meanwhile; the program waits
                for as long as it takes.

        Raises:
            ProgramLimitError: It ran into a limit.
            ProgramFailedError: It failed by itself.
            PlanningError: The host's own error object, if the program let it pass.
            PerceptionError: Likewise.
        """
        answers = Answers(
            host, self.config.budget, self.config.open_value, parts=program.parts
        )
        printed = monty.CollectString(max_bytes=100_000)
        try:
            with ExitStack() as workers:
                session = workers.enter_context(self._shelf.session())
                facts = {"_config": self._facts(host.grid)}

                def revive(state: bytes) -> monty.FunctionSnapshot:
                    other = workers.enter_context(self._checkout())
                    snapshot = other.load_snapshot(state, print_callback=printed)
                    assert isinstance(snapshot, monty.FunctionSnapshot)
                    return snapshot

                self._drive(
                    lambda: session.feed_start(
                        program.runnable, inputs=facts, print_callback=printed
                    ),
                    _Replies(answers, Lifeline(revive), on_call),
                )
        except monty.MontyError as error:
            raise _translated(error, answers) from None
        except TimeoutError as error:
            raise ProgramLimitError("no sandbox worker is free; try again") from error
        return Outcome(answers.subtasks, printed.output)

    def _drive(self, go_on: Continue, replies: "_Replies") -> None:
        """Answer the program until it ends; only its own computing is timed."""
        spent, ticks = 0.0, 0
        while True:
            start = time.perf_counter()
            snapshot = go_on()
            spent += time.perf_counter() - start
            if isinstance(snapshot, monty.MontyComplete):
                return
            if spent > self.config.tick_seconds:
                raise ProgramLimitError(
                    f"more than {self.config.tick_seconds} s of computing without "
                    "any motion"
                )
            go_on = replies.to(snapshot)
            if replies.answers.ticks > ticks:
                spent, ticks = 0.0, replies.answers.ticks

    def _prepare(self) -> monty.MontySession:
        """Return a session that knows the prelude."""
        session = self._checkout().__enter__()
        try:
            session.load_session(self._prepared)
        except monty.MontyError:
            session.__exit__(None, None, None)
            raise
        return session

    def _checkout(self) -> monty.MontySession:
        limits: monty.ResourceLimits = {
            "max_turn_duration_secs": self.config.turn_seconds,
            "max_memory": self.config.memory_bytes,
            "max_recursion_depth": self.config.recursion,
            "max_suspensions": 10_000_000,
            "max_total_sleep_secs": 0.0,
        }
        policy: monty.OSPolicy = {
            "datetime": _STANDING_STILL,
            "sleep_system_max": 0.01,
            "random_start": {"seed": 0},
        }
        return self._pool.checkout(limits=limits, os_policy=policy)

    def _facts(self, grid: VoxelGrid) -> dict[str, object]:
        home = grid.to_vox(np.array([self.config.home]))[0]
        return {
            "shape": grid.shape,
            "lower_cm": [100.0 * low for low in grid.lower],
            "voxel_cm": [100.0 * float(size) for size in grid.voxel_size],
            "open": self.config.open_value,
            "home": [int(i) for i in home],
            "home_wxyz": list(self.config.home_wxyz),
        }


@dataclass(frozen=True, slots=True)
class _Replies:
    """What lets a suspended program go on."""

    answers: Answers
    lifeline: Lifeline
    on_call: OnCall | None

    def to(self, snapshot: Suspended) -> Continue:
        if isinstance(snapshot, monty.NameLookupSnapshot):
            return snapshot.resume
        if not isinstance(snapshot, monty.FunctionSnapshot):
            raise ProgramFailedError("a program cannot wait for anything but execute")
        if snapshot.is_os_function:
            return snapshot.resume_not_handled
        reply = self._answer(snapshot)
        return lambda: self.lifeline.resume(snapshot, reply)

    def _answer(self, snapshot: monty.FunctionSnapshot) -> monty.ExternalResult:
        name = snapshot.function_name
        try:
            if name not in HOST_CALLS:
                raise NameError(f"name '{name}' is not defined")
            args = (*snapshot.args, *snapshot.kwargs.values())
            if self.on_call is not None:
                self.on_call(name, args, lambda: self.lifeline.keep(snapshot))
            return {"return_value": self.answers.answer(name, args)}
        except FATAL:
            raise
        except NameError as error:
            return {"exception": error}
        except (PlanningError, PerceptionError) as error:
            return {"exception": ValueError(str(error))}


def _translated(
    error: monty.MontyError, answers: Answers
) -> PlanningError | PerceptionError:
    if isinstance(error, monty.MontyCrashedError):
        return ProgramLimitError("the program used up its time and was stopped")
    inner = error.exception()
    message = str(inner)
    if isinstance(inner, ValueError) and message in answers.failures:
        return answers.failures[message]
    line = 0
    if isinstance(error, monty.MontyRuntimeError | monty.MontySyntaxError):
        own = [frame.line for frame in error.traceback() if frame.filename == PROGRAM]
        line = own[-1] if own else 0
    sentence = printable(f"{type(inner).__name__}: {message}"[:500])
    if isinstance(inner, LIMIT_TYPES):
        return ProgramLimitError(sentence, line)
    return ProgramFailedError(sentence, line)
