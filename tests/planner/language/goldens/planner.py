"""Several sub-tasks: in order, in loops, under conditions, tried again."""

from tests.planner.language.goldens.oracle import (
    at,
    ball,
    centre,
    forbidden,
    goal,
    golden,
    hand,
    layer,
    near,
    pointing,
    side,
    stage,
    table,
)

GRASP = """
def grasp(name):
    def where():
        m = get_empty_affordance_map()
        m[detect(name).position] = 1
        return m
    execute('gripper', where)
    close_gripper()
"""
OVER = """
def over(name, cm):
    def where():
        m = get_empty_affordance_map()
        thing = detect(name)
        x, y, z = thing.position
        m[x, y, thing.aabb[1][2] + cm2index(cm, 'z')] = 1
        return m
    execute('gripper', where)
"""
HOME = stage(
    affordance=goal(at([0.45, 0.0, 0.40])), rotation=layer(pointing([0, 0, -1]))
)
OPEN = stage(gripper=layer(1.0))
CLOSED = stage(gripper=layer(0.0))


def goes(*places):
    return [stage(affordance=goal(at(each))) for each in places]


GOLDENS = (
    golden(
        "grasp, carry over a bowl, let go, go home",
        f"{GRASP}{OVER}"
        "grasp('red block')\nover('blue bowl', 15)\nopen_gripper()\n"
        "reset_to_default_pose()",
        *goes(centre("red block")),
        CLOSED,
        *goes(side("blue bowl", "z", 1, 15)),
        OPEN,
        HOME,
    ),
    golden(
        "each thing of a kind in turn",
        f"{OVER}\nfor block in parse_query_obj('blocks'):\n    over(block.name, 10)",
        *goes(
            *[side(f"{c} block", "z", 1, 10) for c in "red yellow purple pink".split()]
        ),
    ),
    golden(
        "things from left to right",
        f"{OVER}\n"
        "blocks = parse_query_obj('blocks')\n"
        "for block in sorted(blocks, key=lambda b: b.position[1]):\n"
        "    over(block.name, 8)",
        *goes(
            *[side(f"{c} block", "z", 1, 8) for c in "yellow pink purple red".split()]
        ),
    ),
    golden(
        "one way if it is there, another if not",
        f"{OVER}\n"
        "if is_visible('orange ball'):\n    over('orange ball', 10)\n"
        "elif is_visible('green ball'):\n    over('green ball', 12)\n"
        "else:\n    reset_to_default_pose()",
        *goes(side("green ball", "z", 1, 12)),
    ),
    golden(
        "only if it is on the left side",
        f"{OVER}\n"
        "middle = detect('table').position[1]\n"
        "for name in ('red block', 'yellow block'):\n"
        "    if detect(name).position[1] < middle:\n        over(name, 10)",
        *goes(side("yellow block", "z", 1, 10)),
    ),
    golden(
        "the heavier one by its size",
        f"{OVER}\n"
        "a, b = detect('red block'), detect('purple block')\n"
        "bigger = a if np.prod(a.size_cm) > np.prod(b.size_cm) else b\n"
        "over(bigger.name, 10)",
        *goes(side("purple block", "z", 1, 10)),
    ),
    golden(
        "three times up and down",
        """
x, y, z = get_ee_pos()
def at_height(cm):
    def where():
        m = get_empty_affordance_map()
        m[x, y, z + cm2index(cm, 'z')] = 1
        return m
    return where
for _ in range(3):
    execute('gripper', at_height(10))
    execute('gripper', at_height(0))
""",
        *goes(*[hand(dz=10), hand()] * 3),
    ),
    golden(
        "a square in the air",
        """
start = get_ee_pos()
corners = [(10, 0), (10, 10), (0, 10), (0, 0)]
for dx, dy in corners:
    place = start + [cm2index(dx, 'x'), cm2index(dy, 'y'), 0]
    m = get_empty_affordance_map()
    m[place] = 1
    execute('gripper', m)
""",
        *goes(hand(10), hand(10, 10), hand(0, 10), hand()),
    ),
    golden(
        "again until it is held",
        f"{GRASP}\n"
        "for attempt in range(3):\n    grasp('red block')\n"
        "    if is_holding():\n        break\n    open_gripper()\n"
        "else:\n    grasp_failed('red block')",
        *goes(centre("red block")),
        CLOSED,
    ),
    golden(
        "until it is close enough to another thing",
        """
goal = detect('blue bowl').position
def halfway():
    m = get_empty_affordance_map()
    m[between(here, goal)] = 1
    return m
count = 0
while np.linalg.norm(index2cm(get_ee_pos() - goal)) > 12 and count < 10:
    here = get_ee_pos()
    execute('gripper', halfway)
    count += 1
assert count == 2
""",
        *goes(
            (hand() + centre("blue bowl")) / 2, hand() / 4 + 0.75 * centre("blue bowl")
        ),
    ),
    golden(
        "a handle pulled out along its normal",
        f"{GRASP}\n"
        "grasp('topmost handle')\n"
        "handle = detect('topmost handle')\n"
        "target = handle.position + cm2index(16, handle.normal)\n"
        "def out():\n"
        "    m = get_empty_affordance_map()\n    m[target] = 1\n    return m\n"
        "execute('gripper', out)\nopen_gripper()",
        *goes(centre("black handle")),
        CLOSED,
        *goes(centre("black handle", dx=-16)),
        OPEN,
    ),
    golden(
        "an error is handled and another way taken",
        f"{OVER}\n"
        "try:\n    over('orange block', 10)\n"
        "except ValueError as error:\n"
        "    say('no orange block; the red one then')\n    over('red block', 10)",
        *goes(side("red block", "z", 1, 10)),
        said=("no orange block; the red one then",),
    ),
    golden(
        "constraints that hold for every step",
        """
def keep_away():
    m = get_empty_avoidance_map()
    set_voxel_near(m, detect('mug'), 8)
    return m
def slow():
    return get_empty_velocity_map() * 0.5
def there(name):
    def where():
        m = get_empty_affordance_map()
        m[detect(name).position] = 1
        return m
    return where
for name in ['red block', 'green ball']:
    execute('gripper', there(name), keep_away, velocity_map=slow)
""",
        *[
            stage(
                affordance=goal(at(centre(each))),
                avoidance=forbidden(near("white mug", 8)),
                velocity=layer(0.5),
            )
            for each in ("red block", "green ball")
        ],
    ),
    golden(
        "every handle, its side faced",
        """
for handle in parse_query_obj('all handles'):
    def where(name=handle.name):
        m = get_empty_affordance_map()
        h = detect(name)
        m[h.position + cm2index(10, h.normal)] = 1
        return m
    def facing(name=handle.name):
        m = get_empty_rotation_map()
        m[:] = vec2quat(-detect(name).normal)
        return m
    execute('gripper', where, rotation_map=facing)
""",
        *[
            stage(
                affordance=goal(at(centre(f"{each} handle", dx=-10))),
                rotation=layer(pointing([1, 0, 0])),
            )
            for each in ("black", "gray")
        ],
    ),
    golden(
        "what was remembered shifts the goal",
        """
remember('right_cm', 2)
def where():
    m = get_empty_affordance_map()
    x, y, z = detect('red block').position
    m[x, y + cm2index(recall('right_cm', 0), 'y'), z] = 1
    return m
execute('gripper', where)
""",
        *goes(centre("red block", dy=2)),
    ),
    golden(
        "a left-handed person gets it on the left",
        """
remember('hand', 'left')
def where():
    m = get_empty_affordance_map()
    low, high = detect('table').aabb
    y = low[1] if recall('hand', 'right') == 'left' else high[1]
    m[detect('table').position[0], y, low[2] + cm2index(10, 'z')] = 1
    return m
execute('gripper', where)
""",
        *goes(table(y=-1, dz=10)),
    ),
    golden(
        "wait until something is there",
        f"{OVER}\n"
        "if wait_until(lambda: is_visible('red block'), seconds=5):\n"
        "    over('red block', 10)",
        *goes(side("red block", "z", 1, 10)),
    ),
    golden(
        "look for it before giving up",
        """
def look():
    place = get_ee_pos()
    m = get_empty_affordance_map()
    m[place[0], place[1], place[2] + cm2index(5, 'z')] = 1
    execute('gripper', m)
tries = 0
while not is_visible('orange mug') and tries < 2:
    look()
    tries += 1
say(f'looked {tries} times')
""",
        *goes(hand(dz=5), hand(dz=10)),
        said=("looked 2 times",),
    ),
    golden(
        "push one thing after another",
        """
for name, cm in {'yellow block': 8, 'red block': -8}.items():
    block = detect(name)
    goal = block.position + [0, cm2index(cm, 'y'), 0]
    m = get_empty_affordance_map()
    set_voxel_by_radius(m, goal, 2)
    execute(block, m)
""",
        stage("yellow block", affordance=goal(ball(centre("yellow block", dy=8), 2))),
        stage("red block", affordance=goal(ball(centre("red block", dy=-8), 2))),
    ),
)
