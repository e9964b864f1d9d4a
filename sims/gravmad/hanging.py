"""Cups to be hung on the spokes of a holder by their handles. Lengths in [m]."""

from collections.abc import Callable
from functools import partial

import numpy as np

from sims.checks import AtEnd, Once
from sims.crockery import Mug
from sims.cup_holder import CupHolder
from sims.gravmad.columns import at_rest
from sims.programs import HAND
from sims.tasks.laid import Laid, LaidTask
from sims.tasks.layout import Layout, sample
from sims.world import World

HOLDER = "cup holder"
COLOURS = ("red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink")
CUPS = 3
GAP = 0.03  # between what stands on the table: cups are grasped from above
SWINGING = 0.1  # [m/s]; what hangs may still swing a little
WORDS = {1: "one", 2: "two", 3: "three"}
TEMPLATES = (
    "place {n} {cups} on the cup holder",
    "hang {word} {cups} on the cup holder",
    "hang {n} {cups} up by the handle on the holder's spokes",
    "put {word} of the cups on the spokes of the cup holder",
)

# Yaws of a hand that points down count from the one at home, where the wrist turns by
# 105 degrees with the clock and by 170 against it with room to spare.
HANG = f"""{HAND}
down = get_ee_quat()

def wrapped(angle):
    return angle - 2 * np.pi * np.floor(angle / (2 * np.pi) + 0.5)

def bearing(vector):
    return np.arctan2(vector[1], vector[0])

def room(turn):
    return min(np.degrees(turn) + 105, 170 - np.degrees(turn))

def ways(cup, handle, spokes, trunk):
    found = []
    for spoke in spokes:
        place = spoke.world_position
        end = bearing(place - trunk) - np.pi / 2
        turn = wrapped(end - bearing(handle - cup))
        for yaw in (bearing(handle - cup), bearing(handle - cup) + np.pi):
            first = wrapped(yaw - bearing(cup))
            last = first + turn + bearing(cup) - bearing(place)
            least = min(room(first), room(last), 175 - abs(np.degrees(turn)))
            found.append((least, spoke, yaw, turn))
    return found

def hang(cup, loop, spokes, trunk):
    middle, handle = cup.world_position, loop.world_position
    best = max(ways(middle, handle, spokes, trunk), key=lambda way: way[0])
    least, spoke, yaw, turn = best
    facing = qmult(euler2quat(0, 0, yaw), down)
    reset_to_default_pose()
    for attempt in range(3):
        place = detect(cup.name).world_position
        grip = np.array([place[0], place[1], cup.world_aabb[1][2] - 0.012])
        open_gripper()
        go_exact(grip + np.array([0, 0, 0.08]), facing)
        go_exact(grip, facing)
        close_gripper()
        go(over(get_ee_pos(), 15))
        if is_holding():
            break
    else:
        raise ValueError('the fingers do not hold the ' + cup.name)
    out = spoke.world_position - trunk
    along = np.array([out[0], out[1], 0.0]) / np.linalg.norm(out[:2])
    low, high = spoke.world_aabb[0][2] + 0.004, spoke.world_aabb[1][2] - 0.004
    # From the hole of the loop to the hand, once the cup has turned.
    aside = np.linalg.norm((handle - middle)[:2]) - 0.004
    left = np.array([-along[1], along[0], 0.0])
    to_hand = aside * left + np.array([0, 0, grip[2] - handle[2] - 0.006])
    reach = 2 * np.linalg.norm(out[:2])
    turned = qmult(euler2quat(0, 0, yaw + turn), down)
    for k in range(8):
        distance = reach + 0.045 - 0.0125 * k
        rise = low + (high - low) * min(distance / reach, 1.0)
        point = np.array([trunk[0], trunk[1], rise]) + distance * along
        go_exact(point + to_hand, turned)
    open_gripper()
    go(over(get_ee_pos(), 12))
    return spoke
"""


def place_cups(world: World, rng: np.random.Generator) -> Laid:
    """Hang as many of three cups as asked on a holder with three spokes."""
    colours, count = sample(rng, COLOURS, CUPS), int(rng.integers(1, CUPS + 1))
    layout = Layout(world, rng)
    side = float(rng.choice((-1.0, 1.0)))
    place = rng.uniform((0.50, 0.14), (0.55, 0.18)) * (1.0, side)
    layout.put(HOLDER, CupHolder(), place, yaw=float(rng.uniform(-0.3, 0.3)))
    cups = tuple(f"{colour} cup" for colour in colours)
    for name, colour in zip(cups, colours, strict=True):
        layout.add(name, Mug(colour), turn=np.pi, gap=GAP)
    words = str(rng.choice(TEMPLATES)).format(
        n=count, word=WORDS[count], cups="cup" if count == 1 else "cups"
    )
    program = f"""{HANG}
trunk = detect('{HOLDER}').world_position
spokes = detect_all('spokes')
cups = detect_all('cups')
loops = [detect('handle of the ' + cup.name) for cup in cups]
for cup, loop in list(zip(cups, loops))[:{count}]:
    taken = hang(cup, loop, spokes, trunk)
    spokes = [spoke for spoke in spokes if spoke != taken]
reset_to_default_pose()
"""
    return Laid(
        words,
        (
            Once("gripped", lambda w: any(map(w.gripped, cups))),
            AtEnd("hung", lambda w: sum(hangs(w, each) for each in cups) == count),
            AtEnd("released", lambda w: at_rest(w, cups, still=SWINGING)),
        ),
        (*cups, HOLDER),
        program,
    )


def hangs(world: World, cup: str) -> bool:
    """Say whether a spoke goes through the loop of a cup that is off the table."""
    hole, holder = Mug("red").hole, CupHolder()
    T_cup_holder = world.pose(cup).inverse() @ world.pose(HOLDER)
    for spoke in range(holder.spokes):
        a, b = T_cup_holder.apply(np.stack(holder.ends(spoke)))
        if a[1] * b[1] < 0.0:  # it crosses the plane of the loop
            x, _, z = a + (b - a) * a[1] / (a[1] - b[1])
            off = abs(x - hole.x) / hole.half_width, abs(z - hole.z) / hole.half_height
            if max(off) < 1.0:
                return True
    return False


HANGING: dict[str, Callable[[], LaidTask]] = {
    "base/place-cups": partial(
        LaidTask, "base/place-cups", place_cups, max_seconds=120.0
    )
}
