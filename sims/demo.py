"""The demo: one sentence, one episode through the gRPC server, and what is left of it.

Leaves `video.mp4`, `episode.html` and `episode.json` in its folder.
"""

import json
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from perception.observation import Observation
from planner.events import Event
from planner.execution.loop import Hooks
from planner.record import EpisodeFacts, episode_json
from planner.recording import Recorder
from planner.rpc.client import PlannerClient
from planner.rpc.client_types import MapQuery
from planner.rpc.remote_session import RemoteSession
from planner.rpc.server import running_server
from planner.terminal import Teller, ask_on_terminal, console
from planner.value_maps import Kind
from planner.visualise import write_page
from sims.episode import Stage, play
from sims.episode_result import EpisodeResult
from sims.sessions import bench_pipeline
from sims.suites import BenchConfig
from sims.tasks import Tabletop, task_for
from sims.video import Film


@dataclass(frozen=True, slots=True)
class DemoConfig:
    """How the demo runs.

    Attributes:
        bench: Perception, language, endpoint and seed.
        out: Folder to write to.
        video: Whether to film.
    """

    bench: BenchConfig
    out: Path
    video: bool = True


def play_demo(instruction: str, config: DemoConfig) -> dict[str, Any]:
    """Carry out an instruction and return what `episode.json` says.

    Raises:
        PlanningError: A setting is wrong or an extra is missing.
        PlannerRpcError: The server refuses.
    """
    config.out.mkdir(parents=True, exist_ok=True)
    stage = Stage.lay_out(task_for(instruction), config.bench.seed)
    with (
        stage.world,
        client_for(config.bench, stage) as client,
        Teller() as teller,
        client.execute(
            instruction, seed=config.bench.seed, on_event=teller.tell
        ) as session,
        ExitStack() as films,
    ):
        recorder = Recorder(instruction, _fetcher(client, session))
        film: Film | None = None
        if config.video:
            path = config.out / "video.mp4"
            film = films.enter_context(Film(stage.world, path, instruction))

        def listen(observation: Observation, events: Sequence[Event]) -> None:
            recorder.listen(observation, events)
            if film is not None:
                film.listen(observation, events)

        hooks = Hooks(listen, recorder.sent, ask_on_terminal)
        result = play(stage, session, hooks=hooks)
        if film is not None:
            film.end(_judged(stage, result), result.message)
        facts = _facts(stage, result, client, config.bench)
    return _write(recorder, facts, config.out)


@contextmanager
def client_for(
    config: BenchConfig, stage: Stage
) -> Generator[PlannerClient, None, None]:
    """Yield a client of the endpoint, or of a server of our own."""
    if config.endpoint:
        with PlannerClient(config.endpoint) as client:
            client.wait_ready()
            yield client
        return
    with (
        bench_pipeline(config, stage) as pipeline,
        running_server(pipeline) as address,
        PlannerClient(address) as client,
    ):
        yield client


def _fetcher(client: PlannerClient, session: RemoteSession):
    def fetch(subtask: int, kind: Kind) -> np.ndarray:
        return client.value_map(MapQuery(session.plan_id, subtask, kind)).values

    return fetch


def _judged(stage: Stage, result: EpisodeResult) -> bool | None:
    """Return the simulator's judgement; None where the task has none."""
    return None if isinstance(stage.task, Tabletop) else result.success


def _facts(
    stage: Stage, result: EpisodeResult, client: PlannerClient, config: BenchConfig
) -> EpisodeFacts:
    info = client.server_info()
    return EpisodeFacts(
        success=_judged(stage, result),
        perception=info.perception,
        language=info.language,
        seed=config.seed,
        task=stage.task.name,
        stage=result.stage,
        reason=result.reason,
        versions={"voxfield": version("voxfield"), "server": info.version},
        milestones=stage.task.stages(stage.world),
    )


def _write(recorder: Recorder, facts: EpisodeFacts, out: Path) -> dict[str, Any]:
    recording = recorder.recording
    summary = episode_json(recording, facts)
    (out / "episode.json").write_text(json.dumps(summary, indent=2), encoding="utf-8")
    write_page(recording, facts, out / "episode.html")
    judge = "" if facts.success is None else ", judged by the simulator's state"
    console.print(
        f"[bold]{facts.outcome}[/]{judge}; {recording.seconds:.1f} s, "
        f"{summary['replan_hz']:.0f} plans a second"
    )
    for name in ("video.mp4", "episode.html", "episode.json"):
        if (out / name).exists():
            console.print(f"  {out / name}", soft_wrap=True)
    return summary
