"""Whole programs on a scripted world: the maps they send and what comes of them."""

import numpy as np
import pytest
from scipy.spatial import KDTree

from planner.errors import GraspFailedError
from planner.goals import goal_voxels
from planner.language.check import check
from planner.language.library import load_library
from planner.language.meaning import parse_meaning
from planner.language.program import Program
from planner.map_reading import rasterise

LIBRARY = load_library()


def centres(grid):
    """World centres of all voxels, (nx, ny, nz, 3)."""
    axes = [
        low + (np.arange(n) + 0.5) * size
        for low, n, size in zip(grid.lower, grid.shape, grid.voxel_size, strict=True)
    ]
    return np.stack(np.meshgrid(*axes, indexing="ij"), -1)


@pytest.mark.parametrize("task", LIBRARY.tasks.values(), ids=lambda task: task.name)
def test_every_sample_of_the_library_passes_the_check_and_runs(task, sandbox, world):
    source = LIBRARY.sample(task)
    assert check(source) == ()
    outcome = sandbox.run(Program.from_source(source), world)
    assert outcome.subtasks >= 1
    told = {line for line, _ in world.lines}
    assert told <= set(range(1, source.count("\n") + 2))


@pytest.fixture
def do(sandbox, world):
    def go(*steps, limits=()):
        source = LIBRARY.program(parse_meaning(list(steps), list(limits)))
        sandbox.run(Program.from_source(source), world)
        return [
            next(each for each in world.calls if each.index == index)
            for index in sorted({each.index for each in world.calls})
        ]

    return go


def test_a_ball_of_a_map_is_metric_and_equals_one_computed_apart(run, world):
    run(
        "m = get_empty_avoidance_map()\n"
        "set_voxel_by_radius(m, detect('red block').position, 7, 0.7)\n"
        "execute('gripper', avoidance_map=m)"
    )
    grid = world.grid
    vox = grid.to_vox(world.at("red block").position[None])
    gap = np.linalg.norm(centres(grid) - grid.to_world(vox)[0], axis=-1)
    expected = np.where(gap <= 0.07 + 1e-9, 0.7, 0.0).astype(np.float32)
    made = rasterise(world.calls[0].maps.avoidance, grid)
    np.testing.assert_array_equal(made, expected)


def test_a_distance_from_an_object_counts_from_its_surface(do, world):
    call = do("go_to(other='red block')", limits=["avoid(phrase='green ball', cm=9)"])[
        0
    ]
    grid = world.grid
    cells = np.unique(grid.to_vox(world.at("green ball").points_world), axis=0)
    tree = KDTree(grid.to_world(cells))
    gap = tree.query(centres(grid).reshape(-1, 3))[0].reshape(grid.shape)
    made = rasterise(call.maps.avoidance, grid)
    clear = np.abs(gap - 0.09) > 1e-6
    np.testing.assert_array_equal(made[clear], (gap < 0.09)[clear].astype(np.float32))


def test_reaching_a_block_ends_just_over_its_top(do, world):
    block = world.at("red block")
    call = do("go_to(other='red block')")[0]
    goal = world.grid.to_world(goal_voxels(call.maps.affordance, world.grid))
    top = block.position + np.array([0.0, 0.0, 0.02])
    assert np.linalg.norm(goal[0] - top - [0.0, 0.0, 0.02]) < 0.01


def test_putting_into_a_bowl_grasps_carries_and_lets_go_over_it(do, world):
    bowl = world.at("blue bowl")
    do("put_in(object='red block', other='blue bowl')")
    block = world.at("red block")
    assert np.linalg.norm(block.position[:2] - bowl.position[:2]) < 0.02
    assert 0.02 < block.aabb_world[0, 2] - bowl.aabb_world[1, 2] < 0.10
    assert world.gripper_open
    assert world.position[2] > block.position[2] + 0.05


def test_stacking_lets_go_with_the_lower_side_just_over_the_top(do, world):
    below = world.at("yellow block")
    do("put_on(object='red block', other='yellow block')")
    block = world.at("red block")
    assert np.linalg.norm(block.position[:2] - below.position[:2]) < 0.02
    assert 0.0 < block.aabb_world[0, 2] - below.aabb_world[1, 2] < 0.03


@pytest.mark.parametrize("object_", ["red block", "white mug"])
def test_what_an_earlier_program_picked_up_is_set_down_on_its_lower_side(
    object_, do, world
):
    do(f"pick_up(object='{object_}')")
    assert world.at(object_).aabb_world[0, 2] > 0.08
    do("put_held_on(other='yellow block')")
    gap = world.at(object_).aabb_world[0, 2] - world.at("yellow block").aabb_world[1, 2]
    assert 0.0 < gap < 0.03


def test_a_place_beside_is_on_the_side_of_a_person_who_faces_the_robot(do, world):
    mug = world.at("white mug")
    do("put_beside(object='red block', other='mug', side='left', cm=5)")
    block = world.at("red block")
    gap = block.position - mug.position
    assert gap[1] == pytest.approx(-(0.04 + 0.05), abs=0.012)
    assert abs(gap[0]) < 0.012
    assert 0.0 < block.aabb_world[0, 2] < 0.03


def test_a_shift_moves_by_the_length_that_was_said(do, world):
    before = world.at("red block").position
    do("shift(object='red block', direction='right', cm=10)")
    moved = world.at("red block").position - before
    assert moved[1] == pytest.approx(0.10, abs=0.012)


def test_the_drawer_is_pulled_out_of_its_cabinet(do, world):
    handle = world.at("black handle").position
    do("open_drawer(drawer='drawer')")
    moved = world.at("black handle").position - handle
    assert moved[0] == pytest.approx(-0.16, abs=0.012)
    assert abs(moved[1]) < 0.012
    assert world.gripper_open


def test_a_button_is_pressed_with_closed_fingers_below_its_top(do, world):
    calls = do("press(button='green button')")
    top = world.at("green button").aabb_world[1, 2]
    lowest = min(
        world.grid.to_world(goal_voxels(each.maps.affordance, world.grid))[0, 2]
        for each in calls
        if each.maps.affordance is not None
    )
    assert 0.01 < top - lowest < 0.022
    assert not world.gripper_open


def test_a_grasp_is_tried_three_times_and_then_reported(do, world):
    world.slippery = True
    with pytest.raises(GraspFailedError, match="red block"):
        do("pick_up(object='red block')")
    closings = sum(
        each.maps.gripper is not None and each.maps.affordance is None
        for each in world.calls
    )
    assert closings == 2 * 3 * world.ticks


def test_constraints_hold_for_every_motion(do, world):
    calls = do(
        "put_in(object='red block', other='blue bowl')",
        limits=["speed(word='slowly')", "avoid(phrase='mug', cm=10)"],
    )
    motions = [each.maps for each in calls if each.maps.affordance is not None]
    assert len(motions) == 4
    for maps in motions:
        assert rasterise(maps.velocity, world.grid).max() == pytest.approx(0.5)
        assert rasterise(maps.avoidance, world.grid).max() == 1.0


def test_an_object_that_moves_takes_its_target_along(do, world):
    def nudge(world, call):
        world.move("white mug", np.array([0.0, -0.02, 0.0]))

    world.ticks, world.on_step = 5, nudge
    do("go_to(other='mug')")
    goals = np.array(
        [
            world.grid.to_world(goal_voxels(each.maps.affordance, world.grid))[0]
            for each in world.calls
        ]
    )
    assert len(goals) == 5
    np.testing.assert_allclose(np.diff(goals[:, 1]), -0.02, atol=0.01)


def test_a_target_from_where_the_hand_was_does_not_run_away(do, world):
    def drift(world, call):
        world.position = world.position + np.array([0.0, 0.0, 0.01])

    world.ticks, world.on_step = 5, drift
    do("go_by(direction='up', cm=10)")
    assert len({each.maps.affordance for each in world.calls}) == 1


def test_combined_instructions_are_carried_out_in_order(do, world):
    do(
        "pick_up(object='red block')",
        "put_in(other='blue bowl')",
        "press(button='green button')",
    )
    bowl, block = world.at("blue bowl"), world.at("red block")
    assert np.linalg.norm(block.position[:2] - bowl.position[:2]) < 0.02
    button = world.at("green button").position
    assert np.linalg.norm(world.position[:2] - button[:2]) < 0.02


def test_a_program_in_the_manner_of_published_prompts_runs_unchanged(run, world):
    run("""
import numpy as np
from perception_utils import parse_query_obj
from plan_utils import execute
movable = parse_query_obj('gripper')
def affordance_map():
    affordance_map = get_empty_affordance_map()
    mug = parse_query_obj('mug')
    (min_x, min_y, min_z), (max_x, max_y, max_z) = mug.aabb
    center_x, center_y, center_z = mug.position
    x = center_x
    y = min_y - cm2index(10, 'y')
    z = max_z + cm2index(5, 'z')
    affordance_map[x, y, z] = 1
    return affordance_map
def velocity_map():
    velocity_map = get_empty_velocity_map()
    set_voxel_by_radius(velocity_map, parse_query_obj('mug').position, radius_cm=20, value=0.25)
    return velocity_map
def gripper_map():
    gripper_map = get_empty_gripper_map()
    gripper_map[:, :, :] = 1
    mug = parse_query_obj('mug')
    set_voxel_by_radius(gripper_map, mug.position, radius_cm=1, value=0)
    return gripper_map
def rotation_map():
    rotation_map = get_empty_rotation_map()
    rotation_map[:, :, :] = vec2quat(-parse_query_obj('table').normal)
    return rotation_map
execute(movable, affordance_map=affordance_map, velocity_map=velocity_map,
        gripper_map=gripper_map, rotation_map=rotation_map)
while np.linalg.norm(get_ee_pos() - parse_query_obj('mug').position) < 3:
    reset_to_default_pose()
""")  # noqa: E501
    maps = world.calls[0].maps
    assert set(maps.layers()) == {"affordance", "velocity", "gripper", "rotation"}
    mug = world.at("white mug")
    goal = world.grid.to_world(goal_voxels(maps.affordance, world.grid))[0]
    assert goal[1] == pytest.approx(mug.position[1] - 0.14, abs=0.015)
    assert rasterise(maps.rotation, world.grid)[0, 0, 0] == pytest.approx([0, 1, 0, 0])


def test_everything_means_all_that_a_hand_can_take(do, world):
    bowl = world.at("blue bowl").position
    do("put_in(object='everything', other='blue bowl')")
    for name in ("red block", "yellow block", "green block", "green ball"):
        assert np.linalg.norm((world.at(name).position - bowl)[:2]) < 0.02, name
    assert np.linalg.norm(world.at("blue bowl").position - bowl) < 1e-9
