"""The verb `bench online`: furniture opened, its dynamics learnt while acting."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from planner.cli import OK, print_json, sentences, set_up_logging
from planner.terminal import console
from sims.extras import require
from sims.options import Json, Out, Ray, Seed, Verbose, Workers, folder_for

if TYPE_CHECKING:
    from sims.online import Trial


def online(
    *,
    trials: Annotated[
        int, typer.Option(min=1, help="Of a task, a method and a seed; seeds are 3.")
    ] = 20,
    workers: Workers = 0,
    ray: Ray = "",
    seed: Seed = 0,
    out: Out = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Open a door, a window and a fridge whose dynamics are learnt while acting."""
    set_up_logging(verbose=verbose)
    folder = out or folder_for("online")
    with sentences(as_json=as_json):
        require("sim", "models", *(["ray"] if ray else []))
        from sims.online import OnlineBenchConfig, run_online, table

        config = OnlineBenchConfig(trials, seed, workers, ray)
        entries = table(run_online(config, folder, _tell))
    shown = Table("task", "method", "success", "seconds to success", "trials")
    for e in entries:
        rate = f"{100 * e.rate:.1f} ± {100 * e.spread:.1f} %"
        seconds = f"{e.seconds:.1f} ± {e.seconds_spread:.1f}" if e.rate > 0 else "-"
        shown.add_row(e.task, e.method, rate, seconds, str(e.trials))
    console.print(shown)
    console.print(f"[dim]every trial: {folder / 'trials.jsonl'}[/]", soft_wrap=True)
    if as_json:
        print_json({"table": [asdict(e) for e in entries]})
    raise typer.Exit(OK)


def _tell(trial: "Trial") -> None:
    console.print(
        f"{trial.task}, {trial.method}: {'open' if trial.success else 'not open'} "
        f"after {trial.seconds:.0f} s, {trial.actions} actions, {trial.grasps} grasps"
    )
