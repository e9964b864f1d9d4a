"""Pieces that reference programs are put together from, as texts.

`HAND` defines functions that a program may call after it: to go to a voxel, to go to
a point in metres exactly, to pick something up. `TURN`, after it, has those that turn
the hand about the vertical: to take something round, whichever way the hand finds room,
and to twist what is held. Written apart from the planner's example library, on the same
API.
"""

HAND = """
def go(target, quat=None, avoid=None, speed=None):
    reach(set_voxel_by_radius, target, quat, avoid, speed)

def go_exact(point, quat=None, avoid=None, speed=None):
    reach(set_point, point, quat, avoid, speed)

def reach(mark, target, quat, avoid, speed):
    def goal():
        affordance_map = get_empty_affordance_map()
        mark(affordance_map, target)
        return affordance_map

    def turned():
        rotation_map = get_empty_rotation_map()
        if quat is not None:
            rotation_map[:, :, :] = quat
        return rotation_map

    execute('gripper', goal, avoid, turned, speed)

def over(target, cm):
    return target + np.array([0, 0, cm2index(cm, 'z')])

def pick(name, lift_cm=12):
    open_gripper()
    thing = detect(name)
    go(thing.position, thing.grasp_quat)
    close_gripper()
    go(over(get_ee_pos(), lift_cm))
"""

# The wrist has more room against the clock than with it: at home it can turn by 3.5
# and by 2 radians. An arm that reaches aside brings its own turn along.
TURN = """
down = get_ee_quat()

def facing(point, angle):
    return qmult(euler2quat(0, 0, angle + np.arctan2(point[1], point[0])), down)

def take(point):
    for angle in [0.0, 0.8, -0.8, 1.6]:
        try:
            go_exact(point, facing(point, angle))
            break
        except ValueError:
            continue
    close_gripper()

def twist(angle, sink=0.0):
    here, start = detect('gripper').world_position, get_ee_quat()
    parts = int(abs(angle)) + 1
    for k in range(1, parts + 1):
        place = here - np.array([0, 0, sink * k / parts])
        go_exact(place, qmult(euler2quat(0, 0, angle * k / parts), start))
"""
