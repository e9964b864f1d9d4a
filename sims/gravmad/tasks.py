"""The task behind each name of `sims.gravmad.catalogue`."""

from collections.abc import Callable

from sims.gravmad.blocks import BLOCKS
from sims.gravmad.bulbs import BULBS
from sims.gravmad.buttons import BUTTONS
from sims.gravmad.cups import CUPS
from sims.gravmad.drawers import DRAWERS
from sims.gravmad.grill import GRILLING
from sims.gravmad.hanging import HANGING
from sims.gravmad.jars import JARS
from sims.gravmad.pegs import PEGS
from sims.gravmad.sliding import SLIDING
from sims.gravmad.wine import WINE
from sims.tasks.laid import LaidTask

TASKS: dict[str, Callable[[], LaidTask]] = {
    **BLOCKS,
    **BULBS,
    **BUTTONS,
    **CUPS,
    **DRAWERS,
    **GRILLING,
    **HANGING,
    **JARS,
    **PEGS,
    **SLIDING,
    **WINE,
}
