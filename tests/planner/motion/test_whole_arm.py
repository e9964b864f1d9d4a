import numpy as np
import pytest
from scipy.spatial import KDTree
from scipy.spatial.transform import Rotation

from perception.frames import Pose
from planner.errors import UnreachableError
from planner.motion.arm_model import ArmModel, Spheres, hand_spheres
from planner.motion.config import MotionConfig
from planner.motion.cost_field import CostField
from planner.motion.distance_field import DistanceField
from planner.motion.lattice import Lattice
from planner.motion.link_clearance import Surroundings, segment_distance
from planner.motion.path import find_path, resample, shorten
from planner.motion.rest_table import clearance_at_rest
from planner.motion.scene_points import ScenePoints
from planner.motion.whole_arm import Start, WholeArm, WholeArmConfig
from planner.value_maps import VoxelGrid
from tests.planner.conftest import DOWN, box_points

MODEL = ArmModel.panda()
ARM = MODEL.kinematics
CONFIG = MotionConfig()
LATTICE = Lattice.over(VoxelGrid(), CONFIG.cell)
WHOLE = WholeArm(ARM, CONFIG)
NOTHING = np.zeros((0, 3))
PILLAR = box_points((0.34, -0.02, 0.0), (0.38, 0.02, 0.45))
LEFT, RIGHT = np.array([0.55, -0.3, 0.2]), np.array([0.55, 0.3, 0.2])


def around(points, **changes):
    near = ScenePoints.of(points, LATTICE)
    return Surroundings(near, near.field, **{"table_height": 0.0} | changes)


def start_at(p):
    return Start(DOWN, ARM.settle(Pose(p, DOWN)).q[0])


def straight(a, b, n=120):
    part = np.linspace(0.0, 1.0, n)[:, None]
    return (1 - part) * np.asarray(a) + part * np.asarray(b), np.tile(DOWN, (n, 1))


def searching(points, a, b):
    """Search for the hand alone, and a list of what it was told to leave out."""
    distance = DistanceField.of(LATTICE, points)
    clearance = distance.clearance(hand_spheres(0.08), DOWN)
    free = clearance >= CONFIG.margin
    asked = []

    def search(blocked):
        asked.append(blocked)
        allowed = free if blocked is None else free & ~blocked
        cost = np.ones(LATTICE.shape, np.float32)
        field = CostField(LATTICE, cost, allowed, distance)
        path = resample(shorten(field, find_path(field, a, b)), 0.005)
        return path, np.tile(DOWN, (len(path), 1))

    return search, asked


def link_gap(joints, points):
    """Least distance of all links before the flange from points, by capsules."""
    gaps = []
    for q in joints:
        body = MODEL.capsules(q, 0.08)
        tree = KDTree(points)
        for c in np.flatnonzero((ARM.body.frame > 0) & (ARM.body.frame < 7)):
            part = np.linspace(0.0, 1.0, 60)[:, None]
            axis = (1 - part) * body.start[c] + part * body.end[c]
            gaps.append(tree.query(axis)[0].min() - body.radius[c])
    return min(gaps)


def test_in_the_open_the_first_path_is_taken():
    search, asked = searching(NOTHING, LEFT, RIGHT)
    path, check = WHOLE.plan_around(search, start_at(LEFT), around(NOTHING))
    assert len(asked) == 1
    assert check.clear.all() and check.fault == ""
    np.testing.assert_array_equal(check.p_world[[0, -1]], path[[0, -1]])


def test_a_pillar_where_the_forearm_would_pass_is_planned_around():
    search, asked = searching(PILLAR, LEFT, RIGHT)
    alone, wxyz = search(None)
    naive = WHOLE.check_path(alone, wxyz, start_at(LEFT), around(PILLAR))
    assert "forearm" in naive.fault
    assert link_gap(naive.joints, PILLAR) < 0.0
    path, check = WHOLE.plan_around(search, start_at(LEFT), around(PILLAR))
    assert link_gap(check.joints, PILLAR) >= WholeArmConfig().margin - 0.005
    np.testing.assert_allclose(path[-1], RIGHT)
    assert len(asked) > 2


def test_a_beam_that_no_posture_clears_is_named_before_anything_moves():
    beam = box_points((0.30, -0.2, 0.40), (0.34, 0.2, 0.44))
    a, b = np.array([0.5, -0.3, 0.35]), np.array([0.6, 0.1, 0.08])
    search, _ = searching(beam, a, b)
    with pytest.raises(UnreachableError, match="the forearm would touch the scene"):
        WHOLE.plan_around(search, start_at(a), around(beam))


def test_a_goal_that_no_joints_reach_is_told():
    path, wxyz = straight([0.5, 0.0, 0.3], [0.80, 0.40, 0.05])
    check = WHOLE.check_path(path, wxyz, start_at(path[0]), around(NOTHING))
    assert not check.reachable[-1]
    assert "no joint angles" in check.fault


def test_links_keep_off_the_table():
    path, wxyz = straight([0.5, -0.2, 0.25], [0.5, 0.2, 0.25])
    low = WHOLE.check_path(path, wxyz, start_at(path[0]), around(NOTHING))
    raised = around(NOTHING, table_height=0.35)
    high = WHOLE.check_path(path, wxyz, start_at(path[0]), raised)
    assert low.clear.all()
    assert set(high.against) == {"the table"}


def test_a_long_thing_in_the_hand_is_kept_off_the_arm():
    rod = np.stack([np.zeros(30), np.zeros(30), np.linspace(0, 0.6, 30)], axis=1)
    # The hand lies level and points back at the upper arm.
    back = Rotation.from_matrix(np.array([[0, 0, -1], [0, 1, 0], [1, 0, 0]]))
    wxyz = back.as_quat(scalar_first=True)
    pose = Pose(np.array([0.45, 0.0, 0.45]), wxyz)
    q = ARM.settle(pose).q[0]
    posture = Start(wxyz, q)
    path, turns = np.tile(ARM.forward(q).position, (2, 1)), np.tile(wxyz, (2, 1))
    held = around(NOTHING, held=Spheres(rod, np.full(30, 0.03)))
    empty = WHOLE.check_path(path, turns, posture, around(NOTHING))
    full = WHOLE.check_path(path, turns, posture, held)
    assert full.clearance[0] < 0.0 < empty.clearance[0]
    assert full.against[0] == "the arm itself or what it holds"


def test_an_arm_that_starts_too_near_may_leave_but_not_come_nearer():
    start = start_at(LEFT)
    body = MODEL.capsules(start.joints, 0.08)
    c = ARM.body.link.index("forearm")
    beside = 0.5 * (body.start[c] + body.end[c])
    beside[1] -= body.radius[c] + 0.006
    wall = beside + np.array([[0.0, 0.0, 0.0], [0.01, 0.0, 0.0], [0.0, 0.0, 0.01]])
    near = around(wall)
    away = WHOLE.check_path(*straight(LEFT, RIGHT), start, near)
    into = WHOLE.check_path(
        *straight(LEFT, LEFT + np.array([0.0, -0.12, 0.0])), start, near
    )
    assert away.clearance[0] < WholeArmConfig().margin
    assert away.clear.all()
    assert not into.clear.all()


def test_the_hand_turns_on_the_way_and_has_turned_before_the_last_leg():
    quarter = (
        Rotation.from_quat(DOWN, scalar_first=True) * Rotation.from_euler("z", 1.2)
    ).as_quat(scalar_first=True)
    path, _ = straight([0.5, 0.0, 0.35], [0.5, 0.0, 0.15])
    start = start_at(path[0])
    check = WHOLE.check_path(
        path, np.tile(quarter, (len(path), 1)), start, around(NOTHING)
    )
    assert check.reachable.all()
    turned = np.array([ARM.forward(q).rotation[0, 1] for q in check.joints])
    goal = Pose(np.zeros(3), quarter).rotation[0, 1]
    last_leg = check.p_world[:, 2] < 0.15 + CONFIG.approach - 0.01
    np.testing.assert_allclose(turned[last_leg], goal, atol=0.01)
    assert np.abs(np.diff(check.joints, axis=0)).max() < 0.6


def test_the_check_predicts_what_the_arm_does():
    from sims.kinematics import HOME, MAX_RATE, IkConfig, inverse  # noqa: PLC0415

    rng = np.random.default_rng(5)
    ik, rate = IkConfig(iterations=10), 120.0
    worst = 0.0
    for _ in range(25):
        legs = rng.uniform([0.35, -0.3, 0.1], [0.6, 0.3, 0.45], (2, 3))
        path = resample(np.vstack([[0.40, 0.0, 0.40], legs]), 0.005)
        wxyz = np.tile(DOWN, (len(path), 1))
        check = WHOLE.check_path(path, wxyz, Start(DOWN, HOME), around(NOTHING))
        assert check.reachable.all()
        q, before = HOME, check.p_world[0]
        for p, predicted in zip(check.p_world, check.joints, strict=True):
            n = round(np.linalg.norm(p - before) / CONFIG.max_speed * rate)
            for part in np.arange(1, n + 1) / max(n, 1):
                pose = Pose((1 - part) * before + part * p, DOWN)
                step = inverse(pose, q, ik)[0] - q
                q = q + np.clip(step, -MAX_RATE / rate, MAX_RATE / rate)
            before = p
            worst = max(worst, float(np.abs(q - predicted).max()))
    assert worst < 0.05


def test_the_same_question_gives_the_same_path():
    paths = [
        WHOLE.plan_around(
            searching(PILLAR, LEFT, RIGHT)[0], start_at(LEFT), around(PILLAR)
        )[0]
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*paths)


def test_the_table_of_postures_agrees_with_postures_found_one_by_one(rng):
    field = clearance_at_rest(ARM, DOWN, around(PILLAR), 0.06)
    p = rng.uniform([0.3, -0.35, 0.1], [0.65, 0.35, 0.4], (60, 3))
    truth = []
    for x in p:
        check = WHOLE.check_path(
            np.tile(x, (2, 1)), np.tile(DOWN, (2, 1)), start_at(x), around(PILLAR)
        )
        truth.append(np.clip(check.clearance[0], -0.05, 0.05))
    told = field[tuple(LATTICE.to_cell(p).T)]
    assert np.median(np.abs(told - truth)) < 0.01
    assert np.mean((told > 0.01) == (np.array(truth) > 0.01)) > 0.85


def test_the_distance_of_segments_is_the_least_between_their_points(rng):
    a, b, c, d = rng.uniform(-1, 1, (4, 200, 3))
    part = np.linspace(0.0, 1.0, 81)
    ours = a[:, None] + part[:, None] * (b - a)[:, None]
    theirs = c[:, None] + part[:, None] * (d - c)[:, None]
    gaps = np.linalg.norm(ours[:, :, None] - theirs[:, None], axis=-1).min(axis=(1, 2))
    found = segment_distance(a, b, c, d)
    assert (found <= gaps + 1e-9).all()
    np.testing.assert_allclose(found, gaps, atol=0.03)
