"""The verb `bench speed`: how fast episodes run, on one core and on two."""

import typer
from rich.box import SIMPLE
from rich.table import Table

from planner.cli import OK, print_json, sentences, set_up_logging
from planner.terminal import console
from sims.extras import require
from sims.options import (
    Clutter,
    Episodes,
    Json,
    Language,
    Perception,
    Policy,
    Randomise,
    Seed,
    Suite,
    Verbose,
)
from sims.suites import DEFAULT_LANGUAGE, BenchConfig


def speed(
    *,
    suite: Suite = "smoke",
    episodes: Episodes = 2,
    seed: Seed = 0,
    perception: Perception = "segmentation",
    policy: Policy = "pipeline",
    language: Language = DEFAULT_LANGUAGE,
    clutter: Clutter = 0,
    randomise: Randomise = "mild",
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Measure how fast episodes run, on one core and on two."""
    set_up_logging(verbose=verbose)
    config = BenchConfig(
        suite=suite,
        episodes=episodes,
        seed=seed,
        perception=perception,
        policy=policy,
        language=language,
        clutter=clutter,
        randomise=randomise,
    )
    with sentences(as_json=as_json):
        require("sim", language=config.written_by)
        from sims.speed import REAL_TIME, SPEED_UP, measure_speed

        found = measure_speed(config, _tell)
    table = Table(box=SIMPLE, pad_edge=False)
    for name in ("", "measured", "aimed at"):
        table.add_column(name, justify="right" if name else "left")
    real_time, speed_up = f"{found.times_real_time:.2f}", f"{found.speed_up:.2f}"
    table.add_row("simulated s a core second", real_time, f"{REAL_TIME:.1f}")
    table.add_row("two workers, times one", speed_up, f"{SPEED_UP:.1f}")
    table.add_row("observations a simulated s", f"{found.perception_hz:.0f}", "")
    table.add_row("physics steps a core second", f"{found.steps_per_second:.0f}", "")
    table.add_row("core ms a camera's frame", f"{found.frame_ms:.1f}", "")
    console.print(table)
    if as_json:
        print_json(found.facts())
    raise typer.Exit(OK)


def _tell(line: str) -> None:
    console.print(f"[dim]{line}[/]")
