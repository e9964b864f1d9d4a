import numpy as np
import pytest
from scipy import ndimage

from planner.errors import EmptyMapError
from planner.motion.published import (
    PublishedConfig,
    greedy_path,
    obstacle_map,
    occupancy,
    plan_published,
    published_cost,
)
from planner.value_maps import Box, MapSet, Near, Recipe, VoxelGrid

CONFIG = PublishedConfig()
GRID = VoxelGrid((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (50, 50, 50))
START = np.array([0.15, 0.5, 0.3])
GOAL = np.array([0.85, 0.5, 0.3])
OPEN = np.zeros((0, 3))


def toward(p_world, **maps):
    voxel = GRID.to_vox(np.array([p_world]))
    return MapSet(affordance=Recipe(0.0, (Near.of(voxel, 0.0, 1.0),)), **maps)


def ball(p_world, radius, value):
    return Near.of(GRID.to_vox(np.array([p_world])), radius, value)


def random_maps(rng, shape):
    target = np.zeros(shape)
    for _ in range(3):
        target[tuple(rng.integers(0, shape))] = 1.0
    return target, (rng.random(shape) < 0.02).astype(float)


@pytest.mark.parametrize("shape", [(40, 40, 40), (31, 45, 52)])
def test_the_cost_is_the_published_formula(rng, shape):
    target, obstacles = random_maps(rng, shape)
    t = ndimage.distance_transform_edt(1 - target)
    t = (t - t.min()) / (t.max() - t.min())
    o = ndimage.gaussian_filter(obstacles, sigma=10)
    o = (o - o.min()) / (o.max() - o.min())
    total = 2 * t + 1 * o
    total = (total - total.min()) / (total.max() - total.min())
    ours = published_cost(target == 1, obstacles)
    np.testing.assert_allclose(ours, total, rtol=0, atol=1e-5)


def test_the_obstacles_are_avoidance_and_collision_with_both_ends_cleared(rng):
    target, occupied = random_maps(rng, (60, 60, 60))
    avoidance = rng.random((60, 60, 60)) * (rng.random((60, 60, 60)) < 0.1)
    start = np.array([30, 20, 40])
    collision = occupied.copy()
    collision[ndimage.distance_transform_edt(1 - target) < 15] = 0
    collision[20:40, 10:30, 30:50] = 0
    wanted = np.clip(avoidance + collision, 0, 1)
    ours = obstacle_map(avoidance, occupied, target == 1, start, CONFIG)
    np.testing.assert_allclose(ours, wanted, rtol=0, atol=1e-12)


def test_the_start_is_cleared_at_the_border_too():
    full = np.ones((50, 50, 50))
    target = np.zeros((50, 50, 50), dtype=bool)
    target[49, 49, 49] = True
    cleared = obstacle_map(0 * full, full, target, np.array([2, 25, 49]), CONFIG)
    assert not cleared[:12, 15:35, 39:].any()
    assert cleared[:13, 14:35, 38:].any()


def test_a_point_occupies_its_voxel_and_one_outside_the_box_none():
    points = np.array([[0.01, 0.01, 0.01], [0.99, 0.5, 0.3], [1.2, 0.5, 0.5]])
    occupied = occupancy(points, GRID)
    assert occupied.sum() == 2
    assert occupied[0, 0, 0] == occupied[49, 25, 15] == 1


def test_each_step_goes_to_the_cheapest_neighbour_and_the_last_has_none_cheaper(rng):
    target = np.zeros((100, 100, 100), dtype=bool)
    target[80, 60, 20] = True
    cost = published_cost(target, np.zeros((100, 100, 100)))
    steps = greedy_path(cost, np.array([10, 50, 50]))
    np.testing.assert_array_equal(steps[-1], [80, 60, 20])
    assert np.abs(np.diff(steps, axis=0)).max() == 2
    assert (np.diff(cost[tuple(steps.T)]) < 0).all()


def test_a_way_that_is_stuck_ends_in_a_straight_leg_to_the_target():
    wall = np.stack(
        np.meshgrid([0.5], np.arange(0.15, 0.85, 0.01), np.arange(0, 0.75, 0.01)), -1
    ).reshape(-1, 3)
    result = plan_published(toward(GOAL), GRID, START, wall)
    legs = np.linalg.norm(np.diff(result.p_world, axis=0), axis=1)
    assert not result.reached
    assert legs[-1] > 0.3
    assert np.linalg.norm(result.p_world[-1] - GOAL) < 0.02


def test_waypoints_carry_what_the_maps_say_there():
    tilted = (0.6, 0.8, 0.0, 0.0)
    maps = toward(
        GOAL,
        rotation=Recipe((0.0, 1.0, 0.0, 0.0), (Box((25, 0, 0), (50,) * 3, tilted),)),
        velocity=Recipe(1.0, (ball(GOAL, 0.2, 0.25),)),
        gripper=Recipe(1.0, (ball(GOAL, 0.03, 0.0),)),
    )
    result = plan_published(maps, GRID, START, OPEN)
    assert result.reached
    beyond = result.p_world[:, 0] > 0.52
    np.testing.assert_allclose(result.wxyz[beyond], [tilted] * beyond.sum(), atol=1e-6)
    gaps = np.linalg.norm(result.p_world - GOAL, axis=1)
    assert (result.speed[gaps < 0.17] == 0.25).all()
    assert (result.speed[gaps > 0.23] == 1.0).all()
    assert result.openness[0] == 1.0
    assert result.openness[-1] == 0.0


def test_the_gripper_snaps_to_a_change_just_before_the_end():
    beside = GOAL + np.array([0.0, 0.0, 0.05])
    maps = toward(GOAL, gripper=Recipe(1.0, (ball(beside, 0.0, 0.0),)))
    assert plan_published(maps, GRID, START, OPEN).openness[-1] == 0.0


def test_as_a_path_it_is_even_and_in_si_units():
    maps = toward(GOAL, velocity=Recipe(0.5), gripper=Recipe(0.5))
    result = plan_published(maps, GRID, START, OPEN)
    path = result.as_path(0.2, 0.08, 0.005)
    steps = np.linalg.norm(np.diff(path.p_world, axis=0), axis=1)
    assert steps.max() <= 0.005 + 1e-9
    np.testing.assert_allclose(path.p_world[[0, -1]], result.p_world[[0, -1]])
    assert (path.speed == 0.1).all()
    assert (path.gripper_width == 0.04).all()


def test_a_map_without_a_target_is_refused():
    with pytest.raises(EmptyMapError):
        plan_published(MapSet(), GRID, START, OPEN)
