"""Collects demonstrations of a suite's tasks by the expert.

Attempts that fail are counted and left out. Each attempt is a line of `attempts.jsonl`
and its files lie in `staged/` until all are there, so a run that was killed goes on
where it stopped; then the episodes get their numbers, which they keep.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from planner.errors import PlanningError
from planner.execution.loop import Hooks
from sims.benchmark import (
    MADE_WITH,
    Job,
    check_settings,
    jobs,
    note_provenance,
)
from sims.demonstrations.demonstration import FRAMES, Demonstration
from sims.demonstrations.lerobot import Kept, place_episode, write_meta
from sims.demonstrations.recipes import grid_facts
from sims.demonstrations.recorder import FrameRecorder
from sims.episode import Stage, play
from sims.episode_result import EpisodeResult
from sims.executors import executor_for
from sims.journal import note, open_journal, read_journal
from sims.registry import make_task
from sims.sessions import OpenSession, bench_settings, session_source
from sims.suites import SUITES, BenchConfig

ATTEMPTS, NUMBERS, STAGED = "attempts.jsonl", "numbers.jsonl", "staged"
TRIES = 3  # for each demonstration wanted
KIND = "voxfield collect"


class NoDemonstrationsError(PlanningError):
    """The expert succeeded nowhere."""

    stage = "execute"
    reason = "NO_DEMONSTRATIONS"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One episode of the expert.

    Attributes:
        result: How it went.
        facts: Of the demonstration; empty if it failed.
        files: Their content by name; none if it failed.
    """

    result: EpisodeResult
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])

    @property
    def key(self) -> tuple[str, int]:
        """Task and number of the attempt."""
        return self.result.task, self.result.index


@dataclass(frozen=True, slots=True)
class Collected:
    """What a run came to.

    Attributes:
        kept: The demonstrations in the dataset, in order.
        failed: The attempts that failed.
        missing: How many of those wanted could not be had, by task.
    """

    kept: tuple[Kept, ...]
    failed: tuple[EpisodeResult, ...]
    missing: Mapping[str, int]

    def facts(self) -> dict[str, Any]:
        """Return it, ready for `json.dumps`."""
        return {
            "kind": KIND,
            "episodes": len(self.kept),
            "frames": sum(each.length for each in self.kept),
            "of_tasks": dict(Counter(each.result.task for each in self.kept)),
            "failed": len(self.failed),
            "failed_of_tasks": dict(Counter(each.task for each in self.failed)),
            "failed_at": dict(Counter(each.stage for each in self.failed)),
            "missing": dict(self.missing),
        }


Progress = Callable[[EpisodeResult], None]


def collect(
    config: BenchConfig, out: Path, progress: Progress | None = None
) -> Collected:
    """Collect what is not there yet, and return what is in the dataset then.

    Args:
        config: `episodes` demonstrations of each task of `suite`; the policy is the
            expert's.
        out: The dataset.
        progress: Told of each attempt.

    Raises:
        UnknownSuiteError: The suite is not known.
        SettingsChangedError: `out` holds what was made with other settings.
        NoDemonstrationsError: The expert succeeded nowhere.
    """
    config = replace(config, policy="expert")
    jobs(config)  # an unknown suite is told first
    out.mkdir(parents=True, exist_ok=True)
    check_settings(config, out / "settings.json")
    done = {each.key: each for each in map(_attempt, read_journal(out / ATTEMPTS))}
    for each in done.values():
        if progress is not None:
            progress(each.result)
    executor = executor_for(config.workers, config.ray)
    with open_journal(out / ATTEMPTS) as journal:
        while left := still_wanted(config, done):
            note_provenance(config, out / MADE_WITH)
            for each in executor.run(partial(_opened, config), left):
                _stage(out, each)
                note(journal, {"result": asdict(each.result), "facts": each.facts})
                done[each.key] = replace(each, files={})
                if progress is not None:
                    progress(each.result)
    return _assemble(config, out, done)


def still_wanted(
    config: BenchConfig, done: Mapping[tuple[str, int], Attempt]
) -> list[Job]:
    """Return the attempts that would be enough if none of them failed."""
    most = replace(config, episodes=TRIES * config.episodes)
    won = dict.fromkeys(SUITES[config.suite], 0)
    left: list[Job] = []
    for job in jobs(most):
        if won[job.task] == config.episodes:
            continue
        attempt = done.get((job.task, job.index))
        won[job.task] += attempt is None or attempt.result.success
        if attempt is None:
            left.append(job)
    return left


def demonstrate(job: Job, source: OpenSession) -> Attempt:
    """Run one attempt."""
    stage = Stage.lay_out(
        make_task(job.task), job.seed, clutter=job.clutter, randomise=job.randomise
    )
    with stage.world:
        recorder = FrameRecorder.of(stage.world)
        hooks = Hooks(recorder.listen, recorder.sent)
        result = play(stage, source(stage), index=job.index, hooks=hooks)
    if not result.success:
        return Attempt(result)
    made = Demonstration.of(recorder)
    return Attempt(result, made.facts, made.files())


@contextmanager
def _opened(config: BenchConfig) -> Generator[Callable[[Job], Attempt]]:
    with session_source(config) as source:
        yield lambda job: demonstrate(job, source)


def _attempt(line: Mapping[str, Any]) -> Attempt:
    return Attempt(EpisodeResult.of(line["result"]), line["facts"])


def _staged(out: Path, key: tuple[str, int]) -> Path:
    task, index = key
    return out / STAGED / f"{task.replace('/', '-').replace(' ', '-')}-{index:04d}"


def _stage(out: Path, attempt: Attempt) -> None:
    """Write the files of an attempt; they are all there when its line is."""
    if not attempt.files:
        return
    folder = _staged(out, attempt.key)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in attempt.files.items():
        (folder / name).write_bytes(content)


def _assemble(
    config: BenchConfig, out: Path, done: Mapping[tuple[str, int], Attempt]
) -> Collected:
    """Number what is new, put it in place and tell of all of it."""
    numbered = [(line["task"], line["index"]) for line in read_journal(out / NUMBERS)]
    new = [key for key in _won(config, done) if key not in numbered]
    with open_journal(out / NUMBERS) as journal:
        for task, index in new:
            note(journal, {"task": task, "index": index})
    keys = [*numbered, *new]
    kept = [Kept(done[key].result, done[key].facts) for key in keys]
    for number, key in enumerate(keys):
        if (_staged(out, key) / FRAMES).exists():
            place_episode(out, _staged(out, key), kept, number)
            shutil.rmtree(_staged(out, key))
    failed = tuple(each.result for each in done.values() if not each.result.success)
    if not kept:
        raise NoDemonstrationsError(
            f"the expert succeeded in none of {len(failed)} attempts; see "
            f"{out / ATTEMPTS} for why"
        )
    have = Counter(task for task, _ in keys)
    missing = {
        task: config.episodes - have[task]
        for task in SUITES[config.suite]
        if have[task] < config.episodes
    }
    found = Collected(tuple(kept), _in_order(failed), missing)
    write_meta(out, kept, _ours(config, out, found))
    return found


def _won(
    config: BenchConfig, done: Mapping[tuple[str, int], Attempt]
) -> Sequence[tuple[str, int]]:
    """Return the first successes of each task, as many as are wanted, in order."""
    have: Counter[str] = Counter()
    found: list[tuple[str, int]] = []
    for job in jobs(replace(config, episodes=TRIES * config.episodes)):
        key = (job.task, job.index)
        if (
            key in done
            and done[key].result.success
            and have[job.task] < config.episodes
        ):
            have[job.task] += 1
            found.append(key)
    return found


def _in_order(results: Sequence[EpisodeResult]) -> tuple[EpisodeResult, ...]:
    return tuple(sorted(results, key=lambda each: (each.task, each.index)))


def _ours(config: BenchConfig, out: Path, found: Collected) -> dict[str, Any]:
    settings = asdict(config)
    for name in ("workers", "ray"):
        del settings[name]
    return {
        **found.facts(),
        "settings": settings,
        "made_with": read_journal(out / MADE_WITH),
        "grid": grid_facts(bench_settings(config).pipeline.grid),
        "failures": [
            {"task": f.task, "seed": f.seed, "reason": f.reason, "stage": f.stage}
            for f in found.failed
        ],
        "columns": TOLD,
    }


# What the columns mean, for those who have only the dataset.
TOLD = {
    "observation.state": "joints [rad], gripper width [m], pose of the point between "
    "the fingertips in the world [m, wxyz]",
    "observation.joint_velocity": "[rad/s]",
    "observation.finger_force": "mean since the frame before of the sum of the normal "
    "forces on both fingers [N]",
    "observation.gripper_open": "closed from when closing fingers rest",
    "action": "pose that the hand is told to have at the next frame [m, wxyz], width "
    "[m]",
    "keypose": "gripper changed, arm stopped, or the last frame",
    "sub_goal": "0 none, 1 grasp, 2 contact",
    "goal_frame": "keypose that ends the sub-task of the frame",
    "sub_task": "index into voxfield/sub_tasks of the episode, -1 before the first",
    "observation.depth": "16-bit PNG, [mm], 0 where there is no return",
    "voxfield/cameras": "size [px], focal lengths and centre [px], T_world_cam [m, "
    "wxyz], optical frame",
    "voxfield/sub_tasks": "frame, line of the program, what moves, recipes of its "
    "value maps over `grid`, where its first path leads [m]",
}
