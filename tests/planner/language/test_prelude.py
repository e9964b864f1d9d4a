"""What runs inside the sandbox gives what numpy and the grid give outside."""

import ast
import json

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from planner.errors import ProgramFailedError
from planner.goals import goal_voxels, goals_of
from planner.language.api import API, NUMPY
from planner.language.sandbox import SandboxConfig
from planner.map_reading import rasterise
from planner.value_maps import VoxelGrid

NX, NY, NZ = VoxelGrid().shape

INDICES = {
    "[3, 4, 5]": (slice(3, 4), slice(4, 5), slice(5, 6)),
    "[3.4, 4.6, 5.0]": (slice(3, 4), slice(5, 6), slice(5, 6)),
    "[500, 100, 99.7]": (slice(99, 100),) * 3,
    "[-1, -1, -1]": (slice(99, 100),) * 3,
    "[-2, -30, 0]": (slice(0, 1),) * 3,
    "[:, :, :]": (slice(None),) * 3,
    "[...]": (slice(None),) * 3,
    "[:]": (slice(None),) * 3,
    "[7]": (slice(7, 8), slice(None), slice(None)),
    "[2:5, :, 9]": (slice(2, 5), slice(None), slice(9, 10)),
    "[-3:5, 10:, :20]": (slice(0, 5), slice(10, None), slice(0, 20)),
    "[90:300, :-1, 5:2]": (slice(90, 100), slice(0, 99), slice(0, 0)),
    "[2.6:5.4, 0.5 * 10:, :]": (slice(3, 5), slice(5, None), slice(None)),
    "[np.array([3, 4, 5])]": (slice(3, 4), slice(4, 5), slice(5, 6)),
    "[(3, 4, 5)]": (slice(3, 4), slice(4, 5), slice(5, 6)),
    "[..., 4]": (slice(None), slice(None), slice(4, 5)),
}


@pytest.mark.parametrize(("index", "region"), INDICES.items(), ids=INDICES)
def test_indices_that_models_write_mean_what_they_meant(index, region, run, world):
    run(f"m = get_empty_avoidance_map()\nm{index} = 0.5\nexecute('gripper', None, m)")
    expected = np.zeros((NX, NY, NZ), np.float32)
    expected[region] = 0.5
    made = rasterise(world.calls[0].maps.avoidance, world.grid)
    np.testing.assert_array_equal(made, expected)


def test_a_map_reads_back_what_was_written(run):
    printed = run(
        "m = get_empty_affordance_map()\n"
        "m[1, 2, 3] = 4\n"
        "set_voxel_by_radius(m, [50, 50, 50], 5, 2)\n"
        "n = np.maximum(m * 2 + 1, 3) - m / 4\n"
        "print([m[1, 2, 3], m[0, 0, 0], m[54, 50, 50], n[1, 2, 3], n[9, 9, 9]])"
    )
    assert json.loads(printed) == pytest.approx([4, 0, 2, 8, 3])


@pytest.mark.parametrize("made", ["", "m = np.maximum(m * 0.5, m)\n"])
def test_a_point_in_metres_is_the_goal_as_it_was_given(made, run, world):
    printed = run(
        "point = detect('red block').world_position + np.array([0.0013, 0, 0.0521])\n"
        "m = get_empty_affordance_map()\n"
        "set_point(m, point, 2)\n"
        f"{made}execute('gripper', m)\n"
        "print([point.tolist(), [m[i, j, k] for i in range(40, 46)"
        " for j in range(58, 66) for k in range(12, 18)].count(2)])"
    )
    point, set_voxels = json.loads(printed)
    recipe = world.calls[0].maps.affordance
    goals = goals_of(recipe, world.grid)
    np.testing.assert_array_equal(goals.p_world, [point])
    voxels = goal_voxels(recipe, world.grid)
    np.testing.assert_array_equal(voxels, world.grid.to_vox(goals.p_world))
    assert set_voxels == 1


@pytest.mark.parametrize("point", ["[50, 50, 20]", "[0.5, 0.1]", "get_ee_pos()"])
def test_a_point_that_is_none_is_told_with_what_is_meant(point, run):
    with pytest.raises(ProgramFailedError, match=r"metres|coordinates"):
        run(f"set_point(get_empty_affordance_map(), {point})")


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("m + 1", lambda m: m + 1),
        ("1 - m", lambda m: 1 - m),
        ("2 * m / 4", lambda m: 2 * m / 4),
        ("8 / (m + 1)", lambda m: 8 / (m + 1)),
        ("-m + m", lambda m: -m + m),
        ("np.maximum(m, 0.3)", lambda m: np.maximum(m, 0.3)),
        ("np.minimum(0.3, m)", lambda m: np.minimum(0.3, m)),
        ("np.clip(m, 0.1, 0.6)", lambda m: np.clip(m, 0.1, 0.6)),
        ("np.maximum(m, m * 3 - 0.2)", lambda m: np.maximum(m, m * 3 - 0.2)),
    ],
)
def test_arithmetic_of_maps_is_that_of_arrays(program, expected, run, world):
    run(
        "m = get_empty_avoidance_map()\nm[20:40, :, 10:] = 0.5\nm[30, 30, 30] = 1\n"
        f"m = {program}\nexecute('gripper', avoidance_map=m)"
    )
    m = np.zeros((NX, NY, NZ), np.float32)
    m[20:40, :, 10:] = 0.5
    m[30, 30, 30] = 1.0
    made = rasterise(world.calls[0].maps.avoidance, world.grid)
    np.testing.assert_allclose(made, expected(m), rtol=1e-6)


VALUES = [
    "np.array([1, 2, 3]) + [4, 5, 6]",
    "2 - np.array([1, 2, 3]) * 3 / np.array([2, 4, 8])",
    "np.array([[1, 2, 3], [4, 5, 6]])[1, 2]",
    "np.array([[1, 2, 3], [4, 5, 6]])[:, 1]",
    "np.array([[1, 2, 3], [4, 5, 6]]) - np.array([1, 1, 1])",
    "np.array([[1, 2, 3], [4, 5, 6]]).mean(axis=0)",
    "np.array([[1, 2, 3], [4, 5, 6]]).max(axis=1)",
    "np.array([1, 5, 3])[np.array([1, 5, 3]) > 2]",
    "np.array([1, 5, 3])[1:]",
    "np.linalg.norm(np.array([3, 4]))",
    "np.linalg.norm(np.array([[3, 4], [6, 8]]), axis=1)",
    "np.cross([1, 0, 0], [0, 1, 0])",
    "np.dot([1, 2, 3], [4, 5, 6])",
    "np.argmin([3, 1, 2]) + np.argmax([3, 1, 2])",
    "np.argsort([3, 1, 2])",
    "np.clip([1, 5, 9], 2, 6)",
    "np.where(np.array([1, 5, 3]) > 2, 1, 0)",
    "np.linspace(0, 1, 5)",
    "np.arange(3)",
    "np.arange(1, 2, 0.25)",
    "np.std([1, 2, 4]) + np.median([1, 9, 4])",
    "np.sign([-2, 0, 5])",
    "np.concatenate([[1, 2], [3]])",
    "np.arctan2(1, [1, 2])",
    "np.eye(2) @ np.array([3, 4])",
    "np.round(np.array([1.4, 2.6]))",
    "np.minimum([1, 5], [3, 2])",
    "np.stack([[1, 2], [3, 4]]).sum()",
    "np.zeros(3) + np.ones(3) - np.full(3, 0.5)",
    "np.degrees(np.pi) + np.radians(180)",
    "np.allclose([1, 2], [1, 2.0000001])",
    "len(np.array([1, 2, 3]))",
    "sum(np.array([1, 2, 3]))",
    "max(np.array([1, 2, 3]))",
    "abs(np.array([-1, 2]))",
    "1 if (np.array([1, 2]) == np.array([1, 2])).all() else 0",
    "1 if np.any(np.array([1, 2]) != np.array([1, 2])) else 0",
]


def test_vectors_compute_what_numpy_computes(run):
    lines = [
        f"v = {each}\nprint(v.tolist() if isinstance(v, np.ndarray) else v)"
        for each in VALUES
    ]
    printed = run("\n".join(lines)).splitlines()
    for source, text in zip(VALUES, printed, strict=True):
        expected = eval(source, {"np": np})
        np.testing.assert_allclose(
            np.array(ast.literal_eval(text), float),
            np.array(expected, float),
            atol=1e-6,
            err_msg=source,
        )


def test_every_name_of_np_that_the_check_allows_exists(run):
    names = sorted(NUMPY)
    assert run("\n".join(f"np.{name}" for name in names) + "\nprint('all')") == "all"


def test_every_function_of_the_api_exists_and_takes_what_it_says(run):
    names = [each.name for each in API]
    assert len(set(names)) == len(names)
    assert run("\n".join(names) + "\nprint('all')") == "all"
    # None of them fails for its argument names.
    run(
        "m = get_empty_affordance_map()\n"
        "set_voxel_by_radius(map=m, xyz=[1, 2, 3], radius_cm=0, value=1)\n"
        "set_voxel_near(map=m, obj=detect(name='red block'), radius_cm=1, value=1)\n"
        "set_point(map=m, point=[0.5, 0.0, 0.1], value=1)\n"
        "detect_all(name='block'); parse_query_obj(phrase='blocks')\n"
        "is_visible(phrase='block'); cm2index(cm=3, direction='x')\n"
        "index2cm(index=3, direction='x'); vec2quat(direction=[1, 0, 0])\n"
        "pointat2quat(direction=[1, 0, 0]); euler2quat(ai=0, aj=0, ak=0, axes='sxyz')\n"
        "quat2euler(q=[1, 0, 0, 0], axes='sxyz')\n"
        "qmult(a=[1, 0, 0, 0], b=[1, 0, 0, 0])\n"
        "qinverse(q=[1, 0, 0, 0]); say(text='x')\n"
        "execute(movable='gripper', affordance_map=m, avoidance_map=None,"
        " rotation_map=None, velocity_map=None, gripper_map=None)"
    )


def test_quaternions_agree_with_scipy(run):
    printed = run(
        "a = euler2quat(0.3, -0.4, 1.2)\nb = euler2quat(-1.0, 0.2, 0.5)\n"
        "for q in [a, qmult(a, b), qinverse(a), vec2quat([1, 2, -3]),"
        " vec2quat([0, 0, -1]), vec2quat([1, 0, 0])]:\n    print(q.tolist())\n"
        "print(quat2euler(a).tolist())"
    )
    rows = [json.loads(line) for line in printed.splitlines()]
    a = Rotation.from_euler("xyz", [0.3, -0.4, 1.2])
    b = Rotation.from_euler("xyz", [-1.0, 0.2, 0.5])
    for row, expected in zip(rows, (a, a * b, a.inv()), strict=False):
        made = Rotation.from_quat(row, scalar_first=True)
        assert (made.inv() * expected).magnitude() < 1e-9
    for row, pointing in zip(
        rows[3:6], ([1, 2, -3], [0, 0, -1], [1, 0, 0]), strict=True
    ):
        z = Rotation.from_quat(row, scalar_first=True).as_matrix()[:, 2]
        np.testing.assert_allclose(z, pointing / np.linalg.norm(pointing), atol=1e-9)
    np.testing.assert_allclose(np.abs(rows[4]), [0, 1, 0, 0], atol=1e-9)
    np.testing.assert_allclose(rows[6], [0.3, -0.4, 1.2], atol=1e-9)


def test_centimetres_become_the_nearest_voxels(run, world):
    size = 100.0 * world.grid.voxel_size
    printed = run(
        "print([cm2index(10, 'x'), cm2index(5, 'y'), cm2index(1, 'z'),"
        " cm2index(10, [0, -1, 0])[1], index2cm(10, 'y')])"
    )
    expected = [10 / size[0], 5 / size[1], 1 / size[2], -10 / size[1], 10 * size[1]]
    got = json.loads(printed)
    np.testing.assert_allclose(got[:4], np.round(expected[:4]))
    assert got[4] == pytest.approx(expected[4])


def test_objects_tell_their_geometry_in_voxels_and_metres(run, world):
    block = world.at("red block")
    printed = run(
        "b = detect('red block')\n"
        "print([b.position.tolist(), b.aabb.tolist(), b.world_position.tolist(),"
        " b.size_cm.tolist(), b.normal.tolist()])"
    )
    position, aabb, world_position, size, normal = json.loads(printed)
    np.testing.assert_array_equal(position, world.grid.to_vox(block.position[None])[0])
    np.testing.assert_array_equal(aabb, world.grid.to_vox(block.aabb_world))
    np.testing.assert_allclose(world_position, block.position)
    np.testing.assert_allclose(size, [4, 4, 4])
    np.testing.assert_allclose(normal, [0, 0, 1])


@pytest.mark.parametrize("yaw", np.linspace(-1.5, 1.5, 7))
def test_a_grasp_closes_across_the_narrow_side_and_turns_the_hand_least(
    yaw, run, world, make_thing
):
    bar = make_thing(9, "pink block", (0.4, 0.0, 0.02), (0.12, 0.03, 0.04), yaw=yaw)
    world.objects = [bar]
    q = json.loads(run("print(detect('pink block').grasp_quat.tolist())"))
    hand = Rotation.from_quat(q, scalar_first=True).as_matrix()
    np.testing.assert_allclose(hand[:, 2], [0, 0, -1], atol=1e-9)
    long_side = [np.cos(yaw), np.sin(yaw), 0]
    assert abs(hand[:, 1] @ long_side) < 1e-9
    turned = Rotation.from_quat(world.wxyz, scalar_first=True).inv()
    assert (turned * Rotation.from_matrix(hand)).magnitude() <= np.pi / 2 + 1e-9


def test_a_plural_is_a_list_and_what_is_missing_is_none(run):
    printed = run(
        "print([len(parse_query_obj('all blocks')), len(parse_query_obj('blocks')),"
        " len(parse_query_obj('pink balls'))])\n"
        "print(parse_query_obj('pink ball') is None)\n"
        "print(parse_query_obj('red block').name)"
    )
    assert printed.splitlines() == ["[3, 3, 0]", "True", "red block"]


def test_the_defaults_of_maps_can_be_read(run, world):
    world.wxyz = np.array([0.0, 0.6, 0.8, 0.0])
    printed = run(
        "r, g, v = get_empty_rotation_map(), get_empty_gripper_map(),"
        " get_empty_velocity_map()\n"
        "print(r[1, 2, 3].tolist(), g[1, 2, 3], v[1, 2, 3])\n"
        "close_gripper()\nprint(get_empty_gripper_map()[0, 0, 0])"
    )
    assert printed.splitlines() == ["[0.0, 0.6, 0.8, 0.0] 1.0 1.0", "0.0"]


def test_a_relative_turn_counts_from_where_the_sub_task_began(run, world):
    def turn_a_little(world, call):
        now = Rotation.from_quat(world.wxyz, scalar_first=True)
        turned = Rotation.from_euler("z", 10, degrees=True) * now
        world.wxyz = turned.as_quat(scalar_first=True)

    world.ticks, world.on_step = 5, turn_a_little
    run(
        "def turned():\n"
        "    m = get_empty_rotation_map()\n"
        "    m[:, :, :] = qmult(euler2quat(0, 0, np.pi / 2), m[50, 50, 50])\n"
        "    return m\n"
        "execute('gripper', rotation_map=turned)"
    )
    assert len({each.maps.rotation for each in world.calls}) == 1


def test_a_vector_is_neither_true_nor_false(run):
    with pytest.raises(Exception, match=r"np\.any"):
        run("if np.array([1, 2]):\n    open_gripper()")


@pytest.mark.parametrize(("open_value", "sent"), [(1, 1), (0, 0)])
def test_both_polarities_of_the_gripper_open_the_hand(
    open_value, sent, make_world, make_sandbox
):
    world = make_world()
    with make_sandbox(SandboxConfig(workers=1, open_value=open_value)) as go:
        go("close_gripper()", world)
        assert not world.gripper_open
        go(
            "m = get_empty_gripper_map()\n"
            f"m[:, :, :] = {sent}\nexecute('gripper', gripper_map=m)",
            world,
        )
    assert world.gripper_open
