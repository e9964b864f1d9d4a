"""The tables of a suite's run at the terminal."""

from collections.abc import Sequence

from rich.table import Table

from sims.episode_result import EpisodeResult
from sims.reports.summary import by_task, group_rows
from sims.suites import GROUPS


def task_table(results: Sequence[EpisodeResult]) -> Table:
    """Return success and failures by task."""
    table = Table("task", "success", "episodes", "failed at")
    for each in by_task(results):
        counts = ", ".join(f"{stage} {n}" for stage, n in each.failures.items())
        table.add_row(each.name, f"{each.rate:.0%}", str(each.episodes), counts)
    return table


def group_table(suite: str, results: Sequence[EpisodeResult]) -> Table:
    """Return a published table's rows, ours beside its methods'."""
    methods = list(dict.fromkeys(m for g in GROUPS[suite] for m in g.published))
    table = Table("published rows, %", "here", "95 %", "episodes", *methods)
    for row in group_rows(suite, results):
        low, high = row.wilson
        table.add_row(
            row.group.name,
            f"{100 * row.success:.1f}",
            f"{100 * low:.0f} to {100 * high:.0f}",
            str(row.episodes),
            *(f"{row.group.published[method]:.1f}" for method in methods),
        )
    return table
