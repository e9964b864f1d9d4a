"""The texts that hold a program of the example library together.

Functions that limit motion, loops and conditions; `$slots` as in `data/steps.toml`.
"""

from collections.abc import Iterator

from perception.directions import direction

SIDES = ("left", "right", "front", "back", "top", "beside")
DIRECTIONS = ("left", "right", "front", "back", "up", "down")
REGIONS = (
    *("left", "right", "front", "back"),
    *("front left", "front right", "back left", "back right"),
)

EACH = "for thing in [each.name for each in detect_all('$object')]:\n"
# Everything is what a hand can take, not the furniture.
EVERYTHING = (
    "for thing in [each.name for each in detect_all('everything')"
    " if each.shape in ('block', 'ball', 'cylinder')]:\n"
)
IF = "if is_visible('$phrase'):\n"
ELSE = "else:\n"
REPEAT = "for turn in range($times):\n"
AVOIDING, AT_SPEED = ", avoidance_map=keep_away", ", velocity_map=speed"
AND = "', '"
KEEP = "def keep_away():\n    avoidance_map = get_empty_avoidance_map()\n"
NEAR = "    set_voxel_near(avoidance_map, detect('$phrase'), $cm)\n"
NEAR_ALL = "    set_voxel_near(avoidance_map, detect_all('$phrase'), $cm)\n"
KEPT = "    return avoidance_map\n\n"
SPEED = "def speed():\n    velocity_map = get_empty_velocity_map()\n"
FAST = "    velocity_map[:, :, :] = $factor\n"
FAST_NEAR = "    set_voxel_near(velocity_map, detect('$phrase'), $cm, $factor)\n"
SPED = "    return velocity_map\n\n"
LOOPS = (EACH, EVERYTHING)


def near() -> Iterator[str]:
    """Yield the lines that forbid places, one text a kind."""
    yield from (NEAR, NEAR_ALL)
    yield from (beyond(side) for side in SIDES if side != "beside")


def paced() -> Iterator[str]:
    """Yield the lines that set a speed, one text a kind."""
    yield from (FAST, FAST_NEAR)
    yield from (in_region(region) for region in REGIONS)


def beyond(side: str) -> str:
    """Return the lines that forbid the other side of `$phrase`."""
    signs = [-int(each) for each in direction(side)]
    up = "    z = seen.aabb[1][2]\n" if side == "top" else ""
    return (
        f"    seen = detect('$phrase')\n    x, y, z = seen.position\n{up}"
        f"    avoidance_map[{_slices(signs, 'xyz')}] = 1\n"
    )


def in_region(region: str) -> str:
    """Return the lines that set `$factor` in a part of the table."""
    signs = [int(sum(direction(each)[k] for each in region.split())) for k in (0, 1)]
    return (
        "    x, y, z = detect('table').position\n"
        f"    velocity_map[{_slices(signs, 'xy')}, :] = $factor\n"
    )


def _slices(signs: list[int], names: str) -> str:
    half = {1: "{0}:", -1: ":{0}", 0: ":"}
    return ", ".join(half[s].format(n) for s, n in zip(signs, names, strict=True))
