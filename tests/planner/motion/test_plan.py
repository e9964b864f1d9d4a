from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import KDTree

from perception.frames import Pose, angle_between
from planner.errors import EmptyMapError, OutsideWorkspaceError, UnreachableError
from planner.motion.arm_model import ArmModel, hand_spheres
from planner.motion.config import MotionConfig
from planner.motion.plan import MotionRequest, plan_motion
from planner.value_maps import Box, MapSet, Near, Recipe, VoxelGrid
from tests.planner.conftest import DOWN, at_rest, box_object, scene_of

GRID = VoxelGrid()
ARM = ArmModel.panda()
CONFIG = MotionConfig()
HALF_VOXEL = np.linalg.norm(GRID.voxel_size) / 2


def toward(p_world):
    voxel = GRID.to_vox(np.array([p_world]))
    return Recipe(0.0, (Near.of(voxel, 0.0, 1.0),))


def plan(scene, start, goal, **maps):
    maps = MapSet(affordance=toward(goal), **maps)
    request = MotionRequest(maps, scene, at_rest(start), None, GRID)
    return plan_motion(request, ARM, CONFIG)


def hand_gap(result, scene, width=0.08):
    """Least distance of the hand's spheres from the scene, at every waypoint."""
    spheres = hand_spheres(width)
    tree = KDTree(scene.points_world)
    trajectory = result.trajectory
    gaps = []
    for p, q in zip(trajectory.p_world, trajectory.wxyz, strict=True):
        centres = Pose(p, q).apply(spheres.centre)
        gaps.append((tree.query(centres)[0] - spheres.radius).min())
    return np.array(gaps)


def test_it_ends_at_the_goal_at_rest():
    result = plan(scene_of(), [0.4, 0.0, 0.4], [0.6, 0.2, 0.1])
    end = result.trajectory.p_world[-1]
    assert np.linalg.norm(end - [0.6, 0.2, 0.1]) <= HALF_VOXEL + 0.001
    assert np.linalg.norm(result.trajectory.velocity[-1]) < 0.006


@pytest.mark.parametrize("goal", [(0.6012, 0.2031, 0.1077), (0.401, -0.0017, 0.4023)])
def test_a_goal_in_metres_is_reached_to_the_millimetre(goal):
    near = Near.of(GRID.to_vox(np.array([goal])), 0.0, 1.0, goal)
    maps = MapSet(affordance=Recipe(0.0, (near,)))
    start = at_rest([0.4, 0.0, 0.4])
    result = plan_motion(
        MotionRequest(maps, scene_of(), start, None, GRID), ARM, CONFIG
    )
    assert np.linalg.norm(result.trajectory.p_world[-1] - goal) < 0.001
    assert result.exact


def test_a_goal_at_a_thing_is_found_in_the_corner_of_its_cells_too():
    goal = (0.4499, -0.0001, 0.1299)  # of a coarse cell and of a fine one
    tower = box_object((0.42, -0.03, 0.0), (0.48, 0.03, 0.16), "red tower")
    near = Near.of(GRID.to_vox(np.array([goal])), 0.0, 1.0, goal)
    maps = MapSet(affordance=Recipe(0.0, (near,)))
    start = at_rest([0.4, 0.2, 0.3])
    request = MotionRequest(maps, scene_of(tower), start, None, GRID)
    result = plan_motion(request, ARM, CONFIG)
    assert np.linalg.norm(result.trajectory.p_world[-1] - goal) < 0.001


def test_in_the_open_the_path_is_straight():
    result = plan(scene_of(), [0.3, -0.3, 0.3], [0.7, 0.3, 0.1])
    length = np.linalg.norm(np.diff(result.path_world, axis=0), axis=1).sum()
    straight = np.linalg.norm(result.path_world[-1] - result.path_world[0])
    assert length <= 1.02 * straight


def test_a_wall_between_hand_and_goal_is_walked_round():
    wall = box_object((0.40, -0.01, 0.0), (0.62, 0.01, 0.25), "gray wall")
    scene = scene_of(wall)
    result = plan(scene, [0.5, -0.25, 0.08], [0.5, 0.25, 0.08])
    assert np.linalg.norm(result.trajectory.p_world[-1] - [0.5, 0.25, 0.08]) < 0.008
    assert hand_gap(result, scene).min() > 0.0


def test_an_enclosed_goal_is_told_to_be_unreachable_with_the_nearest_point():
    sides = [
        box_object((0.42, -0.10, 0.0), (0.43, 0.10, 0.16), "gray wall", id=2),
        box_object((0.63, -0.10, 0.0), (0.64, 0.10, 0.16), "gray wall", id=3),
        box_object((0.42, -0.11, 0.0), (0.64, -0.10, 0.16), "gray wall", id=4),
        box_object((0.42, 0.10, 0.0), (0.64, 0.11, 0.16), "gray wall", id=5),
        box_object((0.42, -0.11, 0.16), (0.64, 0.11, 0.17), "gray lid", id=6),
    ]
    block = box_object((0.51, -0.02, 0.0), (0.55, 0.02, 0.04))
    with pytest.raises(UnreachableError) as failure:
        plan(scene_of(block, *sides), [0.4, 0.0, 0.4], [0.53, 0.0, 0.02])
    x, y, z = failure.value.nearest
    assert not (0.42 < x < 0.64 and -0.11 < y < 0.11 and z < 0.17)
    assert "unreachable" in failure.value.reason.lower()


def test_a_goal_beyond_the_arm_is_unreachable():
    with pytest.raises(UnreachableError):
        plan(scene_of(), [0.4, 0.0, 0.3], [0.845, 0.445, 0.05])


def test_it_comes_down_on_a_block_with_the_fingers_on_both_sides():
    block = box_object((0.50, -0.02, 0.0), (0.54, 0.02, 0.04))
    scene = scene_of(block)
    result = plan(scene, [0.35, -0.2, 0.1], [0.52, 0.0, 0.02])
    assert np.linalg.norm(result.trajectory.p_world[-1] - [0.52, 0.0, 0.02]) < 0.008
    last = result.trajectory.p_world[-15:]
    assert np.abs(last[:, :2] - last[-1, :2]).max() < 0.02
    assert hand_gap(result, scene).min() > 0.0


def test_what_is_held_may_be_put_into_something_that_the_hand_stays_over():
    socket = box_object((0.545, 0.095, 0.0), (0.555, 0.105, 0.07), "gray socket")
    rod = box_object((0.395, -0.005, 0.31), (0.405, 0.005, 0.39), id=2, held=True)
    scene, goal = scene_of(socket, rod), np.array([0.55, 0.1, 0.12])
    p_world = plan(scene, [0.4, 0.0, 0.4], goal).trajectory.p_world
    end = GRID.to_world(GRID.to_vox(goal[None]))[0]
    assert np.linalg.norm(p_world[-1] - end) < 0.001
    inside = p_world[:, 2] - 0.08 < 0.06
    assert np.abs(p_world[inside, :2] - end[:2]).max() < 0.0125


def test_what_stands_in_something_is_lifted_straight_out_of_it():
    socket = box_object((0.49, -0.01, 0.0), (0.51, 0.01, 0.06), "gray socket")
    rod = box_object((0.495, -0.005, 0.03), (0.505, 0.005, 0.11), id=2, held=True)
    result = plan(scene_of(socket, rod), [0.5, 0.0, 0.12], [0.5, 0.0, 0.27])
    path = result.path_world
    np.testing.assert_allclose(path, on_a_line(path), atol=1e-6)


def on_a_line(path):
    """Return the points between the ends of a path, at the same heights."""
    along = (path[:, 2] - path[0, 2]) / (path[-1, 2] - path[0, 2])
    return path[0] + along[:, None] * (path[-1] - path[0])


def test_a_hand_that_is_over_its_goal_comes_down_on_it_straight():
    goal, over = (0.5315, -0.0634, 0.0931), np.array([0.5295, -0.0636, 0.1807])
    foot = box_object((0.476, -0.119, 0.0), (0.583, -0.008, 0.014), "gray lamp")
    stem = box_object((0.510, -0.085, 0.0), (0.552, -0.043, 0.067), "gray lamp", id=2)
    held = box_object((0.502, -0.088, 0.148), (0.556, -0.036, 0.215), id=3, held=True)
    near = Near.of(GRID.to_vox(np.array([goal])), 0.0, 1.0, goal)
    maps, scene = MapSet(affordance=Recipe(0.0, (near,))), scene_of(foot, stem, held)
    request = MotionRequest(maps, scene, at_rest(over, 0.055), None, GRID)
    path = plan_motion(request, ARM, CONFIG).path_world
    np.testing.assert_allclose(path, on_a_line(path), atol=1e-6)


def test_a_forbidden_region_is_never_entered():
    ball = Recipe(0.0, (Near.of(GRID.to_vox(np.array([[0.5, 0, 0.2]])), 0.12, 1.0),))
    result = plan(scene_of(), [0.5, -0.3, 0.2], [0.5, 0.3, 0.2], avoidance=ball)
    gap = np.linalg.norm(result.trajectory.p_world - [0.5, 0.0, 0.2], axis=1)
    assert gap.min() >= 0.12 - 2 * HALF_VOXEL
    assert np.linalg.norm(result.trajectory.p_world[-1] - [0.5, 0.3, 0.2]) < 0.008


def test_a_mild_avoidance_is_a_cost_and_not_a_wall():
    half = Recipe(0.0, (Box((0, 40, 0), (100, 60, 100), 0.2),))
    result = plan(scene_of(), [0.5, -0.3, 0.2], [0.5, 0.3, 0.2], avoidance=half)
    assert np.linalg.norm(result.trajectory.p_world[-1] - [0.5, 0.3, 0.2]) < 0.008


def test_the_velocity_map_sets_the_speed():
    for factor in (0.25, 0.5, 1.0, 1.5):
        speed = plan(
            scene_of(), [0.3, -0.4, 0.3], [0.3, 0.4, 0.3], velocity=Recipe(factor)
        ).trajectory.velocity
        top = np.linalg.norm(speed, axis=1).max()
        assert top == pytest.approx(factor * CONFIG.max_speed, rel=0.02)


def test_the_hand_turns_before_the_last_leg():
    quarter = (0.0, np.sqrt(0.5), np.sqrt(0.5), 0.0)
    result = plan(
        scene_of(), [0.5, 0.0, 0.3], [0.5, 0.0, 0.05], rotation=Recipe(quarter)
    )
    trajectory = result.trajectory
    low = trajectory.p_world[:, 2] < 0.12
    turned = [angle_between(q, np.array(quarter)) for q in trajectory.wxyz[low]]
    assert max(turned) < 0.06
    assert angle_between(trajectory.wxyz[-1], np.array(quarter)) < 1e-3


def test_the_gripper_waits_for_arrival_when_it_changes_at_the_goal():
    goal = np.array([0.5, 0.1, 0.1])
    near = Near.of(GRID.to_vox(goal[None]), 0.02, 0.0)
    result = plan(scene_of(), [0.5, -0.2, 0.3], goal, gripper=Recipe(1.0, (near,)))
    assert result.gripper_width == 0.0
    assert (result.trajectory.gripper_width == ARM.max_width).all()


def test_without_an_affordance_map_only_the_hand_turns():
    request = MotionRequest(
        MapSet(rotation=Recipe((0.0, 0.0, 1.0, 0.0))),
        scene_of(),
        at_rest([0.5, 0.0, 0.3]),
        None,
        GRID,
    )
    result = plan_motion(request, ARM, CONFIG)
    assert np.ptp(result.trajectory.p_world, axis=0).max() < 1e-9
    assert angle_between(result.trajectory.wxyz[-1], np.array([0, 0, 1.0, 0])) < 1e-3


def test_a_held_object_clears_what_the_hand_alone_would_not_touch():
    held = box_object((0.48, -0.22, 0.12), (0.52, -0.18, 0.30), "red block", held=True)
    wall = box_object((0.30, -0.01, 0.0), (0.70, 0.01, 0.10), "gray wall", id=2)
    maps = MapSet(affordance=toward([0.5, 0.25, 0.28]))
    scene = scene_of(held, wall)
    state = at_rest([0.5, -0.2, 0.28], width=0.04)
    result = plan_motion(MotionRequest(maps, scene, state, None, GRID), ARM, CONFIG)
    over = np.abs(result.path_world[:, 1]) < 0.03
    lowest_part = result.path_world[over][:, 2].min() - 0.16
    assert lowest_part > 0.10


def test_the_object_that_moves_is_brought_to_the_goal_itself():
    held = box_object((0.48, -0.02, 0.20), (0.52, 0.02, 0.30), "red block", held=True)
    maps = MapSet(affordance=toward([0.5, 0.2, 0.2]))
    state = at_rest([0.5, 0.0, 0.29], width=0.04)
    result = plan_motion(
        MotionRequest(maps, scene_of(held), state, held, GRID), ARM, CONFIG
    )
    expected = np.array([0.5, 0.2, 0.2]) + np.array([0.0, 0.0, 0.04])
    assert np.linalg.norm(result.goal.position - expected) < HALF_VOXEL + 1e-6


def test_an_affordance_map_without_a_goal_is_refused():
    maps = MapSet(affordance=Recipe(0.0))
    request = MotionRequest(maps, scene_of(), at_rest([0.5, 0, 0.3]), None, GRID)
    with pytest.raises(EmptyMapError):
        plan_motion(request, ARM, CONFIG)


def test_a_hand_outside_the_workspace_is_told_so():
    with pytest.raises(OutsideWorkspaceError, match="workspace"):
        plan(scene_of(), [0.5, 0.0, 0.9], [0.5, 0.0, 0.2])


def test_the_same_request_gives_the_same_plan():
    wall = box_object((0.40, -0.01, 0.0), (0.62, 0.01, 0.25), "gray wall")
    first, second = (
        plan(scene_of(wall), [0.5, -0.25, 0.08], [0.5, 0.25, 0.08]) for _ in range(2)
    )
    np.testing.assert_array_equal(first.trajectory.p_world, second.trajectory.p_world)


def test_down_is_down():
    assert Pose(np.zeros(3), DOWN).rotation[2, 2] == pytest.approx(-1.0)


def test_an_object_is_come_upon_along_the_hands_axis():
    block = box_object((0.50, -0.02, 0.0), (0.54, 0.02, 0.04))
    for start in ([0.3, 0.0, 0.02], [0.52, 0.3, 0.03], [0.45, -0.1, 0.3]):
        path = plan(scene_of(block), start, [0.52, 0.0, 0.02]).path_world
        near = np.linalg.norm(path - path[-1], axis=1) < 0.6 * CONFIG.approach
        aside = np.linalg.norm((path - path[-1])[near][:, :2], axis=1)
        assert aside.max() < 0.03


def test_a_part_that_is_held_is_pulled_straight_whatever_is_seen_around_it():
    drawer = box_object((0.55, -0.12, 0.0), (0.80, 0.12, 0.12), "brown drawer", id=1)
    tray = box_object((0.40, -0.10, 0.02), (0.55, 0.10, 0.10), "brown tray", id=3)
    handle = box_object(
        (0.52, -0.06, 0.095), (0.54, 0.06, 0.115), "black handle", id=2, parent=1,
        held=True,
    )  # fmt: skip
    maps = MapSet(affordance=toward([0.37, 0.0, 0.108]))
    state = at_rest([0.53, 0.0, 0.108], width=0.0)
    request = MotionRequest(maps, scene_of(drawer, tray, handle), state, None, GRID)
    path = plan_motion(request, ARM, CONFIG).path_world
    goal = path[-1]
    axis = (goal - path[0]) / np.linalg.norm(goal - path[0])
    aside = (path - path[0]) - np.outer((path - path[0]) @ axis, axis)
    assert np.linalg.norm(aside, axis=1).max() < 1e-6


def test_what_is_held_with_all_its_parts_goes_round_a_wall():
    wall = box_object((0.40, -0.01, 0.0), (0.62, 0.01, 0.25), "gray wall")
    mug = box_object((0.48, -0.27, 0.04), (0.52, -0.23, 0.10), "red mug", id=2)
    loop = box_object((0.52, -0.26, 0.05), (0.54, -0.24, 0.09), "red handle", id=3)
    held = (replace(mug, held=True), replace(loop, held=True, parent=2))
    scene = replace(scene_of(wall), objects=(wall, *held))
    path = plan(scene, [0.5, -0.25, 0.08], [0.5, 0.25, 0.08]).path_world
    low, high = wall.aabb_world
    assert not ((path > low) & (path < high)).all(axis=1).any()


def test_the_published_planner_is_a_named_mode_with_its_weaknesses():
    wall = box_object((0.30, -0.01, 0.0), (0.70, 0.01, 0.35), "gray wall")
    maps = MapSet(affordance=toward([0.5, 0.25, 0.1]))
    request = MotionRequest(
        maps, scene_of(wall), at_rest([0.5, -0.25, 0.1]), None, GRID
    )
    reference = replace(CONFIG, mode="reference")
    path = plan_motion(request, ARM, reference).path_world
    np.testing.assert_allclose(path[-1], [0.5, 0.25, 0.1], atol=0.01)
    through = (np.abs(path[:, 1]) < 0.01) & (path[:, 2] < 0.35)
    assert through.any()
    ours = plan_motion(request, ARM, CONFIG).path_world
    assert not ((np.abs(ours[:, 1]) < 0.01) & (ours[:, 2] < 0.35)).any()


def test_straight_lines_come_from_above_and_mind_neither_things_nor_maps():
    wall = box_object((0.30, -0.01, 0.0), (0.70, 0.01, 0.35), "gray wall")
    straight = replace(CONFIG, mode="straight")
    goal = np.array([0.5, 0.25, 0.1])
    slow = Recipe(0.1)
    forbidden = Recipe(1.0)
    maps = MapSet(affordance=toward(goal), velocity=slow, avoidance=forbidden)

    def plan_from(start):
        request = MotionRequest(maps, scene_of(wall), at_rest(start), None, GRID)
        return plan_motion(request, ARM, straight)

    far = plan_from([0.5, -0.25, 0.1])
    last = far.path_world[far.path_world[:, 1] > goal[1] - 0.005]
    np.testing.assert_allclose(far.path_world[-1], goal, atol=0.01)
    assert last[:, 2].max() - last[-1, 2] == pytest.approx(CONFIG.approach, abs=0.01)
    speed = np.linalg.norm(far.trajectory.velocity, axis=1).max()
    assert speed > 0.5 * CONFIG.max_speed
    over = goal + np.array([0.0, 0.02, 0.15])
    near = plan_from(over).path_world
    length = np.linalg.norm(np.diff(near, axis=0), axis=1).sum()
    assert length == pytest.approx(np.linalg.norm(near[-1] - over), abs=1e-6)


def test_what_a_map_names_with_less_than_its_goal_is_gone_through_and_else_not():
    wall = box_object((0.48, -0.1, 0.0), (0.52, 0.1, 0.15), "red wall")
    lesser = Near.of(GRID.to_vox(wall.points_world), 0.0, 0.5)
    goal = toward([0.62, 0.0, 0.1])
    lengths = []
    for operations in (goal.operations, (lesser, *goal.operations)):
        maps = MapSet(affordance=Recipe(0.0, operations))
        start = at_rest([0.38, 0.0, 0.1])
        request = MotionRequest(maps, scene_of(wall), start, None, GRID)
        path = plan_motion(request, ARM, CONFIG).path_world
        lengths.append(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
    assert lengths[0] > 0.3
    assert lengths[1] == pytest.approx(0.24, abs=0.02)
