"""The page of a suite's run: one HTML file without scripts that needs no network.

What failed comes first, with the film where there is one; then the tables.
"""

import json
from collections.abc import Iterable, Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from sims.episode_result import EpisodeResult
from sims.policies import POLICIES
from sims.reports.made import made_html
from sims.reports.media import Media, folder_of, media_in
from sims.reports.report import FILE, Report
from sims.reports.summary import Summary, summary
from sims.reports.tables import episodes_html, groups_html, tasks_html

PAGE = "report.html"

_LEGEND = (
    "Intervals are Wilson's, 95 %. A failure counts at the stage that its reason "
    "belongs to. Touched: episodes in which any link of the arm touched a part that "
    "the instruction does not name. Clipped: commands that the safety filter changed "
    "or the arm did not follow, and in how many episodes; not followed: the latter "
    "alone. Peak jerk: of the hand's path as the safety filter let it through. "
    "Replanning: plans a second of planning time, the median of the episodes' medians, "
    "and the slowest episode in brackets; it depends on the machine."
)


def write_report(report: Report, out: Path) -> None:
    """Write the report to a folder, as JSON and as a page."""
    text = json.dumps(report.facts(), indent=1) + "\n"
    (out / FILE).write_text(text, encoding="utf-8")
    (out / PAGE).write_text(page_html(report, media_in(out)), encoding="utf-8")


def page_html(report: Report, media: Mapping[str, Media]) -> str:
    """Return the page.

    Args:
        report: What to show.
        media: What there is to watch, by the episode's folder.
    """
    whole = summary("all", report.episodes)
    groups = groups_html(report)
    return Template(_data("report.html")).substitute(
        title=escape(f"{report.suite}: {whole.won} of {whole.episodes}"),
        style=_data("report.css"),
        header=_header(report, whole),
        nav=_nav(report, groups=bool(groups)),
        failures=_failures(report, media),
        tasks=tasks_html(report),
        legend=_LEGEND,
        groups=groups,
        count=f"{whole.episodes} episodes",
        episodes=episodes_html(report, media),
        made=made_html(report),
    )


def _data(name: str) -> str:
    return (files("sims.reports") / "data" / name).read_text(encoding="utf-8")


def _header(report: Report, whole: Summary) -> str:
    low, high = whole.wilson
    jerk = "not measured" if whole.peak_jerk is None else f"{whole.peak_jerk:.1f} m/s³"
    numbers = (
        ("succeeded", f"{whole.won} of {whole.episodes}"),
        (
            "success, 95 % Wilson",
            f"{100 * whole.rate:.1f} % ({100 * low:.0f} to {100 * high:.0f} %)",
        ),
        ("episodes touching what they should not", str(whole.touching)),
        ("commands clipped", str(whole.clipped)),
        ("peak jerk", jerk),
        ("replanning, median", f"{whole.replan_hz:.0f} Hz"),
    )
    cells = "".join(f"<div><dt>{a}</dt><dd>{b}</dd></div>" for a, b in numbers)
    notes = "".join(f'<p class="note">{escape(each)}</p>' for each in _notes(report))
    return (
        f'<h1>Suite {escape(report.suite)}</h1><dl class="numbers">{cells}</dl>{notes}'
    )


def _notes(report: Report) -> Iterable[str]:
    """Yield what a reader should know before the numbers are believed."""
    made = report.made_with
    policy = report.settings.get("policy", "pipeline")
    if policy != "pipeline" and policy in POLICIES:
        yield f"Carried out by the control arm '{policy}': {POLICIES[policy].words}."
    if not made:
        yield "What made these episodes was not recorded."
    if len(made) > 1:
        yield (
            f"The run was interrupted and went on under other conditions: {len(made)} "
            "are told below."
        )
    if any(each.dirty for each in made):
        yield (
            "The checkout had changes that its revision does not hold: the revision "
            "alone does not make these numbers again."
        )


def _nav(report: Report, *, groups: bool) -> str:
    links = [("failures", "Failures")] if report.failed else []
    links.append(("tasks", "Tasks"))
    if groups:
        links.append(("groups", "Published rows"))
    links += [("episodes", "Every episode"), ("made", "Settings and versions")]
    return "".join(f'<a href="#{name}">{words}</a>' for name, words in links)


def _failures(report: Report, media: Mapping[str, Media]) -> str:
    if not report.failed:
        return ""
    items = "".join(
        _failure(each, media.get(folder_of(each), Media())) for each in report.failed
    )
    return (
        f'<section id="failures"><h2>Failures: {len(report.failed)}</h2>'
        f'<ul class="failed">{items}</ul></section>'
    )


def _failure(each: EpisodeResult, media: Media) -> str:
    touched = f" It touched {', '.join(each.touched)}." if each.touched else ""
    link = f' <a href="{escape(media.page)}">Page of the episode</a>'
    return (
        f"<li><h3>{escape(each.task)} {each.index} "
        f'<span class="badge">{escape(each.stage)}</span> '
        f"<code>{escape(each.reason)}</code></h3>"
        f"<p>{escape(each.message)}{escape(touched)}</p>"
        f'<p class="quiet">“{escape(each.instruction)}”, seed {each.seed}, '
        f"{each.seconds:.1f} s simulated.{link if media.page else ''}</p>"
        f"{_video(each, media)}</li>"
    )


def _video(each: EpisodeResult, media: Media) -> str:
    if not media.video:
        return ""
    other = "" if media.same else "<p>Played again for the film, it went otherwise.</p>"
    return (
        f'{other}<video controls preload="metadata" src="{escape(media.video)}" '
        f'aria-label="Film of {escape(each.task)} {each.index}"></video>'
    )
