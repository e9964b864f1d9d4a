"""The command `voxfield`: demo, plan, bench, collect, tasks, train, doctor and serve.

The simulator is imported by the verbs that need it, so that `serve` runs without.
"""

import os
import sys
import threading
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from perception.backends.choice import PerceiverName
from perception.observation_file import load_observation, save_observation
from planner.cli import (
    EXIT_CODES,
    FAILED,
    OK,
    exit_code,
    plan_facts,
    print_json,
    sentences,
    serve,
    set_up_logging,
)
from planner.config import settings_for
from planner.events import Event, Verdict
from planner.instruction import sentence_of
from planner.rpc.config import ServerConfig
from planner.terminal import Teller
from sims.bench_cli import bench
from sims.collect_cli import collect
from sims.doctor_cli import DOCTOR_CODES, doctor
from sims.extras import require
from sims.options import (
    Endpoint,
    Instruction,
    Json,
    Language,
    Perception,
    Seed,
    Verbose,
)
from sims.suites import DEFAULT_LANGUAGE, BenchConfig
from sims.tasks_cli import tasks
from sims.train_cli import train

_LEAVING = 1.0  # [s] for what still runs to end

app = typer.Typer(
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(bench, name="bench", epilog=EXIT_CODES)
app.add_typer(train, name="train", epilog=EXIT_CODES)
app.command("doctor", epilog=DOCTOR_CODES)(doctor)
app.command("collect", epilog=EXIT_CODES)(collect)
app.command("tasks", epilog=EXIT_CODES)(tasks)


def _print_version(asked: bool) -> bool:
    if asked:
        typer.echo(f"voxfield {version('voxfield')}")
        raise typer.Exit(OK)
    return asked


@app.callback()
def _common(
    *,
    show_version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version.",
            callback=_print_version,
            is_eager=True,
        ),
    ] = False,
) -> None:
    """From words to motion: programs, value maps, trajectories."""


@app.command("demo", epilog=EXIT_CODES)
def demo(
    instruction: Instruction = "put the red block in the blue bowl",
    *,
    seed: Seed = 0,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; out/<time> if absent.")
    ] = None,
    video: Annotated[bool, typer.Option(help="Film it.")] = True,
    perception: Perception = "segmentation",
    language: Language = DEFAULT_LANGUAGE,
    endpoint: Endpoint = "",
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Watch an arm do what a sentence says, through the gRPC server."""
    set_up_logging(verbose=verbose)
    stamp = datetime.now(UTC).astimezone().strftime("%Y-%m-%d-%H%M%S")
    bench = BenchConfig(
        perception=perception, language=language, endpoint=endpoint, seed=seed
    )
    with sentences(as_json=as_json):
        sentence_of(instruction)
        require("sim", "viz", language="" if endpoint else language)
        from sims.demo import DemoConfig, play_demo

        config = DemoConfig(bench, out or Path("out") / stamp, video)
        facts = play_demo(instruction, config)
    if as_json:
        print_json(facts)
    judged = facts["success"]  # None where nothing judges: the planner's word counts
    done = facts["verdict"]["success"] if judged is None else judged
    raise typer.Exit(exit_code(facts["verdict"]["stage"], done=done))


@app.command("plan", epilog=EXIT_CODES)
def plan(
    instruction: Instruction,
    *,
    observation: Annotated[
        Path | None,
        typer.Option(help="A saved observation; a simulated table if absent."),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option("--save-observation", help="Also write the observation here."),
    ] = None,
    seed: Seed = 0,
    perception: Perception = "segmentation",
    language: Language = DEFAULT_LANGUAGE,
    endpoint: Endpoint = "",
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Show the program and the motion for an instruction; nothing moves."""
    set_up_logging(verbose=verbose)
    config = BenchConfig(
        perception=perception, language=language, endpoint=endpoint, seed=seed
    )
    events = list[Event]()
    with sentences(as_json=as_json), Teller() as teller:
        sentence_of(instruction)  # what is none is told before anything is loaded
        given = load_observation(observation) if observation else None
        # The simulator's world is the observation; a server may write and plan.
        require("sim", "viz", language="" if endpoint else language)
        from sims.demo import client_for
        from sims.episode import Stage
        from sims.tasks import task_for

        stage = Stage.lay_out(task_for(instruction), seed)
        with stage.world, client_for(config, stage) as client:
            seen = given or stage.arm.observe()
            if save:
                save_observation(seen, save)
            for event in client.plan(instruction, seen, seed=seed):
                teller.tell(event)
                events.append(event)
    if as_json:
        print_json(plan_facts(instruction, events))
    verdict = events[-1]
    assert isinstance(verdict, Verdict)
    raise typer.Exit(exit_code(verdict.stage, done=verdict.success))


@app.command("serve", epilog=EXIT_CODES)
def serve_verb(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="Port; 0 takes a free one.", min=0, max=65535)
    ] = 50051,
    max_sessions: Annotated[
        int, typer.Option(help="Most calls at one time.", min=1)
    ] = 8,
    perception: Annotated[
        PerceiverName,
        typer.Option(
            help="segmentation (of the pixels), embedded (the small model that ships), "
            "hub (models of the hub) or marks (a vision-language model)."
        ),
    ] = "segmentation",
    language: Language = DEFAULT_LANGUAGE,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the address as JSON once it serves.")
    ] = False,
    verbose: Verbose = False,
) -> None:
    """Serve robot controllers over gRPC until stopped."""
    set_up_logging(verbose=verbose)
    with sentences(as_json=as_json):
        config = ServerConfig(host=host, port=port, max_sessions=max_sessions)
        serve(config, settings_for(language, perception), as_json=as_json)


def main() -> None:
    """Run the command."""
    # gRPC logs every fork of a process that talks through it, ffmpeg's for one.
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
    # Nothing here talks through gRPC on both sides of a fork; its handlers write into
    # the pipes of what is started, and ffmpeg was taken for dumb.
    os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
    try:
        app()
    except SystemExit as ended:
        leave(ended.code)


def leave(code: str | int | None) -> None:
    """End the process though a call to a model may hold one of its threads.

    Python waits for such a thread, and a model may take a minute to give up.
    """
    end = time.monotonic() + _LEAVING
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(end - time.monotonic(), 0.0))
            if thread.is_alive():
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code if isinstance(code, int) else FAILED)
    raise SystemExit(code)
