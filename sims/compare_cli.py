"""The verb `bench compare`: two reports of a suite, episode by episode."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from planner.cli import OK, print_json, sentences, set_up_logging
from planner.terminal import console
from sims.options import Json, Verbose

if TYPE_CHECKING:
    from sims.episode_result import EpisodeResult
    from sims.reports.compare import Comparison, Row

CHANGES = 20  # told one by one at the terminal; `--json` has them all


def compare(
    reports: Annotated[
        list[Path] | None,
        typer.Argument(help="report.json of two runs of a suite, or their folders."),
    ] = None,
    *,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Compare two runs of a suite, paired by task and seed."""
    set_up_logging(verbose=verbose)
    if reports is None or len(reports) != 2:
        raise typer.BadParameter("compare takes two reports: compare A.json B.json")
    with sentences(as_json=as_json):
        from sims.reports.compare import compare as compared
        from sims.reports.report import read_report

        first, second = reports
        comparison = compared(read_report(first), read_report(second))
    console.print(_table(comparison))
    _print_whole(comparison)
    _print_changes(comparison)
    _print_notes(comparison)
    if as_json:
        print_json(comparison.facts())
    raise typer.Exit(OK)


def _table(comparison: "Comparison") -> Table:
    table = Table(box=SIMPLE, pad_edge=False)
    table.add_column("task", overflow="fold")
    for name in ("n", "both", "A\nalone", "B\nalone", "none"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("B less A, %\n(95 %)", justify="right", no_wrap=True)
    table.add_column("p", justify="right", no_wrap=True)
    *tasks, whole = comparison.rows
    for row in tasks:
        table.add_row(*_cells(row))
    table.add_section()
    table.add_row(*_cells(whole), style="bold")
    return table


def _cells(row: "Row") -> tuple[str, ...]:
    pairs = row.pairs
    low, high = pairs.newcombe()
    counts = (pairs.count, pairs.both, pairs.only_a, pairs.only_b, pairs.neither)
    return (
        escape(row.name),
        *(str(each) for each in counts),
        f"{100 * pairs.difference:+.1f} ({100 * low:+.0f} to {100 * high:+.0f})",
        f"{pairs.mcnemar():.2g}",
    )


def _print_whole(comparison: "Comparison") -> None:
    pairs = comparison.rows[-1].pairs
    console.print(
        f"suite {escape(comparison.suite)}: A, the first, succeeded in {pairs.won_a} "
        f"of {pairs.count}, B in {pairs.won_b}. Interval: Newcombe's for paired "
        "shares; p: McNemar's, exact."
    )


def _print_changes(comparison: "Comparison") -> None:
    changed = comparison.changed
    for pair in changed[:CHANGES]:
        worse = pair.a.success
        which, lost = ("A alone", pair.b) if worse else ("B alone", pair.a)
        colour = "red" if worse else "green"
        console.print(
            f"[{colour}]{which}[/] {escape(lost.task)}, seed {lost.seed}; "
            f"the other failed at {_why(lost)}"
        )
    if len(changed) > CHANGES:
        console.print(f"[dim]and {len(changed) - CHANGES} more; --json has them all[/]")


def _why(lost: "EpisodeResult") -> str:
    return f"{lost.stage} ({lost.reason}): {escape(lost.message)}"


def _print_notes(comparison: "Comparison") -> None:
    left = len(comparison.only_a), len(comparison.only_b)
    if any(left):
        console.print(
            f"[yellow]not paired, and left out:[/] {left[0]} episodes of A, "
            f"{left[1]} of B"
        )
    if comparison.reworded:
        console.print(
            f"[yellow]{comparison.reworded} pairs have different instructions:[/] the "
            "task itself was made otherwise"
        )
    for name, (a, b) in comparison.settings.items():
        line = f"{name}: A {a or 'none'}, B {b or 'none'}"
        console.print(f"[dim]{escape(line)}[/]")
