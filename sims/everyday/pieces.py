"""Pieces of closed-loop programs, as texts; they go on where `sims.programs` ends.

What they go to they look for at every tick, and what they did they look at again, as
the programs do that VoxPoser shows its language model: who is disturbed begins anew.
"""

from sims.programs import HAND

CLOSED_LOOP = f"""{HAND}
def follow(point, quat=None, avoid=None):
    def goal():
        affordance_map = get_empty_affordance_map()
        set_point(affordance_map, point())
        return affordance_map

    def turned():
        rotation_map = get_empty_rotation_map()
        if quat is not None:
            rotation_map[:, :, :] = quat()
        return rotation_map

    execute('gripper', goal, avoid, turned)

def grasp(name, avoid=None):
    open_gripper()
    there, across = lambda: detect(name).world_position, lambda: detect(name).grasp_quat
    follow(there, across, avoid)
    close_gripper()
    if not is_holding():
        raise ValueError('the fingers closed on nothing')

def rise(cm):
    go(over(get_ee_pos(), cm))

def let_go(cm=12):
    open_gripper()
    rise(cm)

def attempt(deed, after=let_go):
    try:
        deed()
    except ValueError:
        try:
            after()
        except ValueError:
            pass

def until(done, deed, times=10, watch=1.5, after=let_go):
    for k in range(times):
        if done():
            if not wait_until(lambda: not done(), watch):
                return
        else:
            attempt(deed, after)
    raise ValueError('it is undone again and again')

def lengthwise(x, y):
    w, i, j, k = get_ee_quat()
    if x * (1 - 2 * (j * j + k * k)) + y * 2 * (i * j + w * k) < 0:
        x, y = -x, -y
    yaw = np.arctan2(y, x)
    return np.array([0.0, np.cos(yaw / 2), np.sin(yaw / 2), 0.0])

def flat(vector):
    return np.array([vector[0], vector[1], 0.0])
"""
