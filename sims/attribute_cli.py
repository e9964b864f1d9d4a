"""The verb `bench attribute`: what each stage of the pipeline loses on a suite."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

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
    Out,
    Perception,
    Randomise,
    Ray,
    Seed,
    Suite,
    Verbose,
    Workers,
    folder_for,
)
from sims.suites import DEFAULT_LANGUAGE, SUITES, BenchConfig

if TYPE_CHECKING:
    from sims.attribution import ArmName, Attribution
    from sims.episode_result import EpisodeResult

_ORACLES = {
    "perception": "the simulator's masks",
    "program": "reference programs",
    "both": "both of these",
}


def attribute(
    *,
    suite: Suite,
    episodes: Episodes = 20,
    workers: Workers = 0,
    ray: Ray = "",
    seed: Seed = 0,
    perception: Perception = "segmentation",
    language: Language = DEFAULT_LANGUAGE,
    clutter: Clutter = 0,
    randomise: Randomise = "mild",
    out: Out = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Play the same seeds with one stage at a time replaced by its oracle."""
    set_up_logging(verbose=verbose)
    config = BenchConfig(
        suite=suite,
        episodes=episodes,
        seed=seed,
        workers=workers,
        ray=ray,
        perception=perception,
        language=language,
        clutter=clutter,
        randomise=randomise,
    )
    folder = out or folder_for(f"attribute-{suite}")
    with sentences(as_json=as_json):
        require(*(["ray"] if ray else []))
        found = _run(config, folder)
    console.print(_table(found))
    console.print(
        "Lost: what the oracle adds to the default, with Newcombe's interval for "
        "paired shares and McNemar's exact p. What fails with both is the task, the "
        "grasp or the motion. Stages that both fail an episode each lose less than "
        "both together."
    )
    console.print(f"[dim]{folder}: a report of each[/]", soft_wrap=True)
    if as_json:
        print_json(found.facts())
    raise typer.Exit(OK)


def _run(config: BenchConfig, folder: Path) -> "Attribution":
    from sims.attribution import FILE, arms, attribute
    from sims.progress import told_progress

    total = len(arms(config)) * config.episodes * len(SUITES.get(config.suite, ()))
    begun: set[str] = set()
    with told_progress(config.suite, total) as advance:

        def tell(arm: "ArmName", result: "EpisodeResult") -> None:
            if arm not in begun:
                begun.add(arm)
                console.print(f"[bold]{_ORACLES.get(arm, 'the default')}[/]")
            advance(result)

        found = attribute(config, folder, tell)
    text = json.dumps(found.facts(), indent=1) + "\n"
    (folder / FILE).write_text(text, encoding="utf-8")
    return found


def _table(found: "Attribution") -> Table:
    table = Table(box=SIMPLE, pad_edge=False)
    table.add_column("oracle", overflow="fold")
    for name in ("won", "success, %\n(95 %)", "lost, %\n(95 %)", "p"):
        table.add_column(name, justify="right", no_wrap=True)
    won, of = found.default_won
    table.add_row("none: the default", *_success(won, of, found.default_wilson))
    for each in found.losses:
        low, high = each.newcombe
        table.add_row(
            f"{each.arm}: {_ORACLES[each.arm]}",
            *_success(each.won, each.of, each.wilson),
            f"{100 * each.lost:+.1f} ({100 * low:+.0f} to {100 * high:+.0f})",
            f"{each.mcnemar_p:.2g}",
        )
    table.add_section()
    fails = f"{of - found.losses[-1].won} of {of}"
    table.add_row("what fails with both", fails, "", f"{100 * found.rest:.1f}")
    return table


def _success(won: int, of: int, wilson: tuple[float, float]) -> tuple[str, str]:
    low, high = wilson
    rate = f"{100 * won / of:.1f} ({100 * low:.0f} to {100 * high:.0f})"
    return f"{won} of {of}", rate
