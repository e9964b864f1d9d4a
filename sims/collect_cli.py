"""The verb `collect`: demonstrations by the expert, as a LeRobotDataset."""

from typing import TYPE_CHECKING

import typer
from rich.markup import escape

from planner.cli import FAILED, OK, print_json, sentences, set_up_logging
from planner.terminal import console
from sims.extras import require
from sims.options import (
    Clutter,
    Episodes,
    Json,
    Out,
    Randomise,
    Ray,
    Seed,
    Suite,
    Verbose,
    Workers,
    folder_for,
)
from sims.suites import SUITES, BenchConfig

if TYPE_CHECKING:
    from pathlib import Path

    from sims.demonstrations.collect import Collected


def collect(
    *,
    suite: Suite = "smoke",
    episodes: Episodes = 20,
    workers: Workers = 0,
    ray: Ray = "",
    seed: Seed = 0,
    clutter: Clutter = 0,
    randomise: Randomise = "mild",
    out: Out = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Collect demonstrations of each task of a suite by the expert."""
    set_up_logging(verbose=verbose)
    config = BenchConfig(
        suite=suite,
        episodes=episodes,
        seed=seed,
        workers=workers,
        ray=ray,
        policy="expert",
        clutter=clutter,
        randomise=randomise,
    )
    folder = out or folder_for(f"collect-{suite}")
    with sentences(as_json=as_json):
        found = _collect(config, folder)
    _print(found, folder)
    if as_json:
        print_json(found.facts())
    raise typer.Exit(FAILED if found.missing else OK)


def _collect(config: BenchConfig, folder: "Path") -> "Collected":
    require("sim", "collect", *(["ray"] if config.ray else []))
    from sims.demonstrations.collect import collect
    from sims.progress import told_progress

    total = config.episodes * len(SUITES.get(config.suite, ()))
    with told_progress(config.suite, total, won_only=True) as advance:
        return collect(config, folder, advance)


def _print(found: "Collected", folder: "Path") -> None:
    facts = found.facts()
    console.print(
        f"{facts['episodes']} demonstrations, {facts['frames']} frames; "
        f"{facts['failed']} attempts failed and are left out"
    )
    for task, count in found.missing.items():
        console.print(
            f"[red]{escape(task)}: {count} are missing[/]; the expert fails there too "
            "often"
        )
    console.print(f"[dim]{folder}[/]", soft_wrap=True)
