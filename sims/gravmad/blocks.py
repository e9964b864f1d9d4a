"""Blocks to be stacked: so many of a colour, and one more under a condition.

A white zone lies on the table. Where it is not asked for, a stack counts wherever it
stands: the reference program builds on it all the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from sims.checks import AtEnd, Check, Once
from sims.furniture import Strip
from sims.gravmad.columns import at_rest, centre, columns
from sims.parts import Block
from sims.programs import HAND
from sims.tasks.laid import Laid, LaidTask
from sims.tasks.layout import Layout, sample, without
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
    "brown",
    "gray",
    "black",
)
CONDITION = "blue"
WORDS = {1: "one", 2: "two", 3: "three", 4: "four"}
OF_EACH = 4  # blocks of the colour asked for, and so many of another
ZONE, ZONE_SIDE = "white zone", 0.12  # [m]
GAP = 0.04  # [m] between blocks
STACK = (
    "stack {n} {c} blocks",
    "stack {word} of the {c} blocks",
    "build a tower of {n} {c} blocks",
    "put {word} {c} blocks on top of one another",
    "make a pile that is {n} {c} blocks high",
)
CONDITIONAL = (
    "stack {n} {c} {blocks} and if blue block exists, add this blue block",
    "stack {word} {c} {blocks}, and if there is a blue block, put it on top",
    "build a stack of {n} {c} {blocks} on the white zone; should you see a blue "
    "block, add it to the stack",
    "put {word} {c} {blocks} on the zone and, if a blue block is on the table, stack "
    "that one on top too",
)

PUT = f"""{HAND}
def put(thing, point):
    open_gripper()
    go_exact(thing.world_position, thing.grasp_quat)
    close_gripper()
    go(over(get_ee_pos(), 12))
    go_exact(point)
    open_gripper()
    go(over(get_ee_pos(), 10))

def stack(things):
    base = detect('white zone').world_position
    for k, thing in enumerate(things):
        height = thing.world_aabb[1][2]
        put(thing, np.array([base[0], base[1], (k + 0.5) * height + 0.009]))
"""


@dataclass(frozen=True, slots=True)
class _Table:
    """What lies on it."""

    targets: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def blocks(self) -> tuple[str, ...]:
        return (*self.targets, *self.others)


def stack_blocks(world: World, rng: np.random.Generator) -> Laid:
    """Stack so many blocks of a colour; as many of another colour lie about."""
    colour, other = sample(rng, COLOURS, 2)
    count = int(rng.integers(2, OF_EACH + 1))
    table = _lay(world, rng, {colour: OF_EACH}, {other: OF_EACH})

    def stacked(world: World) -> bool:
        tall = [each for each in columns(world, table.blocks) if len(each) > 1]
        right = len(tall) == 1 and set(tall[0]) <= set(table.targets)
        return right and len(tall[0]) == count

    words = str(rng.choice(STACK))
    return Laid(
        words.format(n=count, word=WORDS[count], c=colour),
        _checks(table, stacked),
        table.targets,
        f"{PUT}\nstack(detect_all('{colour} block')[:{count}])\n",
    )


def condition_block(world: World, rng: np.random.Generator) -> Laid:
    """Stack one or two blocks in the zone, and a blue one if there is any.

    Whether there is one does not depend on anything that the instruction tells.
    """
    colour, other = sample(rng, without(COLOURS, CONDITION), 2)
    count, exists = int(rng.integers(1, 3)), bool(rng.random() < 0.5)
    extra = {CONDITION: 1} if exists else {}
    table = _lay(world, rng, {colour: 3, **extra}, {other: 2})
    wanted = sorted([colour] * count + [*extra])

    def stacked(world: World) -> bool:
        inside = [c for c in columns(world, table.blocks) if _in_zone(world, c[0])]
        made = [sorted(name.split()[0] for name in column) for column in inside]
        return made == [wanted]

    words = str(rng.choice(CONDITIONAL))
    blocks = "block" if count == 1 else "blocks"
    return Laid(
        words.format(n=count, word=WORDS[count], c=colour, blocks=blocks),
        _checks(table, stacked),
        table.targets,
        f"""{PUT}
things = detect_all('{colour} block')[:{count}]
if is_visible('{CONDITION} block'):
    things = things + [detect('{CONDITION} block')]
stack(things)
""",
    )


def _lay(
    world: World,
    rng: np.random.Generator,
    targets: dict[str, int],
    others: dict[str, int],
) -> _Table:
    """Lay out so many blocks of each colour round a zone."""
    layout = Layout(world, rng)
    place = rng.uniform((0.42, -0.15), (0.52, 0.15))
    layout.put(ZONE, Strip("white", ZONE_SIDE, ZONE_SIDE), place)
    layout.keep_free(place, 0.7 * ZONE_SIDE)
    return _Table(_scatter(layout, targets), _scatter(layout, others))


def _scatter(layout: Layout, counts: dict[str, int]) -> tuple[str, ...]:
    names: list[str] = []
    for colour, count in counts.items():
        for number in range(1, count + 1):
            names.append(f"{colour} block {number}")
            layout.add(names[-1], Block(colour), gap=GAP)
    return tuple(names)


def _checks(table: _Table, stacked: Callable[[World], bool]) -> tuple[Check, ...]:
    return (
        Once("gripped", lambda w: any(map(w.gripped, table.targets))),
        AtEnd("stacked", stacked),
        AtEnd("released", lambda w: at_rest(w, table.blocks)),
    )


def _in_zone(world: World, block: str) -> bool:
    p = world.pose(ZONE).inverse().apply(centre(world, block)[None])[0]
    return bool(np.abs(p[:2]).max() < ZONE_SIDE / 2)


BLOCKS: dict[str, Callable[[], LaidTask]] = {
    name: partial(LaidTask, name, lay, max_seconds=120.0)
    for name, lay in (
        ("base/stack-blocks", stack_blocks),
        ("novel/condition-block", condition_block),
    )
}
