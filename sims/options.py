"""Options that several verbs of the command share, and what was given of them."""

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from planner.config import LanguageName
from sims.policies import PolicyName, told_policies
from sims.suites import SUITES, PerceptionName, RandomiseName

if TYPE_CHECKING:
    from typer import Context
else:
    Context = typer.Context.__base__  # what a verb really gets

_WRITERS: dict[str, str] = {
    "embedded": "the small model that ships with this package",
    "openai": "any endpoint that speaks its protocol, VOXFIELD_LLM_MODEL at "
    "VOXFIELD_LLM_BASE_URL",
    "local": "a transformers model that runs here, VOXFIELD_LLM_MODEL",
    "replay": "answers recorded in VOXFIELD_LLM_REPLAY, no model",
}


def _told_writers() -> str:
    """Return what each writer that can be chosen is."""
    return "; ".join(
        f"{name}: {_WRITERS[name]}" if name in _WRITERS else name
        for name in get_args(LanguageName)
    )


Instruction = Annotated[str, typer.Argument(help="What to do, in words.")]
Seed = Annotated[int, typer.Option(help="Everything random follows from it.", min=0)]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object last, on stdout.")
]
Perception = Annotated[
    PerceptionName,
    typer.Option(
        help="segmentation (of the pixels), embedded (the small model that ships), "
        "hub (models of the hub, for VOXFIELD_PERCEPTION_PHRASES), "
        "marks (a vision-language model, VOXFIELD_PERCEPTION_MODEL at "
        "VOXFIELD_PERCEPTION_BASE_URL, for the same phrases) or oracle (simulator "
        "masks)."
    ),
]
Language = Annotated[
    LanguageName,
    typer.Option(help=f"Who writes the program. {_told_writers()}."),
]
Endpoint = Annotated[
    str, typer.Option(help="HOST:PORT of a running server; one is started if empty.")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")]

# Of the benchmarks.
Suite = Annotated[str, typer.Option(help=f"One of: {', '.join(SUITES)}.")]
Episodes = Annotated[int, typer.Option(min=1, help="Episodes an entry.")]
Workers = Annotated[int, typer.Option(help="Processes; 0 takes one a core.", min=0)]
Policy = Annotated[
    PolicyName, typer.Option(help=f"Who carries it out. {told_policies()}")
]
Ray = Annotated[
    str,
    typer.Option(
        help="Ray cluster that the workers are spread over: HOST:PORT, auto for one "
        "that runs, or local for one that is started here. Needs the extra `ray`."
    ),
]
Clutter = Annotated[
    int, typer.Option(help="Things that stand in the way, at most.", min=0)
]
Randomise = Annotated[
    RandomiseName,
    typer.Option(
        help="What differs between episodes besides the task. off: nothing; mild: "
        "noise of the depth; sensor: noise, steps, holes and flying pixels as of a "
        "real depth camera; full: colours, light and cameras, too."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(help="Folder to write to; a run goes on where it stopped."),
]


def folder_for(name: str) -> Path:
    """Return where a benchmark writes to that is run now, if nobody says where."""
    stamp = datetime.now(UTC).astimezone().strftime("%Y-%m-%d-%H%M%S")
    return Path("out") / f"bench-{name}-{stamp}"


def given(ctx: Context) -> dict[str, str]:
    """Return the options that the command line holds: by name, how they are written."""
    found: dict[str, str] = {}
    for each in ctx.command.params:
        source = ctx.get_parameter_source(each.name) if each.name else None
        if each.name and source is not None and source.name == "COMMANDLINE":
            found[each.name] = each.opts[0]
    return found


def refuse(ctx: Context, names: Collection[str], why: str) -> None:
    """Return if the command line holds none of some options.

    Raises:
        BadParameter: It does; they would have no effect.
    """
    held = [written for name, written in given(ctx).items() if name in names]
    if held:
        raise typer.BadParameter(f"{why}; leave out {', '.join(held)}")
