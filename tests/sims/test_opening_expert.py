"""What a hand that knows every joint can do: each piece of furniture can be opened."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation, Slerp

from perception.frames import Pose
from planner.execution.arm import Command
from planner.motion.handle import Handle
from sims.arm import SimArm
from sims.camera import Rig
from sims.tasks.openings import FURNITURE, OPENINGS
from sims.world import World

LEVER_DOWN = 0.85


def between(start, end, count):
    turn = Slerp([0, 1], Rotation.from_quat([start.wxyz, end.wxyz], scalar_first=True))
    for s in np.arange(1, count + 1) / count:
        position = (1 - s) * start.position + s * end.position
        yield Pose(position, turn(s).as_quat(scalar_first=True))


def held_poses(world, T_world_ee, links, joints):
    """Where a hand that holds the handle goes as the joints take these values."""
    body = world.body(FURNITURE).id
    T_handle_ee = world.bullet.link_pose(body, links["handle"]).inverse() @ T_world_ee
    with World(1) as ghost:
        ghost.clear()
        twin = ghost.bullet.load(
            world.body(FURNITURE).model.urdf,
            world.pose(FURNITURE),
            fixed=True,
            meshes={},
        )
        for leaf, lever in joints:
            ghost.bullet.set_joint(twin, links["leaf"], leaf)
            ghost.bullet.set_joint(twin, links["handle"], lever)
            yield ghost.bullet.link_pose(twin, links["handle"]) @ T_handle_ee


def middle_of_bar(world, links):
    body = world.body(FURNITURE).id
    handle = world.bullet.link_pose(body, links["handle"])
    boxes = world.body(FURNITURE).model.urdf.split('name="handle"')[1]
    xyz = boxes.split("<visual>")[1].split('xyz="')[1].split('"')[0]
    return handle.apply(np.array([[float(each) for each in xyz.split()]]))[0]


@pytest.mark.slow
@pytest.mark.parametrize("name", OPENINGS)
def test_an_expert_opens_nine_of_ten(name):
    won = 0
    for seed in range(10):
        with World(seed) as world:
            task = OPENINGS[name]()
            task.reset(world, np.random.default_rng(seed))
            world.step(0.2)
            won += opened_by_expert(world, task)
    assert won >= 9


def opened_by_expert(world, task):
    arm = SimArm(world, Rig(world))
    links = world.bullet.links(world.body(FURNITURE).id)
    furniture, lever = world.pose(FURNITURE).rotation, task.name == "open-door"
    frame = np.eye(4)
    frame[:3, :3] = np.stack([-furniture[:, 0], -furniture[:, 1], furniture[:, 2]], 1)
    frame[:3, 3] = middle_of_bar(world, links)
    axis = furniture[:, 1] if lever else furniture[:, 2]
    home = world.panda.T_world_ee
    middle = home.turned_by(np.array([0.0, 0.0, -np.pi / 4]))
    slant = np.deg2rad(65.0 if lever else 55.0)
    grasp = Handle(Pose.from_matrix(frame), axis).grasp(slant, middle.wxyz)
    before = Pose(grasp.position - 0.10 * grasp.rotation[:, 2], grasp.wxyz)
    down = LEVER_DOWN if lever else 0.0
    joints = [(0.0, a) for a in np.linspace(0.0, down, 25)]
    joints += [(a, down) for a in np.linspace(0.0, 1.25 * task.enough, 45)]
    way = [(p, 0.08) for p in between(home, before, 30)]
    way += [(p, 0.08) for p in between(before, grasp, 15)]
    way += [(grasp, 0.0)] * 6
    way += [(p, 0.0) for p in held_poses(world, grasp, links, joints)]
    for pose, width in way:
        arm.send(Command(pose, width, 0.1))
    return task.success(world)
