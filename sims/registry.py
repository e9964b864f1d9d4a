"""The task behind each name that a suite may hold."""

from collections.abc import Callable

from sims.blocks.task import BlocksTask
from sims.blocks.templates import ENTRIES
from sims.everyday.tasks import TASKS as EVERYDAY
from sims.gravmad.tasks import TASKS as GRAVMAD
from sims.tasks import TASKS, Referenced
from sims.tasks.openings import OPENINGS

_MAKERS: dict[str, Callable[[], Referenced]] = {
    **TASKS,
    **OPENINGS,
    **EVERYDAY,
    **GRAVMAD,
}
NAMES: tuple[str, ...] = (*_MAKERS, *ENTRIES)


def make_task(name: str) -> Referenced:
    """Return a fresh task by its name."""
    if name in ENTRIES:
        return BlocksTask(ENTRIES[name])
    return _MAKERS[name]()
