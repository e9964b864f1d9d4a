"""The verb `tasks`: which there are, what they ask for, how they look."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from planner.cli import OK, print_json, sentences
from planner.terminal import console
from sims.extras import require
from sims.options import Json, Seed
from sims.suites import SUITES, unknown_suite

_EVERY = ""


def tasks(
    *,
    suite: Annotated[
        str, typer.Option(help=f"One of: {', '.join(SUITES)}; all if empty.")
    ] = _EVERY,
    pictures: Annotated[
        Path | None,
        typer.Option(help="Folder for a picture of each suite."),
    ] = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """List the tasks of the suites, each with an instruction it may be given."""
    with sentences(as_json=as_json):
        require("sim", *(["viz"] if pictures else []))
        if suite and suite not in SUITES:
            raise unknown_suite(suite)
        chosen = {suite: SUITES[suite]} if suite else SUITES
        told = [
            fact
            for name, entries in chosen.items()
            for fact in _told(name, entries, seed, pictures)
        ]
    for name in chosen:
        table = Table("task", "an instruction of it", title=name, title_justify="left")
        for each in told:
            if each["suite"] == name:
                table.add_row(each["task"], each["instruction"])
        console.print(table)
    if as_json:
        print_json({"tasks": told})
    raise typer.Exit(OK)


def _told(
    suite: str, entries: tuple[str, ...], seed: int, pictures: Path | None
) -> list[dict[str, Any]]:
    """Return the facts of a suite's tasks, and leave its picture if that is asked."""
    from sims.env import env_id
    from sims.gallery import save_sheet, show

    shown = [show(each, seed, picture=pictures is not None) for each in entries]
    if pictures is not None:
        save_sheet(shown, pictures / f"{suite}.png")
        console.print(f"[dim]{pictures / suite}.png[/]", soft_wrap=True)
    return [
        {
            "suite": suite,
            "task": each.task,
            "instruction": each.instruction,
            "environment": env_id(each.task),
        }
        for each in shown
    ]
