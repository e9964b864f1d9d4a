"""The suite `articulated` at the terminal: furniture opened, its dynamics learnt."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.table import Table

from planner.cli import OK, print_json, sentences
from planner.terminal import console
from sims.extras import require
from sims.suites import ONLINE, BenchConfig

if TYPE_CHECKING:
    from sims.online import Trial


def bench_online(config: BenchConfig, folder: Path, *, as_json: bool) -> NoReturn:
    """Run its trials, print its table, and end the command."""
    with sentences(as_json=as_json):
        from sims.online import OnlineBenchConfig, run_online, table

        require(*(["ray"] if config.ray else []))
        online = OnlineBenchConfig(
            config.episodes, config.seed, config.workers, config.ray
        )
        trials = run_online(online, folder, _tell)
    entries = table(trials)
    shown = Table("task", "method", "success", "seconds to success", "trials")
    for e in entries:
        rate = f"{100 * e.rate:.1f} ± {100 * e.spread:.1f} %"
        seconds = f"{e.seconds:.1f} ± {e.seconds_spread:.1f}" if e.rate > 0 else "-"
        shown.add_row(e.task, e.method, rate, seconds, str(e.trials))
    console.print(shown)
    console.print(f"[dim]every trial: {folder / 'trials.jsonl'}[/]", soft_wrap=True)
    if as_json:
        print_json({"suite": ONLINE, "table": [asdict(e) for e in entries]})
    raise typer.Exit(OK)


def _tell(trial: "Trial") -> None:
    console.print(
        f"{trial.task}, {trial.method}: {'open' if trial.success else 'not open'} "
        f"after {trial.seconds:.0f} s, {trial.actions} actions, {trial.grasps} grasps"
    )
