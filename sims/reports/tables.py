"""The tables of a suite's page, as HTML."""

from collections.abc import Iterable, Mapping
from html import escape

from sims.episode_result import EpisodeResult
from sims.reports.media import Media, folder_of
from sims.reports.report import Report
from sims.reports.stages import FLOW
from sims.reports.summary import Summary, by_task, group_rows, summary
from sims.suites import GROUPS

_NOTHING = "&ndash;"
_OF_WORDS = ("outcome", "message", "parts touched")
_WORDS = ' class="words"'


def table(head: Iterable[str], rows: Iterable[str], caption: str) -> str:
    """Return a table that scrolls by itself; `rows` are whole `<tr>`s."""
    cells = "".join(
        f'<th scope="col"{_WORDS if each in _OF_WORDS else ""}>{each}</th>'
        for each in head
    )
    region = f'role="region" tabindex="0" aria-label="{escape(caption)}"'
    return (
        f'<div class="scroll" {region}>'
        f"<table><thead><tr>{cells}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        "</div>"
    )


def tasks_html(report: Report) -> str:
    """Return the table of the tasks, the last row for all of them."""
    whole = summary("all", report.episodes)
    stages = [*FLOW, *(each for each in whole.failures if each not in FLOW)]
    head = (
        "task",
        "success",
        "",
        "95 %",
        *stages,
        "touched",
        "clipped",
        "not followed",
        "peak jerk, m/s³",
        "replan Hz",
        "simulated s",
    )
    rows = [_task(each, stages) for each in by_task(report.episodes)]
    if len(rows) > 1:
        rows.append(_task(whole, stages).replace("<tr>", '<tr class="all">', 1))
    return table(head, rows, "Success, failures by stage and safety of each task")


def _task(each: Summary, stages: Iterable[str]) -> str:
    low, high = each.wilson
    clipped = f"{each.clipped} in {each.clipping}" if each.clipped else "0"
    cells = (
        f"<td>{each.won} of {each.episodes}</td>",
        f"<td>{_range(each.rate, low, high)}</td>",
        f"<td>{100 * low:.0f} to {100 * high:.0f} %</td>",
        *(_count(each.failures.get(stage, 0)) for stage in stages),
        _count(each.touching, _told(each.touched)),
        f"<td>{clipped}</td>",
        f"<td>{_NOTHING if each.not_followed is None else each.not_followed}</td>",
        f"<td>{_jerk(each.peak_jerk)}</td>",
        f"<td>{each.replan_hz:.0f} ({each.replan_hz_worst:.0f})</td>",
        f"<td>{each.seconds:.1f}</td>",
    )
    return f'<tr><th scope="row">{escape(each.name)}</th>{"".join(cells)}</tr>'


def _range(rate: float, low: float, high: float) -> str:
    """Return an interval drawn from 0 to 100 %; the number beside it says it too."""
    return (
        '<div class="range" aria-hidden="true">'
        f'<i style="left:{100 * low:.1f}%;right:{100 - 100 * high:.1f}%"></i>'
        f'<b style="left:{100 * rate:.1f}%"></b></div>'
    )


def _count(count: int, words: str = "") -> str:
    kind = "fails" if count else "zero"
    title = f' title="{escape(words)}"' if words else ""
    return f'<td class="{kind}"{title}>{count}</td>'


def _jerk(peak: float | None) -> str:
    return _NOTHING if peak is None else f"{peak:.1f}"


def _told(touched: Mapping[str, int]) -> str:
    return ", ".join(f"{name} in {count}" for name, count in touched.items())


def groups_html(report: Report) -> str:
    """Return the rows of the suite's published table; empty if it has none."""
    rows = group_rows(report.suite, report.episodes)
    if not rows:
        return ""
    groups = GROUPS[report.suite]
    methods = list(dict.fromkeys(name for each in groups for name in each.published))
    lines: list[str] = []
    for row in rows:
        low, high = row.wilson
        published = "".join(
            f"<td>{row.group.published[name]:.1f}</td>"
            if name in row.group.published
            else f"<td>{_NOTHING}</td>"
            for name in methods
        )
        lines.append(
            f'<tr><th scope="row">{escape(row.group.name)}</th>'
            f"<td>{100 * row.success:.1f}</td>"
            f"<td>{100 * low:.0f} to {100 * high:.0f}</td><td>{row.episodes}</td>"
            f"{published}</tr>"
        )
    head = ("row", "here", "95 %", "episodes", *(escape(name) for name in methods))
    return (
        '<section id="groups"><h2>Published rows, %</h2>'
        f"{table(head, lines, 'Success beside what was published')}</section>"
    )


def episodes_html(report: Report, media: Mapping[str, Media]) -> str:
    """Return the table of every episode, those that failed first."""
    head = (
        "episode",
        "seed",
        "outcome",
        "message",
        "parts touched",
        "clipped",
        "peak jerk, m/s³",
        "replan Hz",
        "simulated s",
    )
    ordered = sorted(report.episodes, key=lambda each: each.success)
    rows = (_episode(each, media.get(folder_of(each), Media())) for each in ordered)
    return table(head, rows, "Every episode, those that failed first")


def _episode(each: EpisodeResult, media: Media) -> str:
    name = f"{escape(each.task)} {each.index}"
    if media.page:
        name = f'<a href="{escape(media.page)}">{name}</a>'
    ended = "succeeded" if each.success else f"{each.stage}: {each.reason}"
    kind = "outcome" if each.success else "outcome fails"
    return (
        f'<tr><th scope="row">{name}</th><td>{each.seed}</td>'
        f'<td class="{kind}">{escape(ended)}</td>'
        f'<td class="words">{escape("; ".join((each.message, *each.disturbed)))}</td>'
        f'<td class="words">{escape(", ".join(each.touched))}</td>'
        f"<td>{each.clipped}</td><td>{_jerk(each.peak_jerk)}</td><td>{each.replan_hz:.0f}</td>"
        f"<td>{each.seconds:.1f}</td></tr>"
    )
