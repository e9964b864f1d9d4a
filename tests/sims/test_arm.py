import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from perception.frames import Pose, angle_between
from planner.execution.arm import Arm, Command
from sims.arm import SimArm
from sims.bullet import TICK
from sims.camera import Rig
from sims.furniture import Cabinet
from sims.kinematics import HOME, LOWER, UPPER, forward, inverse
from sims.lamps import BAND, Bulb
from sims.parts import Block
from sims.tasks import OpenDrawer


@pytest.fixture
def arm(world):
    return SimArm(world, Rig(world))


def test_the_simulated_arm_is_an_arm(arm):
    assert isinstance(arm, Arm)


def test_home_is_above_the_table_and_points_down_with_the_gripper_open(arm, down):
    seen = arm.observe()
    np.testing.assert_allclose(seen.T_world_ee.position, [0.40, 0.0, 0.40], atol=0.001)
    assert angle_between(seen.T_world_ee.wxyz, down([0, 0, 0]).wxyz) < 0.01
    assert seen.gripper_width == pytest.approx(0.08, abs=0.001)
    assert [camera.name for camera in seen.cameras] == ["front", "left", "right"]


def test_the_hand_ends_where_it_was_sent_after_every_motion(arm, down):
    rng = np.random.default_rng(1)
    for _ in range(8):
        position = rng.uniform((0.30, -0.30, 0.02), (0.65, 0.30, 0.40))
        goal = down(position, rng.uniform(-1.5, 1.5))
        assert arm.send(Command(goal, 0.08, 2.0)).clipped == ()
        arm.send(Command(goal, 0.08, 0.2))
        now = arm.world.panda.T_world_ee
        assert np.linalg.norm(now.position - goal.position) < 0.002
        assert angle_between(now.wxyz, goal.wxyz) < np.deg2rad(1.0)


def test_the_way_is_straight(arm, down):
    start, end = np.array([0.40, 0.0, 0.40]), np.array([0.55, 0.25, 0.20])
    along = (end - start) / np.linalg.norm(end - start)
    worst = []

    def watch(world):
        away = world.panda.T_world_ee.position - start
        worst.append(np.linalg.norm(away - (away @ along) * along))

    arm.world.on_step(watch)
    arm.send(Command(down(end), 0.08, 1.5))
    assert max(worst) < 0.003


def test_commands_take_their_duration_and_short_ones_add_up(arm, down):
    begin = arm.world.time
    for k in range(30):
        arm.send(Command(down([0.40 + 0.002 * k, 0.0, 0.40]), 0.08, 0.0333))
    assert arm.world.time - begin == pytest.approx(0.999, abs=TICK)


def test_a_held_pose_does_not_drift(arm, down):
    goal = down([0.5, 0.1, 0.2])
    arm.send(Command(goal, 0.08, 1.5))
    for _ in range(40):
        arm.send(Command(goal, 0.08, 0.1))
    gap = arm.world.panda.T_world_ee.position - goal.position
    assert np.linalg.norm(gap) < 0.001


def test_what_the_joints_cannot_do_is_told(arm, down):
    far = arm.send(Command(down([1.2, 0.0, 0.3]), 0.08, 2.0))
    assert len(far.clipped) == 1
    assert far.command.T_world_ee.position[0] < 1.0
    hasty = arm.send(Command(down([0.3, -0.4, 0.2]), 0.08, 0.05))
    assert len(hasty.clipped) == 1


def test_stop_brings_a_moving_arm_to_rest_and_keeps_it_there(arm, down):
    arm.send(Command(down([0.5, 0.0, 0.40]), 0.08, 0.3))
    arm.stop()
    assert np.abs(arm.world.panda.state[:7, 1]).max() < 0.02
    rest = arm.world.panda.T_world_ee.position
    arm.world.step(1.0)
    np.testing.assert_allclose(arm.world.panda.T_world_ee.position, rest, atol=0.002)


def test_what_is_carried_does_not_creep_in_the_hand(arm, down):
    world, panda = arm.world, arm.world.panda
    foot = Pose(np.array([0.62, 0.22, 0.0]), np.array([1.0, 0.0, 0.0, 0.0]))
    world.add("bulb", Bulb(), foot)
    middle = (BAND[1] + BAND[2]) / 2
    arm.send(Command(down([0.621, 0.22, middle]), 0.08, 1.5))
    arm.send(Command(down([0.621, 0.22, middle]), 0.0, 0.6))
    arm.send(Command(down([0.621, 0.22, 0.2]), 0.0, 1.0))
    before = panda.T_world_ee.inverse() @ world.pose("bulb")
    for k in range(1, 15):
        place = [0.62 - 0.005 * k, 0.22 - 0.025 * k, 0.2]
        arm.send(Command(down(place, 0.15 * k), 0.0, 0.1))
    after = panda.T_world_ee.inverse() @ world.pose("bulb")
    assert angle_between(before.wxyz, after.wxyz) < 0.005


def test_stop_keeps_the_grip_on_what_is_held(arm, down):
    place = np.array([0.5, 0.0, 0.0])
    arm.world.add("block", Block("red"), Pose(place, np.array([1.0, 0.0, 0.0, 0.0])))
    arm.send(Command(down([0.5, 0.0, 0.02]), 0.08, 1.5))
    arm.send(Command(down([0.5, 0.0, 0.02]), 0.0, 0.5))
    arm.send(Command(down([0.5, 0.0, 0.15]), 0.0, 0.8))
    arm.stop()
    arm.world.step(1.0)
    assert arm.world.gripped("block")
    assert arm.world.pose("block").position[2] > 0.10


@pytest.mark.parametrize("width", [0.0, 0.03, 0.08])
def test_the_gripper_opens_as_wide_as_asked(arm, width):
    arm.send(Command(arm.world.panda.T_world_ee, width, 0.6))
    assert arm.world.panda.width == pytest.approx(width, abs=0.001)


@pytest.mark.parametrize("seed", range(5))
def test_a_gripped_block_stays_held_while_it_is_carried(arm, down, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.uniform((0.40, -0.20), (0.55, 0.20))
    yaw = rng.uniform(-1.0, 1.0) * np.deg2rad(20.0)
    wxyz = Rotation.from_euler("z", yaw).as_quat(scalar_first=True)
    arm.world.add("block", Block("red"), Pose(np.array([x, y, 0.0]), wxyz))
    x, y = np.array([x, y]) + rng.uniform(-0.008, 0.008, 2)
    arm.send(Command(down([x, y, 0.10]), 0.08, 1.2))
    arm.send(Command(down([x, y, 0.018]), 0.08, 0.5))
    arm.send(Command(down([x, y, 0.018]), 0.0, 0.4))
    assert arm.world.gripped("block")
    arm.send(Command(down([x, y, 0.20]), 0.0, 0.6))
    arm.send(Command(down([x, y - 0.3 * np.sign(y), 0.20]), 0.0, 1.0))  # 0.3 m/s
    assert arm.world.gripped("block")
    assert arm.world.pose("block").position[2] > 0.15


@pytest.mark.parametrize("seed", range(3))
def test_the_drawer_opens_when_its_handle_is_pinched_and_pulled(arm, down, seed):
    task = OpenDrawer()
    task.reset(arm.world, np.random.default_rng(seed))
    arm.hold()
    cabinet = arm.world.pose("cabinet")
    yaw = 2 * np.arctan2(cabinet.wxyz[3], cabinet.wxyz[0]) + np.pi / 2
    reach, height = Cabinet().handle_reach, Cabinet().handle_height

    def hand(pull, above):
        bar = np.array([[-reach - pull, 0.0, height + above]])
        return down(cabinet.apply(bar)[0], yaw)

    arm.send(Command(hand(0.0, 0.12), 0.08, 1.5))
    arm.send(Command(hand(0.0, 0.0), 0.08, 0.8))
    arm.send(Command(hand(0.0, 0.0), 0.0, 0.5))
    assert arm.world.panda.width == pytest.approx(0.018, abs=0.002)
    arm.send(Command(hand(0.16, 0.0), 0.0, 1.2))
    assert arm.world.joint("cabinet") > 0.12
    assert task.success(arm.world)
    assert all(task.stages(arm.world).values())


def test_inverse_kinematics_finds_what_forward_kinematics_says():
    rng = np.random.default_rng(0)
    for _ in range(50):
        q = np.clip(HOME + rng.uniform(-0.4, 0.4, 7), LOWER + 0.1, UPPER - 0.1)
        goal = forward(q)
        found, error = inverse(goal, HOME)
        assert error < 1e-4
        np.testing.assert_allclose(forward(found).position, goal.position, atol=1e-4)
        assert ((found >= LOWER) & (found <= UPPER)).all()


def test_forward_kinematics_agrees_with_the_physics_engine(world):
    rng = np.random.default_rng(0)
    for _ in range(10):
        q = np.clip(HOME + rng.uniform(-0.5, 0.5, 7), LOWER, UPPER)
        world.panda.place(q, 0.04)
        np.testing.assert_allclose(
            world.panda.T_world_ee.matrix, forward(q).matrix, atol=1e-5
        )
