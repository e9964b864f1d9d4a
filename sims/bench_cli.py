"""The verb `bench`: runs suites, shows progress, prints tables, leaves a report."""

import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from planner.cli import OK, print_json, sentences, set_up_logging
from planner.terminal import console
from sims.compare_cli import compare
from sims.extras import require
from sims.options import Json, Language, Perception, Seed, Verbose
from sims.policies import PolicyName, told_policies
from sims.suites import (
    DEFAULT_LANGUAGE,
    GROUPS,
    ONLINE,
    SUITES,
    BenchConfig,
)

if TYPE_CHECKING:
    from sims.episode_result import EpisodeResult
    from sims.reports.report import Report

Subject = Literal["compare", "planner", "sandbox", "writer"]


def bench(
    subject: Annotated[
        Subject | None,
        typer.Argument(
            help="compare: two runs of a suite, paired by task and seed; planner: "
            "the motion planner alone, against VoxPoser's; sandbox: how soon programs "
            "start and how often their maps are made anew; writer: how much of what "
            "people say the embedded model understands. A suite if absent."
        ),
    ] = None,
    reports: Annotated[
        list[Path] | None,
        typer.Argument(help="For compare: report.json of two runs, or their folders."),
    ] = None,
    *,
    suite: Annotated[
        str, typer.Option(help=f"One of: {', '.join([*SUITES, ONLINE])}.")
    ] = "smoke",
    episodes: Annotated[int, typer.Option(min=1, help="Episodes an entry.")] = 20,
    workers: Annotated[
        int, typer.Option(help="Processes; 0 takes one a core.", min=0)
    ] = 0,
    scenes: Annotated[
        int, typer.Option(min=1, help="Of random clutter, for planner.")
    ] = 1000,
    seed: Seed = 0,
    perception: Perception = "segmentation",
    policy: Annotated[
        PolicyName, typer.Option(help=f"Who carries out. {told_policies()}")
    ] = "pipeline",
    language: Language = DEFAULT_LANGUAGE,
    clutter: Annotated[
        int, typer.Option(help="Things that stand in the way, at most.", min=0)
    ] = 0,
    endpoint: Annotated[
        str, typer.Option(help="HOST:PORT of a server; in process if empty.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write to; a run goes on where it stopped."),
    ] = None,
    film: Annotated[
        int,
        typer.Option(min=0, help="Failures played again for a film, at most."),
    ] = 0,
    model: Annotated[
        Path | None, typer.Option(help="Folder of another model, for writer.")
    ] = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Run seeded episodes of a suite; leaves report.json and report.html."""
    set_up_logging(verbose=verbose)
    _refuse_wrong_count(subject, reports or [])
    if subject == "compare" and reports:
        compare(reports[0], reports[1], as_json=as_json)
    if subject == "planner":
        _bench_planner(scenes, seed, as_json=as_json)
    if subject == "sandbox":
        _bench_sandbox(as_json=as_json)
    if subject == "writer":
        _bench_writer(model, as_json=as_json)
    config = BenchConfig(
        suite=suite,
        episodes=episodes,
        seed=seed,
        workers=workers or os.cpu_count() or 1,
        clutter=clutter,
        perception=perception,
        policy=policy,
        language=language,
        endpoint=endpoint,
    )
    stamp = datetime.now(UTC).astimezone().strftime("%Y-%m-%d-%H%M%S")
    folder = out or Path("out") / f"bench-{suite}-{stamp}"
    if suite == ONLINE:
        _bench_online(config, folder, as_json=as_json)
    with sentences():
        report = _run_and_report(config, folder, film)
    console.print(_table(report.episodes))
    if suite in GROUPS:
        console.print(_group_table(suite, report.episodes))
    for name in ("report.html", "report.json", "episodes.jsonl"):
        console.print(f"[dim]{folder / name}[/]")
    if as_json:
        print_json(report.facts())
    raise typer.Exit(OK)


def _refuse_wrong_count(subject: Subject | None, reports: list[Path]) -> None:
    """Refuse reports where none belong, and more or fewer than two to compare."""
    if subject == "compare" and len(reports) != 2:
        raise typer.BadParameter("compare takes two reports: compare A.json B.json")
    if subject != "compare" and reports:
        raise typer.BadParameter(f"'{subject}' takes no '{reports[0]}'")


def _run_and_report(config: BenchConfig, folder: Path, film: int) -> "Report":
    from sims.benchmark import report_on
    from sims.reports.page import write_report

    if film:
        require("sim", "viz")  # told before hours are spent
    results = _run_with_progress(config, folder)
    report = report_on(config, folder, results)
    write_report(report, folder)
    if film:
        from sims.filming import film_failures

        film_failures(
            config,
            folder,
            report.failed[:film],
            lambda line: console.print(f"[dim]{escape(line)}[/]"),
        )
        write_report(report, folder)  # with the films
    return report


def _bench_planner(scenes: int, seed: int, *, as_json: bool) -> NoReturn:
    from sims.planner_bench.run import PlannerBenchConfig, run_planner_bench, tables

    config = PlannerBenchConfig(seed=seed, scenes=scenes)
    with sentences():
        report = run_planner_bench(
            config, lambda line: console.print(f"[dim]{line}[/]")
        )
    console.print(tables(report))
    if as_json:
        print_json(report.facts())
    raise typer.Exit(OK)


def _bench_sandbox(*, as_json: bool) -> NoReturn:
    from sims.language_bench.sandbox import run_sandbox_bench

    with sentences():
        report = run_sandbox_bench()
    console.print(report.table())
    console.print(f"[dim]a start takes {report.start_ms:.1f} ms, median of all[/]")
    if as_json:
        print_json(report.facts())
    raise typer.Exit(OK)


def _bench_writer(model: Path | None, *, as_json: bool) -> NoReturn:
    with sentences():
        require("models")
        from planner.language.embedded.backend import EmbeddedBackend
        from sims.language_bench.writer import run_writer_bench

        report = run_writer_bench(
            backend=EmbeddedBackend.load(model),
            progress=lambda line: console.print(f"[dim]{line}[/]"),
        )
    console.print(report.table())
    if as_json:
        print_json(report.facts())
    raise typer.Exit(OK)


def _bench_online(config: BenchConfig, folder: Path, *, as_json: bool) -> NoReturn:
    from sims.online import OnlineBenchConfig, run_online, table

    online = OnlineBenchConfig(config.episodes, config.seed, config.workers)
    with sentences():
        trials = run_online(
            online,
            folder,
            lambda t: console.print(
                f"{t.task}, {t.method}: {'open' if t.success else 'not open'} "
                f"after {t.seconds:.0f} s, {t.actions} actions, {t.grasps} grasps"
            ),
        )
    entries = table(trials)
    shown = Table("task", "method", "success", "seconds to success", "trials")
    for e in entries:
        rate = f"{100 * e.rate:.1f} ± {100 * e.spread:.1f} %"
        seconds = f"{e.seconds:.1f} ± {e.seconds_spread:.1f}" if e.rate > 0 else "-"
        shown.add_row(e.task, e.method, rate, seconds, str(e.trials))
    console.print(shown)
    console.print(f"[dim]every trial: {folder / 'trials.jsonl'}[/]")
    if as_json:
        print_json({"suite": ONLINE, "table": [asdict(e) for e in entries]})
    raise typer.Exit(OK)


def _run_with_progress(config: BenchConfig, folder: Path) -> "list[EpisodeResult]":
    from sims.benchmark import run

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    won = 0
    with Progress(*columns, console=console) as progress:
        total = config.episodes * len(SUITES.get(config.suite, ()))
        bar = progress.add_task(config.suite, total=total)

        def advance(result: "EpisodeResult") -> None:
            nonlocal won
            won += result.success
            progress.update(bar, advance=1, description=f"{config.suite}: {won} done")
            if not result.success or not console.is_terminal:
                progress.console.print(_told(result))

        return run(config, folder, advance)


def _told(result: "EpisodeResult") -> str:
    """Return a line about an episode: all there is where no bar can be drawn."""
    which = f"{result.task} {result.index}"
    if result.success:
        return f"{which} succeeded in {result.seconds:.1f} s"
    return (
        f"[red]{which}[/] failed at {result.stage} ({result.reason}): "
        f"{escape(result.message)}"
    )


def _table(results: "Sequence[EpisodeResult]") -> Table:
    table = Table("task", "success", "episodes", "failed at")
    for task in dict.fromkeys(result.task for result in results):
        mine = [result for result in results if result.task == task]
        stages = [result.stage for result in mine if not result.success]
        counts = ", ".join(f"{s} {stages.count(s)}" for s in dict.fromkeys(stages))
        rate = sum(result.success for result in mine) / len(mine)
        table.add_row(task, f"{rate:.0%}", str(len(mine)), counts)
    return table


def _group_table(suite: str, results: "Sequence[EpisodeResult]") -> Table:
    """Return a published table's rows, ours beside its methods'."""
    from sims.reports.summary import group_rows

    methods = list(dict.fromkeys(m for g in GROUPS[suite] for m in g.published))
    table = Table("published rows, %", "here", "95 %", "episodes", *methods)
    for row in group_rows(suite, results):
        low, high = row.wilson
        table.add_row(
            row.group.name,
            f"{100 * row.success:.1f}",
            f"{100 * low:.0f} to {100 * high:.0f}",
            str(row.episodes),
            *(f"{row.group.published[method]:.1f}" for method in methods),
        )
    return table
