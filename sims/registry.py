"""The task behind each name that a suite may hold."""

from collections.abc import Callable

from sims.blocks.task import BlocksTask
from sims.blocks.templates import ENTRIES
from sims.everyday.tasks import TASKS as EVERYDAY
from sims.gravmad.tasks import TASKS as GRAVMAD
from sims.tasks import TASKS, Referenced

_MAKERS: dict[str, Callable[[], Referenced]] = {**TASKS, **EVERYDAY, **GRAVMAD}


def make_task(name: str) -> Referenced:
    """Return a fresh task by the name that suites use."""
    if name in ENTRIES:
        return BlocksTask(ENTRIES[name])
    return _MAKERS[name]()
