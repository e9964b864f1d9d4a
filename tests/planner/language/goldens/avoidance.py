"""What to keep away from: distances, several things, lines, half-spaces, costs."""

from tests.planner.language.goldens.oracle import (
    ball,
    both,
    centre,
    forbidden,
    golden,
    half,
    layer,
    near,
    side,
    solid,
    stage,
)

GOLDENS = (
    golden(
        "ten centimetres around a point",
        """
def avoidance_map():
    avoidance_map = get_empty_avoidance_map()
    mug = parse_query_obj('mug')
    set_voxel_by_radius(avoidance_map, mug.position, radius_cm=10, value=1)
    ret_val = avoidance_map
    return ret_val
execute('gripper', avoidance_map=avoidance_map)
""",
        stage(avoidance=forbidden(ball(centre("white mug"), 10))),
    ),
    golden(
        "seven centimetres from the surface of a thing",
        """
def keep_away():
    m = get_empty_avoidance_map()
    set_voxel_near(m, detect('purple block'), 7)
    return m
execute('gripper', None, keep_away)
""",
        stage(avoidance=forbidden(near("purple block", 7))),
    ),
    golden(
        "several things, each with its own distance",
        """
def keep_away():
    m = get_empty_avoidance_map()
    for name, cm in (('mug', 5), ('blue bowl', 3)):
        set_voxel_near(m, detect(name), cm)
    return m
execute('gripper', avoidance_map=keep_away)
""",
        stage(avoidance=forbidden(near("white mug", 5), near("blue bowl", 3))),
    ),
    golden(
        "a whole list of things",
        """
def keep_away():
    m = get_empty_avoidance_map()
    set_voxel_near(m, parse_query_obj('all handles'), 4)
    return m
execute('gripper', avoidance_map=keep_away)
""",
        stage(avoidance=forbidden(near("black handle", 4), near("gray handle", 4))),
    ),
    golden(
        "a line and nothing else",
        """
def keep_away():
    m = get_empty_avoidance_map()
    set_voxel_by_radius(m, parse_query_obj('black line').occupancy_map, 0, 1)
    return m
execute('gripper', avoidance_map=keep_away)
""",
        stage(avoidance=forbidden(solid("black line"))),
    ),
    golden(
        "some room around a line",
        """
def keep_away():
    m = get_empty_avoidance_map()
    set_voxel_by_radius(m, detect('red line').occupancy_map, 3)
    return m
execute('gripper', avoidance_map=keep_away)
""",
        stage(avoidance=forbidden(near("red line", 3))),
    ),
    golden(
        "all that is left of a thing",
        """
def keep_away():
    m = get_empty_avoidance_map()
    m[:, :detect('mug').aabb[0][1], :] = 1
    return m
execute('gripper', avoidance_map=keep_away)
""",
        stage(avoidance=forbidden(half("y", -1, side("white mug", "y", -1)[1]))),
    ),
    golden(
        "all but what is in front of a thing",
        """
def keep_away():
    m = get_empty_avoidance_map()
    pink = detect('purple block')
    m[:, :, :] = 1
    m[pink.aabb[1][0]:, :, :] = 0
    return m
execute('gripper', avoidance_map=keep_away)
""",
        stage(
            avoidance=layer(0.0, (half("x", -1, side("purple block", "x", 1)[0]), 1.0))
        ),
    ),
    golden(
        "all that is behind a thing",
        """
def keep_away():
    m = get_empty_avoidance_map()
    x = detect('blue bowl').aabb[0, 0]
    m[0:x, ...] = 1
    return m
execute('gripper', avoidance_map=keep_away)
""",
        stage(avoidance=forbidden(half("x", -1, side("blue bowl", "x", -1)[0]))),
    ),
    golden(
        "the air over a thing",
        """
def keep_away():
    m = get_empty_avoidance_map()
    low, high = detect('blue bowl').aabb
    m[low[0]:high[0], low[1]:high[1], high[2]:] = 1
    return m
execute('gripper', avoidance_map=keep_away)
""",
        stage(
            avoidance=forbidden(
                both(
                    half("x", 1, side("blue bowl", "x", -1)[0]),
                    half("x", -1, side("blue bowl", "x", 1)[0]),
                    half("y", 1, side("blue bowl", "y", -1)[1]),
                    half("y", -1, side("blue bowl", "y", 1)[1]),
                    half("z", 1, side("blue bowl", "z", 1)[2]),
                )
            )
        ),
    ),
    golden(
        "low over the table",
        """
def keep_away():
    m = get_empty_avoidance_map()
    set_voxel_near(m, detect('table'), 5)
    return m
execute('gripper', avoidance_map=keep_away)
""",
        stage(avoidance=forbidden(half("z", -1, 0.05))),
    ),
    golden(
        "higher than thirty centimetres",
        """
def keep_away():
    m = get_empty_avoidance_map()
    z = parse_query_obj('table').position[2] + cm2index(30, 'z')
    m[:, :, z:] = 1
    return m
execute('gripper', avoidance_map=keep_away)
""",
        stage(avoidance=forbidden(half("z", 1, 0.30))),
    ),
    golden(
        "a cost that fades with distance",
        """
def keep_away():
    m = get_empty_avoidance_map()
    ball = detect('green ball')
    for cm in range(12, 0, -4):
        set_voxel_near(m, ball, cm, value=1 - cm / 16)
    return m
execute('gripper', avoidance_map=keep_away)
""",
        stage(
            avoidance=layer(
                0.0,
                *[(near("green ball", cm), 1 - cm / 16) for cm in (12, 8, 4)],
            )
        ),
    ),
    golden(
        "one thing more than another",
        """
def around(name, cm, value):
    m = get_empty_avoidance_map()
    set_voxel_near(m, detect(name), cm, value)
    return m
def keep_away():
    return np.maximum(around('mug', 12, 0.4), around('purple block', 6, 0.9))
execute('gripper', avoidance_map=keep_away)
""",
        stage(
            avoidance=layer(
                0.0, (near("white mug", 12), 0.4), (near("purple block", 6), 0.9)
            )
        ),
    ),
    golden(
        "everything that is small",
        """
def keep_away():
    m = get_empty_avoidance_map()
    for thing in detect_all('thing'):
        if max(thing.size_cm) < 5:
            set_voxel_near(m, thing, 4)
    return m
execute('gripper', avoidance_map=keep_away)
""",
        stage(
            avoidance=forbidden(
                *[near(f"{c} block", 4) for c in ("red", "yellow", "pink")]
            )
        ),
    ),
    golden(
        "everything that is green",
        """
def keep_away():
    m = get_empty_avoidance_map()
    green = [each for each in detect_all('things') if each.colour == 'green']
    set_voxel_near(m, green, 5)
    return m
execute('gripper', avoidance_map=keep_away)
""",
        stage(avoidance=forbidden(near("green ball", 5), near("green button", 5))),
    ),
    golden(
        "nothing at all if there is nothing of that kind",
        """
def keep_away():
    m = get_empty_avoidance_map()
    if is_visible('pink ball'):
        set_voxel_near(m, detect('pink ball'), 5)
    return m
execute('gripper', avoidance_map=keep_away)
""",
        stage(avoidance=forbidden()),
    ),
)
