"""Where to go: points, offsets, sides, corners, normals, shapes, regions."""

from tests.planner.language.goldens.oracle import (
    TABLE_HIGH,
    TABLE_LOW,
    at,
    ball,
    both,
    centre,
    goal,
    golden,
    half,
    hand,
    layer,
    near,
    side,
    solid,
    stage,
    table,
)

LEFT_HALF = both(half("y", -1, 0.0), half("z", -1, 0.0))

GOLDENS = (
    golden(
        "a point ten centimetres over a bowl",
        """
def affordance_map():
    affordance_map = get_empty_affordance_map()
    bowl = parse_query_obj('blue bowl')
    (min_x, min_y, min_z), (max_x, max_y, max_z) = bowl.aabb
    x, y, _ = bowl.position
    affordance_map[x, y, max_z + cm2index(10, 'z')] = 1
    ret_val = affordance_map
    return ret_val
execute('gripper', affordance_map=affordance_map)
""",
        stage(affordance=goal(at(side("blue bowl", "z", 1, 10)))),
    ),
    golden(
        "the centre of a thing",
        """
def target():
    m = get_empty_affordance_map()
    x, y, z = detect('red block').position
    m[x, y, z] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(centre("red block")))),
    ),
    golden(
        "a vector as an index",
        """
def target():
    m = get_empty_affordance_map()
    m[detect('green ball').position] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(centre("green ball")))),
    ),
    golden(
        "left of a thing by its box",
        """
def target():
    m = get_empty_affordance_map()
    mug = detect('mug')
    m[mug.position[0], mug.aabb[0][1] - cm2index(11, 'y'), mug.position[2]] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(side("white mug", "y", -1, 11)))),
    ),
    golden(
        "right of a thing with two indices at once",
        """
def target():
    m = get_empty_affordance_map()
    mug = detect('mug')
    m[mug.position[0], mug.aabb[1, 1] + cm2index(5, 'y'), mug.position[2]] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(side("white mug", "y", 1, 5)))),
    ),
    golden(
        "in front of a thing",
        """
def target():
    m = get_empty_affordance_map()
    block = detect('yellow block')
    x = block.aabb[:, 0].max() + cm2index(7, 'x')
    m[x, block.position[1], block.position[2]] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(side("yellow block", "x", 1, 7)))),
    ),
    golden(
        "behind a thing along a direction",
        """
def target():
    m = get_empty_affordance_map()
    ball = detect('green ball')
    back = np.array([-1, 0, 0])
    start = np.array([ball.aabb[0, 0], ball.position[1], ball.position[2]])
    x, y, z = start + cm2index(5, back)
    m[x, y, z] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(side("green ball", "x", -1, 5)))),
    ),
    golden(
        "away from a handle along its normal",
        """
def target():
    m = get_empty_affordance_map()
    handle = parse_query_obj('topmost handle')
    x, y, z = handle.position + cm2index(25, handle.normal)
    m[x, y, z] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(centre("black handle", dx=-25)))),
    ),
    golden(
        "into a drawer against its normal",
        """
def target():
    m = get_empty_affordance_map()
    handle = parse_query_obj('lower handle')
    into = -handle.normal
    point = handle.position + cm2index(12, into)
    m[point[0], point[1], point[2]] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(centre("gray handle", dx=12)))),
    ),
    golden(
        "the shape of a line",
        """
def target():
    m = get_empty_affordance_map()
    line = parse_query_obj('black line')
    set_voxel_by_radius(m, line.occupancy_map, radius_cm=0, value=1)
    return m
execute('gripper', target)
""",
        stage(affordance=goal(solid("black line"))),
    ),
    golden(
        "the whole of a thing",
        """
def target():
    m = get_empty_affordance_map()
    set_voxel_near(m, detect('white mug'), 0)
    return m
execute('gripper', target)
""",
        stage(affordance=goal(solid("white mug"))),
    ),
    golden(
        "within three centimetres of a thing",
        """
def target():
    m = get_empty_affordance_map()
    set_voxel_by_radius(m, detect('purple block'), 3)
    return m
execute('gripper', target)
""",
        stage(affordance=goal(near("purple block", 3))),
    ),
    golden(
        "a ball around a point over a thing",
        """
def target():
    m = get_empty_affordance_map()
    button = detect('button')
    over = button.position + [0, 0, cm2index(6, 'z')]
    set_voxel_by_radius(m, over, radius_cm=4, value=1)
    return m
execute('gripper', target)
""",
        stage(affordance=goal(ball(centre("green button", dz=6), 4))),
    ),
    golden(
        "nearer is better: balls in balls",
        """
def target():
    m = get_empty_affordance_map()
    block = detect('red block')
    for radius, value in [(12, 0.25), (8, 0.5), (4, 1)]:
        set_voxel_by_radius(m, block.position, radius, value)
    return m
execute('gripper', target)
""",
        stage(
            affordance=layer(
                0.0,
                (ball(centre("red block"), 12), 0.25),
                (ball(centre("red block"), 8), 0.5),
                (ball(centre("red block"), 4), 1.0),
            )
        ),
    ),
    golden(
        "several targets at once",
        """
def target():
    m = get_empty_affordance_map()
    for block in parse_query_obj('all blocks'):
        x, y, z = block.position
        m[x, y, z] = 1
    return m
execute('gripper', target)
""",
        stage(
            affordance=goal(
                at(*[centre(f"{c} block") for c in "red yellow purple pink".split()])
            )
        ),
    ),
    golden(
        "the left side of the table as a point",
        """
def target():
    m = get_empty_affordance_map()
    table = parse_query_obj('table')
    (_, min_y, _), _ = table.aabb
    m[table.position[0], min_y, table.position[2]] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(table(y=-1)))),
    ),
    golden(
        "the front right corner of the workspace",
        """
def target():
    m = get_empty_affordance_map()
    (min_x, min_y, min_z), (max_x, max_y, max_z) = parse_query_obj('workspace').aabb
    m[max_x, max_y, max_z] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(table(x=1, y=1)))),
    ),
    golden(
        "over the back left corner of the table",
        """
def target():
    m = get_empty_affordance_map()
    t = detect('the table')
    m[t.aabb[0][0], t.aabb[0][1], t.aabb[1][2] + cm2index(20, 'z')] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(table(x=-1, y=-1, dz=20)))),
    ),
    golden(
        "the middle of the table",
        """
def target():
    m = get_empty_affordance_map()
    m[parse_query_obj('desk').position] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(table()))),
    ),
    golden(
        "anywhere on the left half of the table",
        """
def target():
    m = get_empty_affordance_map()
    t = detect('table')
    low, high = t.aabb
    m[low[0]:high[0], low[1]:t.position[1], high[2]] = 1
    return m
execute('gripper', target)
""",
        stage(
            affordance=goal(
                both(
                    half("x", 1, TABLE_LOW[0]),
                    half("x", -1, TABLE_HIGH[0]),
                    half("y", 1, TABLE_LOW[1]),
                    half("y", -1, 0.0),
                    half("z", 1, -0.003),
                    half("z", -1, 0.003),
                )
            )
        ),
    ),
    golden(
        "seven centimetres forward from where the hand is",
        """
ee = parse_query_obj('ee')
def target():
    m = get_empty_affordance_map()
    x, y, z = ee.position
    m[x + cm2index(7, 'x'), y, z] = 1
    return m
execute(ee, target)
""",
        stage(affordance=goal(at(hand(dx=7)))),
    ),
    golden(
        "up and to the left from where the hand is",
        """
x, y, z = get_ee_pos()
def target():
    m = get_empty_affordance_map()
    m[x, y - cm2index(10, 'y'), z + cm2index(5, 'z')] = 1
    return m
execute('gripper', affordance_map=target)
""",
        stage(affordance=goal(at(hand(dy=-10, dz=5)))),
    ),
    golden(
        "fractions of indices are rounded",
        """
def target():
    m = get_empty_affordance_map()
    low, high = detect('brown drawer').aabb
    middle = (low + high) / 2
    m[middle[0], middle[1], high[2] + 10 / index2cm(1, 'z')] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(side("brown drawer", "z", 1, 10)))),
    ),
    golden(
        "what lies outside is brought to the border",
        """
def target():
    m = get_empty_affordance_map()
    x, y, z = detect('drawer').position
    m[x + cm2index(90, 'x'), y, z] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(centre("brown drawer", dx=90)))),
    ),
    golden(
        "midway between two things",
        """
def target():
    m = get_empty_affordance_map()
    m[between(detect('red block'), detect('yellow block'))] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at((centre("red block") + centre("yellow block")) / 2))),
    ),
    golden(
        "a third of the way from one thing to another",
        """
def target():
    m = get_empty_affordance_map()
    a, b = detect('red block').position, detect('mug').position
    m[a + (b - a) / 3] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at((2 * centre("red block") + centre("white mug")) / 3))),
    ),
    golden(
        "beside a thing, away from another one",
        """
def target():
    m = get_empty_affordance_map()
    block, bowl = detect('purple block'), detect('blue bowl')
    away = np.array(block.world_position) - bowl.world_position
    away[2] = 0
    away = away / np.linalg.norm(away)
    m[block.position + cm2index(10, away)] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(centre("purple block", dy=10)))),
    ),
    golden(
        "the goal is the sum of two wishes",
        """
def target():
    near_block = get_empty_affordance_map()
    set_voxel_by_radius(near_block, detect('red block').position, 10, 1)
    high_up = get_empty_affordance_map()
    high_up[:, :, cm2index(5, 'z'):] = 1
    return near_block + high_up * 0.5
execute('gripper', target)
""",
        stage(
            affordance=layer(
                0.0,
                (half("z", 1, -0.02 + 0.05), 0.5),
                (ball(centre("red block"), 10), 1.0),
                (
                    both(ball(centre("red block"), 10), half("z", 1, -0.02 + 0.05)),
                    1.5,
                ),
            )
        ),
    ),
    golden(
        "the better of two wishes",
        """
def target():
    a = get_empty_affordance_map()
    set_voxel_by_radius(a, detect('mug').position, 8, 0.6)
    b = get_empty_affordance_map()
    set_voxel_by_radius(b, detect('purple block').position, 9, 0.9)
    return np.maximum(a, b)
execute('gripper', target)
""",
        stage(
            affordance=layer(
                0.0,
                (ball(centre("white mug"), 8), 0.6),
                (ball(centre("purple block"), 9), 0.9),
            )
        ),
    ),
    golden(
        "a map as a lambda",
        """
def point_at(place):
    m = get_empty_affordance_map()
    m[place] = 1
    return m
execute('gripper', lambda: point_at(detect('green button').position))
""",
        stage(affordance=goal(at(centre("green button")))),
    ),
    golden(
        "a map that is no function",
        """
m = get_empty_affordance_map()
m[detect('red block').position] = 1
execute('gripper', m)
""",
        stage(affordance=goal(at(centre("red block")))),
    ),
)
