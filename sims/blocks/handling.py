"""Tasks that move a block: pushed along the table, grasped, or dropped.

Each function lays the table for a wish and returns what is judged. Lengths in [m].
A pushed block never is 1.5 cm off the table; a block's place is its centre.
"""

import numpy as np

from perception.frames import Pose
from sims.blocks.checks import (
    LIFTED,
    STILL,
    OverallSpeed,
    hand_gap,
    moved,
    pushed,
)
from sims.blocks.moving import TOLERANCE, Builder
from sims.blocks.scene import (
    APART,
    Scene,
    add_others,
    can_push,
    in_reach,
    is_there,
    lay_out,
    sampled,
    to_place,
)
from sims.blocks.space import INSIDE, block_at, centre_of, depth_in, gap_to_block
from sims.blocks.templates import Place, Wish
from sims.checks import Always, AtEnd, Check, Once
from sims.furniture import Strip
from sims.parts import Block
from sims.tasks.layout import LOWER, UPPER, Layout, standing
from sims.world import World

SHIFTED = 0.05  # [m] that a block was pushed at least
ALONG = 0.10  # [m] along a line
OFF_LINE = 0.03  # [m] aside of it, at most
TOGETHER = 0.08  # [m] between the centres of two blocks: "to the block"
AWAY = 0.03  # [m] to keep from a block that is to be stayed away from
FROM_END = 0.05  # [m] from the end of a line to the block on it


def at_place(block: str, place: Place) -> AtEnd:
    """Return the check that a block ended at a place.

    In a region: 5 cm past the table's middle lines. To a block: the centres within
    8 cm of each other along the table.
    """

    def there(world: World) -> bool:
        centre = block_at(world, block)[0]
        if place.region:
            return depth_in(place.region, centre) >= INSIDE
        return moved(world, f"{place.colour} block", centre) <= TOGETHER

    return AtEnd("placed", there)


def _block_to_place(rng: np.random.Generator, wish: Wish) -> Scene | None:
    assert wish.place is not None
    scene = to_place(rng, wish.place)
    block = rng.uniform(LOWER, UPPER)
    scene.blocks[wish.obj] = block
    fits = (
        not is_there(wish.place, block)
        and scene.distance(wish.obj, scene.goal) >= 0.15
        and scene.apart >= APART
        and all(map(in_reach, (scene.goal, block)))
    )
    return scene if fits else None


def grasp_speed(
    world: World, rng: np.random.Generator, wish: Wish, colours: tuple[str, ...]
) -> tuple[Check, ...]:
    """End with the block between the fingers, 3 cm off the table, at the speed asked.

    `OverallSpeed` says what counts as the speed.
    """
    assert wish.velocity is not None
    name = f"{wish.obj} block"
    place = rng.uniform(LOWER, np.minimum(UPPER, 0.62))
    lay_out(world, rng, Scene(place, place, {wish.obj: place}), colours, low_hand=False)
    return (
        Once("gripped", lambda w: w.gripped(name)),
        AtEnd("lifted", lambda w: bool(w.pose(name).position[2] >= LIFTED)),
        AtEnd("held", lambda w: w.gripped(name)),
        OverallSpeed(wish.velocity.factor),
    )


def drop(
    world: World, rng: np.random.Generator, wish: Wish, colours: tuple[str, ...]
) -> tuple[Check, ...]:
    """Grasp the block, let it go at a place: it ends there, at rest, untouched."""
    assert wish.place is not None
    name = f"{wish.obj} block"
    scene = sampled(rng, lambda r: _block_to_place(r, wish), wish.text)
    lay_out(world, rng, scene, colours, low_hand=False)

    def released(world: World) -> bool:
        return not world.touched_by_arm(name) and world.speed(name) < STILL

    return (
        Once("gripped", lambda w: w.gripped(name)),
        Once("lifted", lambda w: bool(w.pose(name).position[2] >= LIFTED)),
        AtEnd("released", released),
        at_place(name, wish.place),
    )


def push_to(
    world: World, rng: np.random.Generator, wish: Wish, colours: tuple[str, ...]
) -> tuple[Check, ...]:
    """Push a block to a place."""
    assert wish.place is not None
    name = f"{wish.obj} block"

    def sampler(rng: np.random.Generator) -> Scene | None:
        scene = _block_to_place(rng, wish)
        if scene is None or not can_push(scene.blocks[wish.obj], scene.goal):
            return None
        return scene

    scene = sampled(rng, sampler, wish.text)
    lay_out(world, rng, scene, colours, low_hand=False)
    return pushed(name), at_place(name, wish.place)


def push_region(
    world: World, rng: np.random.Generator, wish: Wish, colours: tuple[str, ...]
) -> tuple[Check, ...]:
    """Push a block by 5 cm or more; its centre never leaves a region, 1 cm forgiven."""
    name, region = f"{wish.obj} block", wish.region

    def sampler(rng: np.random.Generator) -> Scene | None:
        block = rng.uniform(LOWER, UPPER)
        goal = centre_of(region)
        scene = Scene(block, goal, {wish.obj: block})
        fits = (
            depth_in(region, np.array([*block, 0.0])) >= 0.05
            and scene.way >= 0.08
            and can_push(block, goal)
        )
        return scene if fits else None

    scene = sampled(rng, sampler, wish.text)
    lay_out(world, rng, scene, colours, low_hand=False)
    start = block_at(world, name)[0]
    return (
        pushed(name),
        AtEnd("pushed", lambda w: moved(w, name, start) >= SHIFTED),
        Always(
            "stayed there",
            lambda w: depth_in(region, block_at(w, name)[0]) >= -TOLERANCE,
        ),
    )


def push_away(
    world: World, rng: np.random.Generator, wish: Wish, colours: tuple[str, ...]
) -> tuple[Check, ...]:
    """Push a block by 5 cm or more; keep it and the hand 3 cm from another block.

    The other one stands 11 to 16 cm from it, centre to centre, and does not move.
    """
    name, other = f"{wish.obj} block", f"{wish.other} block"

    def sampler(rng: np.random.Generator) -> Scene | None:
        block = rng.uniform(LOWER, UPPER)
        angle = rng.uniform(-np.pi, np.pi)
        aside = rng.uniform(APART, 0.16) * np.array([np.cos(angle), np.sin(angle)])
        goal = block - 0.8 * aside
        scene = Scene(block, goal, {wish.obj: block, wish.other: block + aside})
        ends = (block, goal, block + aside)
        across = np.array([-aside[1], aside[0]])
        ways = (block + across, block - across)
        reached = all(map(in_reach, ends)) and all(can_push(block, w) for w in ways)
        return scene if reached else None

    scene = sampled(rng, sampler, wish.text)
    lay_out(world, rng, scene, colours, low_hand=False)
    start, stood = block_at(world, name)[0], block_at(world, other)[0]

    def away(world: World) -> bool:
        # From centre to surface, less half a side: exact face to face.
        gap = gap_to_block(block_at(world, name)[0], block_at(world, other))
        return hand_gap(world, other) >= AWAY and gap - Block("red").side / 2 >= AWAY

    return (
        pushed(name),
        AtEnd("pushed", lambda w: moved(w, name, start) >= SHIFTED),
        Always("kept away", away),
        Always("left alone", lambda w: moved(w, other, stood) < TOLERANCE),
    )


def push_line(
    world: World, rng: np.random.Generator, wish: Wish, colours: tuple[str, ...]
) -> tuple[Check, ...]:
    """Push a block 10 cm or more along a line, its centre within 3 cm of it always.

    The block stands on the line, 5 cm from one end; another line lies on the table.
    """
    name = f"{wish.obj} block"
    strip = Strip(wish.line)

    def sampler(rng: np.random.Generator) -> Scene | None:
        angle = rng.uniform(-np.pi, np.pi)
        axis = np.array([np.cos(angle), np.sin(angle)])
        block = rng.uniform(LOWER, UPPER)
        end = block + (strip.length - 2 * FROM_END) * axis
        scene = Scene(block, end, {wish.obj: block})
        inside = ((end >= LOWER) & (end <= UPPER)).all()
        return scene if inside and can_push(block, end) else None

    scene = sampled(rng, sampler, wish.text)
    axis = (scene.goal - scene.start) / scene.way
    middle = 0.5 * (scene.start + scene.goal)
    layout = Layout(world, rng)
    world.add(
        f"{wish.line} line",
        strip,
        standing(middle, float(np.arctan2(axis[1], axis[0]))),
    )
    for share in np.linspace(0.0, 1.0, 6):
        layout.keep_free(scene.start + share * (scene.goal - scene.start), 0.06)
    _add_other_line(world, rng, (middle, axis), tuple(set(colours) - {wish.line}))
    yaw = rng.uniform(-1.0, 1.0) * np.deg2rad(20.0)
    layout.put(name, Block(wish.obj), scene.start, yaw=yaw)
    add_others(layout, rng, scene.blocks, colours)
    start = block_at(world, name)[0]

    def off_line(world: World) -> float:
        away = (block_at(world, name)[0] - start)[:2]
        return float(np.linalg.norm(away - (away @ axis) * axis))

    def travelled(world: World) -> bool:
        return abs(float((block_at(world, name)[0] - start)[:2] @ axis)) >= ALONG

    return (
        pushed(name),
        AtEnd("pushed", travelled),
        Always("on the line", lambda w: off_line(w) <= OFF_LINE),
    )


def _add_other_line(
    world: World,
    rng: np.random.Generator,
    line: tuple[np.ndarray, np.ndarray],
    colours: tuple[str, ...],
) -> None:
    """Lay a line of another colour parallel to the first, on the side with room."""
    middle, axis = line
    across = np.array([-axis[1], axis[0]])
    towards = np.array([0.48, 0.0]) - middle
    sign = 1.0 if across @ towards >= 0.0 else -1.0
    place = middle + sign * rng.uniform(0.12, 0.16) * across
    colour = str(rng.choice(sorted(colours)))
    pose: Pose = standing(place, float(np.arctan2(axis[1], axis[0])))
    world.add(f"{colour} line", Strip(colour), pose)


HANDLING: dict[str, Builder] = {
    "push-line": push_line,
    "grasp-speed": grasp_speed,
    "drop": drop,
    "push-region": push_region,
    "push-away": push_away,
    "push-to": push_to,
}
