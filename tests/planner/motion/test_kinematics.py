import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from perception.frames import Pose, angle_between
from planner.motion.kinematics import Kinematics
from tests.planner.conftest import DOWN

ARM = Kinematics.panda()
PULL = 0.18


@pytest.fixture(scope="module")
def panda():
    pytest.importorskip("pybullet")
    from sims.bullet import Bullet  # noqa: PLC0415
    from sims.panda import Panda  # noqa: PLC0415

    bullet = Bullet()
    yield bullet, Panda(bullet)
    bullet.close()


def anywhere(rng):
    return rng.uniform(ARM.lower, ARM.upper)


def reachable_pose(rng):
    yaw, tilt = rng.uniform(-0.7, 0.7), rng.uniform(-0.2, 0.2, 2)
    turn = Rotation.from_quat(DOWN, scalar_first=True) * Rotation.from_euler(
        "zxy", [yaw, *tilt]
    )
    p = rng.uniform([0.35, -0.3, 0.1], [0.6, 0.3, 0.45])
    return Pose(p, turn.as_quat(scalar_first=True))


def test_frames_are_those_of_the_simulator(panda, rng):
    bullet, arm = panda
    for _ in range(20):
        q = anywhere(rng)
        arm.place(q, 0.04)
        frames = ARM.frames(q)
        theirs = [bullet.link_pose(arm.body, k) for k in range(7)] + [arm.T_world_ee]
        for ours, pose in zip(frames[1:], theirs, strict=True):
            np.testing.assert_allclose(ours, pose.matrix, atol=1e-4)


def test_joints_found_for_a_pose_bring_the_hand_there(rng):
    for _ in range(30):
        pose = reachable_pose(rng)
        found = ARM.settle(pose)
        reached = ARM.forward(found.q[0])
        assert found.reachable[0]
        assert np.linalg.norm(reached.position - pose.position) < 1e-3
        assert angle_between(reached.wxyz, pose.wxyz) < 2e-3


def test_joints_stay_within_their_limits_even_where_nothing_reaches(rng):
    p = rng.uniform([-0.5, -0.9, -0.3], [1.2, 0.9, 1.2], (60, 3))
    wxyz = Rotation.random(60, rng=rng).as_quat(scalar_first=True)
    found = ARM.trace(p, wxyz, ARM.rest, PULL)
    assert (found.q >= ARM.lower).all() and (found.q <= ARM.upper).all()
    assert not found.reachable.all()


def test_what_counts_as_reachable_is_reached(rng):
    p = rng.uniform([0.1, -0.6, -0.1], [0.9, 0.6, 0.7], (100, 3))
    wxyz = np.tile(DOWN, (100, 1))
    found = ARM.trace(p, wxyz, ARM.rest, PULL)
    gaps = np.array(
        [
            np.linalg.norm(ARM.forward(q).position - a)
            for q, a in zip(found.q, p, strict=True)
        ]
    )
    assert (gaps[found.reachable] < 5e-3).all()
    assert (found.error[~found.reachable] > 5e-3).all()


def test_a_pose_behind_the_reach_of_the_arm_is_not_reachable():
    far = Pose(np.array([1.1, 0.0, 0.3]), DOWN)
    assert not ARM.settle(far).reachable[0]


def test_the_rest_posture_is_approached_where_the_pose_leaves_it_free():
    pose = ARM.forward(ARM.rest)
    bent = ARM.settle(pose, ARM.rest + np.array([0.3, 0, -0.3, 0, 0.2, 0, 0]))
    np.testing.assert_allclose(bent.q[0], ARM.rest, atol=0.02)


def test_the_same_path_gives_the_same_joints(rng):
    poses = [reachable_pose(rng) for _ in range(5)]
    p, wxyz = np.stack([x.position for x in poses]), np.stack([x.wxyz for x in poses])
    first, second = (ARM.trace(p, wxyz, ARM.rest, PULL) for _ in range(2))
    np.testing.assert_array_equal(first.q, second.q)


def test_capsules_hold_the_collision_meshes(panda):
    from sims.bullet import data_path  # noqa: PLC0415

    folder = data_path() / "franka_panda" / "meshes" / "collision"
    body = ARM.body
    for k in range(8):
        lines = (folder / f"link{k}.obj").read_text().splitlines()
        v = np.array([s.split()[1:4] for s in lines if s.startswith("v ")], float)
        outside = np.full(len(v), np.inf)
        for c in np.flatnonzero((body.frame == k) & ~body.hand):
            axis = body.end[c] - body.start[c]
            s = np.clip((v - body.start[c]) @ axis / (axis @ axis), 0.0, 1.0)
            gap = np.linalg.norm(v - body.start[c] - s[:, None] * axis, axis=1)
            outside = np.minimum(outside, gap - body.radius[c])
        assert outside.max() < 0.002, k
