"""Several reports beside one another, task by task, for a page or a terminal.

Reports that were made alike but for their suite share a column.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sims.groups import Row
from sims.reports.report import Report
from sims.reports.summary import Summary, by_task, group_rows, summary

_NOT_RUN = "-"
_TELLING = ("policy", "perception", "language", "seed")  # settings that tell runs apart

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Cells of text.

    Attributes:
        head: Names of the columns, the first that of the rows.
        rows: The tasks, in the order of the first report that has them.
        whole: All episodes of each column.
        groups: Head and rows of the published tables, ours first; empty if the
            suites have none.
    """

    head: Cells
    rows: tuple[Cells, ...]
    whole: Cells
    groups: tuple[Cells, ...]

    def markdown(self) -> str:
        """Return the tables as GitHub reads them."""
        whole = tuple(cell and f"**{cell}**" for cell in self.whole)
        lines = _markdown(self.head, (*self.rows, whole))
        if self.groups:
            lines += ["", *_markdown(self.groups[0], self.groups[1:])]
        return "\n".join(lines) + "\n"


def side_by_side(reports: Sequence[Report]) -> SideBySide:
    """Return the tables of one or more reports."""
    columns = _columns(reports)
    names = _names(list(columns))
    told = [
        {task.name: task for each in column for task in by_task(each.episodes)}
        for column in columns.values()
    ]
    tasks = dict.fromkeys(name for each in told for name in each)
    whole = [
        summary("all", [e for each in column for e in each.episodes])
        for column in columns.values()
    ]
    alone = len(columns) == 1  # then there is room for why
    return SideBySide(
        head=("task", *names, *(["failed at"] if alone else [])),
        rows=tuple(
            (
                task,
                *(_cell(each.get(task)) for each in told),
                *([_failures(told[0][task])] if alone else []),
            )
            for task in tasks
        ),
        whole=(
            "all",
            *(_cell(each) for each in whole),
            *([_failures(whole[0])] if alone else []),
        ),
        groups=_groups(list(columns.values()), names),
    )


def _columns(reports: Sequence[Report]) -> dict[Cells, list[Report]]:
    columns: dict[Cells, list[Report]] = {}
    for each in reports:
        settings = tuple(str(each.settings.get(name, "")) for name in _TELLING)
        columns.setdefault(settings, []).append(each)
    return columns


def _names(settings: Sequence[Cells]) -> list[str]:
    """Return what tells each column from the others."""
    differ = [
        k for k in range(len(_TELLING)) if len({each[k] for each in settings}) > 1
    ]
    return [", ".join(each[k] for k in (differ or [0])) for each in settings]


def _cell(found: Summary | None) -> str:
    if found is None:
        return _NOT_RUN
    low, high = found.wilson
    share = f"{found.won}/{found.episodes} = {100 * found.rate:.0f} %"
    return f"{share} ({100 * low:.0f} to {100 * high:.0f})"


def _failures(found: Summary) -> str:
    return ", ".join(f"{stage} {count}" for stage, count in found.failures.items())


def _groups(
    columns: Sequence[Sequence[Report]], names: Sequence[str]
) -> tuple[Cells, ...]:
    tables: list[dict[str, Row]] = [
        {row.group.name: row for each in column for row in _published(each)}
        for column in columns
    ]
    groups = {name: row.group for table in tables for name, row in table.items()}
    if not groups:
        return ()
    methods = list(dict.fromkeys(m for each in groups.values() for m in each.published))
    head = ("published row, %", *names, *methods)
    rows = [
        (
            name,
            *(
                f"{100 * t[name].success:.1f}" if name in t else _NOT_RUN
                for t in tables
            ),
            *(
                f"{group.published[m]:.1f}" if m in group.published else _NOT_RUN
                for m in methods
            ),
        )
        for name, group in groups.items()
    ]
    return (head, *rows)


def _published(report: Report) -> list[Row]:
    return group_rows(report.suite, report.episodes)


def _markdown(head: Cells, rows: Sequence[Cells]) -> list[str]:
    lines = [head, tuple("---" for _ in head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]
