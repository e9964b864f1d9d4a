"""Options that several verbs of the command share."""

from typing import Annotated, get_args

import typer

from planner.config import LanguageName
from sims.suites import PerceptionName

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
        help="segmentation (of the pixels), hub (models of the hub, for "
        "VOXFIELD_PERCEPTION_PHRASES) or oracle (simulator masks)."
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
