import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import KDTree
from typer.testing import CliRunner

from planner.errors import UnreachableError
from planner.map_reading import read
from planner.motion.config import MotionConfig
from planner.motion.lattice import Lattice
from planner.trajectory import Trajectory
from planner.value_maps import VoxelGrid
from sims import cli
from sims.planner_bench.closed_loop import beyond_limits
from sims.planner_bench.clutter import ClutterRow, clutter_facts, clutter_scene
from sims.planner_bench.run import (
    PlannerBenchConfig,
    growth,
    run_planner_bench,
    tables,
)
from sims.planner_bench.scenes import BODY, find_ours, path_scenes
from sims.planner_bench.shortest import Oracle
from sims.planner_bench.solids import Solids, length_of
from sims.planner_bench.timed_scenes import POINTS, timed_scenes
from sims.planner_bench.timing import TimingRow

GRID = VoxelGrid((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (100, 100, 100))
CONFIG = MotionConfig()
WALL = Solids.of(((0.45, 0.0, 0.0), (0.55, 0.6, 1.0)))
LEFT, RIGHT = np.array([0.205, 0.305, 0.505]), np.array([0.805, 0.305, 0.505])
SCENES = 3
CENTRE = np.array([[0.53, 0.47, 0.33]])


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="module")
def report():
    return run_planner_bench(
        PlannerBenchConfig(scenes=SCENES, repeats=1, sizes=(50,), loop_seconds=0.3)
    )


def test_the_report_has_every_part_and_survives_json(report):
    facts = json.loads(json.dumps(report.facts(), allow_nan=False))
    assert {"speedup", "scenes", "clutter", "closed_loop_hz", "versions"} <= set(facts)
    assert len(facts["speedup"]) == 3
    assert len(facts["scenes"]) == 7
    assert facts["clutter"]["scenes"] == sum(facts["clutter"]["kinds"].values())
    assert facts["clutter"]["scenes"] == SCENES
    assert tables(report).renderables


def test_walls_stop_the_published_planner_only(report):
    walls = [row for row in report.scenes if row.scene.startswith("wall")]
    assert all(row.published_collides and not row.published_reaches for row in walls)
    assert all(row.reaches and not row.collides for row in walls)


def test_stages_add_up_to_the_whole(report):
    for row in report.timing:
        assert sum(row.stages_ms.values()) == pytest.approx(row.ours_ms)
        assert min(row.stages_ms.values()) > -0.05 * row.ours_ms


def test_no_path_is_shorter_than_what_is_called_the_optimum(report):
    ratios = [row.ratio for row in [*report.scenes, *report.clutter]]
    ratios += [row.ratio_least for row in report.scenes]
    assert np.nanmin(ratios) >= 1.0


def test_a_goal_that_is_shut_in_is_unreachable_with_the_nearest_point(report):
    told = report.enclosed
    assert told["unreachable"]
    assert told["nearest_is_free"]
    assert told["nearest_gap"] == pytest.approx(told["oracle_gap"], abs=CONFIG.cell)


def test_no_waypoint_of_the_loop_is_beyond_its_limits(report):
    assert report.loop.waypoints > 0
    assert report.loop.beyond_limits == 0
    assert report.loop.gap > 0.0


def test_a_gap_is_the_distance_from_the_surface(rng):
    solids = Solids.of(
        ((0.3, 0.3, 0.3), (0.5, 0.6, 0.4)), ((0.7, 0.1, 0.2), (0.8,) * 3)
    )
    places = rng.random((300, 3))
    outside = places[solids.gap(places) > 0.0]
    gaps, _ = KDTree(solids.surface(0.005)).query(outside)
    np.testing.assert_allclose(solids.gap(outside), gaps, atol=0.004)
    inside = np.array([[0.4, 0.45, 0.35], [0.75, 0.4, 0.5]])
    np.testing.assert_allclose(solids.gap(inside), [-0.05, -0.05])


def test_the_gap_field_is_the_gap_at_every_centre_outside():
    solids = path_scenes(0)[2].with_body(0.02)
    lattice = Lattice.over(GRID, 0.1)
    field = solids.gap_field(lattice)
    gaps = solids.gap(lattice.to_world(np.argwhere(np.ones(lattice.shape))))
    outside = gaps > -0.02
    np.testing.assert_allclose(field.ravel()[outside], gaps[outside], atol=1e-5)
    assert (field.ravel()[~outside] < 0.0).all()


def test_points_seen_lie_on_the_surface_and_are_as_many_as_wanted(rng):
    scene = timed_scenes(0)[0]
    sight = scene.seen(rng)
    assert len(sight.points_world) == POINTS
    assert np.abs(scene.solids.gap(sight.points_world)).max() < 1e-9


@pytest.mark.parametrize("clearance", [0.0, 0.03])
def test_the_oracle_finds_the_taut_way_round_a_wall(rng, clearance):
    edge = np.array([[0.45 - clearance, 0.6, 0.505], [0.55 + clearance, 0.6, 0.505]])
    around = length_of(np.concatenate([LEFT[None], edge, RIGHT[None]]))
    found = Oracle(WALL, GRID).shortest(LEFT, RIGHT, clearance, rng)
    assert found == pytest.approx(around + 0.7 * clearance, rel=0.02)


def test_the_oracle_knows_what_a_clearance_closes(rng):
    slot = Solids.of(
        ((0.45, 0.0, 0.0), (0.55, 0.45, 1.0)), ((0.45, 0.55, 0.0), (0.55, 1.0, 1.0))
    )
    oracle = Oracle(slot, GRID)
    assert oracle.reaches(LEFT, RIGHT, 0.03)
    assert not oracle.reaches(LEFT, RIGHT, 0.06)
    assert oracle.shortest(LEFT, RIGHT, 0.06, rng) is None
    assert oracle.nearest(LEFT, RIGHT, 0.06) == pytest.approx(0.805 - 0.385, abs=0.015)


def test_the_same_seed_makes_the_same_clutter_clear_of_both_ends():
    one, same, other = (clutter_scene(*key) for key in ((3, 1), (3, 1), (4, 1)))
    np.testing.assert_array_equal(one.solids.lower, same.solids.lower)
    assert not np.array_equal(one.goal, other.goal)
    assert one.solids.gap(np.stack([one.start, one.goal])).min() > 0.04


def test_grey_scenes_are_counted_apart():
    kinds = ["free", "free", "unreachable", "grazes", "gave up"]
    facts = clutter_facts([ClutterRow(i, k, 0.0, 1.0) for i, k in enumerate(kinds)])
    assert facts["right"] == 3 / 5
    assert facts["right_without_grey"] == 3 / 4
    assert [row["index"] for row in facts["not_right"]] == [3, 4]


def test_growth_is_the_power_of_the_voxels():
    rows = [
        TimingRow("table", n, (n / 50) ** 3, 5.0, 1.0, 1.0, 1.0, {}, {})
        for n in (50, 100)
    ]
    (step,) = growth(rows)
    assert step["published_power"] == pytest.approx(1.0)
    assert step["ours_power"] == pytest.approx(0.0)


def test_what_breaks_a_limit_is_counted():
    n = 5
    speed = np.array([0.0, 0.004, 0.012, 0.016, 0.4])
    trajectory = Trajectory(
        time=CONFIG.dt * np.arange(n),
        p_world=np.zeros((n, 3)),
        velocity=np.stack([speed, 0 * speed, 0 * speed], axis=1),
        wxyz=np.tile([1.0, 0.0, 0.0, 0.0], (n, 1)),
        gripper_width=np.zeros(n),
    )
    assert beyond_limits(trajectory, np.zeros((2, 3)), CONFIG) == 1
    running = np.array([[0.5, 0.0, 0.0], [0.5, 0.0, 0.0]])
    assert beyond_limits(trajectory, running, CONFIG) == 3


def test_another_subject_is_refused():
    assert CliRunner().invoke(cli.app, ["bench", "nothing"]).exit_code == 2


def test_the_command_prints_the_report_as_the_last_line(report, monkeypatch):
    asked = []

    def measured(config, tell):
        asked.append(config)
        return report

    monkeypatch.setattr("sims.planner_bench.run.run_planner_bench", measured)
    verb = ["bench", "planner", "--json", "--seed", "7", "--scenes", "5"]
    result = CliRunner().invoke(cli.app, verb)
    assert result.exit_code == 0
    assert asked == [PlannerBenchConfig(seed=7, scenes=5)]
    assert json.loads(result.stdout.splitlines()[-1]) == report.facts()


def test_no_point_of_a_path_lies_in_a_forbidden_voxel():
    ball = replace(path_scenes(0)[-1].solids, centre=CENTRE, radius=np.array([0.1]))
    scene = replace(path_scenes(0)[-1], solids=ball)
    path = find_ours(scene, CONFIG)
    assert (read(scene.maps.avoidance, GRID, GRID.to_vox(path)) < 1.0).all()


def test_a_hole_too_narrow_for_the_body_is_told_or_passed_but_never_scraped():
    scene = clutter_scene(0, 354)
    try:
        path = find_ours(scene, CONFIG)
    except UnreachableError:
        return
    assert scene.with_body(BODY).gap_along(path) >= -0.002


@pytest.mark.parametrize("index", [139, 279, 334, 384, 644, 684])
def test_a_hole_too_narrow_for_the_margin_is_never_grazed(index):
    scene = clutter_scene(0, index)
    try:
        path = find_ours(scene, MotionConfig())
    except UnreachableError:
        return
    assert scene.with_body(BODY).gap_along(path) >= 0.0
