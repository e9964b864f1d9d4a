"""The task that can judge an instruction which somebody typed.

This chooses a scene and a judge; the planner reads the instruction by itself.
"""

import re

from sims.assets.colours import COLOURS
from sims.tasks.base import Task
from sims.tasks.block_in_bowl import BlockInBowl
from sims.tasks.open_drawer import OpenDrawer
from sims.tasks.push_block import LONGEST_CM, WAYS, PushBlock
from sims.tasks.push_button import PushButton
from sims.tasks.reach_avoiding import ReachAvoiding
from sims.tasks.tabletop import Tabletop

_COLOUR = f"({'|'.join(COLOURS)})"
_BLOCK_IN_BOWL = re.compile(
    rf"{_COLOUR} block\b.*\b(?:in|into|inside|to) (?:the )?{_COLOUR} bowl"
)
_BUTTON = re.compile(rf"\b(?:push|press|hit)\b.*\b{_COLOUR} button")
_PUSH = re.compile(rf"\bpush\b.*?\b{_COLOUR} block\b(.*)")
_ZONE = re.compile(rf"\b(?:to|onto|on|into) (?:the )?{_COLOUR} zone")
_CM = re.compile(r"\b(\d+) ?cm\b")
_DRAWER = re.compile(r"\bopen\b.*\bdrawer|\bdrawer\b.*\bopen\b")
_REACH = re.compile(rf"{_COLOUR} block\b.*?\b(\d+) ?cm\b.*\b{_COLOUR} ball")


# An instruction with a second step is judged by no single task.
_SECOND_STEP = re.compile(
    r"(?:\bthen|\band|,)\s+(?:(?:move|go|reach|push|press|hit|open|pull|slide|close"
    r"|pick|grasp|stack|lift|take)\b|(?:put|place|drop)\b(?! it\b))"
)


def task_for(instruction: str) -> Task:
    """Return the task an instruction belongs to; a table unjudged if to none."""
    words = instruction.lower()
    if _SECOND_STEP.search(words):
        return Tabletop(instruction)
    if found := _BLOCK_IN_BOWL.search(words):
        return BlockInBowl(found[1], found[2], instruction)
    if found := _BUTTON.search(words):
        return PushButton(found[1], instruction)
    if found := _REACH.search(words):
        return ReachAvoiding(found[1], found[3], float(found[2]), instruction)
    if _DRAWER.search(words):
        return OpenDrawer(instruction)
    return _push(words, instruction) or Tabletop(instruction)


def _push(words: str, instruction: str) -> PushBlock | None:
    """Return the task of a push whose target is told; None if it is not."""
    found = _PUSH.search(words)
    if found is None:
        return None
    block, rest = found[1], found[2]
    if zone := _ZONE.search(rest):
        return PushBlock(block, zone=zone[1], instruction=instruction)
    cm = _CM.search(rest)
    ways = [way for way in WAYS if re.search(rf"\b{WAYS[way].split()[-1]}\b", rest)]
    if cm is None or len(ways) != 1 or not 1 <= float(cm[1]) <= LONGEST_CM:
        return None
    return PushBlock(block, way=ways[0], cm=float(cm[1]), instruction=instruction)
