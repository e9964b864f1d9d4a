"""A chest with three drawers: one is opened, closed, or filled.

Lengths in [m].
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from perception.frames import Pose, Vec3
from sims.checks import AtEnd, Check, Once
from sims.chests import BOARD, LEVELS, STANDOFF, Chest, aside
from sims.errors import CrowdedTableError
from sims.gravmad.columns import at_rest, centre
from sims.handle_programs import HANDLES
from sims.parts import Block
from sims.programs import HAND
from sims.tasks.laid import Laid, LaidTask
from sims.tasks.layout import LOWER, NEAREST_HAND, REACH, TRIES, UPPER, standing
from sims.world import World

OPENED = 0.15  # of travel that counts as opened; more than that
AJAR, PUSHED = 0.10, 0.08  # how far one to be closed stands open, and must move
OTHERS = 0.03  # that the other drawers may move
CHEST = "chest"
NEAR = 0.64  # from the robot's base to what lies on the chest
BESIDE = 0.14  # from chest and drawers, all open, to a thing on the table
ARM = 0.10  # from there to the way of the arm to it
ITEMS = ("red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink")
OPEN_WORDS = (
    "open the {level} drawer",
    "pull the {level} drawer open",
    "slide the {level} drawer all the way out",
    "I need something from the {level} drawer, please open it",
)
CLOSE_WORDS = (
    "close the {level} drawer",
    "push the {level} drawer shut",
    "the {level} drawer stands open, please close it",
    "shut the {level} drawer",
)
FILL_WORDS = (
    "put the item in the {level} drawer",
    "open the {level} drawer and put the item into it",
    "store the item in the {level} drawer",
    "the item belongs in the {level} drawer",
)
HANDLE = f"""{HAND}{HANDLES}
handle = detect('handle of the {{level}} drawer')
out = handle.normal
"""
OPEN = """
take_hold(handle, out)
move_by({by} * out)
let_go(out)
"""
CLOSE = """
way = way_shut(handle, out)
take_hold(handle, out)
move_by(way)
let_go(out)
"""
# In the drawer, but far enough from the chest for a hand beside the handles above;
# and turned, before it comes near, so that its broad side goes along the fronts.
FILL = """
reset_to_default_pose()
bar = detect('handle of the {level} drawer').world_position
pick('block', 8)
x = 1 if np.dot(out, detect('gripper').axis) > 0 else -1
along = euler2quat(np.pi, 0, np.arctan2(x * out[1], x * out[0]))
before = bar + 0.06 * out
go_exact(np.array([before[0], before[1], 0.45]), along)
inside = bar - 0.12 * out
go_exact(np.array([inside[0], inside[1], 0.45]))
go_exact(inside)
open_gripper()
go_exact(np.array([inside[0], inside[1], 0.45]))
"""


def open_drawer(world: World, rng: np.random.Generator, part: Chest) -> Laid:
    """Open a drawer by more than 15 cm; the others stay shut."""
    _put_chest(world, rng, part)
    level = str(rng.choice(LEVELS))
    checks = (
        Once("touched", lambda w: w.touched_by_arm(CHEST)),
        AtEnd("moved", lambda w: w.joint(CHEST, level) > OTHERS),
        AtEnd("open", lambda w: w.joint(CHEST, level) > OPENED),
        _others(world, level),
    )
    program = HANDLE + OPEN.replace("{by}", f"{part.travel - 0.01:.3f}")
    return _laid(rng, OPEN_WORDS, level, checks, program)


def close_drawer(world: World, rng: np.random.Generator) -> Laid:
    """Close a drawer that stands open by 10 cm: by more than 8 cm."""
    _put_chest(world, rng, Chest())
    level = str(rng.choice(LEVELS))
    world.set_joint(CHEST, AJAR, level)
    checks = (
        AtEnd("moved", lambda w: w.joint(CHEST, level) < AJAR - OTHERS),
        AtEnd("closed", lambda w: w.joint(CHEST, level) < AJAR - PUSHED),
        _others(world, level),
    )
    return _laid(rng, CLOSE_WORDS, level, checks, HANDLE + CLOSE)


def put_item_in_drawer(world: World, rng: np.random.Generator) -> Laid:
    """Open a drawer and leave a block in it, which lay on the chest or the table."""
    part = Chest()
    pose = _put_chest(world, rng, part)
    level, colour = str(rng.choice(LEVELS)), str(rng.choice(ITEMS))
    item = f"{colour} block"
    world.add(item, Block(colour), _item_pose(rng, part, pose))

    def inside(world: World) -> bool:
        return _is_in_drawer(world, part, level, centre(world, item))

    checks = (
        Once("opened", lambda w: w.joint(CHEST, level) > AJAR),
        Once("gripped", lambda w: w.gripped(item)),
        AtEnd("inside", inside),
        AtEnd("let go", lambda w: at_rest(w, (item,))),
    )
    program = HANDLE + OPEN.replace("{by}", f"{part.travel - 0.01:.3f}") + FILL
    laid = _laid(rng, FILL_WORDS, level, checks, program)
    return Laid(laid.instruction, checks, (CHEST, item), laid.program)


def _is_in_drawer(world: World, part: Chest, level: str, p_world: Vec3) -> bool:
    """Say whether a point is between the walls of a drawer, wherever that stands."""
    x, y, z = world.pose(CHEST).inverse().apply(p_world[None])[0].tolist()
    behind = x + world.joint(CHEST, level)  # the drawer's own front
    up = z - part.plinth - part.front * LEVELS.index(level)
    deep = BOARD < behind < part.depth - BOARD
    return deep and abs(y) < part.width / 2 and 0.0 < up < part.front


def _put_chest(world: World, rng: np.random.Generator, part: Chest) -> Pose:
    pose = aside(rng)
    world.add(CHEST, part, pose)
    return pose


def _item_pose(rng: np.random.Generator, part: Chest, chest: Pose) -> Pose:
    """Return where the item lies: on the chest, or clear of what happens before it.

    Raises:
        CrowdedTableError: No free place was found.
    """
    yaw = float(rng.uniform(-0.35, 0.35))
    for _ in range(TRIES):
        if rng.random() < 0.5:
            x, y = rng.uniform((0.04, -0.08), (0.12, 0.08)).tolist()
            p = chest.apply(np.array([[x, y, part.height]]))[0]
            if np.linalg.norm(p[:2]) < NEAR:
                return Pose(p, standing(p, yaw).wxyz)
            continue
        place = rng.uniform(LOWER, UPPER)
        within = NEAREST_HAND < float(np.linalg.norm(place)) < REACH
        if within and _is_clear(part, chest, place):
            return standing(place, yaw)
    raise CrowdedTableError("no room is left on the table for the item")


def _is_clear(part: Chest, chest: Pose, place: np.ndarray) -> bool:
    """Say whether a drawer that is pulled out comes near neither a place nor the arm.

    The arm is over the way from its base to the place.
    """
    ways = np.linspace(0.4, 1.0, 13)[:, None] * np.array([[*place.tolist(), 0.0]])
    x, y, _ = chest.inverse().apply(ways).T
    before = -part.travel - STANDOFF
    beside = np.maximum(np.maximum(before - x, x - part.depth), 0.0)
    off = np.hypot(beside, np.maximum(np.abs(y) - part.width / 2, 0.0))
    return bool(off[-1] > BESIDE and off.min() > ARM)


def _others(world: World, level: str) -> Check:
    """Return the check that the other drawers have stayed where they are now."""
    before = {each: world.joint(CHEST, each) for each in LEVELS if each != level}

    def stayed(world: World) -> bool:
        moved = [abs(world.joint(CHEST, each) - was) for each, was in before.items()]
        return max(moved) < OTHERS

    return AtEnd("no other", stayed)


def _laid(
    rng: np.random.Generator,
    words: tuple[str, ...],
    level: str,
    checks: tuple[Check, ...],
    program: str,
) -> Laid:
    said = str(rng.choice(words)).format(level=level)
    return Laid(said, checks, (CHEST,), program.replace("{level}", level))


DRAWERS: dict[str, Callable[[], LaidTask]] = {
    name: partial(LaidTask, name, lay, max_seconds=90.0)
    for name, lay in (
        ("base/open-drawer", partial(open_drawer, part=Chest())),
        ("base/put-item-in-drawer", put_item_in_drawer),
        ("novel/close-drawer", close_drawer),
        ("novel/open-drawer-small", partial(open_drawer, part=Chest.small())),
    )
}
