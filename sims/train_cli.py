"""The verb `train`: makes the weights that ship, from the repository alone."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from planner.cli import OK, print_json, sentences, set_up_logging
from planner.terminal import console
from sims.extras import require
from sims.options import Json, Seed, Verbose

Part = Literal["writer"]


def train(
    part: Annotated[
        Part, typer.Argument(help="writer: the small language model that ships.")
    ],
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
    """Train a part of Voxfield on data that is made while training."""
    assert part == "writer"
    set_up_logging(verbose=verbose)
    with sentences(as_json=as_json):
        require("models")
        from planner.language.embedded.corpus import WriterTrainConfig
        from planner.language.embedded.train import train_writer

        config = WriterTrainConfig(seed=seed, chunks=chunks)
        model = train_writer(
            config, out, progress=lambda line: console.print(f"[dim]{line}[/]")
        )
    console.print(f"the model is in {model}; `voxfield bench writer` measures it")
    if as_json:
        print_json({"model": str(model)})
    raise typer.Exit(OK)
