"""The task behind each name of `sims.everyday.catalogue`."""

from collections.abc import Callable

from sims.everyday.close_drawer import SCENES as CLOSE_DRAWER
from sims.everyday.move_avoid import SCENES as MOVE_AVOID
from sims.everyday.open_bottle import SCENES as OPEN_BOTTLE
from sims.everyday.scene import LayScene, disturbed, static
from sims.everyday.set_table import SCENES as SET_TABLE
from sims.everyday.sweep_trash import SCENES as SWEEP_TRASH
from sims.tasks.laid import LaidTask

SECONDS, DISTURBED_SECONDS = 60.0, 90.0  # of the simulated clock, at most


def _made(name: str, lay: LayScene) -> Callable[[], LaidTask]:
    return lambda: LaidTask(name, static(lay), max_seconds=SECONDS)


def _made_disturbed(name: str, lay: LayScene) -> Callable[[], LaidTask]:
    return lambda: LaidTask(name, disturbed(lay), max_seconds=DISTURBED_SECONDS)


_SCENES: dict[str, LayScene] = {
    **MOVE_AVOID,
    **SET_TABLE,
    **CLOSE_DRAWER,
    **OPEN_BOTTLE,
    **SWEEP_TRASH,
}
TASKS: dict[str, Callable[[], LaidTask]] = {
    name: _made(name, lay) for name, lay in _SCENES.items()
} | {
    f"{name} disturbed": _made_disturbed(f"{name} disturbed", lay)
    for name, lay in _SCENES.items()
}
