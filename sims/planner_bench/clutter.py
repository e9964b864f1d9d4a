"""Random clutter: is every path free, and every "unreachable" true?

The oracle is a full search of the exact free space. The planner sees points and
cells, so within half a cell of clearance it may err to either side: there neither
is wrong, and such scenes are counted apart, as grey.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from perception.frames import Points
from planner.errors import UnreachableError
from planner.motion.config import MotionConfig
from planner.motion.published import plan_published
from sims.planner_bench.scenes import BODY, GRID, PathScene, find_ours, pillars
from sims.planner_bench.shortest import Oracle
from sims.planner_bench.solids import Solids, length_of

Kind = Literal[
    "free", "grazes", "collides", "unreachable", "grey unreachable", "gave up", "jumps"
]
GOOD: tuple[Kind, ...] = ("free", "unreachable")
GREY: tuple[Kind, ...] = ("grazes", "grey unreachable")


@dataclass(frozen=True, slots=True)
class ClutterRow:
    """One scene.

    Attributes:
        index: Which of the seed's.
        kind: `free`: a path without contact; `grazes`: contact by less than half a
            cell; `collides`: by more; `unreachable`: told, and the oracle says so
            too; `grey unreachable`: told, and the oracle finds a way that half a
            cell more clearance closes; `gave up`: told, and there is a way;
            `jumps`: a path, and the oracle says there is none.
        gap: Least distance on the path, [m]; NaN if there is none.
        ratio: Length over the shortest way at equal clearance; NaN likewise.
        published_reaches: Whether the published descent came there, if it was asked.
        published_collides: Whether its waypoints run through anything.
    """

    index: int
    kind: Kind
    gap: float
    ratio: float
    published_reaches: bool | None = None
    published_collides: bool | None = None


def clutter_scene(seed: int, index: int) -> PathScene:
    """Return 12 pillars and 4 to 30 boxes between random ends.

    In every fifth scene a wall shuts all but a hole, from none to 12 cm wide.
    """
    rng = np.random.default_rng([seed, index])
    start = np.array([0.07, *rng.uniform(0.1, 0.9, 2)])
    goal = np.array([0.93, *rng.uniform(0.1, 0.9, 2)])
    columns = pillars(12, start, goal, rng)
    boxes: list[np.ndarray] = []
    count = rng.integers(4, 31)
    while len(boxes) < count:
        centre, half = rng.uniform(0.1, 0.9, 3), rng.uniform(0.03, 0.15, 3)
        box = Solids((centre - half)[None], (centre + half)[None])
        if box.gap(np.stack([start, goal])).min() > 0.04:
            boxes.append(np.stack([centre - half, centre + half]))
    corners = np.stack(boxes)
    wall = _wall(rng) if index % 5 == 4 else Solids.of()
    solids = Solids(
        np.concatenate([columns.lower, corners[:, 0], wall.lower]),
        np.concatenate([columns.upper, corners[:, 1], wall.upper]),
    )
    return PathScene(f"clutter {index}", solids, start, goal)


def _wall(rng: np.random.Generator) -> Solids:
    side = rng.uniform(0.0, 0.12)
    y, z = rng.uniform(0.1, 0.9 - side, 2)
    return Solids.of(
        ((0.49, 0.0, 0.0), (0.51, y, 1.0)),
        ((0.49, y + side, 0.0), (0.51, 1.0, 1.0)),
        ((0.49, y, 0.0), (0.51, y + side, z)),
        ((0.49, y, z + side), (0.51, y + side, 1.0)),
    )


def run_clutter(
    count: int,
    seed: int,
    config: MotionConfig,
    *,
    published: int = 0,
    progress: Callable[[ClutterRow], None] | None = None,
) -> list[ClutterRow]:
    """Plan in many scenes; the published planner in the first few as well."""
    rows: list[ClutterRow] = []
    for index in range(count):
        scene = clutter_scene(seed, index)
        row = _judge(scene, index, config, seed)
        if index < published:
            points = scene.solids.surface(0.005)
            theirs = plan_published(scene.maps, GRID, scene.start, points)
            gap = scene.solids.gap_along(theirs.p_world)
            row = replace(
                row, published_reaches=theirs.reached, published_collides=gap < 0.0
            )
        rows.append(row)
        if progress is not None:
            progress(row)
    return rows


def _judge(scene: PathScene, index: int, config: MotionConfig, seed: int) -> ClutterRow:
    body = scene.with_body(BODY)
    oracle = Oracle(body, GRID)
    half = 0.5 * config.cell
    nan = float("nan")
    try:
        path = find_ours(scene, config)
    except UnreachableError:
        kind: Kind = "unreachable"
        if oracle.reaches(scene.start, scene.goal, config.margin + half):
            kind = "gave up"
        elif oracle.reaches(scene.start, scene.goal, 0.0):
            kind = "grey unreachable"
        return ClutterRow(index, kind, nan, nan)
    gap = body.gap_along(path)
    kind = _kind_of(path, scene, oracle, gap, half)
    rng = np.random.default_rng([seed, index])
    best = oracle.optimum(path, gap, rng)
    return ClutterRow(index, kind, gap, length_of(path) / best)


def _kind_of(
    path: Points, scene: PathScene, oracle: Oracle, gap: float, half: float
) -> Kind:
    if gap < -half:
        return "collides"
    if np.linalg.norm(path[-1] - scene.goal) > 1e-6:
        return "jumps"
    # The oracle's own grid may miss a passage that is narrower than its cells.
    if gap < 0.0 and not oracle.reaches(scene.start, scene.goal, -half):
        return "jumps"
    return "free" if gap >= 0.0 else "grazes"


def clutter_facts(rows: list[ClutterRow]) -> dict[str, object]:
    """Return the counts, and the shares that are right with and without the grey."""
    kinds = Counter(row.kind for row in rows)
    good = sum(kinds[kind] for kind in GOOD)
    grey = sum(kinds[kind] for kind in GREY)
    ratios = [row.ratio for row in rows if np.isfinite(row.ratio)]
    asked = [row for row in rows if row.published_reaches is not None]
    return {
        "scenes": len(rows),
        "right": good / len(rows),
        "right_without_grey": good / max(1, len(rows) - grey),
        "kinds": dict(kinds),
        "ratio_median": float(np.median(ratios)) if ratios else None,
        "ratio_p95": float(np.quantile(ratios, 0.95)) if ratios else None,
        "not_right": [
            {"index": row.index, "kind": row.kind, "gap": round(row.gap, 5)}
            for row in rows
            if row.kind not in GOOD
        ],
        "published": {
            "scenes": len(asked),
            "reaches": sum(bool(row.published_reaches) for row in asked),
            "collides": sum(bool(row.published_collides) for row in asked),
        },
    }
