"""Pieces of reference programs for what has a handle, as texts, after `HAND`.

A hand that points down cannot get at a handle under another one. It comes aslant
instead, from outside and above, and pinches the bar by its ends: its fingers close
level, along the front. How far a drawer is open, the handles of those that are shut
tell, if there are any beside it in one plane.
"""

HANDLES = """
def aslant(out):
    return euler2quat(0, np.pi / 2 + 0.6, np.arctan2(-out[1], -out[0]))

def move_by(way):
    go_exact(detect('gripper').world_position + way)

def take_hold(handle, out):
    open_gripper()
    before = handle.world_position + 0.20 * out + np.array([0, 0, 0.10])
    go_exact(before, aslant(out))
    go_exact(handle.world_position, aslant(out))
    close_gripper()

def way_shut(handle, out):
    depth = [np.dot(each.world_position, out) for each in detect_all('handle')]
    return (min(depth) - np.dot(handle.world_position, out)) * out

def let_go(out):
    open_gripper()
    move_by(0.09 * out + np.array([0, 0, 0.06]))
"""
