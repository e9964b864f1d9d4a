"""The verb `bench`: runs a suite and leaves a report; each other subject has a verb."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from planner.cli import EXIT_CODES, OK, print_json, sentences, set_up_logging
from planner.terminal import console
from sims.attribute_cli import attribute
from sims.compare_cli import compare
from sims.extras import require
from sims.online_cli import online
from sims.options import (
    Clutter,
    Context,
    Episodes,
    Json,
    Language,
    Out,
    Perception,
    Policy,
    Randomise,
    Ray,
    Seed,
    Suite,
    Verbose,
    Workers,
    folder_for,
    given,
    refuse,
)
from sims.parts_cli import grounder, planner, sandbox, writer
from sims.policies import POLICIES
from sims.speed_cli import speed
from sims.suites import DEFAULT_LANGUAGE, GROUPS, SUITES, BenchConfig
from sims.table_cli import table
from sims.tracking_cli import tracking

if TYPE_CHECKING:
    from sims.reports.report import Report

bench = typer.Typer(invoke_without_command=True, add_completion=False)
for _verb in (
    compare,
    table,
    attribute,
    planner,
    sandbox,
    writer,
    grounder,
    speed,
    tracking,
    online,
):
    bench.command(_verb.__name__, epilog=EXIT_CODES)(_verb)


@bench.callback()
def run_suite(
    ctx: Context,
    *,
    suite: Suite = "smoke",
    episodes: Episodes = 20,
    workers: Workers = 0,
    ray: Ray = "",
    seed: Seed = 0,
    perception: Perception = "segmentation",
    policy: Policy = "pipeline",
    language: Language = DEFAULT_LANGUAGE,
    clutter: Clutter = 0,
    randomise: Randomise = "mild",
    endpoint: Annotated[
        str, typer.Option(help="HOST:PORT of a server; in process if empty.")
    ] = "",
    out: Out = None,
    film: Annotated[
        int, typer.Option(min=0, help="Failures played again for a film, at most.")
    ] = 0,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Run seeded episodes of a suite; leaves report.json and report.html."""
    config = BenchConfig(
        suite=suite,
        episodes=episodes,
        seed=seed,
        workers=workers,
        ray=ray,
        clutter=clutter,
        randomise=randomise,
        perception=perception,
        policy=policy,
        language=language,
        endpoint=endpoint,
    )
    _refuse_what_has_no_effect(ctx, config)
    if ctx.invoked_subcommand is not None:
        return
    set_up_logging(verbose=verbose)
    folder = out or folder_for(suite)
    with sentences(as_json=as_json):
        report = _run_and_report(config, folder, film)
    _print(report, folder, as_json=as_json)
    raise typer.Exit(OK)


def _refuse_what_has_no_effect(ctx: Context, config: BenchConfig) -> None:
    """Refuse options that something else given decides, or has no use for."""
    verb, policy = ctx.invoked_subcommand, config.policy
    if verb is not None:
        refuse(ctx, given(ctx), f"what '{verb}' takes is given after it")
    if config.endpoint:
        decided = ("perception", "language", *(["policy"] * (policy != "pipeline")))
        refuse(ctx, decided, f"the server at {config.endpoint} decides that")
    refuse(ctx, POLICIES[policy].decides, f"the policy '{policy}' decides that itself")


def _run_and_report(config: BenchConfig, folder: Path, film: int) -> "Report":
    from sims.benchmark import report_on, run
    from sims.progress import told_progress
    from sims.reports.page import write_report

    # Told before hours are spent.
    require(*(["sim", "viz"] if film else []), *(["ray"] if config.ray else []))
    total = config.episodes * len(SUITES.get(config.suite, ()))
    with told_progress(config.suite, total) as advance:
        results = run(config, folder, advance)
    report = report_on(config, folder, results)
    write_report(report, folder)
    if film:
        from sims.filming import film_failures

        film_failures(config, folder, report.failed[:film], _tell)
        write_report(report, folder)  # with the films
    return report


def _print(report: "Report", folder: Path, *, as_json: bool) -> None:
    from sims.suite_tables import group_table, task_table

    console.print(task_table(report.episodes))
    if report.suite in GROUPS:
        console.print(group_table(report.suite, report.episodes))
    for name in ("report.html", "report.json", "episodes.jsonl"):
        # A path that is wrapped cannot be copied.
        console.print(f"[dim]{folder / name}[/]", soft_wrap=True)
    if as_json:
        print_json(report.facts())


def _tell(line: str) -> None:
    console.print(f"[dim]{escape(line)}[/]")
