"""The tasks by name, and the one that fits an instruction."""

from sims.tasks.base import Referenced, Task
from sims.tasks.block_in_bowl import BlockInBowl
from sims.tasks.choose import task_for
from sims.tasks.open_drawer import OpenDrawer
from sims.tasks.push_block import PushBlock
from sims.tasks.push_button import PushButton
from sims.tasks.reach_avoiding import ReachAvoiding
from sims.tasks.tabletop import Tabletop

TASKS: dict[
    str, type[BlockInBowl | PushButton | OpenDrawer | ReachAvoiding | PushBlock]
] = {
    task.name: task
    for task in (BlockInBowl, PushButton, OpenDrawer, ReachAvoiding, PushBlock)
}

__all__ = [
    "TASKS",
    "BlockInBowl",
    "OpenDrawer",
    "PushBlock",
    "PushButton",
    "ReachAvoiding",
    "Referenced",
    "Tabletop",
    "Task",
    "task_for",
]
