"""How fast: everywhere, in regions, near things, along axes."""

from tests.planner.language.goldens.oracle import (
    ball,
    both,
    centre,
    everywhere,
    golden,
    half,
    hand,
    layer,
    near,
    solid,
    stage,
)

GOLDENS = (
    golden(
        "half as fast",
        """
def velocity_map():
    velocity_map = get_empty_velocity_map()
    velocity_map[:] = 0.5
    ret_val = velocity_map
    return ret_val
execute('gripper', velocity_map=velocity_map)
""",
        stage(velocity=layer(1.0, (everywhere, 0.5))),
    ),
    golden(
        "a quarter of the speed",
        """
def slow():
    m = get_empty_velocity_map()
    m[...] = 0.25
    return m
execute('gripper', velocity_map=slow)
""",
        stage(velocity=layer(0.25)),
    ),
    golden(
        "slower by a quarter",
        """
def slower():
    m = get_empty_velocity_map()
    m[:, :, :] = 1 - 1 / 4
    return m
execute('gripper', velocity_map=slower)
""",
        stage(velocity=layer(0.75)),
    ),
    golden(
        "one and a half times as fast",
        "execute('gripper', velocity_map=lambda: get_empty_velocity_map() * 1.5)",
        stage(velocity=layer(1.5)),
    ),
    golden(
        "twice the speed, the factor on the left",
        "execute('gripper', velocity_map=lambda: 2 * get_empty_velocity_map())",
        stage(velocity=layer(2.0)),
    ),
    golden(
        "slow within a distance of a thing's middle",
        """
def careful():
    m = get_empty_velocity_map()
    set_voxel_by_radius(m, parse_query_obj('mug').position, radius_cm=20, value=0.5)
    return m
execute('gripper', velocity_map=careful)
""",
        stage(velocity=layer(1.0, (ball(centre("white mug"), 20), 0.5))),
    ),
    golden(
        "fast within a distance of a thing's surface",
        """
def hasty():
    m = get_empty_velocity_map()
    set_voxel_near(m, detect('yellow block'), 7, 1.5)
    return m
execute('gripper', velocity_map=hasty)
""",
        stage(velocity=layer(1.0, (near("yellow block", 7), 1.5))),
    ),
    golden(
        "slow on the right side of the table",
        """
def careful():
    m = get_empty_velocity_map()
    middle = parse_query_obj('table').position
    m[:, middle[1]:, :] = 0.25
    return m
execute('gripper', velocity_map=careful)
""",
        stage(velocity=layer(1.0, (half("y", 1, 0.0), 0.25))),
    ),
    golden(
        "slow in front and on the left at once",
        """
def careful():
    m = get_empty_velocity_map()
    x, y, z = parse_query_obj('table').position
    m[x:, :y, :] = 0.3
    return m
execute('gripper', velocity_map=careful)
""",
        stage(velocity=layer(1.0, (both(half("x", 1, 0.5), half("y", -1, 0.0)), 0.3))),
    ),
    golden(
        "slow under twenty centimetres",
        """
def careful():
    m = get_empty_velocity_map()
    m[:, :, : detect('table').aabb[1][2] + cm2index(20, 'z')] = 0.6
    return m
execute('gripper', velocity_map=careful)
""",
        stage(velocity=layer(1.0, (half("z", -1, 0.20), 0.6))),
    ),
    golden(
        "slow over a line only",
        """
def careful():
    m = get_empty_velocity_map()
    set_voxel_by_radius(m, detect('red line').occupancy_map, 0, 0.2)
    return m
execute('gripper', velocity_map=careful)
""",
        stage(velocity=layer(1.0, (solid("red line"), 0.2))),
    ),
    golden(
        "ever slower toward a thing",
        """
def braking():
    m = get_empty_velocity_map()
    place = detect('green button').position
    for cm in np.linspace(20, 5, 4):
        set_voxel_by_radius(m, place, cm, cm / 25)
    return m
execute('gripper', velocity_map=braking)
""",
        stage(
            velocity=layer(
                1.0,
                *[(ball(centre("green button"), c), c / 25) for c in (20, 15, 10, 5)],
            )
        ),
    ),
    golden(
        "fast away from where the hand was",
        """
start = get_ee_pos()
def hasty():
    m = get_empty_velocity_map() * 1.5
    set_voxel_by_radius(m, start, 10, 0.5)
    return m
execute('gripper', velocity_map=hasty)
""",
        stage(velocity=layer(1.5, (ball(hand(), 10), 0.5))),
    ),
    golden(
        "never faster than a bound",
        """
def bounded():
    m = get_empty_velocity_map()
    set_voxel_near(m, detect('mug'), 10, 3)
    return np.minimum(m, 1.2)
execute('gripper', velocity_map=bounded)
""",
        stage(velocity=layer(1.0, (near("white mug", 10), 1.2))),
    ),
)
