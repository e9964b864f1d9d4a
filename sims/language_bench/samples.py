"""Programs of the lengths that writers give: one map, five maps, several steps."""

ONE_MAP = """\
def over_the_bowl():
    affordance_map = get_empty_affordance_map()
    bowl = detect('blue bowl')
    x, y, z = bowl.position
    affordance_map[x, y, bowl.aabb[1][2] + cm2index(10, 'z')] = 1
    return affordance_map

execute('gripper', over_the_bowl)
"""

FIVE_MAPS = """\
def where():
    affordance_map = get_empty_affordance_map()
    block = detect('red block')
    set_voxel_by_radius(affordance_map, block.position, radius_cm=2, value=1)
    return affordance_map

def where_not():
    avoidance_map = get_empty_avoidance_map()
    for thing in detect_all('bowl') + [detect('mug')]:
        set_voxel_near(avoidance_map, thing, 8)
    return avoidance_map

def pointing():
    rotation_map = get_empty_rotation_map()
    rotation_map[:, :, :] = vec2quat(-detect('red block').normal)
    return rotation_map

def how_fast():
    velocity_map = get_empty_velocity_map()
    set_voxel_by_radius(velocity_map, detect('red block').position, 15, 0.5)
    return velocity_map

def fingers():
    gripper_map = get_empty_gripper_map()
    gripper_map[:, :, :] = 1
    set_voxel_by_radius(gripper_map, detect('red block').position, 1, 0)
    return gripper_map

execute('gripper', where, where_not, pointing, how_fast, fingers)
"""

SEVERAL_STEPS = """\
import numpy as np

def keep_away():
    avoidance_map = get_empty_avoidance_map()
    set_voxel_near(avoidance_map, detect('mug'), 8)
    return avoidance_map

def over(name, cm):
    def where():
        affordance_map = get_empty_affordance_map()
        thing = detect(name)
        x, y, z = thing.position
        affordance_map[x, y, thing.aabb[1][2] + cm2index(cm, 'z')] = 1
        return affordance_map
    return where

start = get_ee_pos()
blocks = sorted(parse_query_obj('all blocks'), key=lambda each: each.position[1])
for block in blocks:
    gap = np.linalg.norm(index2cm(block.position - start))
    if gap > 100:
        say(f'{block.name} is too far away')
        continue
    execute('gripper', over(block.name, 12), keep_away)
    execute('gripper', over(block.name, 2), keep_away)
"""

SAMPLES = {
    "one map": ONE_MAP,
    "five maps": FIVE_MAPS,
    "several steps": SEVERAL_STEPS,
}
