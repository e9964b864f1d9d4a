"""How soon a program runs once it is written, and how often its maps are made anew.

A start is all that stands between a written program and its first motion: check,
rewriting, a warm worker, detections, the first maps. A tick is one turn of the closed
loop: every map function called again on things that have moved, its maps decoded.
Neither planning nor the writer is in it.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace

import numpy as np
from rich.table import Table

from perception.grounding import ground
from perception.scene import Object3D, Scene
from planner.errors import InvalidProgramError
from planner.language.check import check
from planner.language.host import ExecuteCall, HandState
from planner.language.memory import Memory
from planner.language.program import Program
from planner.language.sandbox import Sandbox, SandboxConfig
from planner.value_maps import VoxelGrid
from sims.language_bench.samples import SAMPLES

# Sentences do not follow each other at once: between them a worker gets warm.
_PAUSE = 0.01  # [s]


@dataclass(frozen=True, slots=True)
class SandboxBenchConfig:
    """What to measure.

    Attributes:
        starts: Programs started of each sample.
        ticks: Turns of the closed loop of each sample.
        warm_up: Programs run before anything is timed.
    """

    starts: int = 100
    ticks: int = 500
    warm_up: int = 5


@dataclass(frozen=True, slots=True)
class SandboxRow:
    """One sample.

    Attributes:
        name: What it is like.
        maps: Map functions it gives to `execute`.
        start_ms: From the text to the first tick, median.
        start_ms_p10: The same where nothing else kept the machine busy: exceeded by
            nine in ten.
        start_ms_p95: The same, exceeded by one in twenty.
        ticks_per_second: Of the closed loop, all of them together.
        tick_ms_p95: A tick, exceeded by one in twenty.
    """

    name: str
    maps: int
    start_ms: float
    start_ms_p10: float
    start_ms_p95: float
    ticks_per_second: float
    tick_ms_p95: float


@dataclass(frozen=True, slots=True)
class SandboxReport:
    """What was measured.

    Attributes:
        config: Of the measurement.
        rows: One a sample.
        start_ms: Median over all starts of all samples.
    """

    config: SandboxBenchConfig
    rows: tuple[SandboxRow, ...]
    start_ms: float

    def facts(self) -> dict[str, object]:
        """Return everything as plain values."""
        return asdict(self)

    def table(self) -> Table:
        """Return the rows for a terminal."""
        table = Table(
            "program", "maps", "start ms", "p10", "p95", "ticks/s", "tick ms p95"
        )
        for row in self.rows:
            table.add_row(
                row.name,
                str(row.maps),
                f"{row.start_ms:.1f}",
                f"{row.start_ms_p10:.1f}",
                f"{row.start_ms_p95:.1f}",
                f"{row.ticks_per_second:.0f}",
                f"{row.tick_ms_p95:.1f}",
            )
        return table


def run_sandbox_bench(config: SandboxBenchConfig | None = None) -> SandboxReport:
    """Measure starts and ticks of every sample in a pool of warm workers."""
    config = config or SandboxBenchConfig()
    rows: list[SandboxRow] = []
    every: list[float] = []
    with Sandbox(SandboxConfig(workers=2, warm=2)) as sandbox:
        for name, source in SAMPLES.items():
            starts = [
                # Never the same text twice: what is remembered would be too fast.
                _start(f"{source}# {number}\n", sandbox)
                for number in range(config.warm_up + config.starts)
            ][config.warm_up :]
            host = _closed_loop(source, sandbox, config.ticks)
            every += starts
            rows.append(_row(name, starts, host))
    return SandboxReport(config, tuple(rows), 1e3 * statistics.median(every))


def _start(source: str, sandbox: Sandbox) -> float:
    """Return what passes from the text of a program to its first tick, [s]."""
    host = _TableHost(ticks=1, clock=time.perf_counter)
    time.sleep(_PAUSE)
    begin = time.perf_counter()
    problems = check(source)
    if problems:
        raise InvalidProgramError(source, problems)
    sandbox.run(Program.from_source(source), host)
    return host.stepped[0] - begin


def _closed_loop(source: str, sandbox: Sandbox, ticks: int) -> "_TableHost":
    host = _TableHost(ticks=ticks, clock=time.perf_counter)
    sandbox.run(Program.from_source(source), host)
    return host


def _row(name: str, starts: list[float], host: "_TableHost") -> SandboxRow:
    periods = np.diff(host.stepped)
    return SandboxRow(
        name=name,
        maps=host.maps,
        start_ms=1e3 * statistics.median(starts),
        start_ms_p10=1e3 * float(np.percentile(starts, 10)),
        start_ms_p95=1e3 * float(np.percentile(starts, 95)),
        ticks_per_second=len(periods) / float(periods.sum()),
        tick_ms_p95=1e3 * float(np.percentile(periods, 95)),
    )


def _table_scene() -> tuple[Object3D, ...]:
    """Return a dozen things of the kinds that programs ask for."""
    rng = np.random.default_rng(0)
    kinds = "block block block bowl ball mug button handle line block ball bowl".split()
    colours = "red green blue blue yellow white red black brown pink gray cyan".split()
    things: list[Object3D] = []
    for number, (colour, shape) in enumerate(zip(colours, kinds, strict=True), 1):
        centre = np.array([0.25 + 0.05 * number, rng.uniform(-0.35, 0.35), 0.03])
        size = rng.uniform(0.03, 0.08, 3)
        points = centre + rng.uniform(-0.5, 0.5, (400, 3)) * size
        up = np.array([0.0, 0.0, 1.0])
        name = f"{colour} {shape}"
        things.append(Object3D(number, name, colour, shape, points, up, 0.0, size))
    return tuple(things)


@dataclass(slots=True)
class _TableHost:
    """A table on which everything moves a little at every tick.

    Attributes:
        ticks: After how many a sub-task is finished.
        clock: Read at every tick.
        stepped: What it showed.
        maps: How many the last tick had.
    """

    ticks: int
    clock: Callable[[], float]
    stepped: list[float] = field(default_factory=list[float])
    maps: int = 0
    grid: VoxelGrid = field(default_factory=VoxelGrid)
    memory: Memory = field(default_factory=Memory)
    _things: tuple[Object3D, ...] = field(default_factory=_table_scene)

    def detect(self, phrase: str) -> tuple[Object3D, ...]:
        """Return what a phrase names."""
        return ground(Scene(self._things, np.zeros((0, 3)), 0.0, 0.0), phrase)

    def hand(self) -> HandState:
        """Return the hand, which stays where it is."""
        down = np.array([0.0, 1.0, 0.0, 0.0])
        return HandState(np.array([0.4, 0.0, 0.3]), down, True, False)

    def table_height(self) -> float:
        """Return the height of the table."""
        return 0.0

    def step(self, call: ExecuteCall) -> bool:
        """Let everything move, and note the time."""
        self.stepped.append(self.clock())
        self.maps = len(call.maps.layers())
        by = np.array([0.0, 0.0005 * (-1) ** len(self.stepped), 0.0])
        self._things = tuple(
            replace(each, points_world=each.points_world + by) for each in self._things
        )
        return len(self.stepped) % self.ticks == 0

    def wait(self) -> float:
        """Let a tenth of a second pass."""
        return 0.1

    def ask(self, text: str) -> str:  # noqa: ARG002 - whatever is asked
        """Return what this person always says."""
        return "yes"

    def say(self, text: str) -> None:
        """Hear it."""

    def line(self, line: int, text: str) -> None:
        """Take no note."""
