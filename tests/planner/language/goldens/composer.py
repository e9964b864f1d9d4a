"""One sub-task: what moves, and which of the five maps it needs, no more."""

from tests.planner.language.goldens.oracle import (
    at,
    ball,
    centre,
    everywhere,
    forbidden,
    goal,
    golden,
    half,
    hand,
    layer,
    near,
    pointing,
    side,
    solid,
    stage,
    table,
)

GOLDENS = (
    golden(
        "grasp a thing: where, and closed there",
        """
movable = parse_query_obj('gripper')
def affordance_map():
    affordance_map = get_empty_affordance_map()
    x, y, z = parse_query_obj('red block').position
    affordance_map[x, y, z] = 1
    return affordance_map
def gripper_map():
    gripper_map = get_empty_gripper_map()
    gripper_map[:, :, :] = 1
    x, y, z = parse_query_obj('red block').position
    set_voxel_by_radius(gripper_map, [x, y, z], radius_cm=1, value=0)
    return gripper_map
execute(movable, affordance_map=affordance_map, gripper_map=gripper_map)
""",
        stage(
            affordance=goal(at(centre("red block"))),
            gripper=layer(1.0, (ball(centre("red block"), 1), 0.0)),
        ),
    ),
    golden(
        "grasp a thing at a quarter of the speed, where 1 is closed",
        """
def where():
    m = get_empty_affordance_map()
    m[detect('purple block').position] = 1
    return m
def fingers():
    m = get_empty_gripper_map()
    m[:] = 0
    set_voxel_by_radius(m, detect('purple block').position, 1, 1)
    return m
def slow():
    m = get_empty_velocity_map()
    m[:] = 0.25
    return m
execute('gripper', where, None, None, slow, fingers)
""",
        stage(
            affordance=goal(at(centre("purple block"))),
            velocity=layer(1.0, (everywhere, 0.25)),
            gripper=layer(1.0, (ball(centre("purple block"), 1), 0.0)),
        ),
        open_value=0,
    ),
    golden(
        "back to the default pose",
        "reset_to_default_pose()",
        stage(
            affordance=goal(at([0.45, 0.0, 0.40])),
            rotation=layer(pointing([0, 0, -1])),
        ),
    ),
    golden(
        "open the fingers and nothing else",
        """
def gripper_map():
    m = get_empty_gripper_map()
    m[:, :, :] = 1
    return m
execute(parse_query_obj('gripper'), gripper_map=gripper_map)
""",
        stage(gripper=layer(1.0)),
    ),
    golden(
        "forward by seven centimetres",
        """
start = parse_query_obj('ee').position
def there():
    m = get_empty_affordance_map()
    m[start + cm2index(7, np.array([1, 0, 0]))] = 1
    return m
execute('ee', there)
""",
        stage(affordance=goal(at(hand(dx=7)))),
    ),
    golden(
        "over one thing, far from a line, slow on one side",
        """
def there():
    m = get_empty_affordance_map()
    block = parse_query_obj('rightmost block')
    x, y, z = block.position
    m[x, y, block.aabb[1][2] + cm2index(15, 'z')] = 1
    return m
def not_there():
    m = get_empty_avoidance_map()
    set_voxel_by_radius(m, parse_query_obj('black line').occupancy_map, 0, 1)
    return m
def how_fast():
    m = get_empty_velocity_map()
    m[:, parse_query_obj('table').position[1]:, :] = 0.25
    return m
execute('gripper', there, not_there, velocity_map=how_fast)
""",
        stage(
            affordance=goal(at(side("red block", "z", 1, 15))),
            avoidance=forbidden(solid("black line")),
            velocity=layer(1.0, (half("y", 1, 0.0), 0.25)),
        ),
    ),
    golden(
        "to one thing while staying in front of another",
        """
def there():
    m = get_empty_affordance_map()
    m[detect('mug').position] = 1
    return m
def not_there():
    m = get_empty_avoidance_map()
    m[:detect('yellow block').aabb[1][0], :, :] = 1
    return m
execute('gripper', there, not_there)
""",
        stage(
            affordance=goal(at(centre("white mug"))),
            avoidance=forbidden(half("x", -1, side("yellow block", "x", 1)[0])),
        ),
    ),
    golden(
        "to a corner, faster when near a thing",
        """
def there():
    m = get_empty_affordance_map()
    _, (max_x, max_y, max_z) = parse_query_obj('table').aabb
    m[max_x, max_y, max_z] = 1
    return m
def how_fast():
    m = get_empty_velocity_map()
    set_voxel_by_radius(m, detect('red block').position, radius_cm=7, value=1.5)
    return m
execute('gripper', affordance_map=there, velocity_map=how_fast)
""",
        stage(
            affordance=goal(at(table(x=1, y=1))),
            velocity=layer(1.0, (ball(centre("red block"), 7), 1.5)),
        ),
    ),
    golden(
        "close a drawer by its front",
        """
drawer = parse_query_obj('drawer')
handle = parse_query_obj('topmost handle')
def there():
    m = get_empty_affordance_map()
    m[handle.position + cm2index(12, -drawer.normal)] = 1
    return m
def fingers():
    m = get_empty_gripper_map()
    m[:] = 0
    return m
def facing():
    m = get_empty_rotation_map()
    m[:] = vec2quat(-drawer.normal)
    return m
execute('gripper', there, rotation_map=facing, gripper_map=fingers)
""",
        stage(
            affordance=goal(at(centre("black handle", dx=12))),
            rotation=layer(pointing([1, 0, 0])),
            gripper=layer(0.0),
        ),
    ),
    golden(
        "push a thing along a line",
        """
block = parse_query_obj('yellow block')
def there():
    m = get_empty_affordance_map()
    set_voxel_by_radius(m, parse_query_obj('black line').occupancy_map, 0, 1)
    return m
execute(block, affordance_map=there)
""",
        stage("yellow block", affordance=goal(solid("black line"))),
    ),
    golden(
        "push a thing to the right, away from another one",
        """
def there():
    m = get_empty_affordance_map()
    x, y, z = start
    m[x, y + cm2index(15, 'y'), z] = 1
    return m
def not_there():
    m = get_empty_avoidance_map()
    set_voxel_near(m, detect('blue bowl'), 5)
    return m
movable = detect('purple block')
start = movable.position
execute(movable, there, not_there)
""",
        stage(
            "purple block",
            affordance=goal(at(centre("purple block", dy=15))),
            avoidance=forbidden(near("blue bowl", 5)),
        ),
    ),
    golden(
        "turn half a turn",
        """
movable = parse_query_obj('gripper')
now = get_ee_quat()
def rotation_map():
    m = get_empty_rotation_map()
    m[:, :, :] = qmult(now, euler2quat(0, 0, np.pi))
    return m
execute(movable, rotation_map=rotation_map)
""",
        stage(rotation=layer([0.0, 0.0, 1.0, 0.0])),
    ),
    golden(
        "drop on one side at some height",
        """
def there():
    m = get_empty_affordance_map()
    low, high = parse_query_obj('table').aabb
    m[(low[0] + high[0]) / 2, high[1], high[2] + cm2index(15, 'z')] = 1
    return m
def fingers():
    m = get_empty_gripper_map()
    m[:] = 0
    low, high = parse_query_obj('table').aabb
    set_voxel_by_radius(m, [(low[0] + high[0]) / 2, high[1], high[2]], 20, 1)
    return m
execute('gripper', there, gripper_map=fingers)
""",
        stage(
            affordance=goal(at(table(y=1, dz=15))),
            gripper=layer(0.0, (ball(table(y=1), 20), 1.0)),
        ),
    ),
    golden(
        "all five maps",
        """
import numpy as np
from plan_utils import execute, get_empty_affordance_map, get_empty_avoidance_map
from plan_utils import get_empty_rotation_map, get_empty_velocity_map
from plan_utils import get_empty_gripper_map, set_voxel_by_radius, cm2index, vec2quat
from perception_utils import parse_query_obj

movable = parse_query_obj('gripper')

def affordance_map():
    m = get_empty_affordance_map()
    handle = parse_query_obj('lower handle')
    m[handle.position + cm2index(5, handle.normal)] = 1
    return m

def avoidance_map():
    m = get_empty_avoidance_map()
    set_voxel_by_radius(m, parse_query_obj('red block').position, radius_cm=10)
    return m

def rotation_map():
    m = get_empty_rotation_map()
    m[:, :, :] = vec2quat(-parse_query_obj('lower handle').normal)
    return m

def velocity_map():
    m = get_empty_velocity_map()
    m[:] = 0.5
    return m

def gripper_map():
    m = get_empty_gripper_map()
    m[:] = 1
    return m

execute(movable, affordance_map, avoidance_map, rotation_map, velocity_map, gripper_map)
""",
        stage(
            affordance=goal(at(centre("gray handle", dx=-5))),
            avoidance=forbidden(ball(centre("red block"), 10)),
            rotation=layer(pointing([1, 0, 0])),
            velocity=layer(0.5),
            gripper=layer(1.0),
        ),
    ),
)
