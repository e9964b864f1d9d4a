"""The verb `bench table`: reports beside one another, task by task."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE
from rich.table import Table

from planner.cli import OK, print_json, sentences, set_up_logging
from planner.terminal import console
from sims.options import Json, Verbose

if TYPE_CHECKING:
    from sims.reports.side_by_side import SideBySide


def table(
    reports: Annotated[
        list[Path] | None,
        typer.Argument(help="report.json of runs of one suite or more, or folders."),
    ] = None,
    *,
    markdown: Annotated[
        bool, typer.Option(help="Print it on stdout as GitHub reads it.")
    ] = False,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Put the success of several runs side by side, task by task."""
    set_up_logging(verbose=verbose)
    if not reports:
        raise typer.BadParameter("table takes one report or more: table A.json B.json")
    with sentences(as_json=as_json):
        from sims.reports.report import read_report
        from sims.reports.side_by_side import side_by_side

        told = side_by_side([read_report(each) for each in reports])
    if markdown:
        typer.echo(told.markdown(), nl=False)
    else:
        _print(told)
    if as_json:
        rows = [dict(zip(told.head, row, strict=True)) for row in told.rows]
        print_json({"rows": rows})
    raise typer.Exit(OK)


def _print(told: "SideBySide") -> None:
    shown = Table(*told.head, box=SIMPLE, pad_edge=False)
    for row in told.rows:
        shown.add_row(*row)
    shown.add_section()
    shown.add_row(*told.whole, style="bold")
    console.print(shown)
    if told.groups:
        groups = Table(*told.groups[0], box=SIMPLE, pad_edge=False)
        for row in told.groups[1:]:
            groups.add_row(*row)
        console.print(groups)
