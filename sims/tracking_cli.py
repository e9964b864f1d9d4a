"""The verb `bench tracking`: identities kept while a person disturbs the arm."""

from typing import TYPE_CHECKING

import typer
from rich.markup import escape

from planner.cli import OK, print_json, sentences, set_up_logging
from planner.terminal import console
from sims.extras import require
from sims.options import (
    Clutter,
    Episodes,
    Json,
    Out,
    Perception,
    Randomise,
    Ray,
    Seed,
    Verbose,
    Workers,
    folder_for,
)
from sims.suites import BenchConfig

if TYPE_CHECKING:
    from sims.tracking.watched import Watched


def tracking(
    *,
    episodes: Episodes = 17,
    workers: Workers = 1,
    ray: Ray = "",
    seed: Seed = 0,
    perception: Perception = "segmentation",
    clutter: Clutter = 0,
    randomise: Randomise = "mild",
    out: Out = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Measure whether things keep their identity while a person moves them about.

    The five disturbed everyday tasks, and one with twins that are exchanged, are
    carried out by the expert; the tracker that is measured sees the pixels alone.
    """
    set_up_logging(verbose=verbose)
    folder = out or folder_for("tracking")
    config = BenchConfig(
        suite="voxposer-everyday",
        episodes=episodes,
        seed=seed,
        workers=workers,
        ray=ray,
        perception=perception,
        policy="expert",
        clutter=clutter,
        randomise=randomise,
    )
    with sentences(as_json=as_json):
        require("sim", *(["ray"] if ray else []))
        from sims.tracking.report import report
        from sims.tracking.run import EPISODES, run_tracking

        found = report(run_tracking(config, folder, _tell))
    for line in found.lines():
        console.print(escape(line))
    console.print(found.table())
    for case in found.cases:
        console.print(f"[dim]{escape(str(case))}[/]")
    console.print(f"[dim]every frame: {folder / EPISODES}[/]", soft_wrap=True)
    if as_json:
        print_json(found.facts())
    raise typer.Exit(OK)


def _tell(episode: "Watched") -> None:
    from sims.tracking.counting import count

    followed = count(episode.frames)
    frames = sum(len(each.counts) for each in followed)
    kept = sum(each.kept for each in followed)
    done = "; ".join(escape(str(deed)) for deed in episode.deeds)
    console.print(
        f"[dim]{episode.task} {episode.index}: identity kept in {kept} of {frames}; "
        f"{done or 'undisturbed'}; {episode.reason}[/]"
    )
