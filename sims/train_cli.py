"""The verbs `train writer` and `train grounder`: weights from the repository alone."""

from pathlib import Path
from typing import Annotated

import typer

from planner.cli import EXIT_CODES, OK, print_json, sentences, set_up_logging
from planner.terminal import console
from sims.extras import require
from sims.options import Json, Seed, Verbose

train = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Train a part of Voxfield on data that is made for it.",
)


@train.command(epilog=EXIT_CODES)
def writer(
    *,
    out: Annotated[
        Path, typer.Option(help="Folder; a run goes on where it stopped.")
    ] = Path("out/train-writer"),
    chunks: Annotated[
        int, typer.Option(min=1, help="Of 4,096 sentences; 105 made what ships.")
    ] = 105,
    seed: Seed = 0,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Train the small language model that writes programs."""
    set_up_logging(verbose=verbose)
    with sentences(as_json=as_json):
        require("models")
        from planner.language.embedded.corpus import WriterTrainConfig
        from planner.language.embedded.train import train_writer

        config = WriterTrainConfig(seed=seed, chunks=chunks)
        model = train_writer(config, out, progress=_tell)
    _told(model, "writer", as_json=as_json)


@train.command(epilog=EXIT_CODES)
def grounder(
    *,
    out: Annotated[
        Path, typer.Option(help="Folder; a run goes on where it stopped.")
    ] = Path("out/train-grounder"),
    shards: Annotated[int, typer.Option(min=1, help="Of 100 scenes.")] = 60,
    passes: Annotated[int, typer.Option(min=1, help="Over all shards.")] = 4,
    seed: Seed = 0,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Render scenes and train the small model that says what a phrase means."""
    set_up_logging(verbose=verbose)
    with sentences(as_json=as_json):
        require("sim", "models")
        from perception.backends.embedded.train import GrounderTrainConfig
        from sims.grounding.corpus import CorpusConfig
        from sims.grounding.training import GrounderRecipe, make_grounder

        recipe = GrounderRecipe(
            CorpusConfig(seed=seed, shards=shards),
            GrounderTrainConfig(seed=seed, passes=passes),
        )
        model = make_grounder(recipe, out, _tell)
    _told(model, "grounder", as_json=as_json)


def _told(model: Path, part: str, *, as_json: bool) -> None:
    console.print(f"the model is in {model}; `voxfield bench {part}` measures it")
    if as_json:
        print_json({"model": str(model)})
    raise typer.Exit(OK)


def _tell(line: str) -> None:
    console.print(f"[dim]{line}[/]")
