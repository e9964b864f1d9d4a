"""The program with coloured syntax, and what each line came to beside it."""

import io
import keyword
import token
import tokenize
from html import escape

from planner.record import LineNote, Recording
from planner.visualise.palette import nth

_KINDS = {
    token.STRING: "string",
    token.NUMBER: "number",
    token.COMMENT: "comment",
}


def program_html(recording: Recording) -> str:
    """Return the program as a list of lines."""
    if recording.program is None:
        return '<p class="quiet">No program was written.</p>'
    source = recording.program.source
    started = {each.line: each.index for each in reversed(recording.subtasks)}
    rows = [
        _row(number, html, recording.lines.get(number), started.get(number))
        for number, html in enumerate(coloured_lines(source), start=1)
    ]
    return f'<ol class="code">{"".join(rows)}</ol>'


def coloured_lines(source: str) -> list[str]:
    """Return each line as HTML; plain where the source cannot be tokenised."""
    lines = source.splitlines()
    marks: list[list[tuple[int, int, str]]] = [[] for _ in lines]
    try:
        for each in tokenize.generate_tokens(io.StringIO(source).readline):
            name = _class_of(each)
            if name:
                _mark(marks, lines, each, name)
    except (tokenize.TokenError, SyntaxError):
        return [escape(line) for line in lines]
    return [_colour(line, mark) for line, mark in zip(lines, marks, strict=True)]


def _class_of(each: tokenize.TokenInfo) -> str:
    if each.type in _KINDS:
        return _KINDS[each.type]
    if each.type != token.NAME:
        return ""
    if keyword.iskeyword(each.string):
        return "keyword"
    return "call" if each.line[each.end[1] :].lstrip().startswith("(") else ""


def _mark(
    marks: list[list[tuple[int, int, str]]],
    lines: list[str],
    each: tokenize.TokenInfo,
    name: str,
) -> None:
    """Note the span of a token in each line that it covers."""
    (first, start), (last, end) = each.start, each.end
    for row in range(first, last + 1):
        left = start if row == first else 0
        right = end if row == last else len(lines[row - 1])
        marks[row - 1].append((left, right, name))


def _colour(line: str, marks: list[tuple[int, int, str]]) -> str:
    parts: list[str] = []
    at = 0
    for left, right, name in marks:
        parts.append(escape(line[at:left]))
        parts.append(f'<i class="{name}">{escape(line[left:right])}</i>')
        at = right
    return "".join([*parts, escape(line[at:])])


def _row(number: int, html: str, note: LineNote | None, subtask: int | None) -> str:
    chip = ""
    if subtask is not None:
        chip = (
            f'<button class="dot" data-subtask="{subtask}" '
            f'style="--c:{nth(subtask)}">{subtask + 1}</button>'
        )
    result = ""
    if note is not None:
        count = f"<b>&times;{note.count}</b>" if note.count > 1 else ""
        result = f'<span class="note">{escape(note.text)} {count}</span>'
    return f'<li id="line-{number}"><code>{html or " "}</code>{chip}{result}</li>'
