"""A run of a suite as it is seen at the terminal: a bar, and what failed."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from planner.terminal import console
from sims.episode_result import EpisodeResult


@contextmanager
def told_progress(
    title: str, total: int, *, won_only: bool = False
) -> Generator[Callable[[EpisodeResult], None], None, None]:
    """Yield what is told of each episode; it counts successes and shows the time left.

    Args:
        title: Of the bar.
        total: How many episodes there will be.
        won_only: Whether those that failed do not count.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    won = 0
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task(title, total=total)

        def advance(result: EpisodeResult) -> None:
            nonlocal won
            won += result.success
            step = int(result.success) if won_only else 1
            progress.update(bar, advance=step, description=f"{title}: {won} done")
            if not result.success or not console.is_terminal:
                progress.console.print(told(result))

        yield advance


def told(result: EpisodeResult) -> str:
    """Return a line about an episode: all there is where no bar can be drawn."""
    which = f"{result.task} {result.index}"
    if result.success:
        return f"{which} succeeded in {result.seconds:.1f} s"
    return (
        f"[red]{which}[/] failed at {result.stage} ({result.reason}): "
        f"{escape(result.message)}"
    )
