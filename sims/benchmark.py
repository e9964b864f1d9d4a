"""Benchmarks: many seeded episodes, resumable, with honest statistics.

Every finished episode is one line of `episodes.jsonl` in the output folder, so a
run that was killed goes on where it stopped. What made them is in `made_with.jsonl`.
"""

import json
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from planner.errors import PlanningError
from planner.rpc.client import PlannerClient
from planner.rpc.client_types import PlannerRpcError
from sims.episode import Stage, broken, play
from sims.episode_result import EpisodeResult
from sims.executors import executor_for
from sims.journal import note, open_journal, read_journal
from sims.registry import make_task
from sims.reports.provenance import Provenance, provenance
from sims.reports.report import Report
from sims.sessions import OpenSession, flow_of, session_source
from sims.suites import SUITES, BenchConfig, RandomiseName, episode_seed, unknown_suite

EPISODES = "episodes.jsonl"
MADE_WITH = "made_with.jsonl"
WHERE = ("workers", "ray")  # settings of how fast a run is, not of what comes out


class SettingsChangedError(PlanningError):
    """The output folder holds episodes of a run with other settings."""

    stage = "understand"
    reason = "SETTINGS_CHANGED"


@dataclass(frozen=True, slots=True)
class Job:
    """One episode to run."""

    task: str
    index: int
    seed: int
    clutter: int = 0
    randomise: RandomiseName = "mild"


def jobs(config: BenchConfig) -> list[Job]:
    """Return the episodes of a suite; the same seed gives the same ones.

    Raises:
        UnknownSuiteError: The suite is not known.
    """
    if config.suite not in SUITES:
        raise unknown_suite(config.suite)
    return jobs_of(config, SUITES[config.suite])


def jobs_of(config: BenchConfig, tasks: Sequence[str]) -> list[Job]:
    """Return the episodes of some tasks, the first of each task first."""
    return [
        Job(
            task,
            index,
            episode_seed(config.seed, task, index),
            config.clutter,
            config.randomise,
        )
        for index in range(config.episodes)
        for task in tasks
    ]


@runtime_checkable
class Played(Protocol):
    """What is known of an episode that was played."""

    @property
    def task(self) -> str:
        """Its name."""
        ...

    @property
    def index(self) -> int:
        """Number of the episode within its task."""
        ...


Result = TypeVar("Result", bound=Played)


@dataclass(frozen=True, slots=True)
class Record(Generic[Result]):
    """How episodes are played and kept, a line each.

    Attributes:
        file: Name of the file in the output folder.
        read: Makes a result of what was kept.
        facts: What is kept of a result.
        opening: Yields what plays an episode; runs in each worker.
    """

    file: str
    read: Callable[[dict[str, Any]], Result]
    facts: Callable[[Result], dict[str, Any]]
    opening: Callable[[], AbstractContextManager[Callable[[Job], Result]]]


Progress = Callable[[EpisodeResult], None]


def run(
    config: BenchConfig, out: Path, progress: Progress | None = None
) -> list[EpisodeResult]:
    """Run what is not done yet and return every episode, in order.

    Raises:
        UnknownSuiteError: The suite is not known.
        SettingsChangedError: `out` holds episodes made with other settings.
    """
    record = Record(EPISODES, EpisodeResult.of, asdict, partial(_opened, config))
    return resume(config, out, jobs(config), record, progress)


def resume(
    config: BenchConfig,
    out: Path,
    wanted: Sequence[Job],
    record: Record[Result],
    progress: Callable[[Result], None] | None = None,
) -> list[Result]:
    """Play what `out` does not hold yet and return every episode, in order.

    Raises:
        SettingsChangedError: `out` holds episodes made with other settings.
    """
    out.mkdir(parents=True, exist_ok=True)
    check_settings(config, out / "settings.json")
    found = [record.read(facts) for facts in read_journal(out / record.file)]
    done = {(each.task, each.index): each for each in found}
    for each in done.values():
        if progress is not None:
            progress(each)
    left = [job for job in wanted if (job.task, job.index) not in done]
    if left:
        note_provenance(config, out / MADE_WITH)
    with open_journal(out / record.file) as journal:
        for each in _run_all(config, left, record):
            note(journal, record.facts(each))
            done[each.task, each.index] = each
            if progress is not None:
                progress(each)
    return [done[job.task, job.index] for job in wanted]


def report_on(
    config: BenchConfig, out: Path, results: Sequence[EpisodeResult]
) -> Report:
    """Return the report of a run to `out`, which knows what made its episodes."""
    made = tuple(Provenance.of(facts) for facts in read_journal(out / MADE_WITH))
    settings = asdict(config)
    for name in WHERE:
        del settings[name]
    if not config.endpoint:
        settings |= {"perception": config.seen_by, "language": config.written_by}
    return Report(settings, made, tuple(results))


def note_provenance(config: BenchConfig, path: Path) -> None:
    """Note what makes the episodes from here on, if it is not what made them so far."""
    if config.endpoint:
        with PlannerClient(config.endpoint) as client:
            client.wait_ready()
            info = client.server_info()
        server = {
            "version": info.version,
            "language": info.language,
            "perception": info.perception,
        }
        now = provenance(server=server)
    else:
        now = provenance(flow=flow_of(config))
    before = [Provenance.of(facts) for facts in read_journal(path)]
    if not before or before[-1] != now:
        with open_journal(path) as journal:
            note(journal, asdict(now))


def check_settings(config: BenchConfig, path: Path) -> None:
    """Refuse to mix episodes made with different settings."""
    settings = asdict(config)
    for name in ("episodes", *WHERE):
        del settings[name]
    settings["version"] = version("voxfield")
    if path.exists():
        before = json.loads(path.read_text(encoding="utf-8"))
        # What could not be chosen then was as it is by default.
        defaults = {
            name: value
            for name, value in asdict(BenchConfig()).items()
            if name in settings
        }
        if defaults | before != settings:
            raise SettingsChangedError(
                f"{path.parent} holds episodes made with {before}; choose another "
                "--out, or remove that folder"
            )
    else:
        # At once or not at all: a run may be killed in the middle of this too.
        whole = path.with_suffix(".new")
        whole.write_text(json.dumps(settings), encoding="utf-8")
        whole.replace(path)


def _run_all(
    config: BenchConfig, left: Sequence[Job], record: Record[Result]
) -> Iterator[Result]:
    executor = executor_for(config.workers, config.ray)
    return executor.run(record.opening, left)


@contextmanager
def _opened(config: BenchConfig) -> Generator[Callable[[Job], EpisodeResult]]:
    """Yield what plays an episode."""
    with session_source(config) as source:
        yield lambda job: run_job(job, source)


def run_job(job: Job, source: OpenSession) -> EpisodeResult:
    """Run one episode."""
    stage = Stage.lay_out(
        make_task(job.task), job.seed, clutter=job.clutter, randomise=job.randomise
    )
    with stage.world:
        try:
            return play(stage, source(stage), index=job.index)
        except PlannerRpcError as error:
            # One session that breaks is one failed episode, not a broken run.
            return broken(stage, job.index, error)
