"""The task behind each name that a suite may hold."""

from sims.blocks.task import BlocksTask
from sims.blocks.templates import ENTRIES
from sims.tasks import TASKS, Task


def make_task(name: str) -> Task:
    """Return a fresh task by the name that suites use."""
    if name in ENTRIES:
        return BlocksTask(ENTRIES[name])
    return TASKS[name]()
