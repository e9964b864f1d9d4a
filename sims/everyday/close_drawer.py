"""Close the drawer: pushed by its handle or its front; a person may open it again.

Lengths in [m].
"""

import numpy as np

from sims.assets.colours import COLOURS
from sims.checks import AtEnd
from sims.deeds import Pull
from sims.disturbances import Disturbances
from sims.everyday.pieces import CLOSED_LOOP
from sims.everyday.scene import LayScene, Scene, add_distractors, shift, shove
from sims.furniture import Cabinet
from sims.tasks.laid import Laid
from sims.tasks.layout import Layout
from sims.world import World

SAID = (
    "close the drawer",
    "push the drawer shut",
    "please close the open drawer",
    "shut the drawer",
)
HANDLES = tuple(each for each in COLOURS if each not in ("brown", "white"))
SHUT = 0.015  # [m] of travel that still counts as closed
OPEN = (0.09, 0.15)  # [m]
REOPENED = (0.06, 0.12)  # [m]
AWAY = 0.06  # [m] that the hand is over the cabinet when the drawer is opened again
CABINET = "cabinet"
# The goal runs ahead of the handle, and so into the drawer, until the drawer stops
# the hand. Then the hand waits beside it: who opens it again is not done with.
PROGRAM = f"""{CLOSED_LOOP}
HANDLE = 'handle of the drawer'
out = detect('drawer').normal
shut = None

def ahead(cm):
    return detect(HANDLE).world_position - 0.01 * cm * out

def push_shut():
    global shut
    grasp(HANDLE)
    shut = None
    for k in range(5):
        before = ahead(0)
        follow(lambda: ahead(2))
        if not is_holding():
            raise ValueError('the handle slipped out of the hand')
        if np.linalg.norm(ahead(0) - before) < 0.01:
            break  # it goes no farther
    shut = ahead(0)
    let_go()

def is_shut():
    return shut is not None and np.linalg.norm(ahead(0) - shut) < 0.03

until(is_shut, push_shut, watch=2.0)
"""


def close_drawer(world: World, rng: np.random.Generator, person: Disturbances) -> Scene:
    """Close a drawer that stands open by 9 to 15 cm, to 1.5 cm."""
    del person  # nothing that is judged hangs on what they do
    colour = str(rng.choice(HANDLES))
    part = Cabinet(width=0.20, depth=0.24, travel=0.17, handle=colour)
    layout = Layout(world, rng)
    place = rng.uniform((0.63, -0.16), (0.68, 0.16))
    layout.put(CABINET, part, place, yaw=float(rng.uniform(-0.12, 0.12)))
    start = float(rng.uniform(*OPEN))
    world.set_joint(CABINET, start)
    for x in (0.30, 0.40, 0.50):  # the drawer's way and the hand's
        layout.keep_free(np.array([x, place[1]]), 0.13)
    others = add_distractors(layout, rng, 2)

    def shut(world: World, name: str) -> bool:
        return world.joint(name) <= SHUT

    def left_alone(world: World, name: str) -> bool:
        away = world.panda.T_world_ee.position[2] > part.height + AWAY
        return bool(away and shut(world, name))

    laid = Laid(
        str(rng.choice(SAID)),
        (
            AtEnd("moved", lambda w: w.joint(CABINET) < 0.6 * start),
            AtEnd("shut", lambda w: shut(w, CABINET)),
        ),
        (CABINET,),
        PROGRAM,
    )

    def pulled(rng: np.random.Generator) -> Pull:
        return Pull(CABINET, "drawer", float(rng.uniform(*REOPENED)), left_alone)

    def off_its_way(world: World, p: np.ndarray) -> bool:
        del world
        return bool(abs(p[1] - place[1]) > 0.15)

    return Scene(laid, (shove, shift(others, off_its_way), pulled), 6.0)


SCENES: dict[str, LayScene] = {"everyday/close-drawer": close_drawer}
