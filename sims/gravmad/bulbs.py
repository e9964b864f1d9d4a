"""A light bulb to be screwed into a lamp, out of two.

The bulbs are alike; the colour is that of the holder they stand in.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from perception.frames import Pose
from sims.checks import AtEnd, Once
from sims.lamps import HELD, LIGHTS, SOCKET, Bulb, Holder, Lamp
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
    "black",
)
LAMP = "lamp"
GAP = 0.07  # [m] between holders and lamp: the hand's fingers, and some more
WORDS = (
    "screw in the {c} light bulb",
    "screw the light bulb from the {c} holder into the lamp",
    "put the light bulb from the {c} holder into the lamp and screw it in",
    "pick up the light bulb from the {c} holder, lift it up to just above the lamp, "
    "then screw it down into the lamp in a clockwise fashion",
)

SCREW_IN = f"""{HAND}{TURN}
def screw_in(bulb, lamp):
    open_gripper()
    take(bulb.world_position)
    below = bulb.world_position[2] - bulb.world_aabb[0][2]
    go(over(get_ee_pos(), 15))
    x, y, _ = lamp.world_position
    top = lamp.world_aabb[1][2]
    quat = facing(lamp.world_position, 2.1)
    go_exact(np.array([x, y, top + below + 0.08]), quat)
    go_exact(np.array([x, y, top + below - 0.006]), quat)
    open_gripper()
    close_gripper()
    twist(-3.7, 0.004)
    open_gripper()
    go(over(get_ee_pos(), 12))
"""


def light_bulb_in(world: World, rng: np.random.Generator) -> Laid:
    """Screw in the bulb that stands in the holder of a colour."""
    layout = Layout(world, rng)
    layout.add(LAMP, Lamp(), gap=GAP)
    colours = sample(rng, COLOURS, 2)
    bulbs = tuple(f"light bulb {k + 1}" for k in range(len(colours)))
    for colour, bulb in zip(colours, bulbs, strict=True):
        holder = f"{colour} holder"
        layout.add(holder, Holder(colour), gap=GAP)
        stands = Pose(np.array([0.0, 0.0, HELD]), np.array([1.0, 0.0, 0.0, 0.0]))
        world.add(bulb, Bulb(fits=(LAMP,)), world.pose(holder) @ stands)

    def is_in(world: World) -> bool:
        x, y, z = (world.pose(bulbs[0]).position - world.pose(LAMP).position).tolist()
        return bool(np.hypot(x, y) < 0.01 and z < SOCKET.height + 0.005)

    return Laid(
        str(rng.choice(WORDS)).format(c=colours[0]),
        (
            Once("gripped", lambda world: world.gripped(bulbs[0])),
            AtEnd("put in", is_in),
            AtEnd("screwed", lambda w: SOCKET.turned(w, bulbs[0], LAMP) >= LIGHTS),
            AtEnd("released", lambda world: not world.touched_by_arm(bulbs[0])),
        ),
        (LAMP, bulbs[0], f"{colours[0]} holder"),
        f"{SCREW_IN}\nholder = detect('{colours[0]} holder')\n"
        f"screw_in(nearest(detect_all('light bulb'), holder), detect('{LAMP}'))\n",
    )


BULBS: dict[str, Callable[[], LaidTask]] = {
    "base/light-bulb-in": partial(LaidTask, "base/light-bulb-in", light_bulb_in)
}
