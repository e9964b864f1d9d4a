"""The verbs `bench planner`, `sandbox`, `writer` and `grounder`: one part alone."""

from pathlib import Path
from typing import Annotated

import typer

from planner.cli import OK, print_json, sentences, set_up_logging
from planner.terminal import console
from sims.extras import require
from sims.options import Json, Seed, Verbose


def planner(
    *,
    scenes: Annotated[int, typer.Option(min=1, help="Of random clutter.")] = 1000,
    seed: Seed = 0,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Measure the motion planner alone, against VoxPoser's."""
    set_up_logging(verbose=verbose)
    with sentences(as_json=as_json):
        from sims.planner_bench.run import PlannerBenchConfig, run_planner_bench, tables

        config = PlannerBenchConfig(seed=seed, scenes=scenes)
        report = run_planner_bench(config, _tell)
    console.print(tables(report))
    if as_json:
        print_json(report.facts())
    raise typer.Exit(OK)


def sandbox(*, as_json: Json = False, verbose: Verbose = False) -> None:
    """Measure how soon programs start and how often their maps are made anew."""
    set_up_logging(verbose=verbose)
    with sentences(as_json=as_json):
        from sims.language_bench.sandbox import run_sandbox_bench

        report = run_sandbox_bench()
    console.print(report.table())
    console.print(f"[dim]a start takes {report.start_ms:.1f} ms, median of all[/]")
    if as_json:
        print_json(report.facts())
    raise typer.Exit(OK)


def writer(
    *,
    model: Annotated[
        Path | None, typer.Option(help="Folder of another model; as shipped if absent.")
    ] = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Measure how much of what people say the embedded model understands."""
    set_up_logging(verbose=verbose)
    with sentences(as_json=as_json):
        require("models")
        from planner.language.embedded.backend import EmbeddedBackend
        from sims.language_bench.writer import run_writer_bench

        report = run_writer_bench(backend=EmbeddedBackend.load(model), progress=_tell)
    console.print(report.table())
    if as_json:
        print_json(report.facts())
    raise typer.Exit(OK)


def grounder(
    *,
    model: Annotated[
        Path | None, typer.Option(help="Folder of another model; as shipped if absent.")
    ] = None,
    scenes: Annotated[
        int, typer.Option(min=1, help="Tables, two cameras each.")
    ] = 1000,
    pictures: Annotated[
        Path | None,
        typer.Option(help="Also draw what it found in the first ten, here."),
    ] = None,
    seed: Seed = 0,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Measure how often the embedded perception finds what a phrase means."""
    set_up_logging(verbose=verbose)
    with sentences(as_json=as_json):
        require("sim", "models", *(["viz"] if pictures else []))
        from perception.backends.embedded.config import EmbeddedConfig
        from perception.backends.embedded.grounder import EmbeddedGrounder
        from sims.grounding.bench import GrounderBenchConfig, run_grounder_bench

        asked = EmbeddedGrounder.load(EmbeddedConfig(model=str(model or "")))
        config = GrounderBenchConfig(scenes=scenes, seed=seed)
        if pictures is not None:
            from sims.grounding.pictures import picture_scenes

            few = GrounderBenchConfig(scenes=min(scenes, 10), seed=seed)
            picture_scenes(few, asked, pictures)
        report = run_grounder_bench(config, asked, _tell)
    console.print(report.table())
    if as_json:
        print_json(report.facts())
    raise typer.Exit(OK)


def _tell(line: str) -> None:
    console.print(f"[dim]{line}[/]")
