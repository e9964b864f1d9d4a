"""What was asked of a run and what made its episodes, as HTML."""

from collections.abc import Mapping
from html import escape

from sims.reports.provenance import Provenance
from sims.reports.report import Report


def made_html(report: Report) -> str:
    """Return settings first, then each of the conditions it was made under."""
    settings = {name: str(value) for name, value in report.settings.items()}
    blocks = [_facts(settings)]
    for number, made in enumerate(report.made_with, 1):
        several = len(report.made_with) > 1
        blocks.append(f"<h3>Conditions {number}</h3>" if several else "")
        blocks.append(_made(made))
    return "".join(blocks)


def _made(made: Provenance) -> str:
    changes = ", with changes" if made.dirty else ""
    told = {"revision": (made.revision or "not a checkout") + changes}
    told["machine"] = made.machine
    told |= {f"server: {name}": value for name, value in made.server.items()}
    flow = _folded("Settings of writer, sandbox and pipeline", made.flow)
    return _facts(told) + _folded("Versions", made.versions, opened=True) + flow


def _folded(title: str, facts: Mapping[str, str], *, opened: bool = False) -> str:
    if not facts:
        return ""
    state = " open" if opened else ""
    return f"<details{state}><summary>{title}</summary>{_facts(facts)}</details>"


def _facts(facts: Mapping[str, str]) -> str:
    told = ((escape(name), escape(value) or "&ndash;") for name, value in facts.items())
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td>{value}</td></tr>' for name, value in told
    )
    return f'<table class="facts"><tbody>{rows}</tbody></table>'
