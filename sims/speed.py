"""How fast episodes run: on one core, and on two workers against one.

What is counted is processor time of this process and its children (programs run in
those), so that other work on the machine counts as little as it can; the speed-up of
two workers is by the clock, which a busy machine spoils.
"""

import resource
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np

from planner.execution.loop import LoopConfig
from sims.benchmark import Job, jobs, run_job
from sims.episode import Stage
from sims.executors import Here, Processes
from sims.registry import make_task
from sims.sessions import session_source
from sims.suites import SUITES, BenchConfig

KIND = "voxfield bench speed"
REAL_TIME, SPEED_UP = 3.0, 1.8  # what is aimed at
FRAMES, TICKS = 30, 1200  # measured by themselves


@dataclass(frozen=True, slots=True)
class Timed:
    """One episode.

    Attributes:
        simulated: [s].
        processor: Time of this process, [s].
        begin: By the clock, [s].
        end: By the clock, [s].
    """

    simulated: float
    processor: float
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured.

    Attributes:
        episodes: How many, on one worker.
        perception_hz: Observations a simulated second.
        simulated: Seconds of all episodes.
        processor: Seconds of one core that they took, programs included.
        steps_per_second: Physics alone, of a processor second.
        frame_ms: One camera's picture, processor time.
        clock_one: Seconds by the clock of one worker.
        clock_two: Seconds by the clock of two workers with the same episodes.
    """

    episodes: int
    perception_hz: float
    simulated: float
    processor: float
    steps_per_second: float
    frame_ms: float
    clock_one: float
    clock_two: float

    @property
    def times_real_time(self) -> float:
        """Simulated seconds a second of one core."""
        return self.simulated / self.processor

    @property
    def speed_up(self) -> float:
        """Of two workers over one."""
        return self.clock_one / self.clock_two

    def facts(self) -> dict[str, Any]:
        """Return it, ready for `json.dumps`."""
        return {
            "kind": KIND,
            "times_real_time": self.times_real_time,
            "times_real_time_wanted": REAL_TIME,
            "speed_up_of_two": self.speed_up,
            "speed_up_wanted": SPEED_UP,
            **asdict(self),
        }


def measure_speed(config: BenchConfig, tell: Callable[[str], None]) -> Speed:
    """Return how fast the episodes of a run are.

    Raises:
        UnknownSuiteError: The suite is not known.
    """
    left = jobs(config)
    opening = partial(_warm, config)
    tell(f"{len(left)} episodes on one worker")
    programs = _of_children()
    one = list(Here().run(opening, left))
    programs = _of_children() - programs
    tell("the same on two")
    two = list(Processes(2).run(opening, left))
    frame_ms, steps_per_second = measure_simulator(left[0])
    return Speed(
        episodes=len(left),
        perception_hz=1.0 / LoopConfig().period,
        simulated=sum(each.simulated for each in one),
        processor=sum(each.processor for each in one) + programs,
        steps_per_second=steps_per_second,
        frame_ms=frame_ms,
        clock_one=_span(one),
        clock_two=_span(two),
    )


def measure_simulator(job: Job) -> tuple[float, float]:
    """Return a camera's picture in [ms], and physics steps a second, by themselves."""
    stage = Stage.lay_out(make_task(job.task), job.seed)
    with stage.world:
        stage.arm.rig.capture()  # what is drawn once
        begin = time.process_time()
        pictures = sum(len(stage.arm.rig.capture()) for _ in range(FRAMES))
        middle = time.process_time()
        for _ in range(TICKS):
            stage.world.bullet.tick()
        end = time.process_time()
    return 1000.0 * (middle - begin) / pictures, TICKS / (end - middle)


@contextmanager
def _warm(config: BenchConfig) -> Generator[Callable[[Job], Timed]]:
    """Yield what plays an episode, when one has been played before."""
    with session_source(config) as source:
        run_job(Job(SUITES[config.suite][0], 0, config.seed), source)

        def timed(job: Job) -> Timed:
            begin, processor = time.time(), time.process_time()
            result = run_job(job, source)
            processor = time.process_time() - processor
            return Timed(result.seconds, processor, begin, time.time())

        yield timed


def _of_children() -> float:
    """Return the processor time of the children that have ended, [s]."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _span(episodes: Iterable[Timed]) -> float:
    """Return the clock's seconds from the first beginning to the last end."""
    times = np.array([(each.begin, each.end) for each in episodes])
    return float(times[:, 1].max() - times[:, 0].min())
