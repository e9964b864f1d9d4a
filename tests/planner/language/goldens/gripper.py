"""When to open and close: everywhere, near things, half-spaces, both polarities."""

from tests.planner.language.goldens.oracle import (
    ball,
    centre,
    golden,
    half,
    hand,
    layer,
    near,
    stage,
)

OPEN_MAP = """
def gripper_map():
    m = get_empty_gripper_map()
    m[:, :, :] = {}
    return m
execute('gripper', gripper_map=gripper_map)
"""

GOLDENS = (
    golden(
        "open everywhere",
        OPEN_MAP.format(1),
        stage(gripper=layer(1.0)),
    ),
    golden(
        "closed everywhere",
        OPEN_MAP.format(0),
        stage(gripper=layer(0.0)),
    ),
    golden(
        "open everywhere where 0 is open",
        OPEN_MAP.format(0),
        stage(gripper=layer(1.0)),
        open_value=0,
    ),
    golden(
        "closed everywhere where 1 is closed",
        OPEN_MAP.format(1),
        stage(gripper=layer(0.0)),
        open_value=0,
    ),
    golden(
        "open, but closed around a thing",
        """
def gripper_map():
    gripper_map = get_empty_gripper_map()
    gripper_map[:, :, :] = 1
    block = parse_query_obj('red block')
    set_voxel_by_radius(gripper_map, block.position, radius_cm=1, value=0)
    ret_val = gripper_map
    return ret_val
execute('gripper', gripper_map=gripper_map)
""",
        stage(gripper=layer(1.0, (ball(centre("red block"), 1), 0.0))),
    ),
    golden(
        "open, but closed around a thing, where 1 is closed",
        """
def gripper_map():
    m = get_empty_gripper_map()
    m[:, :, :] = 0
    set_voxel_by_radius(m, parse_query_obj('mug').position, radius_cm=3, value=1)
    return m
execute('gripper', gripper_map=gripper_map)
""",
        stage(gripper=layer(1.0, (ball(centre("white mug"), 3), 0.0))),
        open_value=0,
    ),
    golden(
        "as it is: open",
        "execute('gripper', gripper_map=get_empty_gripper_map)",
        stage(gripper=layer(1.0)),
    ),
    golden(
        "as it is: open, where 0 is open",
        "execute('gripper', gripper_map=get_empty_gripper_map)",
        stage(gripper=layer(1.0)),
        open_value=0,
    ),
    golden(
        "as it is: closed before",
        "close_gripper()\nexecute('gripper', gripper_map=get_empty_gripper_map)",
        stage(gripper=layer(0.0)),
        stage(gripper=layer(0.0)),
    ),
    golden(
        "closed until over the table's right half",
        """
def gripper_map():
    m = get_empty_gripper_map()
    m[:, :, :] = 0
    m[:, parse_query_obj('table').position[1]:, :] = 1
    return m
execute('gripper', gripper_map=gripper_map)
""",
        stage(gripper=layer(0.0, (half("y", 1, 0.0), 1.0))),
    ),
    golden(
        "open high up only",
        """
def gripper_map():
    m = get_empty_gripper_map()
    m[:, :, :] = 0
    m[:, :, cm2index(30, 'z'):] = 1
    return m
execute('gripper', gripper_map=gripper_map)
""",
        stage(gripper=layer(0.0, (half("z", 1, -0.02 + 0.30), 1.0))),
    ),
    golden(
        "closed near either of two things",
        """
def gripper_map():
    m = get_empty_gripper_map()
    m[:, :, :] = 1
    for handle in parse_query_obj('handles'):
        set_voxel_near(m, handle, 2, 0)
    return m
execute('gripper', gripper_map=gripper_map)
""",
        stage(
            gripper=layer(
                1.0, (near("black handle", 2), 0.0), (near("gray handle", 2), 0.0)
            )
        ),
    ),
    golden(
        "the opposite of what it is",
        """
def gripper_map():
    m = get_empty_gripper_map()
    return 1 - m
execute('gripper', gripper_map=gripper_map)
""",
        stage(gripper=layer(0.0)),
    ),
    golden(
        "open where the hand was",
        """
here = parse_query_obj('gripper').position
def gripper_map():
    m = get_empty_gripper_map()
    m[:, :, :] = 0
    set_voxel_by_radius(m, here, 5, 1)
    return m
execute('gripper', gripper_map=gripper_map)
""",
        stage(gripper=layer(0.0, (ball(hand(), 5), 1.0))),
    ),
    golden(
        "open by the short form",
        "open_gripper()",
        stage(gripper=layer(1.0)),
    ),
    golden(
        "closed by the short form where 1 is closed",
        "close_gripper()",
        stage(gripper=layer(0.0)),
        open_value=0,
    ),
)
