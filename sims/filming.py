"""Failed episodes, played again for a film and a page."""

from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from perception.observation import Observation
from planner.events import Event
from planner.execution.loop import Hooks
from planner.record import EpisodeFacts
from planner.recording import Recorder
from planner.rpc.client_types import PlannerRpcError
from planner.visualise import write_page
from sims.episode import Stage, play
from sims.episode_result import EpisodeResult
from sims.journal import note, open_journal
from sims.registry import make_task
from sims.reports.media import FILMED, PAGE, VIDEO, folder_of
from sims.sessions import OpenSession, session_source
from sims.suites import BenchConfig
from sims.video import Film


def film_failures(
    config: BenchConfig,
    out: Path,
    failed: Sequence[EpisodeResult],
    tell: Callable[[str], None],
) -> None:
    """Play episodes again and leave a film and a page of each, if none is there yet.

    The same seed gives the same episode; where it does not, that is noted and told.
    """
    left = [each for each in failed if not (out / folder_of(each) / PAGE).exists()]
    if not left:
        return
    with session_source(config) as source, open_journal(out / FILMED) as journal:
        for result in left:
            try:
                again = _film(config, result, source, out / folder_of(result))
            except PlannerRpcError as error:
                tell(f"{result.task} {result.index} cannot be filmed: {error}")
                continue
            same = again.state_hash == result.state_hash
            note(journal, {"folder": folder_of(result), "same": same})
            ended = "as before" if same else "otherwise than before"
            tell(f"filmed {result.task} {result.index}: it went {ended}")


def _film(
    config: BenchConfig, result: EpisodeResult, source: OpenSession, folder: Path
) -> EpisodeResult:
    folder.mkdir(parents=True, exist_ok=True)
    stage = Stage.lay_out(
        make_task(result.task),
        result.seed,
        clutter=config.clutter,
        randomise=config.randomise,
    )
    recorder = Recorder(result.instruction)
    with (
        stage.world,
        Film(stage.world, folder / VIDEO, result.instruction) as film,
    ):

        def listen(observation: Observation, events: Sequence[Event]) -> None:
            recorder.listen(observation, events)
            film.listen(observation, events)

        hooks = Hooks(listen, recorder.sent)
        again = play(stage, source(stage), index=result.index, hooks=hooks)
        film.end(again.success, again.message)
        facts = EpisodeFacts(
            success=again.success,
            perception=config.seen_by,
            language=config.written_by,
            seed=result.seed,
            task=result.task,
            stage=again.stage,
            reason=again.reason,
            versions={"voxfield": version("voxfield")},
            milestones=stage.task.stages(stage.world),
        )
    write_page(recorder.recording, facts, folder / PAGE)
    return again
