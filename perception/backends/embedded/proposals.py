"""What may be a thing, by depth and colour alone: more than there are things.

A thing may be one piece of one colour, a piece in light and in shade, several pieces
that make up a known shape, or all that hangs together; which of these it is, is for the
model to say.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
from jaxtyping import Float, Int
from scipy.ndimage import binary_closing, distance_transform_edt, label

from perception.backends.embedded.config import ProposalConfig
from perception.composition import shared_rows
from perception.foreground import Foreground
from perception.objects import describe
from perception.parts import Cluster, assemble

LEAST_FRONT = 0.06  # [m] second longest side of what carries bars
LEAST_FRONT_POINTS = 300
REACH = 0.03  # [m] from a bar to the box of what carries it
LEAST_LOOP = 15  # points
THIN = 0.016  # [m] half the width of an arm, at most
CELL = 0.005  # [m]
SAMPLES = 500  # points that a circle is fitted to

Rows = Int[np.ndarray, "_"]


def propose(seen: Foreground, config: ProposalConfig) -> list[Rows]:
    """Return the rows of what may be a thing, without repetition."""
    pieces = seen.pieces()
    described = [
        describe(seen.cloud, piece, seen.heights, seen.normals) for piece in pieces
    ]
    hues = seen.groups(seen.clusters.hues)
    known = {len(each) for each in pieces}
    in_light_and_shade = [
        describe(seen.cloud, rows, seen.heights, seen.normals)
        for rows in hues
        if len(rows) not in known and len(rows) > LEAST_FRONT_POINTS
    ]
    broad = (*described, *in_light_and_shade)
    made: list[Rows] = [
        *pieces,
        *(each.rows for each in assemble(described)),
        *hues,
        *seen.groups(seen.clusters.lumps),
        *_pairs(described, seen.clusters.lumps, config.pairs),
        *_shares(described, broad),
        *(part for each in described for part in _loop_and_rest(each)),
        *(part for each in broad for part in _arms_and_rest(each)),
    ]
    least = seen.config.min_points
    # What stands alone was made several times over.
    once = {mark(each): each for each in reversed(made) if len(each) >= least}
    return _distinct([*once.values()][::-1], len(seen.cloud), config)


def mark(rows: Rows) -> tuple[int, int, int]:
    """Return what a set of rows is known by."""
    return len(rows), int(rows.min()), int(rows.max())


def _pairs(
    pieces: Sequence[Cluster], lumps: Int[np.ndarray, "n"], most: int
) -> Iterable[Rows]:
    """Yield each two pieces of a lump that touch."""
    of_lump: dict[int, list[Cluster]] = {}
    for each in pieces:
        of_lump.setdefault(int(lumps[each.rows[0]]), []).append(each)
    for members in of_lump.values():
        if not 2 < len(members) <= most:
            continue
        for a, b in combinations(members, 2):
            if _near(a, b):
                yield np.concatenate([a.rows, b.rows])


def _shares(pieces: Sequence[Cluster], broad: Sequence[Cluster]) -> Iterable[Rows]:
    """Yield the share of each bar of what carries several: one drawer of a chest.

    What belongs to a bar is what lies nearest to it, seen from before it.
    """
    bars = [each for each in pieces if _may_be_bar(each)]
    if len(bars) < 2:
        return
    for front in broad:
        if np.sort(front.geometry.size)[1] < LEAST_FRONT:
            continue
        mine = [bar for bar in bars if bar is not front and _near(bar, front, REACH)]
        if len(mine) < 2:
            continue
        centres = np.stack([bar.geometry.centre for bar in mine])
        away = (centres - front.geometry.centre)[:, :2].mean(axis=0)
        across = np.array([-away[1], away[0], 0.0]) / max(np.linalg.norm(away), 1e-9)
        ahead = np.stack([across, [0.0, 0.0, 1.0]], axis=1)  # (3, 2)
        places = front.points_world @ ahead
        gaps = np.linalg.norm(places[:, None] - (centres @ ahead)[None], axis=2)
        owner = gaps.argmin(axis=1)
        yield from (front.rows[owner == k] for k in range(len(mine)))


def _may_be_bar(each: Cluster) -> bool:
    sides = np.sort(each.geometry.size)
    return bool(sides[1] < 0.06 and sides[2] < 0.2 and each.geometry.bottom > 0.02)


def _loop_and_rest(each: Cluster) -> Iterable[Rows]:
    """Yield what stands off a round body, and the body: the handle of a mug."""
    long, _, high = each.geometry.size
    if not (0.06 < long < 0.25 and high > 0.03 and each.geometry.roundness < 0.9):
        return
    xy = each.points_world[:, :2]
    some = xy[:: max(1, len(xy) // SAMPLES)]
    keep = np.ones(len(some), dtype=bool)
    centre, radius = _circle(some)
    for _ in range(5):
        off = np.linalg.norm(some - centre, axis=1) - radius
        keep = off < max(
            0.004, float(np.partition(off, -len(off) // 10)[-len(off) // 10])
        )
        centre, radius = _circle(some[keep])
    loop = np.linalg.norm(xy - centre, axis=1) > radius + 0.005
    if loop.sum() >= LEAST_LOOP and (~loop).sum() >= loop.sum():
        yield each.rows[loop]
        yield each.rows[~loop]


def _arms_and_rest(each: Cluster) -> Iterable[Rows]:
    """Yield what reaches out thin from something broad, seen from above, and the rest.

    The handle of a dustpan, of the pan's own colour.
    """
    long, wide, _ = each.geometry.size
    if not (long > 0.1 and wide > 3 * THIN):
        return
    xy = each.points_world[:, :2]
    cells = np.floor((xy - xy.min(axis=0)) / CELL).astype(np.int64) + 4
    plan = np.zeros(cells.max(axis=0) + 5, dtype=bool)
    plan[cells[:, 0], cells[:, 1]] = True
    plan = np.asarray(binary_closing(plan, iterations=2))
    core = np.asarray(distance_transform_edt(plan)) * CELL > THIN
    if not core.any():
        return
    # What is broad, grown again to its edge, and a little over it.
    broad = np.asarray(distance_transform_edt(~core)) * CELL < THIN + 2 * CELL
    arms, count = label(plan & ~broad, np.ones((3, 3)))
    mine = np.asarray(arms)[cells[:, 0], cells[:, 1]]
    for number in range(1, count + 1):
        arm = mine == number
        if arm.sum() >= LEAST_LOOP and np.ptp(xy[arm], axis=0).max() > 2 * THIN:
            yield each.rows[arm]
            yield each.rows[~arm]


def _circle(xy: Float[np.ndarray, "n 2"]) -> tuple[Float[np.ndarray, "2"], float]:
    """Fit |p|² = 2 c·p + d by least squares; return the centre and the radius."""
    middle = xy.mean(axis=0)
    p: np.ndarray = xy - middle
    design = np.column_stack([2.0 * p, np.ones(len(p))])
    moments = design.T @ design + 1e-12 * np.eye(3)
    squares = np.einsum("nk,nk->n", p, p)
    solution = np.asarray(np.linalg.solve(moments, design.T @ squares), dtype=float)
    centre = solution[:2]
    return middle + centre, float(np.sqrt(max(solution[2] + centre @ centre, 1e-9)))


def _near(a: Cluster, b: Cluster, gap: float = 0.012) -> bool:
    low = np.maximum(a.geometry.box_world[0], b.geometry.box_world[0])
    high = np.minimum(a.geometry.box_world[1], b.geometry.box_world[1])
    return bool((low - high < gap).all())


def _distinct(made: Sequence[Rows], count: int, config: ProposalConfig) -> list[Rows]:
    sizes = np.array([len(rows) for rows in made])
    shared = shared_rows(made, count)
    alike = shared >= config.same * (sizes[:, None] + sizes - shared)
    kept: list[int] = []
    for i in range(len(made)):
        if not alike[i, kept].any():
            kept.append(i)
    kept.sort(key=lambda i: -len(made[i]))
    return [np.sort(made[i]) for i in kept[: config.most]]
