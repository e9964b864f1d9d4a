"""The page of an episode: one HTML file that needs nothing else, no network either."""

import json
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from planner.errors import MissingExtraError, NoAnswerError
from planner.map_summary import MapSummary
from planner.record import (
    EpisodeFacts,
    Recording,
    StageTiming,
    SubTaskRecord,
    timings,
)
from planner.visualise.cameras import cameras_html
from planner.visualise.palette import nth
from planner.visualise.program import program_html
from planner.visualise.scene import scene_json

# What a person can do about a failure, by its reason or else its stage.
REMEDIES = {
    NoAnswerError.reason: "Say in the instruction what was asked, or answer it: at a "
    "terminal, or in a session that takes questions.",
    "perceive": "Look at the cameras below: is the thing in sight, and named as you "
    "would name it?",
    "understand": "Say it in the words of one of the closest instructions, or use a "
    "language model as the writer.",
    "program": "See the program's last line with a result; the next one failed.",
    "map": "Switch on the sub-task's maps in the 3-D view and look for the goal.",
    "plan": "Look in the 3-D view for what encloses the goal, or for a goal outside "
    "the box or the arm's reach.",
    "grasp": "Compare the end of the path in the 3-D view with where the object is.",
    "execute": "Compare the planned path with the one really taken.",
    "time": "See which stage below took the time, and how often lines ran.",
}


def write_page(recording: Recording, facts: EpisodeFacts, path: Path) -> None:
    """Write the page.

    Raises:
        MissingExtraError: plotly or pillow is not installed.
    """
    page = Template(_data("page.html")).substitute(
        title=escape(recording.instruction),
        style=_data("page.css"),
        header=_header(recording, facts),
        failure=_failure(recording, facts),
        subtasks="".join(_subtask(each) for each in recording.subtasks),
        program=program_html(recording),
        said="".join(f"<blockquote>{escape(s)}</blockquote>" for s in recording.said),
        cameras=cameras_html(recording),
        timings=_timings(timings(recording)),
        facts=_facts(recording, facts),
        # A `<` in the data must not end the script it stands in.
        data=json.dumps(scene_json(recording)).replace("<", "\\u003c"),
        plotly=_plotly(),
        script=_data("page.js"),
    )
    path.write_text(page, encoding="utf-8")


def _data(name: str) -> str:
    return (files("planner.visualise") / "data" / name).read_text(encoding="utf-8")


def _plotly() -> str:
    try:
        from plotly.offline import get_plotlyjs  # noqa: PLC0415 - four megabytes
    except ImportError as error:
        raise MissingExtraError("plotly", "viz") from error
    return get_plotlyjs()


def _header(recording: Recording, facts: EpisodeFacts) -> str:
    kind = {None: "quiet", True: "good", False: "bad"}[facts.success]
    verdict = recording.verdict
    planner = verdict.reason if verdict else "CUT OFF"
    planned = "good" if verdict and verdict.success else "bad"
    hz = verdict.replan_hz if verdict else 0.0
    numbers = (
        (f"{recording.seconds:.1f} s", "on the arm's clock"),
        (f"{len(recording.subtasks)}", "sub-tasks"),
        (f"{len(recording.hand.time)}", "observations"),
        (f"{hz:.0f} Hz", "replanning"),
    )
    cells = "".join(f"<div><b>{a}</b><span>{b}</span></div>" for a, b in numbers)
    return (
        f"<h1>{escape(recording.instruction)}</h1>"
        f'<p><span class="badge {kind}" title="judged from the world\'s state">'
        f"{facts.outcome}</span> "
        f'<span class="badge {planned}">planner: {escape(planner)}</span></p>'
        f'<div class="numbers">{cells}</div>'
    )


def _failure(recording: Recording, facts: EpisodeFacts) -> str:
    verdict = recording.verdict
    if facts.success or (facts.success is None and verdict and verdict.success):
        return ""
    stage = facts.stage or (verdict.stage if verdict else "time")
    reason = facts.reason or (verdict.reason if verdict else "CUT_OFF")
    message = verdict.message if verdict else "the episode ended without a verdict"
    if verdict is not None and verdict.success:
        message = f"The planner reports: {message}; the world's state says otherwise."
    remedy = REMEDIES.get(reason) or REMEDIES.get(stage, "")
    return (
        f'<section class="failure"><h2>Failed at: {escape(stage)} '
        f"<small>{escape(reason)}</small></h2><p>{escape(message)}</p>"
        f"<p>{escape(remedy)}</p></section>"
    )


def _subtask(record: SubTaskRecord) -> str:
    maps = " ".join(
        f"<span>{each.kind} <em>{_range(each)}</em></span>" for each in record.summaries
    )
    return (
        f'<button class="subtask" data-subtask="{record.index}" '
        f'style="--c:{nth(record.index)}"><b>{record.index + 1}</b>'
        f"<span><strong>{escape(record.movable)}</strong> line {record.line} · "
        f"{record.start:.1f} s · {record.plans} plans<small>{maps}</small></span>"
        "</button>"
    )


def _range(summary: MapSummary) -> str:
    if summary.kind == "rotation":  # of a quaternion's parts; says nothing
        return ""
    low, high = f"{summary.minimum:.3g}", f"{summary.maximum:.3g}"
    return low if low == high else f"{low}…{high}"


def _timings(stages: dict[str, StageTiming]) -> str:
    if not stages:
        return '<p class="quiet">Nothing was timed.</p>'
    longest = max(each.p95_ms for each in stages.values()) or 1.0
    rows = (
        f'<div class="bar"><span>{escape(name)}</span>'
        f'<div><i style="width:{100 * each.p95_ms / longest:.1f}%"></i>'
        f'<b style="width:{100 * each.median_ms / longest:.1f}%"></b></div>'
        f"<span>{each.median_ms:.1f} ms <small>p95 {each.p95_ms:.1f} ms · "
        f"{100 * each.share:.0f} %</small></span></div>"
        for name, each in stages.items()
    )
    return "".join(rows)


def _facts(recording: Recording, facts: EpisodeFacts) -> str:
    rows = [
        ("judged", facts.outcome),
        ("task", facts.task),
        ("seed", str(facts.seed)),
        ("perception", facts.perception),
        ("language", facts.language),
    ]
    rows.extend(_writing(recording))
    for name, reached in facts.milestones.items():
        rows.append((name, "reached" if reached else "not reached"))
    for sentence, count in recording.clipped.items():
        rows.append(("clipped by the safety filter", f"{sentence} ({count})"))
    rows.extend(facts.versions.items())
    return _table((name, value) for name, value in rows if value)


def _writing(recording: Recording) -> Iterable[tuple[str, str]]:
    """Yield what writing the program took, as far as a model had a part in it."""
    program, verdict = recording.program, recording.verdict
    if program is None:
        return
    cached = ", from the cache" if program.cached else ""
    yield "program written in", f"{1e3 * program.seconds:.1f} ms{cached}"
    usage = verdict.usage if verdict and verdict.usage.calls else program.usage
    yield "model", usage.model
    if usage.calls:
        yield "calls of the model", f"{usage.calls}, {usage.seconds:.1f} s"
    if usage.tokens:
        yield (
            "tokens read, written",
            f"{usage.prompt_tokens}, {usage.completion_tokens}",
        )
    if usage.cost:
        yield "cost", f"{usage.cost:.4g}"


def _table(rows: Iterable[tuple[str, str]]) -> str:
    cells = (
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>"
        for name, value in rows
    )
    return f"<table>{''.join(cells)}</table>"
