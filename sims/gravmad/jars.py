"""A jar to be closed: its lid is set on it and screwed tight.

One lid fits all jars. The jar is named by its colour, or by what it is close to.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from sims.checks import AtEnd, Check, Once
from sims.fruit import Banana
from sims.furniture import Button
from sims.jars import LID, Jar, Lid
from sims.parts import Block
from sims.programs import HAND, TURN
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
    "brown",
    "white",
    "black",
)
COVER, FRUIT = "gray lid", "banana"
TIGHT = 0.9  # of the way
APART = 0.06  # [m] by which one jar is closer to the banana than the other
NEAR = 0.17  # [m] from the banana to that jar
GAP = 0.06  # [m] between jars and lid: the hand's fingers, and some more
NAMED = (
    "close the {c} jar",
    "screw on the {c} jar lid",
    "grasping the lid, lift it from the table and use it to seal the {c} jar",
    "pick up the lid from the table and put it on the {c} jar",
    "put the lid on the {c} jar and screw it tight",
)
CLOSER = (
    "close the jar closer to the banana",
    "screw the lid onto the jar that is closer to the banana",
    "pick up the lid and seal the jar nearest to the banana with it",
    "put the lid on whichever jar stands closer to the banana",
)

CLOSE = f"""{HAND}{TURN}
def close(jar):
    open_gripper()
    lid = detect('lid')
    half = (lid.world_aabb[1][2] - lid.world_aabb[0][2]) / 2
    take(lid.world_position)
    go(over(get_ee_pos(), 18))
    x, y, _ = jar.world_position
    top = jar.world_aabb[1][2]
    quat = facing(jar.world_position, 2.0)
    go_exact(np.array([x, y, top + 0.08]), quat)
    go_exact(np.array([x, y, top + half - 0.013]), quat)
    open_gripper()
    close_gripper()
    twist(-3.4, 0.004)
    open_gripper()
    go(over(get_ee_pos(), 12))
"""


def close_jar(world: World, rng: np.random.Generator) -> Laid:
    """Close the jar of a colour; one of another colour stands by."""
    return _named(world, rng, lambda _: None)


def close_jar_distractor(world: World, rng: np.random.Generator) -> Laid:
    """Close the jar of a colour; a button and a block lie about, too."""

    def distract(layout: Layout) -> None:
        button, block = sample(rng, COLOURS, 2)
        layout.add(f"{button} button", Button(button))
        layout.add(f"{block} block", Block(block))

    return _named(world, rng, distract)


def close_jar_banana(world: World, rng: np.random.Generator) -> Laid:
    """Close the jar closer to a banana."""
    layout = Layout(world, rng)
    names, places = _add_jars(layout, sample(rng, COLOURS, 2))

    def is_closer(place: np.ndarray) -> bool:
        gaps = np.linalg.norm(places - place, axis=1)
        return bool(gaps[0] < gaps[1] - APART and gaps[0] < NEAR)

    layout.add(FRUIT, Banana(), gap=0.0, turn=np.pi, where=is_closer)
    _add_lid(layout, names)
    return Laid(
        str(rng.choice(CLOSER)),
        _checks(names[0]),
        (COVER, names[0]),
        f"{CLOSE}\nclose(nearest(detect_all('jar'), detect('{FRUIT}')))\n",
    )


def _named(
    world: World, rng: np.random.Generator, distract: Callable[[Layout], None]
) -> Laid:
    layout = Layout(world, rng)
    colours = sample(rng, COLOURS, 2)
    names, _ = _add_jars(layout, colours)
    _add_lid(layout, names)
    distract(layout)
    return Laid(
        str(rng.choice(NAMED)).format(c=colours[0]),
        _checks(names[0]),
        (COVER, names[0]),
        f"{CLOSE}\nclose(detect('{colours[0]} jar'))\n",
    )


def _add_jars(
    layout: Layout, colours: tuple[str, ...]
) -> tuple[tuple[str, ...], np.ndarray]:
    """Put up a jar of each colour; return their names and places."""
    names = tuple(f"{colour} jar" for colour in colours)
    places = [
        layout.add(name, Jar(colour), gap=GAP)
        for name, colour in zip(names, colours, strict=True)
    ]
    return names, np.stack(places)


def _add_lid(layout: Layout, jars: tuple[str, ...]) -> None:
    layout.add(COVER, Lid("gray", fits=jars), gap=GAP)


def _checks(jar: str) -> tuple[Check, ...]:
    def is_on(world: World) -> bool:
        x, y, z = (world.pose(COVER).position - world.pose(jar).position).tolist()
        return bool(np.hypot(x, y) < 0.01 and z < LID.thread.height + 0.005)

    return (
        Once("gripped", lambda world: world.gripped(COVER)),
        AtEnd("put on", is_on),
        AtEnd("screwed", lambda w: LID.thread.turned(w, COVER, jar) >= TIGHT),
        AtEnd("released", lambda world: not world.touched_by_arm(COVER)),
    )


JARS: dict[str, Callable[[], LaidTask]] = {
    name: partial(LaidTask, name, lay)
    for name, lay in (
        ("base/close-jar", close_jar),
        ("novel/close-jar-banana", close_jar_banana),
        ("novel/close-jar-distractor", close_jar_distractor),
    )
}
