"""A block amid four coloured squares: it is slid onto one of them.

Lengths in [m].
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from sims.checks import Always, AtEnd, Once
from sims.furniture import Strip
from sims.gravmad.columns import SIDE, at_rest, centre
from sims.parts import Block
from sims.tasks.laid import Laid, LaidTask
from sims.tasks.layout import Layout, sample
from sims.world import World

SQUARE = 0.10  # a side of a target
INSIDE = (SQUARE - SIDE) / 2  # off its middle: the block lies in it as a whole
LIFTED = 0.01
MIDDLE = np.array([0.48, 0.0])
AWAY = (0.14, 0.16)  # from the block to the middle of a target
TARGETS = ("red", "yellow", "green", "blue", "purple", "cyan", "pink")
BLOCKS = ("orange", "brown", "black")
WORDS = (
    "slide the block to {target} target",
    "push the block onto the {target} target",
    "slide the block over the table until it lies on the {target} square",
    "move the block to the {target} target without lifting it",
)


def slide_block(world: World, rng: np.random.Generator) -> Laid:
    """Slide a block onto one of four targets that lie round it; it is not lifted."""
    layout = Layout(world, rng)
    place, turn = MIDDLE + rng.uniform(-0.02, 0.02, 2), rng.uniform(-0.4, 0.4)
    block = f"{rng.choice(BLOCKS)} block"
    layout.put(block, Block(block.split(maxsplit=1)[0]), place, yaw=turn)
    targets = sample(rng, TARGETS, 4)
    for number, colour in enumerate(targets):
        angle = turn + number * np.pi / 2
        along = np.array([np.cos(angle), np.sin(angle)])
        strip = Strip(colour, SQUARE, SQUARE)
        there = place + float(rng.uniform(*AWAY)) * along
        layout.put(f"{colour} zone", strip, there, yaw=turn)
    asked = targets[int(rng.integers(4))]

    def inside(world: World) -> bool:
        into = world.pose(f"{asked} zone").inverse()
        p = into.apply(centre(world, block)[None])[0]
        return bool(np.abs(p[:2]).max() < INSIDE)

    return Laid(
        str(rng.choice(WORDS)).format(target=asked),
        (
            Once("touched", lambda w: w.touched_by_arm(block)),
            Always("not lifted", lambda w: w.pose(block).position[2] < LIFTED),
            AtEnd("inside", inside),
            AtEnd("let go", lambda w: at_rest(w, (block,))),
        ),
        (block,),
        f"""
block = detect('block')
target = detect('{asked} target').position
target[2] = block.position[2]

def goal():
    affordance_map = get_empty_affordance_map()
    set_voxel_by_radius(affordance_map, target)
    return affordance_map

execute(block, goal)
""",
    )


SLIDING: dict[str, Callable[[], LaidTask]] = {
    "base/slide-block-to-target": partial(
        LaidTask, "base/slide-block-to-target", slide_block
    )
}
