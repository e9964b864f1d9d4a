"""How to point: at things, down, slanted, turned about the world or the hand."""

import numpy as np

from tests.planner.language.goldens.oracle import (
    DOWN,
    ball,
    centre,
    golden,
    half,
    layer,
    near,
    pointing,
    stage,
    turned,
)

SLANTED = np.sqrt(0.5)

EVERYWHERE = """
def rotation_map():
    rotation_map = get_empty_rotation_map()
    rotation_map[:, :, :] = {}
    return rotation_map
execute('gripper', rotation_map=rotation_map)
"""

GOLDENS = (
    golden(
        "as it is",
        "execute('gripper', rotation_map=get_empty_rotation_map)",
        stage(rotation=layer(DOWN)),
    ),
    golden(
        "straight down",
        EVERYWHERE.format("vec2quat([0, 0, -1])"),
        stage(rotation=layer(pointing([0, 0, -1]))),
    ),
    golden(
        "against the table's normal",
        EVERYWHERE.format("vec2quat(-parse_query_obj('table').normal)"),
        stage(rotation=layer(pointing([0, 0, -1]))),
    ),
    golden(
        "facing a drawer",
        EVERYWHERE.format("pointat2quat(-detect('drawer').normal)"),
        stage(rotation=layer(pointing([1, 0, 0]))),
    ),
    golden(
        "facing a handle from a distance on",
        """
def rotation_map():
    rotation_map = get_empty_rotation_map()
    handle = parse_query_obj('topmost handle')
    target = vec2quat(-handle.normal)
    set_voxel_by_radius(rotation_map, handle.position, radius_cm=15, value=target)
    ret_val = rotation_map
    return ret_val
execute('gripper', rotation_map=rotation_map)
""",
        stage(
            rotation=layer(
                DOWN, (ball(centre("black handle"), 15), pointing([1, 0, 0]))
            )
        ),
    ),
    golden(
        "sideways to the right",
        EVERYWHERE.format("vec2quat(np.array([0, 1, 0]))"),
        stage(rotation=layer(pointing([0, 1, 0]))),
    ),
    golden(
        "forward and down by 45 degrees",
        EVERYWHERE.format("vec2quat([1, 0, -1])"),
        stage(rotation=layer(pointing([SLANTED, 0, -SLANTED]))),
    ),
    golden(
        "to the left and down by 45 degrees, in radians",
        EVERYWHERE.format("vec2quat([0, -np.cos(np.pi / 4), -np.sin(np.pi / 4)])"),
        stage(rotation=layer(pointing([0, -SLANTED, -SLANTED]))),
    ),
    golden(
        "slanted toward a thing",
        """
def rotation_map():
    m = get_empty_rotation_map()
    toward = detect('blue bowl').world_position - detect('yellow block').world_position
    toward = toward / np.linalg.norm(toward)
    m[...] = vec2quat(toward - np.array([0, 0, 1]))
    return m
execute('gripper', rotation_map=rotation_map)
""",
        stage(
            rotation=layer(
                pointing(
                    (centre("blue bowl") - centre("yellow block"))
                    / np.linalg.norm(centre("blue bowl") - centre("yellow block"))
                    - [0, 0, 1]
                )
            )
        ),
    ),
    golden(
        "a quarter turn to the left, seen from above",
        """
now = get_ee_quat()
def rotation_map():
    m = get_empty_rotation_map()
    m[:, :, :] = qmult(euler2quat(0, 0, np.pi / 2), now)
    return m
execute('gripper', rotation_map=rotation_map)
""",
        stage(rotation=layer(turned("z", 90))),
    ),
    golden(
        "a quarter turn clockwise, seen from above",
        """
now = get_ee_quat()
quarter = euler2quat(0, 0, np.radians(-90))
def rotation_map():
    m = get_empty_rotation_map()
    m[:, :, :] = qmult(quarter, now)
    return m
execute('gripper', rotation_map=rotation_map)
""",
        stage(rotation=layer(turned("z", -90))),
    ),
    golden(
        "turned by 30 degrees, read out of the map itself",
        """
def rotation_map():
    rotation_map = get_empty_rotation_map()
    x, y, z = parse_query_obj('gripper').position
    current = rotation_map[x, y, z]
    rotation_map[:, :, :] = qmult(current, euler2quat(0, 0, np.deg2rad(30)))
    return rotation_map
execute('gripper', rotation_map=rotation_map)
""",
        stage(rotation=layer(turned("z", 30, by_hand=True))),
    ),
    golden(
        "half a turn about the hand's own axis",
        """
before = get_ee_quat()
def rotation_map():
    m = get_empty_rotation_map()
    m[:] = qmult(before, euler2quat(0, 0, np.pi))
    return m
execute('gripper', rotation_map=rotation_map)
""",
        stage(rotation=layer(turned("z", 180, by_hand=True))),
    ),
    golden(
        "turned and turned back",
        """
now = get_ee_quat()
quarter = euler2quat(0, 0, np.pi / 2)
def there():
    m = get_empty_rotation_map()
    m[:, :, :] = qmult(quarter, now)
    return m
def back():
    m = get_empty_rotation_map()
    m[:, :, :] = qmult(qinverse(quarter), get_ee_quat())
    return m
execute('gripper', rotation_map=there)
execute('gripper', rotation_map=back)
""",
        stage(rotation=layer(turned("z", 90))),
        stage(rotation=layer(DOWN)),
    ),
    golden(
        "tilted over for pouring",
        """
upright = get_ee_quat()
def rotation_map():
    m = get_empty_rotation_map()
    tilt = qmult(euler2quat(np.radians(100), 0, 0), upright)
    set_voxel_by_radius(m, detect('blue bowl').position, 20, tilt)
    return m
execute('gripper', rotation_map=rotation_map)
""",
        stage(rotation=layer(DOWN, (ball(centre("blue bowl"), 20), turned("x", 100)))),
    ),
    golden(
        "across the narrow side of a handle",
        """
def rotation_map():
    m = get_empty_rotation_map()
    handle = parse_query_obj('topmost handle')
    x_axis, z_axis = np.array([0, 0, 1]), -handle.normal
    angles = quat2euler(vec2quat(z_axis))
    m[:, :, :] = euler2quat(angles[0], angles[1], angles[2])
    return m
execute('gripper', rotation_map=rotation_map)
""",
        stage(rotation=layer(pointing([1, 0, 0]))),
    ),
    golden(
        "otherwise on each half of the table",
        """
def rotation_map():
    m = get_empty_rotation_map()
    middle = detect('table').position[1]
    m[:, :middle, :] = vec2quat([0, -1, -1])
    m[:, middle:, :] = vec2quat([0, 1, -1])
    return m
execute('gripper', rotation_map=rotation_map)
""",
        stage(
            rotation=layer(
                pointing([0, -SLANTED, -SLANTED]),
                (half("y", 1, 0.0), pointing([0, SLANTED, -SLANTED])),
            )
        ),
    ),
    golden(
        "near a thing as it is gripped from above",
        """
def rotation_map():
    m = get_empty_rotation_map()
    block = detect('yellow block')
    set_voxel_near(m, block, 5, block.grasp_quat)
    return m
execute('gripper', rotation_map=rotation_map)
""",
        stage(rotation=layer(DOWN, (near("yellow block", 5), DOWN))),
    ),
    golden(
        "a quaternion written out",
        EVERYWHERE.format("[np.sqrt(0.5), 0, np.sqrt(0.5), 0]"),
        stage(rotation=layer(np.array([SLANTED, 0, SLANTED, 0]))),
    ),
)
