"""Sweep the trash into the dustpan with a hand brush, by nothing but contact.

Lengths in [m].
"""

import numpy as np

from sims.checks import Always, AtEnd, Once
from sims.deeds import Deed, Shift
from sims.disturbances import Disturbances
from sims.errors import CrowdedTableError
from sims.everyday.cleaning import Brush, Dustpan, Trash
from sims.everyday.pieces import CLOSED_LOOP
from sims.everyday.scene import LayScene, Scene, shift, shove
from sims.tasks.laid import Laid
from sims.tasks.layout import TRIES, Layout, sample
from sims.world import World

SAID = (
    "sweep the trash into the dustpan",
    "please sweep all the trash into the dustpan with the brush",
    "clean up: use the brush to sweep the trash into the dustpan",
    "get the trash into the dustpan",
)
PIECES = ("white", "yellow", "orange", "pink", "cyan", "green")
PANS = ("blue", "red", "purple", "gray")
BRUSHES = ("black", "blue", "green", "red")
FEWEST, MOST = 2, 4
PAN, BRUSH = "dustpan", "brush"
BEFORE = (0.09, 0.24)  # [m] from the mouth to a piece, along the pan's axis
ASIDE = 0.08  # [m] off that axis, at most
APART = 0.05  # [m] between two pieces, at least
INSIDE = 0.03  # [m] behind the lip that counts as in the pan
STILL = 0.05  # [m/s]
# [m] off the pan's axis at which the brush still passes its walls.
LANE = 0.5 * (Dustpan(PANS[0]).width - Brush(BRUSHES[0]).width) - 0.012
TAKEN_OUT = (0.12, 0.22)  # [m] before the mouth, where a piece is put again


def sweep_trash(world: World, rng: np.random.Generator, person: Disturbances) -> Scene:
    """Sweep two to four pieces into a dustpan that is held fast.

    Each ends 3 cm or more behind the lip, between the walls, at rest; the brush was
    gripped, and the arm never touched a piece with its own links.
    """
    del person  # nothing that is judged hangs on what they do
    side = 1.0 if rng.random() < 0.5 else -1.0
    mouth = rng.uniform((0.45, 0.14), (0.53, 0.17)) * [1.0, side]
    yaw = side * np.pi / 2 + rng.uniform(-0.15, 0.15)
    layout = Layout(world, rng)
    pan = Dustpan(sample(rng, PANS, 1)[0])
    layout.put(PAN, pan, mouth, yaw=float(yaw))
    names = _lay_pieces(layout, rng, mouth, float(yaw))
    ahead = np.array([np.cos(yaw), np.sin(yaw)])
    for along in (0.0, 0.1, 0.2):
        layout.keep_free(mouth - along * ahead, 0.09)
    layout.add(BRUSH, Brush(sample(rng, BRUSHES, 1)[0]), gap=0.02, turn=np.pi / 2)

    def inside(world: World, name: str) -> bool:
        return is_inside(world, pan, name)

    def by_brush(world: World) -> bool:
        return not any(world.touched_by_arm(each) for each in names)

    laid = Laid(
        str(rng.choice(SAID)),
        (
            Once("gripped", lambda w: w.gripped(BRUSH)),
            AtEnd("some swept", lambda w: any(inside(w, each) for each in names)),
            AtEnd("all swept", lambda w: all(inside(w, each) for each in names)),
            AtEnd("at rest", lambda w: all(w.speed(each) < STILL for each in names)),
            Always("not by hand", by_brush),
        ),
        (BRUSH, PAN),
        PROGRAM,
    )

    def out(world: World, name: str, rng: np.random.Generator) -> np.ndarray | None:
        del name
        for _ in range(TRIES):
            away, off = rng.uniform(*TAKEN_OUT), rng.uniform(-ASIDE, ASIDE)
            place = mouth - away * ahead + off * np.array([-ahead[1], ahead[0]])
            others = [world.pose(each).position[:2] for each in (*names, BRUSH)]
            if min(np.linalg.norm(place - each) for each in others) > 2 * APART:
                return place
        return None

    def undo(rng: np.random.Generator) -> Deed:
        del rng
        return Shift(names, out, inside, kind="undo", hop=0.06)

    def before_mouth(world: World, place: np.ndarray) -> bool:
        del world
        along, off = (mouth - place) @ ahead, (mouth - place) @ [-ahead[1], ahead[0]]
        return bool(along > BEFORE[0] and abs(off) < 2 * ASIDE)

    deeds = (shove, shift((*names, BRUSH), before_mouth), undo)
    return Scene(laid, deeds, 7.0)


def is_inside(world: World, pan: Dustpan, name: str) -> bool:
    """Say whether a piece lies in the pan."""
    piece = world.pose(name).position[None]
    x, y, z = world.pose(PAN).inverse().apply(piece)[0]
    between = abs(y) < pan.width / 2
    return bool(INSIDE <= x <= pan.depth and between and z < INSIDE)


def _lay_pieces(
    layout: Layout, rng: np.random.Generator, mouth: np.ndarray, yaw: float
) -> tuple[str, ...]:
    """Strew pieces before the mouth; return their names."""
    ahead = np.array([np.cos(yaw), np.sin(yaw)])
    across = np.array([-ahead[1], ahead[0]])
    colours = sample(rng, PIECES, int(rng.integers(FEWEST, MOST + 1)))
    places: list[np.ndarray] = []
    for _ in range(TRIES):
        place = (
            mouth - rng.uniform(*BEFORE) * ahead + rng.uniform(-1, 1) * ASIDE * across
        )
        if all(np.linalg.norm(place - each) >= APART for each in places):
            places.append(place)
        if len(places) == len(colours):
            break
    if len(places) < len(colours):
        raise CrowdedTableError("there is no room before the dustpan for more pieces")
    names = tuple(f"{colour} trash" for colour in colours)
    for name, colour, place in zip(names, colours, places, strict=True):
        radius = float(rng.uniform(0.012, 0.015))
        part = Trash(colour, radius, int(rng.integers(1000)))
        layout.put(name, part, place, yaw=float(rng.uniform(-np.pi, np.pi)))
    return names


# The brush comes down behind the piece that is farthest from the mouth and goes along
# the pan's axis into it, taking along what lies on its way.
PROGRAM = f"""{CLOSED_LOOP}
def pan_and_way():
    pan = detect('dustpan')
    into = flat(detect('handle of the dustpan').world_position - pan.world_position)
    return pan, into / np.linalg.norm(into)

def is_in(piece):
    pan, into = pan_and_way()
    off = flat(piece.world_position - pan.world_position)
    along = np.dot(off, into)
    aside = np.linalg.norm(off - along * into)
    return along > -0.045 and aside < 0.10

def left():
    return [each for each in parse_query_obj('all trash') if not is_in(each)]

def hold_brush():
    global height
    if not is_holding():
        open_gripper()
        follow(brush_top, lambda: detect('brush').grasp_quat)
        close_gripper()
        if not is_holding():
            raise ValueError('the brush is not in the hand')
        height = detect('gripper').world_position[2] + 0.004
        rise(10)

def brush_top():
    brush = detect('brush')
    return hand_at(brush.world_position, brush.world_aabb[1][2] - 0.03)

def hand_at(point, z):
    return np.array([point[0], point[1], z])

def lower_behind(place, into):
    for back in (0.05, 0.07, 0.1):
        start = place - back * into
        quat = lengthwise(-into[1], into[0])
        go_exact(hand_at(start, height + 0.09), quat)
        try:
            go_exact(hand_at(start, height), quat)
            return
        except ValueError:
            pass
    raise ValueError('there is no room behind the trash')

def sweep():
    hold_brush()
    pan, into = pan_and_way()
    end = flat(pan.world_position)
    piece = None
    for each in left():
        far = np.dot(flat(each.world_position) - end, into)
        if piece is None or far < np.dot(flat(piece.world_position) - end, into):
            piece = each
    off = flat(piece.world_position) - end
    across = np.array([-into[1], into[0], 0.0])
    # The brush is to pass between the walls.
    lane = end + np.clip(np.dot(off, across), -{LANE:.3f}, {LANE:.3f}) * across
    lower_behind(lane + np.dot(off, into) * into, into)
    stop = hand_at(lane - 0.01 * into, height)

    def through():
        affordance_map = get_empty_affordance_map()
        set_voxel_near(affordance_map, detect_all('trash'), 1, 0.5)
        set_voxel_near(affordance_map, detect('dustpan'), 1, 0.5)
        set_point(affordance_map, stop)
        return affordance_map

    execute('gripper', through)
    rise(10)

height = None
until(lambda: len(left()) == 0, sweep, after=lambda: rise(10))
"""

SCENES: dict[str, LayScene] = {"everyday/sweep-trash": sweep_trash}
