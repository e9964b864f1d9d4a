"""What a motion begins or ends in: contact with it is asked for.

A hand that goes to a place inside an object, or at it, is to touch it; so is a hand
that puts what it holds into something, or takes it out.
"""

import numpy as np
from jaxtyping import Bool, Float

from perception.frames import Points, Pose, Vec3
from perception.scene import Object3D, Scene
from planner.motion.arm_model import Spheres
from planner.motion.lattice import within

_AT = 0.02  # [m] an object's box is grown by for the hand
_SKIN = 0.01  # [m] and for the object's points


def own_points(
    scene: Scene, points: Points, end: Pose, held: Spheres
) -> Bool[np.ndarray, "n"]:
    """Say which points belong to objects that an end of a motion is at.

    Args:
        scene: What is seen.
        points: (n, 3) of it, [m].
        end: Of the motion, the pose of the end-effector.
        held: What it holds, in its own frame.
    """
    own = np.zeros(len(points), dtype=bool)
    parts = end.apply(held.centre)
    for each in scene.objects:
        at_hand = _holds(each.points_world, end.position, _AT)
        if at_hand or (not each.held and _receives(each, parts)):
            own |= _inside(points, each.aabb_world)
    return own


def _receives(each: Object3D, held: Points) -> bool:
    """Say whether what is held lies in an object's box, in part."""
    low, high = each.aabb_world
    return bool(within(held, low, high).any())


def _holds(points: Points, p: Vec3, margin: float) -> bool:
    """Say whether the box of some points, grown by a margin, holds another."""
    for k in range(3):  # most are far off along x already
        column = points[:, k]
        if not column.min() - margin <= p[k] <= column.max() + margin:
            return False
    return True


def _inside(points: Points, box: Float[np.ndarray, "2 3"]) -> Bool[np.ndarray, "n"]:
    return within(points, box[0] - _SKIN, box[1] + _SKIN)
