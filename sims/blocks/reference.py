"""Reference programs: what a perfect reading of each wish comes to.

They name every block by its colour, so that with the simulator's own masks nothing
is left to understand or to see; what fails then is the task, the grasp or the motion.
Written apart from the planner's example library.
"""

from collections.abc import Callable

from perception.directions import direction
from sims.blocks.space import SIDE
from sims.blocks.templates import Place, Wish
from sims.handle_programs import HANDLES
from sims.programs import HAND

BESIDE_CM = 8  # from a block's centre to the hand beside it
OVER_CM = 6  # from the table to a hand over a region
SHARE = 0.6  # of the way from the table's middle to its edge


def reference_program(template: str, wish: Wish) -> str:
    """Return the program for a wish of a template."""
    return _PROGRAMS[template](wish)


def _signs(region: str) -> list[float]:
    named = [w for w in region.split() if w in ("left", "right", "front", "back")]
    return [float(sum(direction(w)[k] for w in named)) for k in range(2)]


def _target(place: Place, height_cm: float) -> str:
    """Return lines that set `target`, the voxel of a place, `height_cm` over it."""
    if place.region:
        x, y = _signs(place.region)
        return f"""
table = detect('table')
half = (table.aabb[1] - table.aabb[0])[:2] / 2
x, y = table.position[:2] + {SHARE} * half * np.array([{x}, {y}])
target = np.array([x, y, table.position[2] + cm2index({height_cm}, 'z')])
"""
    along = direction(place.side).tolist() if place.side else [0.0, 0.0, 0.0]
    cm = BESIDE_CM if place.side else 0
    return f"""
block = detect('{place.colour} block')
target = block.position + cm2index({cm}, np.array({along}))
target = target + np.array([0, 0, cm2index({height_cm}, 'z')])
"""


_GO = """
def goal():
    affordance_map = get_empty_affordance_map()
    set_voxel_by_radius(affordance_map, target)
    return affordance_map

"""


def _height(place: Place) -> float:
    if place.region:
        return float(OVER_CM)
    return 0.0 if place.side == "top" else 100 * SIDE


def _go(wish: Wish, maps: str = "") -> str:
    assert wish.place is not None
    go = _target(wish.place, _height(wish.place))
    return f"{go}{_GO}execute('gripper', goal{maps})\n"


def _slices(region: str) -> str:
    x, y = _signs(region)
    along = {1.0: "{0}:", -1.0: ":{0}", 0.0: ":"}
    return f"{along[x].format('x')}, {along[y].format('y')}, :"


def _speed_near(wish: Wish) -> str:
    assert wish.velocity is not None
    return (
        "def speed():\n"
        "    velocity_map = get_empty_velocity_map()\n"
        f"    near = detect('{wish.obj} block')\n"
        f"    set_voxel_near(velocity_map, near, {wish.cm}, {wish.velocity.factor})\n"
        "    return velocity_map\n" + _go(wish, ", velocity_map=speed")
    )


def _speed_region(wish: Wish) -> str:
    assert wish.velocity is not None
    return (
        "def speed():\n"
        "    velocity_map = get_empty_velocity_map()\n"
        "    x, y, z = detect('table').position\n"
        f"    velocity_map[{_slices(wish.region)}] = {wish.velocity.factor}\n"
        "    return velocity_map\n" + _go(wish, ", velocity_map=speed")
    )


def _stay_away(wish: Wish) -> str:
    return _keep(wish.obj, float(wish.cm)) + _go(wish, ", avoidance_map=away")


def _keep(colour: str, cm: float) -> str:
    return (
        "def away():\n"
        "    avoidance_map = get_empty_avoidance_map()\n"
        f"    set_voxel_near(avoidance_map, detect('{colour} block'), {cm})\n"
        "    return avoidance_map\n"
    )


def _stay_side(wish: Wish) -> str:
    assert wish.preposition is not None
    forbidden = {
        "left": "[:, y:, :]",
        "right": "[:, :y, :]",
        "front": "[:x, :, :]",
        "back": "[x:, :, :]",
        "top": "[:, :, :block.aabb[1][2]]",
    }[wish.preposition.side]
    return (
        "def away():\n"
        "    avoidance_map = get_empty_avoidance_map()\n"
        f"    block = detect('{wish.obj} block')\n"
        "    x, y, z = block.position\n"
        f"    avoidance_map{forbidden} = 1\n"
        "    return avoidance_map\n" + _go(wish, ", avoidance_map=away")
    )


def _move_beside(wish: Wish) -> str:
    assert wish.preposition is not None
    return _go(Wish("", place=Place("", colour=wish.obj, side=wish.preposition.side)))


def _move_region(wish: Wish) -> str:
    return _go(Wish("", place=Place("", region=wish.region)))


def _grasp(colour: str, maps: str = "") -> str:
    return f"""
def at_block():
    affordance_map = get_empty_affordance_map()
    set_voxel_by_radius(affordance_map, detect('{colour} block').position)
    return affordance_map

def across():
    rotation_map = get_empty_rotation_map()
    rotation_map[:, :, :] = detect('{colour} block').grasp_quat
    return rotation_map

def up():
    affordance_map = get_empty_affordance_map()
    set_voxel_by_radius(affordance_map, above)
    return affordance_map

open_gripper()
execute('gripper', at_block, rotation_map=across{maps})
close_gripper()
above = get_ee_pos() + np.array([0, 0, cm2index(12, 'z')])
execute('gripper', up{maps})
"""


def _grasp_speed(wish: Wish) -> str:
    assert wish.velocity is not None
    return (
        "def speed():\n"
        "    velocity_map = get_empty_velocity_map()\n"
        f"    velocity_map[:, :, :] = {wish.velocity.factor}\n"
        "    return velocity_map\n" + _grasp(wish.obj, ", velocity_map=speed")
    )


def _drop(wish: Wish) -> str:
    assert wish.place is not None
    over = 4.0 if wish.place.region else 100 * SIDE + 3
    rest = _target(wish.place, over) + _GO + "execute('gripper', goal)\n"
    return f"{_grasp(wish.obj)}{rest}open_gripper()\n"


def _push(wish: Wish, target: str, maps: str = "") -> str:
    flat = "target[2] = pushed.position[2]\n"
    head = f"pushed = detect('{wish.obj} block')\n"
    return f"{head}{target}{flat}{_GO}execute(pushed, goal{maps})\n"


def _push_to(wish: Wish) -> str:
    assert wish.place is not None
    if wish.place.region:
        return _push(wish, _target(wish.place, 0.0))
    beside = f"""
block = detect('{wish.place.colour} block')
way = pushed.world_position - block.world_position
target = block.position + cm2index({100 * SIDE + 2}, way / np.linalg.norm(way))
"""
    return _push(wish, beside)


def _push_region(wish: Wish) -> str:
    return _push(wish, _target(Place("", region=wish.region), 0.0))


def _push_away(wish: Wish) -> str:
    aside = f"""
other = detect('{wish.other} block').world_position
apart = pushed.world_position - other
way = np.array([apart[1], -apart[0], 0.0])
if np.dot(way, detect('table').world_position - pushed.world_position) < 0:
    way = -way
target = pushed.position + cm2index(8, way / np.linalg.norm(way))
"""
    keep = _keep(wish.other, 3.5)
    return keep + _push(wish, aside, ", avoidance_map=away")


def _push_line(wish: Wish) -> str:
    end = f"""
line = detect('{wish.line} line')
along = cm2index(line.size_cm[0] / 2 - 5, line.axis)
target = line.position + along
if np.dot(pushed.position - line.position, along) > 0:
    target = line.position - along
"""
    return _push(wish, end)


def _close_drawer(wish: Wish) -> str:
    """Push the drawer by its handle, pinched from above where nothing is over it."""
    assert wish.deixis is not None
    above = """open_gripper()
go_exact(handle.world_position, handle.grasp_quat)
close_gripper()
move_by(way)
open_gripper()
move_by(np.array([0, 0, 0.1]))
"""
    aslant = """take_hold(handle, out)
move_by(way)
let_go(out)
"""
    return f"""{HAND}{HANDLES}
handle = detect('handle of the {wish.deixis.words} drawer')
out = handle.normal
way = way_shut(handle, out)
{aslant if wish.deixis.stacked else above}"""


_PROGRAMS: dict[str, Callable[[Wish], str]] = {
    "speed-near": _speed_near,
    "push-line": _push_line,
    "close-drawer": _close_drawer,
    "grasp-speed": _grasp_speed,
    "drop": _drop,
    "push-region": _push_region,
    "move-beside": _move_beside,
    "stay-side": _stay_side,
    "move-region": _move_region,
    "stay-away": _stay_away,
    "speed-region": _speed_region,
    "push-away": _push_away,
    "push-to": _push_to,
}
