"""All of it in one process: time, scenes, clutter, closed loop; as JSON and tables."""

import itertools
import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version

import numpy as np
from rich.console import Group
from rich.table import Table

from planner.errors import UnreachableError
from planner.motion.config import MotionConfig
from sims.planner_bench.closed_loop import LoopFacts, run_closed_loop
from sims.planner_bench.clutter import ClutterRow, clutter_facts, run_clutter
from sims.planner_bench.scenes import (
    BODY,
    GRID,
    SceneRow,
    enclosed,
    find_ours,
    path_scenes,
    run_scene,
)
from sims.planner_bench.shortest import Oracle
from sims.planner_bench.timed_scenes import timed_scenes
from sims.planner_bench.timing import TimingRow, time_scene

_PUBLISHED_CLUTTER = 30  # scenes the published planner is asked as well
_PACKAGES = ("voxfield", "numpy", "scipy", "dijkstra3d", "edt")


@dataclass(frozen=True, slots=True)
class PlannerBenchConfig:
    """What to measure.

    Attributes:
        seed: Everything random follows from it.
        scenes: Of random clutter.
        repeats: Turns that are timed for each scene and size.
        sizes: Voxels along each side of the maps.
        loop_seconds: Longest closed loop, simulated, [s].
    """

    seed: int = 0
    scenes: int = 1000
    repeats: int = 15
    sizes: tuple[int, ...] = (50, 100, 200)
    loop_seconds: float = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class PlannerReport:
    """What was measured."""

    config: PlannerBenchConfig
    timing: list[TimingRow]
    scenes: list[SceneRow]
    enclosed: dict[str, object]
    clutter: list[ClutterRow]
    loop: LoopFacts

    def facts(self) -> dict[str, object]:
        """Return it as JSON."""
        body: dict[str, object] = {
            "speedup": [asdict(row) for row in self.timing],
            "growth": growth(self.timing),
            "scenes": [asdict(row) for row in self.scenes],
            "enclosed": self.enclosed,
            "clutter": clutter_facts(self.clutter),
            "closed_loop_hz": self.loop.hz,
            "closed_loop": asdict(self.loop),
            "settings": asdict(self.config),
            "seed": self.config.seed,
            "versions": {name: version(name) for name in _PACKAGES},
        }
        return json.loads(
            json.dumps(body),
            parse_float=lambda digits: round(float(digits), 5),
            parse_constant=lambda _: None,  # NaN: there is no such number
        )


def run_planner_bench(
    config: PlannerBenchConfig, tell: Callable[[str], None] | None = None
) -> PlannerReport:
    """Measure everything; `tell` hears how far it is."""
    tell = tell or (lambda _: None)
    motion = MotionConfig()
    timing: list[TimingRow] = []
    for voxels in config.sizes:
        for scene in timed_scenes(config.seed):
            timing.append(time_scene(scene, voxels, config.repeats, config.seed))
            tell(f"timed: {scene.name} at {voxels} voxels a side")
    loop = run_closed_loop(config.seed, seconds=config.loop_seconds)
    tell("closed loop driven")
    rows: list[SceneRow] = []
    for scene in path_scenes(config.seed):
        rows.append(run_scene(scene, motion, config.seed))
        tell(f"path scene: {scene.name}")

    def count(row: ClutterRow) -> None:
        if (row.index + 1) % 100 == 0:
            tell(f"clutter: {row.index + 1} of {config.scenes}")

    asked = min(config.scenes, _PUBLISHED_CLUTTER)
    clutter = run_clutter(
        config.scenes, config.seed, motion, published=asked, progress=count
    )
    return PlannerReport(config, timing, rows, run_enclosed(motion), clutter, loop)


def run_enclosed(config: MotionConfig) -> dict[str, object]:
    """Return what is said of a goal that is shut in, beside what is true."""
    scene = enclosed()
    body = scene.with_body(BODY)
    oracle = Oracle(body, GRID)
    try:
        find_ours(scene, config)
    except UnreachableError as error:
        return {
            "unreachable": True,
            "nearest_gap": float(np.linalg.norm(error.nearest - scene.goal)),
            "nearest_is_free": bool(body.gap(error.nearest[None])[0] >= 0.0),
            "oracle_gap": oracle.nearest(scene.start, scene.goal, config.margin),
        }
    return {"unreachable": False}


def growth(timing: list[TimingRow]) -> list[dict[str, float]]:
    """Return by what power of the voxels each planner's time grows, size to size."""
    sizes = sorted({row.voxels for row in timing})
    mean = {
        n: np.mean(
            [(r.published_ms, r.ours_ms) for r in timing if r.voxels == n], axis=0
        )
        for n in sizes
    }
    return [
        {
            "from": float(a),
            "to": float(b),
            "published_power": math.log(mean[b][0] / mean[a][0])
            / (3 * math.log(b / a)),
            "ours_power": math.log(mean[b][1] / mean[a][1]) / (3 * math.log(b / a)),
        }
        for a, b in itertools.pairwise(sizes)
    ]


def tables(report: PlannerReport) -> Group:
    """Return the report for a person."""
    loop, clutter = report.loop, clutter_facts(report.clutter)
    lines = [
        f"enclosed goal: {report.enclosed}",
        f"clutter: {clutter['kinds']}; right {clutter['right']:.1%}, median length "
        f"{clutter['ratio_median']} of the optimum; published: {clutter['published']}",
        f"closed loop: {loop.hz:.0f} plans a CPU second (worst {loop.worst_hz:.0f}), "
        f"goal {'reached' if loop.reached else 'not reached'} in {loop.seconds:.1f} s, "
        f"{loop.beyond_limits} of {loop.waypoints} waypoints beyond limits",
    ]
    return Group(_time_table(report.timing), _scene_table(report.scenes), *lines)


def _time_table(rows: list[TimingRow]) -> Table:
    table = Table(
        "CPU ms a plan", "voxels", "published", "ours", "times", "as a ball", "times"
    )
    for row in rows:
        table.add_row(
            row.scene,
            f"{row.voxels}³",
            f"{row.published_ms:.0f}",
            f"{row.ours_ms:.1f}",
            f"{row.ratio:.1f}",
            f"{row.point_ms:.1f}",
            f"{row.point_ratio:.1f}",
        )
    return table


def _scene_table(rows: list[SceneRow]) -> Table:
    table = Table("path", "published", "ours", "gap, mm", "length, m", "of optimum")
    for row in rows:
        table.add_row(
            row.scene,
            _outcome(reaches=row.published_reaches, collides=row.published_collides),
            _outcome(reaches=row.reaches, collides=row.collides),
            f"{1e3 * row.gap:.1f}",
            f"{row.length:.3f}",
            f"{row.ratio:.3f}",
        )
    return table


def _outcome(*, reaches: bool, collides: bool) -> str:
    there = "reaches" if reaches else "stuck"
    return f"{there}, [red]collides[/]" if collides else there
