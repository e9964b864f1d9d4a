"""Films and pages of single episodes in the folder of a run, where there are any."""

from dataclasses import dataclass
from pathlib import Path

from sims.episode_result import EpisodeResult
from sims.journal import read_journal

VIDEO, PAGE = "video.mp4", "episode.html"
FILMED = "filmed.jsonl"


@dataclass(frozen=True, slots=True)
class Media:
    """What there is to watch of an episode; paths from the folder of the run.

    Attributes:
        video: Film; empty if there is none.
        page: Page; empty if there is none.
        same: Whether it ended in the very state that the report tells of: it is
            played again for the film.
    """

    video: str = ""
    page: str = ""
    same: bool = True


def folder_of(result: EpisodeResult) -> str:
    """Return the name of an episode's folder within that of its run."""
    return f"{result.task.replace('/', '-')}-{result.index:03d}"


def media_in(out: Path) -> dict[str, Media]:
    """Return what there is to watch, by the episode's folder."""
    other = {line["folder"] for line in read_journal(out / FILMED) if not line["same"]}
    found: dict[str, Media] = {}
    paths = [*out.glob(f"*/{VIDEO}"), *out.glob(f"*/{PAGE}")]
    for folder in sorted({each.parent for each in paths}):
        has = {each.name for each in paths if each.parent == folder}
        found[folder.name] = Media(
            video=f"{folder.name}/{VIDEO}" if VIDEO in has else "",
            page=f"{folder.name}/{PAGE}" if PAGE in has else "",
            same=folder.name not in other,
        )
    return found
