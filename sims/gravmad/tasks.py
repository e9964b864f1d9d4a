"""The task behind each name of `sims.gravmad.catalogue`."""

from collections.abc import Callable

from sims.tasks.laid import LaidTask

TASKS: dict[str, Callable[[], LaidTask]] = {}
