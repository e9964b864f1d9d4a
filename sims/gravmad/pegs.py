"""A square ring to be put on one of three square spokes, named by its colour."""

from collections.abc import Callable
from functools import partial

import numpy as np

from sims.checks import AtEnd, Once
from sims.pegs import HOLE, PLATE, REACH, Spokes, SquareRing
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
    "white",
    "black",
)
BOARD, RING = "board", "ring"
PLACES = ((0.44, -0.14), (0.58, 0.14))  # [m] of the board
WORDS = (
    "put the ring on the {c} spoke",
    "slide the ring onto the {c} colored spoke",
    "place the square ring over the {c} peg and let go of it",
    "lift the ring from the table and drop it onto the {c} spoke",
)

# The tab is taken across the handle, so that the ring hangs level. Over the spoke the
# handle points across the row, toward the robot or away from it.
PUT_ON = f"""{HAND}{TURN}
def level(vector):
    flat = np.array([vector[0], vector[1], 0.0])
    return flat / np.linalg.norm(flat)

def bearing(vector):
    return np.arctan2(vector[1], vector[0])

def nearby(angle, middle):
    while angle > middle + np.pi / 2:
        angle = angle - np.pi
    while angle < middle - np.pi / 2:
        angle = angle + np.pi
    return angle

def put_on(spoke, spokes):
    open_gripper()
    ring, tab = detect('ring').world_position, detect('tab')
    handle = level(tab.world_position - ring)
    grip = ring + {REACH} * handle
    grip = np.array([grip[0], grip[1], tab.world_aabb[1][2] - 0.014])
    at = nearby(bearing(handle) + np.pi / 2, bearing(grip) + 0.7)
    go_exact(grip, qmult(euler2quat(0, 0, at), down))
    close_gripper()
    go(over(get_ee_pos(), 14))
    place, others = spoke.world_position, [each for each in spokes if each != spoke]
    row = level(others[0].world_position - others[1].world_position)
    across = np.array([-row[1], row[0], 0.0])
    top = spoke.world_aabb[1][2]
    for sign in ([1, -1] if np.dot(across, handle) > 0 else [-1, 1]):
        way = sign * across
        turn = np.arctan2(handle[0] * way[1] - handle[1] * way[0], np.dot(handle, way))
        quat = qmult(euler2quat(0, 0, at + turn), down)
        point = place + {REACH} * way
        try:
            go_exact(np.array([point[0], point[1], top + 0.09]), quat)
            break
        except ValueError:
            continue
    go_exact(np.array([point[0], point[1], top + 0.0]), quat)
    open_gripper()
    go(over(get_ee_pos(), 12))
"""


def insert_onto_square_peg(world: World, rng: np.random.Generator) -> Laid:
    """Put the ring on the spoke of a colour."""
    layout = Layout(world, rng)
    colours = sample(rng, COLOURS, 3)
    number = int(rng.integers(len(colours)))
    board, yaw = Spokes(colours), rng.uniform(-1.0, 1.0) * np.deg2rad(20.0)
    layout.put(BOARD, board, rng.uniform(*PLACES), yaw=yaw)
    layout.add(RING, SquareRing("gray"), gap=0.03, turn=np.pi)

    def is_on(world: World) -> bool:
        x, y, z = (world.pose(BOARD).inverse() @ world.pose(RING)).position.tolist()
        off = max(abs(x), abs(y - board.y(number)))
        return off < HOLE / 2 and z < PLATE + 0.01

    return Laid(
        str(rng.choice(WORDS)).format(c=colours[number]),
        (
            Once("gripped", lambda world: world.gripped(RING)),
            AtEnd("put on", is_on),
            AtEnd("released", lambda world: not world.touched_by_arm(RING)),
        ),
        (RING, BOARD),
        f"{PUT_ON}\nput_on(detect('{colours[number]} spoke'), detect_all('spoke'))\n",
    )


PEGS: dict[str, Callable[[], LaidTask]] = {
    "base/insert-onto-square-peg": partial(
        LaidTask, "base/insert-onto-square-peg", insert_onto_square_peg
    )
}
