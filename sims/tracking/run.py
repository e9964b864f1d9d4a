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
from sims.arm import SimArm
from sims.baselines import reference_writer
from sims.benchmark import MADE_WITH, Job, check_settings, note_provenance
from sims.bullet import Raster
from sims.camera import Rig, Viewpoint
from sims.episode import Stage, play
from sims.everyday.catalogue import DISTURBED
from sims.executors import executor_for
from sims.journal import note, open_journal, read_journal
from sims.oracle import OraclePerceiver
from sims.registry import make_task
from sims.sessions import bench_settings, perceiver_of
from sims.suites import BenchConfig, episode_seed
from sims.tasks.laid import LaidTask
from sims.tracking.counting import Frame
from sims.tracking.shuffle import NAME as SHUFFLE
from sims.tracking.shuffle import shuffle
from sims.tracking.truth import Judge
from sims.tracking.watched import Watched
from sims.world import World

EPISODES = "tracked.jsonl"
TASKS = (*DISTURBED, SHUFFLE)
PATIENCE = 30.0  # [s] by the clock


class StillRig(Rig):
    """A rig that draws each view once while nothing moves: a picture and its masks."""

    def __init__(self, world: World, rig: Rig):
        super().__init__(world, rig.config)
        self._clock = world
        self._ticks = -1
        self._drawn: dict[str, Raster] = {}

    def raster(self, view: Viewpoint) -> Raster:
        """Return what the renderer makes of a viewpoint now."""
        if self._ticks != self._clock.ticks:
            self._ticks, self._drawn = self._clock.ticks, {}
        if view.name not in self._drawn:
            self._drawn[view.name] = super().raster(view)
        return self._drawn[view.name]


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


def jobs(config: BenchConfig) -> list[Job]:
    """Return the disturbed episodes; the same seed gives the same ones."""
    return [
        Job(
            task,
            index,
            episode_seed(config.seed, task, index),
            config.clutter,
            config.randomise,
        )
        for index in range(config.episodes)
        for task in TASKS
    ]


def run_tracking(
    config: BenchConfig,
    out: Path,
    progress: Callable[[Watched], None] | None = None,
) -> list[Watched]:
    """Play what `out` does not hold yet and return every episode, in order.

    Raises:
        SettingsChangedError: `out` holds episodes made with other settings.
    """
    wanted = jobs(config)
    out.mkdir(parents=True, exist_ok=True)
    check_settings(config, out / "settings.json")
    found = [Watched.of(facts) for facts in read_journal(out / EPISODES)]
    done = {(each.task, each.index): each for each in found}
    left = [job for job in wanted if (job.task, job.index) not in done]
    if left:
        note_provenance(config, out / MADE_WITH)
    executor = executor_for(config.workers, config.ray)
    with open_journal(out / EPISODES) as journal:
        for each in executor.run(partial(_opened, config), left):
            note(journal, each.facts())
            done[each.task, each.index] = each
            if progress is not None:
                progress(each)
    return [done[job.task, job.index] for job in wanted]


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
        rig = StillRig(stage.world, stage.arm.rig)
        shown = replace(stage, arm=SimArm(stage.world, rig))
        eye = _Watch(
            Judge(stage.world, rig),
            Tracker(perceiver_of(config.perception, settings, shown)),
            settings.pipeline.arm,
        )
        pipeline = Pipeline(
            OraclePerceiver(stage.world, rig),
            reference_writer(task),
            sandbox,
            settings.pipeline,
        )
        session = pipeline.open(task.instruction, seed=job.seed)
        result = play(shown, session, index=job.index, hooks=Hooks(eye.look))
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
