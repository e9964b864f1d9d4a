"""The task behind each name of `sims.everyday.catalogue`."""

from collections.abc import Callable

from sims.tasks.laid import LaidTask

TASKS: dict[str, Callable[[], LaidTask]] = {}
