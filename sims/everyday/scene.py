"""What the everyday tasks have in common: things about, and a person who disturbs.

A task's scene says what a person may do in it; the same lay-out makes the
undisturbed task and the disturbed one. Lengths in [m].
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sims.deeds import Deed, Shift, Shove
from sims.disturbances import Deeds, Disturbances, drawn
from sims.everyday.things import Apple
from sims.parts import Ball, Block, Cylinder, Part
from sims.tasks.laid import Laid, Lay
from sims.tasks.layout import Layout
from sims.ways import Allowed, anywhere, aside
from sims.world import World

# Things of a household that no task asks for, one of each colour.
DISTRACTORS: dict[str, Part] = {
    "green apple": Apple("green"),
    "orange can": Cylinder("orange", radius=0.026, height=0.07),
    "purple box": Block("purple", side=0.045),
    "pink ball": Ball("pink", radius=0.026),
    "cyan cup": Cylinder("cyan", radius=0.03, height=0.055),
}
NEAREST, FARTHEST = 0.05, 0.11  # [m] that a thing is moved
PUSHED = (0.04, 0.08)  # [m] that the hand is pushed aside


@dataclass(frozen=True, slots=True)
class Scene:
    """An episode, and what may disturb it.

    Attributes:
        laid: The episode, undisturbed.
        deeds: What a person may do, each as likely as the others.
        until: Latest that a deed falls due, [s].
    """

    laid: Laid
    deeds: Sequence[Deeds]
    until: float


LayScene = Callable[[World, np.random.Generator, Disturbances], Scene]


def static(lay: LayScene) -> Lay:
    """Return the task of a scene in which nobody disturbs."""

    def laid(world: World, rng: np.random.Generator) -> Laid:
        nobody = Disturbances(world, rng.spawn(1)[0])
        return lay(world, rng, nobody).laid

    return laid


def disturbed(lay: LayScene) -> Lay:
    """Return the task of a scene in which a person does one to three things."""

    def laid(world: World, rng: np.random.Generator) -> Laid:
        persons = rng.spawn(1)[0]
        person = Disturbances(world, persons)
        scene = lay(world, rng, person)
        person.plan(drawn(persons, scene.deeds, until=scene.until))
        return replace(scene.laid, disturbances=person)

    return laid


def shove(rng: np.random.Generator) -> Deed:
    """Return a push of the hand."""
    return Shove(float(rng.uniform(*PUSHED)))


def shift(names: Sequence[str], allowed: Allowed = anywhere) -> Deeds:
    """Return what makes a thing be moved aside, to where it is allowed."""
    where = aside(NEAREST, FARTHEST, allowed)
    return lambda rng: Shift(tuple(names), where)  # noqa: ARG005


def add_distractors(
    layout: Layout, rng: np.random.Generator, most: int
) -> tuple[str, ...]:
    """Put up to `most` things, one at least, where there is room; return their names.

    Raises:
        CrowdedTableError: No room was found for one.
    """
    count = int(rng.integers(1, most + 1))
    names = tuple(rng.permutation([*DISTRACTORS])[:count].tolist())
    for name in names:
        layout.add(name, DISTRACTORS[name])
    return names
