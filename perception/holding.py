"""What a hand holds: the smallest thing between its fingers, which goes with it.

World frame; `ee` lies between the fingertips, its y along which the fingers open. [m].
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool

from perception.frames import Points, Pose, Vec3
from perception.proximity import distance, gap, near
from perception.scene import Object3D

TOUCH = 0.005  # [m] from a finger to the points of what it touches
SAME = 0.001  # [m] between two places of one point
ASIDE = 0.03  # [m] from the box of what is held: farther, it is something else
BESIDE = 0.015  # [m] from a finger to the box of what it touches


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What the gripper holds: `known` and `T_world_ee` are from when it closed."""

    id: int
    points_ee: Points
    known: Object3D
    T_world_ee: Pose

    @classmethod
    def of(cls, known: Object3D, T_world_ee: Pose) -> "Held":
        """Return a thing as the hand holds it."""
        points_ee = T_world_ee.inverse().apply(known.points_world)
        return cls(known.id, points_ee, known, T_world_ee)

    def boxes(self, points_ee: Points, margin: float = 0.01) -> Bool[np.ndarray, "n"]:
        """Say which points lie in its box in the hand, grown by a margin.

        A side that no camera saw before comes into sight while it is carried.
        """
        low, high = self.points_ee.min(axis=0), self.points_ee.max(axis=0)
        return ((points_ee > low - margin) & (points_ee < high + margin)).all(axis=1)

    def own(
        self,
        points_world: Points,
        T_world_ee: Pose,
        as_held: Sequence[Object3D],
        skin: float,
    ) -> Bool[np.ndarray, "n"]:
        """Say which points are its own.

        What is seen as a held thing is a part of it that may not have been in sight
        before, unless it is far aside: then it is something that the thing is at.
        """
        own = near(points_world, T_world_ee.apply(self.points_ee), skin)
        points_ee = T_world_ee.inverse().apply(points_world)
        own |= self.boxes(points_ee)
        for each in as_held:
            same = near(points_world, each.points_world, SAME)
            own |= same & self.boxes(points_ee, ASIDE)
        return own

    def slipped(self, shift_world: Vec3, T_world_ee: Pose) -> "Held":
        """Return the thing as it is held if it lies aside of where it should."""
        shift_ee = T_world_ee.rotation.T @ shift_world
        return replace(self, points_ee=self.points_ee + shift_ee)

    def carried(self, now: Object3D, T_world_ee: Pose) -> Object3D:
        """Return the thing, as it is known now, where the hand has brought it."""
        turn = T_world_ee.rotation @ self.T_world_ee.rotation.T
        yaw = self.known.yaw + float(np.arctan2(turn[1, 0], turn[0, 0]))
        return replace(
            now,
            points_world=T_world_ee.apply(self.points_ee),
            normal=turn @ self.known.normal,
            yaw=-((np.pi / 2 - yaw) % np.pi - np.pi / 2),
            held=True,
        )


def grasped(
    things: Sequence[Object3D], T_world_ee: Pose, width: float, reach: float
) -> tuple[Held, ...]:
    """Return the smallest thing that reaches between the fingers, and its parts.

    Args:
        things: All that are known.
        T_world_ee: Where the hand is.
        width: Between the fingers, [m].
        reach: How near to the fingertips' middle it comes, [m].
    """
    p = T_world_ee.position
    within = [t for t in things if gap(t, p) < reach and distance(t, p) < reach]
    if not within:
        return ()
    fingers = p + np.outer((-0.5 * width, 0.5 * width), T_world_ee.rotation[:, 1])

    def unlikely(each: Object3D) -> tuple[bool, float]:
        # What both fingers are at; a block in a bowl and a handle on a drawer.
        aside = any(gap(each, finger) > BESIDE for finger in fingers)
        return aside, float(np.ptp(each.aabb_world, 0).prod())

    known = min(within, key=unlikely)
    parts = [t for t in things if t.parent == known.id]
    return tuple(Held.of(each, T_world_ee) for each in (known, *parts))
