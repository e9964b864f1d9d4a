"""Which thing is meant: names, superlatives, ordinals, relations, sets, none."""

from tests.planner.language.goldens.oracle import (
    at,
    centre,
    forbidden,
    goal,
    golden,
    hand,
    layer,
    near,
    stage,
    table,
)

ONE = """
def target():
    m = get_empty_affordance_map()
    m[parse_query_obj('{}').position] = 1
    return m
execute('gripper', target)
"""


def one(phrase, name):
    return golden(
        f"'{phrase}'", ONE.format(phrase), stage(affordance=goal(at(centre(name))))
    )


GOLDENS = (
    one("the blue bowl", "blue bowl"),
    one("button", "green button"),
    one("the cup", "white mug"),
    one("leftmost block", "yellow block"),
    one("the rightmost block", "red block"),
    one("the block furthest to the back", "yellow block"),
    one("biggest block", "purple block"),
    one("the smallest block", "pink block"),
    one("topmost handle", "black handle"),
    one("the bottom handle", "gray handle"),
    one("second block from the left", "pink block"),
    one("the third block from the left", "purple block"),
    one("block closest to the mug", "purple block"),
    one("the block in the bowl", "pink block"),
    one("thing to the left of the red block", "purple block"),
    one("ball behind the red block", "green ball"),
    one("handle of the drawer", "black handle"),
    golden(
        "the gripper and the table go by many names",
        """
def target():
    m = get_empty_affordance_map()
    names = ('ee', 'end effector', 'hand', 'gripper')
    places = [parse_query_obj(name).position for name in names]
    assert all(np.allclose(place, places[0]) for place in places)
    m[places[0]] = 0.5
    m[parse_query_obj('workstation').position] = 1
    return m
execute(parse_query_obj('endeffector'), target)
""",
        stage(affordance=layer(0.0, (at(hand()), 0.5), (at(table()), 1.0))),
    ),
    golden(
        "the nearest of several",
        """
block = nearest(parse_query_obj('blocks'), detect('mug'))
def target():
    m = get_empty_affordance_map()
    m[detect(block.name).position] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(centre("purple block")))),
    ),
    golden(
        "what is inside of another thing",
        """
bowl = detect('blue bowl')
inside = [each for each in detect_all('thing') if is_inside(each, bowl)]
assert len(inside) == 1
def target():
    m = get_empty_affordance_map()
    m[detect(inside[0].name).position] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(centre("pink block")))),
    ),
    golden(
        "what is left of one thing and in front of another",
        """
mug, ball = detect('mug'), detect('green ball')
blocks = parse_query_obj('blocks')
found = [b for b in blocks if left_of(b, mug) and in_front_of(b, ball)]
def target():
    m = get_empty_affordance_map()
    for each in found:
        m[each.position] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(centre("yellow block"), centre("pink block")))),
    ),
    golden(
        "sorted by place along an axis",
        """
blocks = sorted(parse_query_obj('blocks'), key=lambda each: each.position[1])
def target():
    m = get_empty_affordance_map()
    m[blocks[-2].position] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(centre("purple block")))),
    ),
    golden(
        "the tallest, by its size",
        """
things = detect_all('thing')
tallest = max(things, key=lambda each: each.size_cm[2])
def target():
    m = get_empty_affordance_map()
    m[tallest.position] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(centre("brown drawer")))),
    ),
    golden(
        "the closest to the hand, by its distance",
        """
here = get_ee_pos()
blocks = parse_query_obj('all blocks')
gaps = [np.linalg.norm(index2cm(b.position - here)) for b in blocks]
def target():
    m = get_empty_affordance_map()
    m[blocks[int(np.argmin(gaps))].position] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(centre("purple block")))),
    ),
    golden(
        "what is not there is None",
        """
cube = parse_query_obj('orange block')
if cube is None:
    cube = parse_query_obj('red block')
def target():
    m = get_empty_affordance_map()
    m[cube.position] = 1
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(centre("red block")))),
    ),
    golden(
        "the facts of a thing as a dictionary",
        """
def target():
    m = get_empty_affordance_map()
    bowl = detect('bowl')
    x, y, z = bowl['position']
    m[x, y, bowl['aabb'][1][2]] = 1
    say(bowl['name'])
    return m
execute('gripper', target)
""",
        stage(affordance=goal(at(centre("blue bowl", dz=3)))),
        said=("blue bowl", "blue bowl"),
    ),
    golden(
        "all of a kind but one",
        """
def keep_away():
    m = get_empty_avoidance_map()
    others = [b for b in parse_query_obj('blocks') if b.name != 'red block']
    set_voxel_near(m, others, 3)
    return m
execute('gripper', avoidance_map=keep_away)
""",
        stage(
            avoidance=forbidden(
                *[near(f"{c} block", 3) for c in ("yellow", "purple", "pink")]
            )
        ),
    ),
)
