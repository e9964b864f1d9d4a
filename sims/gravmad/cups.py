"""Cups to be stacked on one of them, which a colour names or a pile of blocks does.

In the pile the colour of one cup is the most common; how many blocks there are of
each colour is drawn anew, so that it has to be counted. Lengths in [m].
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from sims.checks import AtEnd, Check, Once
from sims.crockery import CUP, Cup
from sims.gravmad.columns import at_rest
from sims.parts import Block
from sims.programs import HAND
from sims.tasks.laid import Laid, LaidTask
from sims.tasks.layout import Layout, sample
from sims.world import World

COLOURS = (
    "red",
    "orange",
    "yellow",
    "green",
    "cyan",
    "blue",
    "purple",
    "pink",
    "white",
    "black",
)
CENTRED = 0.01  # between the axes of two cups in one another
LEVEL = 0.01  # off the height that a cup in another has
UPRIGHT = np.deg2rad(12.0)
SMALL = 0.03  # side of a block in the pile
STACK = (
    "stack the other cups on top of the {c} cup",
    "put the other two cups into the {c} cup",
    "stack all the cups, the {c} one at the bottom",
    "the {c} cup stays where it is; stack the others on it",
)
COUNTED = (
    "Identify the most common color in the block pile, and stack the other cups on "
    "the cup that matches that color",
    "find out which color most blocks of the pile have, and stack the other cups on "
    "the cup of that color",
    "count the blocks of each color; the cup with the color of most of them is the "
    "one to stack the other cups on",
)
NEST = f"""{HAND}
def nest(cups, base):
    foot = base.world_position
    for k, cup in enumerate(cups):
        top = cup.world_aabb[1][2]
        grip = cup.world_position + np.array([0, 0, top / 2 - 0.012])
        open_gripper()
        go_exact(grip, cup.grasp_quat)
        close_gripper()
        go(over(get_ee_pos(), 12))
        rise = {CUP.nested:.4f} * (k + 1) + 0.006
        go_exact(np.array([foot[0], foot[1], grip[2] + rise]))
        open_gripper()
        go(over(get_ee_pos(), 10))
"""


def stack_cups(world: World, rng: np.random.Generator) -> Laid:
    """Stack two cups on the one whose colour is named."""
    colours = sample(rng, COLOURS, 3)
    layout = Layout(world, rng)
    for colour in colours:
        layout.add(f"{colour} cup", Cup(colour))
    words = str(rng.choice(STACK)).format(c=colours[0])
    program = f"""{NEST}
base = detect('{colours[0]} cup')
nest([each for each in detect_all('cups') if each != base], base)
"""
    return Laid(words, _checks(colours), tuple(f"{c} cup" for c in colours), program)


def stack_cups_blocks(world: World, rng: np.random.Generator) -> Laid:
    """Stack two cups on the one that has the colour of most blocks of a pile."""
    colours = sample(rng, COLOURS, 4)
    layout = Layout(world, rng)
    _pile(layout, rng, (colours[0], *rng.permutation(colours[1:])))
    for colour in colours[:3]:
        layout.add(f"{colour} cup", Cup(colour))
    program = f"""{NEST}
counts = {{}}
for block in detect_all('blocks'):
    counts[block.colour] = counts.get(block.colour, 0) + 1
most = max(counts, key=lambda colour: counts[colour])
base = detect(most + ' cup')
nest([each for each in detect_all('cups') if each != base], base)
"""
    return Laid(
        str(rng.choice(COUNTED)),
        _checks(colours[:3]),
        tuple(f"{c} cup" for c in colours[:3]),
        program,
    )


def _pile(layout: Layout, rng: np.random.Generator, colours: Sequence[str]) -> None:
    """Put blocks close together, most of them of the first colour.

    There are two to four of that one, and fewer of each other; of some none.
    """
    most = int(rng.integers(2, 5))
    counts = [most, *rng.integers(0, most, len(colours) - 1).tolist()]
    if sum(counts) == most:
        counts[1] = 1
    drawn = [c for c, n in zip(colours, counts, strict=True) for _ in range(n)]
    rng.shuffle(drawn)
    side = int(np.ceil(np.sqrt(len(drawn))))
    grid = np.stack(np.divmod(np.arange(len(drawn)), side), axis=1)
    pitch = 1.7 * SMALL
    middle = rng.uniform((0.42, -0.22), (0.56, 0.22))
    layout.keep_free(middle, pitch * (side / 2 + 0.3))
    numbers: dict[str, int] = {}
    for colour, cell in zip(drawn, grid, strict=True):
        numbers[colour] = numbers.get(colour, 0) + 1
        jitter = rng.uniform(-0.1, 0.1, 2) * SMALL
        place = middle + pitch * (cell - (side - 1) / 2) + jitter
        yaw = rng.uniform(-0.25, 0.25) * np.pi
        block = Block(colour, SMALL)
        layout.put(f"{colour} block {numbers[colour]}", block, place, yaw=yaw)


def nested(world: World, base: str, others: Sequence[str]) -> bool:
    """Say whether cups stand in one another, upright, `base` the lowest."""
    foot = world.pose(base).position
    above = sorted((world.pose(each) for each in others), key=lambda p: p.position[2])
    upright = [
        float(np.arccos(np.clip(pose.rotation[2, 2], -1.0, 1.0))) < UPRIGHT
        for pose in (world.pose(base), *above)
    ]
    places = [
        np.linalg.norm((pose.position - foot)[:2]) < CENTRED
        and abs(pose.position[2] - foot[2] - (k + 1) * CUP.nested) < LEVEL
        for k, pose in enumerate(above)
    ]
    return all(upright) and all(places)


def _checks(colours: Sequence[str]) -> tuple[Check, ...]:
    base, *others = (f"{colour} cup" for colour in colours)
    return (
        Once("gripped", lambda w: any(map(w.gripped, others))),
        AtEnd("stacked", lambda w: nested(w, base, others)),
        AtEnd("released", lambda w: at_rest(w, (base, *others))),
    )


CUPS: dict[str, Callable[[], LaidTask]] = {
    name: partial(LaidTask, name, lay, max_seconds=90.0)
    for name, lay in (
        ("base/stack-cups", stack_cups),
        ("novel/stack-cups-blocks", stack_cups_blocks),
    )
}
