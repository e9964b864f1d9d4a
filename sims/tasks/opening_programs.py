"""Reference programs that open furniture, as texts; `SWING` comes after `HAND`.

What hinges are like is not told: the hinge is taken to be at the edge of the leaf
that the handle is far from, and the window to slide to where its frame goes on.
"""

SWING = """
def along_front(out):
    return np.array([-out[1], out[0], 0.0])

def yaw_of(out):
    return euler2quat(0, 0, np.arctan2(-out[1], -out[0]))

def hinge_of(leaf, handle):
    along, box = along_front(leaf.normal), leaf.world_aabb
    middle = (box[0] + box[1]) / 2
    half = np.abs(np.dot(box[1] - box[0], along)) / 2
    side = -1.0 if np.dot(handle.world_position - middle, along) > 0 else 1.0
    return middle + side * half * along, side

def about(hinge, point, angle):
    c, s = np.cos(angle), np.sin(angle)
    x, y = point[0] - hinge[0], point[1] - hinge[1]
    return np.array([hinge[0] + c * x - s * y, hinge[1] + s * x + c * y, point[2]])

def swing(hinge, angle, steps):
    start, quat = detect('gripper').world_position, get_ee_quat()
    for k in range(1, steps + 1):
        part = angle * k / steps
        go_exact(about(hinge, start, part), qmult(euler2quat(0, 0, part), quat))

def take_from_above(handle, out):
    pose = qmult(yaw_of(out), get_ee_quat())
    open_gripper()
    go_exact(handle.world_position + np.array([0, 0, 0.14]), pose)
    go_exact(handle.world_position + np.array([0, 0, 0.03]), pose)
    close_gripper()
"""

FRIDGE = """
leaf, handle = detect('fridge door'), detect('handle')
hinge, side = hinge_of(leaf, handle)
take_from_above(handle, leaf.normal)
swing(hinge, 0.65 * side, 8)
open_gripper()
"""

WINDOW = """
leaf, frame, handle = detect('window'), detect('window frame'), detect('handle')
way = along_front(leaf.normal)
if np.dot(frame.world_position - leaf.world_position, way) < 0:
    way = -way
take_from_above(handle, leaf.normal)
start = detect('gripper').world_position
for k in range(1, 7):
    go_exact(start + 0.03 * k * way)
open_gripper()
"""

# The lever is pinched near its end from outside and above, pressed down on its
# circle, and held down while the door swings.
DOOR = """
leaf, handle = detect('door'), detect('handle')
out = leaf.normal
hinge, side = hinge_of(leaf, handle)
along, up = side * along_front(out), np.array([0, 0, 1.0])
tilted = qmult(euler2quat(0, np.pi / 2 + 1.05, 0), euler2quat(0, 0, np.pi / 2))
across = qmult(yaw_of(out), tilted)
end = handle.world_position + 0.035 * along
open_gripper()
go_exact(end + 0.08 * out + 0.12 * up, across)
go_exact(end, across)
close_gripper()
start = detect('gripper').world_position
for k in range(1, 5):
    a = 0.2 * k
    go_exact(start + 0.095 * ((np.cos(a) - 1) * along - np.sin(a) * up), across)
swing(hinge, 0.75 * side, 10)
open_gripper()
"""
