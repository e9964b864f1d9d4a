"""Disturbed episodes with their tracks watched: many, seeded, resumable.

A person shoves the hand, moves things, exchanges those that are alike and undoes what
was done, while the expert (the simulator's masks, the task's reference program) keeps
the arm at its work. What is measured stands beside it: a tracker that gets the same
observations, pixels and joints alone, as it would in the service.
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from perception.observation import Observation
from perception.tracker import Tracker
from planner.events import Event, SegmentPlanned
from planner.execution.loop import Hooks
from planner.language.sandbox import Sandbox
from planner.motion.arm_model import ArmModel
from planner.pipeline import Pipeline
from planner.trajectory import Trajectory
from sims.baselines import reference_writer
from sims.benchmark import Job, Record, jobs_of, resume
from sims.episode import Stage, play
from sims.everyday.catalogue import DISTURBED
from sims.oracle import OraclePerceiver
from sims.registry import make_task
from sims.sessions import bench_settings, perceiver_of
from sims.suites import BenchConfig
from sims.tasks.laid import LaidTask
from sims.tracking.counting import Frame
from sims.tracking.shuffle import NAME as SHUFFLE
from sims.tracking.shuffle import shuffle
from sims.tracking.truth import Judge
from sims.tracking.watched import Watched

EPISODES = "tracked.jsonl"
TASKS = (*DISTURBED, SHUFFLE)
PATIENCE = 30.0  # [s] by the clock


@dataclass(slots=True)
class _Watch:
    """Lets a tracker see every observation of an episode, and takes note of it.

    Attributes:
        judge: Knows what is there.
        tracker: That is measured.
        arm: Whose body the tracker is told, as the service tells it.
        frames: What was there and what was tracked.
        names: Of every track, by id.
        cpu_ms: Processor time of each update.
        moved: By what the arm was moved since the last observation.
    """

    judge: Judge
    tracker: Tracker
    arm: ArmModel
    frames: list[Frame] = field(default_factory=list[Frame])
    names: dict[int, str] = field(default_factory=dict[int, str])
    cpu_ms: list[float] = field(default_factory=list[float])
    moved: Trajectory | None = None

    def look(self, observation: Observation, events: list[Event]) -> None:
        """Track, and compare with what is there; the planner waits meanwhile."""
        width = self.moved.width_at(observation.time) if self.moved else None
        begin = time.process_time()
        body = self.arm.capsules(observation.joints, observation.gripper_width)
        objects = self.tracker.update(observation, body, width).objects
        self.cpu_ms.append(round(1e3 * (time.process_time() - begin), 2))
        self.names.update((each.id, each.name) for each in objects)
        self.frames.append(self.judge.look(observation, objects))
        if isinstance(events[-1], SegmentPlanned):
            self.moved = events[-1].trajectory


def run_tracking(
    config: BenchConfig,
    out: Path,
    progress: Callable[[Watched], None] | None = None,
) -> list[Watched]:
    """Play what `out` does not hold yet and return every episode, in order.

    Raises:
        SettingsChangedError: `out` holds episodes made with other settings.
    """
    opening = partial(_opened, config)
    record = Record(EPISODES, Watched.of, Watched.facts, opening)
    return resume(config, out, jobs_of(config, TASKS), record, progress)


@contextmanager
def _opened(config: BenchConfig) -> Generator[Callable[[Job], Watched]]:
    """Yield what plays an episode."""
    limits = bench_settings(config).sandbox
    # A machine that is busy with other work must not cost an episode its program.
    patient = replace(
        limits, turn_seconds=PATIENCE, tick_seconds=PATIENCE, grace_seconds=PATIENCE
    )
    with Sandbox(patient) as sandbox:
        yield lambda job: watch(config, job, sandbox)


def watch(config: BenchConfig, job: Job, sandbox: Sandbox) -> Watched:
    """Play one episode and return what was there and what was tracked."""
    settings = bench_settings(config)
    task = shuffle() if job.task == SHUFFLE else make_task(job.task)
    assert isinstance(task, LaidTask)
    stage = Stage.lay_out(task, job.seed, clutter=job.clutter, randomise=job.randomise)
    with stage.world:
        rig = stage.arm.rig
        eye = _Watch(
            Judge(stage.world, rig),
            Tracker(perceiver_of(config.perception, settings, stage)),
            settings.pipeline.arm,
        )
        pipeline = Pipeline(
            OraclePerceiver(stage.world, rig),
            reference_writer(task),
            sandbox,
            settings.pipeline,
        )
        session = pipeline.open(task.instruction, seed=job.seed)
        result = play(stage, session, index=job.index, hooks=Hooks(eye.look))
        return Watched(
            task=job.task,
            index=job.index,
            seed=job.seed,
            success=result.success,
            reason=result.reason,
            frames=tuple(eye.frames),
            deeds=task.happened,
            names=eye.names,
            cpu_ms=tuple(eye.cpu_ms),
        )
