"""Steps and maps said in words, written while the program runs, in the three spellings.

`PARTS` stands for the language model: what it writes for each text it is asked.
"""

from tests.planner.language.goldens.oracle import (
    at,
    ball,
    centre,
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
    turned,
)

PARTS = {
    # Statements that end by setting `ret_val`.
    ("affordance", "a point 10cm above the blue bowl"): """
affordance_map = get_empty_affordance_map()
bowl = parse_query_obj('blue bowl')
(min_x, min_y, min_z), (max_x, max_y, max_z) = bowl.aabb
x, y, z = bowl.position
affordance_map[x, y, max_z + cm2index(10, 'z')] = 1
ret_val = affordance_map
""",
    ("avoidance", "8cm from the mug"): """
avoidance_map = get_empty_avoidance_map()
mug = parse_query_obj('mug')
set_voxel_near(avoidance_map, mug, 8)
ret_val = avoidance_map
""",
    ("affordance", "a point 10cm above the gripper"): """
affordance_map = get_empty_affordance_map()
x, y, z = get_ee_pos()
affordance_map[x, y, z + cm2index(10, 'z')] = 1
ret_val = affordance_map
""",
    ("velocity", "half speed on the right side of the table"): """
velocity_map = get_empty_velocity_map()
velocity_map[:, parse_query_obj('table').position[1]:, :] = 0.5
ret_val = velocity_map
""",
    # Statements that return the map.
    ("gripper", "open everywhere except 1cm around the red block"): """
gripper_map = get_empty_gripper_map()
gripper_map[:, :, :] = 1
set_voxel_by_radius(gripper_map, parse_query_obj('red block').position, 1, 0)
return gripper_map
""",
    ("rotation", "face the topmost handle"): """
rotation_map = get_empty_rotation_map()
rotation_map[:, :, :] = vec2quat(-parse_query_obj('topmost handle').normal)
return rotation_map
""",
    # A function that makes it; what stands before it is computed once.
    ("affordance", "the centre of the red block"): """
def centre():
    affordance_map = get_empty_affordance_map()
    affordance_map[detect('red block').position] = 1
    return affordance_map
""",
    ("affordance", "7cm to the right of where the hand is"): """
goal = get_ee_pos() + cm2index(7, np.array([0, 1, 0]))
def beside():
    affordance_map = get_empty_affordance_map()
    affordance_map[goal] = 1
    return affordance_map
""",
    ("rotation", "a quarter turn counter-clockwise"): """
goal = qmult(euler2quat(0, 0, np.pi / 2), get_ee_quat())
def turn():
    rotation_map = get_empty_rotation_map()
    rotation_map[:, :, :] = goal
    return rotation_map
""",
    ("affordance", "along the black line"): """
def line():
    affordance_map = get_empty_affordance_map()
    set_voxel_by_radius(affordance_map, detect('black line').occupancy_map, 0, 1)
    return affordance_map
""",
    ("avoidance", "everything left of the purple block"): """
def left():
    avoidance_map = get_empty_avoidance_map()
    avoidance_map[:, :detect('purple block').aabb[0][1], :] = 1
    return avoidance_map
""",
    ("composer", "grasp the red block"): """
movable = parse_query_obj('gripper')
affordance_map = get_affordance_map('the centre of the red block')
gripper_map = get_gripper_map('open everywhere except 1cm around the red block')
execute(movable, affordance_map=affordance_map, gripper_map=gripper_map)
""",
    ("composer", "move to 10cm on top of the blue bowl, away from the mug"): """
movable = parse_query_obj('gripper')
affordance_map = get_affordance_map('a point 10cm above the blue bowl')
avoidance_map = get_avoidance_map('8cm from the mug')
execute(movable, affordance_map=affordance_map, avoidance_map=avoidance_map)
""",
    ("composer", "open gripper"): "open_gripper()",
    ("composer", "move right by 7cm"): """
movable = parse_query_obj('gripper')
execute(movable, get_affordance_map('7cm to the right of where the hand is'))
""",
    ("composer", "turn by a quarter to the left"): """
execute('gripper', rotation_map=get_rotation_map('a quarter turn counter-clockwise'))
""",
    ("composer", "push the yellow block along the black line"): """
movable = parse_query_obj('yellow block')
execute(movable, affordance_map=get_affordance_map('along the black line'))
""",
}

GRASPED = stage(
    affordance=goal(at(centre("red block"))),
    gripper=layer(1.0, (ball(centre("red block"), 1), 0.0)),
)
OVER_BOWL = stage(
    affordance=goal(at(side("blue bowl", "z", 1, 10))),
    avoidance=forbidden(near("white mug", 8)),
)

GOLDENS = (
    golden(
        "a plan of three steps",
        """
objects = ['red block', 'blue bowl', 'mug']
# Query: put the red block in the bowl, mind the mug.
composer("grasp the red block")
composer("move to 10cm on top of the blue bowl, away from the mug")
composer("open gripper")
# done
""",
        GRASPED,
        OVER_BOWL,
        stage(gripper=layer(1.0)),
    ),
    golden(
        "a plan with a loop that looks",
        """
block, bowl = parse_query_obj('red block'), parse_query_obj('blue bowl')
tries = 0
while np.linalg.norm(block.world_position - bowl.world_position) > 0.1 and tries < 2:
    composer('grasp the red block')
    tries += 1
""",
        GRASPED,
        GRASPED,
    ),
    golden(
        "a plan with a condition",
        """
if is_visible('orange ball'):
    composer('push the yellow block along the black line')
else:
    composer('open gripper')
""",
        stage(gripper=layer(1.0)),
    ),
    golden(
        "the same step twice counts from where the hand is then",
        "composer('move right by 7cm')\ncomposer('move right by 7cm')",
        stage(affordance=goal(at(hand(dy=7)))),
        stage(affordance=goal(at(hand(dy=14)))),
    ),
    golden(
        "the same map in words twice counts from where the hand is then",
        """
for _ in range(2):
    execute('gripper', get_affordance_map('7cm to the right of where the hand is'))
""",
        stage(affordance=goal(at(hand(dy=7)))),
        stage(affordance=goal(at(hand(dy=14)))),
    ),
    golden(
        "the same turn twice counts from how the hand points then",
        "for _ in range(2):\n    composer('turn by a quarter to the left')",
        stage(rotation=layer(turned("z", 90))),
        stage(rotation=layer(turned("z", 180))),
    ),
    golden(
        "an object pushed along a line",
        "composer('push the yellow block along the black line')",
        stage("yellow block", affordance=goal(solid("black line"))),
    ),
    golden(
        "all maps in words, by place",
        """
execute(
    parse_query_obj('gripper'),
    get_affordance_map('a point 10cm above the blue bowl'),
    get_avoidance_map('everything left of the purple block'),
    get_rotation_map('face the topmost handle'),
    get_velocity_map('half speed on the right side of the table'),
    get_gripper_map('open everywhere except 1cm around the red block'),
)
""",
        stage(
            affordance=goal(at(side("blue bowl", "z", 1, 10))),
            avoidance=forbidden(half("y", -1, side("purple block", "y", -1)[1])),
            rotation=layer(pointing([1, 0, 0])),
            velocity=layer(1.0, (half("y", 1, 0.0), 0.5)),
            gripper=layer(1.0, (ball(centre("red block"), 1), 0.0)),
        ),
    ),
    golden(
        "words for one map, Python for the other",
        """
def how_fast():
    velocity_map = get_empty_velocity_map()
    velocity_map[:, :, :] = 0.25
    return velocity_map
affordance_map = get_affordance_map('a point 10cm above the blue bowl')
execute('gripper', affordance_map=affordance_map, velocity_map=how_fast)
""",
        stage(
            affordance=goal(at(side("blue bowl", "z", 1, 10))),
            velocity=layer(0.25),
        ),
    ),
    golden(
        "a map in words that reads where the hand is",
        "execute('gripper', get_affordance_map('a point 10cm above the gripper'))",
        stage(affordance=goal(at(hand(dz=10)))),
    ),
)
