import numpy as np
import pytest

from planner.execution.arm import Command
from sims.arm import SimArm
from sims.camera import VIEWPOINTS, Rig
from sims.errors import CrowdedTableError
from sims.parts import Block
from sims.tasks import (
    TASKS,
    BlockInBowl,
    OpenDrawer,
    PushButton,
    ReachAvoiding,
    Tabletop,
    Task,
    task_for,
)


@pytest.fixture
def arm(world):
    return SimArm(world, Rig(world))


def begin(task, arm, seed=0):
    task.reset(arm.world, np.random.default_rng(seed))
    arm.hold()
    return task


def go(arm, waypoints):
    """Visit (pose, width, seconds) one after the other."""
    for pose, width, seconds in waypoints:
        arm.send(Command(pose, width, seconds))


@pytest.mark.parametrize("name", TASKS)
def test_a_task_starts_unsolved_with_words_and_stages(world, name):
    task = TASKS[name]()
    assert isinstance(task, Task)
    for seed in range(5):
        task.reset(world, np.random.default_rng(seed))
        world.step(0.1)
        assert not task.success(world)
        assert not all(task.stages(world).values())
        assert task.instruction
        assert "{" not in task.instruction


@pytest.mark.parametrize("name", TASKS)
def test_the_same_seed_lays_the_same_table_and_another_does_not(world, name):
    def table(seed):
        task = TASKS[name]()
        task.reset(world, np.random.default_rng(seed))
        poses = [world.pose(each).position for each in world.names]
        return task.instruction, np.concatenate(poses)

    (words, first), (same_words, second) = table(4), table(4)
    assert words == same_words
    np.testing.assert_array_equal(first, second)
    _, other = table(5)
    assert first.shape != other.shape or not np.allclose(first, other)


@pytest.mark.parametrize("task", [*(TASKS[name]() for name in TASKS), Tabletop("x")])
def test_things_stand_apart_in_reach_and_in_view_of_every_camera(world, task):
    for seed in range(15):
        task.reset(world, np.random.default_rng(seed))
        names = [name for name in world.names if name not in ("table", "cabinet")]
        places = {name: world.pose(name).position for name in names}
        for name, place in places.items():
            assert np.linalg.norm(place[:2]) < 0.70
            for view in VIEWPOINTS:
                x, y, z = view.T_world_cam.inverse().apply(place[None])[0]
                k = view.intrinsics
                assert 4 < x / z * k.fx + k.cx < view.size[0] - 5
                assert 4 < y / z * k.fy + k.cy < view.size[1] - 5
            for other in names[: names.index(name)]:
                if "zone" in name + other:
                    continue  # paint stands in nobody's way
                gap = np.linalg.norm(place - places[other])
                radii = [world.body(each).model.footprint for each in (name, other)]
                assert gap > sum(radii) + 0.015
        world.step(0.2)
        for name, place in places.items():
            assert np.linalg.norm(world.pose(name).position - place) < 0.003


@pytest.mark.parametrize("seed", range(3))
def test_a_block_put_into_the_bowl_and_let_go_succeeds(arm, down, seed):
    task = begin(BlockInBowl(), arm, seed)
    b, c = (arm.world.pose(each).position[:2] for each in (task.block, task.bowl))
    go(arm, [(down([*b, 0.15]), 0.08, 1.5), (down([*b, 0.018]), 0.08, 0.7)])
    go(arm, [(down([*b, 0.018]), 0.0, 0.4), (down([*b, 0.2]), 0.0, 0.7)])
    assert task.stages(arm.world)["lifted"]
    go(arm, [(down([*c, 0.2]), 0.0, 1.5), (down([*c, 0.07]), 0.0, 0.7)])
    assert not task.success(arm.world)  # still held
    go(arm, [(down([*c, 0.07]), 0.08, 0.4), (down([*c, 0.2]), 0.08, 0.7)])
    assert task.success(arm.world)
    assert all(task.stages(arm.world).values())


def test_a_block_beside_the_bowl_or_on_its_rim_is_not_in_it(world):
    task = BlockInBowl("red", "blue")
    task.reset(world, np.random.default_rng(0))
    bowl = world.pose(task.bowl)
    for away in ([0.12, 0.0, 0.0], [0.0, 0.0, 0.08]):
        world.teleport(task.block, type(bowl)(bowl.position + away, bowl.wxyz))
        assert not task.success(world)


def test_pushing_the_named_button_succeeds_and_a_further_one_spoils_it(arm, down):
    task = begin(PushButton(), arm)
    other = next(n for n in arm.world.names if n not in ("table", task.button))
    right, wrong = (arm.world.pose(n).position[:2] for n in (task.button, other))

    def push(place):
        go(arm, [(down([*place, 0.12]), 0.0, 1.5), (down([*place, 0.035]), 0.0, 0.8)])
        go(arm, [(down([*place, 0.12]), 0.0, 0.5)])

    push(right)
    assert task.success(arm.world)  # remembered although it sprang back
    assert arm.world.joint(task.button) < 0.001
    push(wrong)
    assert not task.success(arm.world)


@pytest.mark.parametrize("seed", range(3))
def test_going_over_the_ball_succeeds_where_the_straight_line_fails(arm, down, seed):
    task = begin(ReachAvoiding(), arm, seed)
    start = arm.world.panda.T_world_ee.position
    b = arm.world.pose(task.block).position
    ball = arm.world.pose(task.ball).position
    assert np.linalg.norm(b - ball) - 0.035 > task.distance + 0.04
    go(arm, [(down([b[0], b[1], 0.06]), 0.08, 2.0)])
    assert task.stages(arm.world) == {"kept away": False, "arrived": True}
    assert not task.success(arm.world)
    begin(task, arm, seed)
    go(arm, [(down([*start[:2], 0.3]), 0.08, 1.0), (down([*b[:2], 0.3]), 0.08, 2.0)])
    assert not task.success(arm.world)
    go(arm, [(down([*b[:2], 0.06]), 0.08, 1.0)])
    assert task.success(arm.world)


@pytest.mark.parametrize(("height", "arrived"), [(0.01, False), (0.06, True)])
def test_arriving_means_within_three_centimetres_of_the_line_above_the_block(
    arm, down, height, arrived
):
    task = begin(ReachAvoiding(block="green"), arm)
    x, y, z = arm.world.pose(task.block).position
    top = z + Block("green").side
    arm.world.panda.place_hand(down([x, y, top + height]), 0.08)
    assert task.stages(arm.world)["arrived"]
    arm.world.panda.place_hand(down([x, y + 0.035, top + height]), 0.08)
    assert not task.stages(arm.world)["arrived"]
    above = 0.069 if arrived else 0.08
    arm.world.panda.place_hand(down([x, y, top + above]), 0.08)
    assert task.stages(arm.world)["arrived"] is arrived


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("put the red block in the blue bowl", BlockInBowl),
        ("Push the green button", PushButton),
        ("pull the drawer open", OpenDrawer),
        (
            "move to the green block while staying at least 10 cm away "
            "from the red ball",
            ReachAvoiding,
        ),
        ("dance", Tabletop),
    ],
)
def test_a_typed_instruction_finds_its_judge_and_stays_as_typed(world, words, kind):
    task = task_for(words)
    assert isinstance(task, kind)
    task.reset(world, np.random.default_rng(0))
    assert task.instruction == words


@pytest.mark.parametrize("name", TASKS)
def test_every_instruction_a_task_makes_finds_that_task(world, name):
    for seed in range(10):
        task = TASKS[name]()
        task.reset(world, np.random.default_rng(seed))
        assert isinstance(task_for(task.instruction), TASKS[name])


def test_a_distance_the_table_has_no_room_for_is_refused(world):
    with pytest.raises(CrowdedTableError, match="keep 60 cm"):
        ReachAvoiding(cm=60.0).reset(world, np.random.default_rng(0))
