"""The report of a suite's run: what was asked, what made it, every episode."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from planner.errors import PlanningError
from sims.episode_result import EpisodeResult
from sims.groups import Row
from sims.reports.provenance import Provenance
from sims.reports.summary import Summary, by_task, group_rows, summary

KIND = "voxfield bench"
FORMAT = 1  # grows when a reader of older reports would misread newer ones
FILE = "report.json"


class NotAReportError(PlanningError):
    """A file that is no report of a suite's run.

    Attributes:
        path: Of the file.
        why: As a clause.
    """

    stage = "request"
    reason = "NOT_A_REPORT"

    def __init__(self, path: Path, why: str):
        self.path = path
        self.why = why
        super().__init__(
            f"'{path}' is no report of a suite ({why}); give the {FILE} that "
            "`voxfield bench --suite NAME --out DIR` leaves in DIR, or DIR itself"
        )


@dataclass(frozen=True, slots=True)
class Report:
    """A suite's run.

    Attributes:
        settings: What was asked for, `suite` and `seed` among it.
        made_with: What made the episodes, in order; several where a run went on
            under another revision, none where it was not recorded.
        episodes: All of them, in order.
    """

    settings: Mapping[str, Any]
    made_with: tuple[Provenance, ...]
    episodes: tuple[EpisodeResult, ...]

    @property
    def suite(self) -> str:
        """Name of the suite."""
        return str(self.settings["suite"])

    @property
    def failed(self) -> tuple[EpisodeResult, ...]:
        """The episodes that failed."""
        return tuple(each for each in self.episodes if not each.success)

    def facts(self) -> dict[str, Any]:
        """Return the report, ready for `json.dumps`."""
        facts: dict[str, Any] = {
            "kind": KIND,
            "format": FORMAT,
            "suite": self.suite,
            "settings": dict(self.settings),
            "made_with": [asdict(each) for each in self.made_with],
            **_summary_facts(summary("all", self.episodes)),
            "tasks": {
                each.name: _summary_facts(each) for each in by_task(self.episodes)
            },
        }
        rows = group_rows(self.suite, self.episodes)
        if rows:
            facts["groups"] = {row.group.name: _row_facts(row) for row in rows}
        return facts | {"episodes": [asdict(each) for each in self.episodes]}


def read_report(path: Path) -> Report:
    """Return the report in a file, or in the folder that a run wrote to.

    Raises:
        NotAReportError: There is none in it.
        OSError: The file cannot be read.
    """
    if path.is_dir():
        path = path / FILE
    try:
        found: object = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise NotAReportError(path, "it is not JSON") from error
    facts = _checked(path, found)
    try:
        episodes = tuple(EpisodeResult.of(each) for each in facts["episodes"])
    except ValueError as error:
        raise NotAReportError(path, f"of an episode, {error}") from error
    _check_once_each(path, episodes)
    made = tuple(Provenance.of(each) for each in facts.get("made_with", ()))
    return Report(dict(facts["settings"]), made, episodes)


def _checked(path: Path, found: object) -> dict[str, Any]:
    """Return the facts of a report, looked over as far as they are needed."""
    if not isinstance(found, dict):
        raise NotAReportError(path, "it is no JSON object")
    facts = cast("dict[str, Any]", found)
    if facts.get("kind") != KIND:
        raise NotAReportError(path, f"its kind is not '{KIND}'")
    if facts.get("format") != FORMAT:
        raise NotAReportError(
            path, f"its format is {facts.get('format')!r} and {FORMAT} is read here"
        )
    settings: object = facts.get("settings")
    if not isinstance(settings, dict) or "suite" not in settings:
        raise NotAReportError(path, "its settings name no suite")
    episodes = cast("object", facts.get("episodes"))
    if not isinstance(episodes, list) or not episodes:
        raise NotAReportError(path, "it has no episodes")
    if not all(isinstance(each, dict) for each in cast("list[object]", episodes)):
        raise NotAReportError(path, "an episode is no JSON object")
    return facts


def _check_once_each(path: Path, episodes: tuple[EpisodeResult, ...]) -> None:
    seen: set[tuple[str, int]] = set()
    for each in episodes:
        if (each.task, each.seed) in seen:
            raise NotAReportError(
                path, f"{each.task}, seed {each.seed}, is in it twice"
            )
        seen.add((each.task, each.seed))


def _summary_facts(each: Summary) -> dict[str, Any]:
    return {
        "success_rate": each.rate,
        "wilson": list(each.wilson),
        "count": each.episodes,
        "won": each.won,
        "failures": dict(each.failures),
        "median_seconds": each.seconds,
        "replan_hz_median": each.replan_hz,
        "replan_hz_worst": each.replan_hz_worst,
        "touched": dict(each.touched),
        "episodes_touching": each.touching,
        "commands_clipped": each.clipped,
        "episodes_clipping": each.clipping,
        "commands_not_followed": each.not_followed,
        "peak_jerk": each.peak_jerk,
    }


def _row_facts(row: Row) -> dict[str, Any]:
    return {
        "success_rate": row.success,
        "wilson": list(row.wilson),
        "count": row.episodes,
        "failures": dict(row.failures),
        "published_percent": dict(row.group.published),
    }
