"""The task behind each name: of the suites, and of the furniture that is learnt."""

from collections.abc import Callable

from sims.blocks.task import BlocksTask
from sims.blocks.templates import ENTRIES
from sims.everyday.tasks import TASKS as EVERYDAY
from sims.gravmad.tasks import TASKS as GRAVMAD
from sims.tasks import TASKS, Referenced, Task
from sims.tasks.openings import OPENINGS

_MAKERS: dict[str, Callable[[], Referenced]] = {**TASKS, **EVERYDAY, **GRAVMAD}
NAMES: tuple[str, ...] = (*_MAKERS, *ENTRIES, *OPENINGS)


def make_task(name: str) -> Referenced:
    """Return a fresh task by the name that suites use."""
    if name in ENTRIES:
        return BlocksTask(ENTRIES[name])
    return _MAKERS[name]()


def make_any(name: str) -> Task:
    """Return a fresh task by any of `NAMES`."""
    return OPENINGS[name]() if name in OPENINGS else make_task(name)
