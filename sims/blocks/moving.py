"""Tasks that move the hand: where it must end, and what must hold on the way.

Each function lays the table for a wish and returns what is judged. Lengths in [m].
"""

from collections.abc import Callable

import numpy as np

from perception.directions import direction
from perception.frames import Vec3
from sims.blocks.checks import (
    WAY_INSIDE,
    HandSpeed,
    SpeedInZone,
    hand,
    hand_gap,
)
from sims.blocks.scene import (
    APART,
    Scene,
    in_reach,
    is_there,
    lay_out,
    sampled,
    to_place,
)
from sims.blocks.space import (
    INSIDE,
    SIDE,
    block_at,
    depth_in,
    gap_to_block,
    is_beside,
)
from sims.blocks.templates import Place, Wish
from sims.checks import Always, AtEnd, Check
from sims.world import World

AT_BLOCK = 0.05  # [m] from a block's surface: "at the block"
LONG_WAY = 0.24  # [m] from start to goal, at least
CLEAR = 0.10  # [m] from a block on the way to start and goal, at least
TOLERANCE = 0.01  # [m] by which a constraint may be broken

Builder = Callable[
    [World, np.random.Generator, Wish, tuple[str, ...]], tuple[Check, ...]
]


def arrived(place: Place) -> AtEnd:
    """Return the check that the hand ended at a place.

    In a region: 5 cm past the table's middle lines or more. At a block: within 5 cm
    of its surface. At its side: as `is_beside` says.
    """

    def there(world: World) -> bool:
        p = hand(world)
        if place.region:
            return depth_in(place.region, p) >= INSIDE
        name = f"{place.colour} block"
        if place.side:
            return is_beside(place.side, p, block_at(world, name)[0])
        return hand_gap(world, name) <= AT_BLOCK

    return AtEnd("arrived", there)


def _on_the_way(rng: np.random.Generator, wish: Wish, clear: float) -> Scene | None:
    """Return a scene with the wish's block about half way, `clear` from both ends."""
    assert wish.place is not None
    scene = to_place(rng, wish.place)
    share = rng.uniform(0.42, 0.58)
    middle = scene.start + share * (scene.goal - scene.start)
    scene.blocks[wish.obj] = middle + rng.uniform(-0.015, 0.015, 2)
    ends = (scene.start, scene.goal)
    fits = (
        min(scene.distance(wish.obj, end) for end in ends) >= clear
        and scene.way >= LONG_WAY
        and scene.apart >= APART
        and not is_there(wish.place, scene.start)
        and all(map(in_reach, (scene.goal, *scene.blocks.values())))
    )
    return scene if fits else None


def speed_near(
    world: World, rng: np.random.Generator, wish: Wish, colours: tuple[str, ...]
) -> tuple[Check, ...]:
    """Arrive, at another speed within a distance of a block's surface.

    The block stands on the straight way. `SpeedInZone` says what counts as the speed.
    """
    assert wish.place is not None
    assert wish.velocity is not None
    scene = sampled(rng, lambda r: _on_the_way(r, wish, CLEAR), wish.text)
    lay_out(world, rng, scene, colours, low_hand=True)
    name, radius = f"{wish.obj} block", wish.cm / 100.0

    def near(world: World, p: Vec3) -> bool:
        return gap_to_block(p, block_at(world, name)) <= radius

    return arrived(wish.place), SpeedInZone(wish.velocity.factor, HandSpeed(near))


def stay_away(
    world: World, rng: np.random.Generator, wish: Wish, colours: tuple[str, ...]
) -> tuple[Check, ...]:
    """Arrive; never be nearer to a block's surface than asked, less 1 cm.

    The block stands on the straight way.
    """
    assert wish.place is not None
    keep = wish.cm / 100.0
    clear = keep + SIDE + 0.04
    scene = sampled(rng, lambda r: _on_the_way(r, wish, clear), wish.text)
    lay_out(world, rng, scene, colours, low_hand=True)
    name = f"{wish.obj} block"
    kept = Always("kept away", lambda w: hand_gap(w, name) >= keep - TOLERANCE)
    return kept, arrived(wish.place)


def stay_side(
    world: World, rng: np.random.Generator, wish: Wish, colours: tuple[str, ...]
) -> tuple[Check, ...]:
    """Arrive; be on one side of a block's centre at every step, 1 cm forgiven.

    "On top" is above its top, with 1 cm forgiven too; the block then stands on the
    straight way. Otherwise it stands 5 to 8 cm behind the nearer of start and goal.
    """
    assert wish.place is not None
    assert wish.preposition is not None
    place, side, name = wish.place, wish.preposition.side, f"{wish.obj} block"
    axis = direction(side)

    def sampler(rng: np.random.Generator) -> Scene | None:
        if side == "top":
            return _on_the_way(rng, wish, CLEAR)
        scene = to_place(rng, place)
        nearer = min(float(each @ axis[:2]) for each in (scene.start, scene.goal))
        between = 0.5 * (scene.start + scene.goal)
        shift = nearer - rng.uniform(0.05, 0.08) - float(between @ axis[:2])
        scene.blocks[wish.obj] = between + shift * axis[:2]
        fits = (
            scene.way >= LONG_WAY
            and scene.apart >= APART
            and scene.distance(wish.obj, scene.start) >= CLEAR
            and not is_there(place, scene.start)
            and all(map(in_reach, (scene.goal, *scene.blocks.values())))
        )
        return scene if fits else None

    lay_out(world, rng, sampled(rng, sampler, wish.text), colours, low_hand=True)
    border = SIDE / 2 if side == "top" else 0.0

    def stays(world: World) -> bool:
        past = (hand(world) - block_at(world, name)[0]) @ axis - border
        return bool(past >= -TOLERANCE)

    return Always("stayed there", stays), arrived(place)


def move_beside(
    world: World, rng: np.random.Generator, wish: Wish, colours: tuple[str, ...]
) -> tuple[Check, ...]:
    """Arrive at a side of a block, as `is_beside` says."""
    assert wish.preposition is not None
    place = Place("", colour=wish.obj, side=wish.preposition.side)

    def sampler(rng: np.random.Generator) -> Scene | None:
        scene = to_place(rng, place)
        fits = scene.way >= LONG_WAY and in_reach(scene.goal)
        return scene if fits else None

    lay_out(world, rng, sampled(rng, sampler, wish.text), colours, low_hand=True)
    return (arrived(place),)


def move_region(
    world: World, rng: np.random.Generator, wish: Wish, colours: tuple[str, ...]
) -> tuple[Check, ...]:
    """Arrive in a region of the table."""
    place = Place("", region=wish.region)

    def sampler(rng: np.random.Generator) -> Scene | None:
        scene = to_place(rng, place)
        return None if is_there(place, scene.start) else scene

    lay_out(world, rng, sampled(rng, sampler, wish.text), colours, low_hand=True)
    return (arrived(place),)


def speed_region(
    world: World, rng: np.random.Generator, wish: Wish, colours: tuple[str, ...]
) -> tuple[Check, ...]:
    """Arrive, at another speed while in a region of the table (a half or a quarter).

    Either the start or the goal lies in that region, the other one outside, and at
    least 14 cm of the straight way between them inside.
    """
    assert wish.place is not None
    assert wish.velocity is not None
    place, region = wish.place, wish.region

    def sampler(rng: np.random.Generator) -> Scene | None:
        scene = to_place(rng, place)
        points = scene.start + np.linspace(0, 1, 21)[:, None] * (
            scene.goal - scene.start
        )
        depths = [depth_in(region, np.array([*xy, 0.0])) for xy in points]
        inside = scene.way * float(np.mean(np.array(depths) >= 0.0))
        fits = (
            min(depths[0], depths[-1]) < -0.04
            and max(depths[0], depths[-1]) > 0.05
            and inside >= WAY_INSIDE
            and not is_there(place, scene.start)
            and in_reach(scene.goal)
        )
        return scene if fits else None

    lay_out(world, rng, sampled(rng, sampler, wish.text), colours, low_hand=True)
    zone = HandSpeed(lambda _, p: depth_in(region, p) >= 0.0)
    return arrived(place), SpeedInZone(wish.velocity.factor, zone)


MOVING: dict[str, Builder] = {
    "speed-near": speed_near,
    "move-beside": move_beside,
    "stay-side": stay_side,
    "move-region": move_region,
    "stay-away": stay_away,
    "speed-region": speed_region,
}
