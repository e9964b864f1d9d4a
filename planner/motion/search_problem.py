"""What a path of the hand has to get past, and the straight legs at its ends."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from perception.frames import Points, Pose, Vec3, angle_between
from planner.motion.arm_model import Spheres
from planner.motion.config import MotionConfig
from planner.motion.turns import matrix_of
from planner.motion.whole_arm import Quats
from planner.value_maps import Recipe, VoxelGrid


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """A straight leg along the hand's axis, to an end of the path.

    Attributes:
        end: Where it ends, [m].
        retreat: Where it begins, [m].
        wxyz: Orientation of the hand on it.
    """

    end: Vec3
    retreat: Vec3
    wxyz: Float[np.ndarray, "4"]


@dataclass(frozen=True, slots=True, eq=False)
class SearchProblem:
    """What a path has to get past.

    Attributes:
        grid: Workspace box; the path stays in it.
        start: Pose of the end-effector now.
        goals: (n, 3) where it may end, [m].
        goal_wxyz: Orientation it ends with.
        carried: The hand and what it holds, in the end-effector's frame.
        points_world: (n, 3) what must not be touched.
        own: Which of these belong to what the start or the goal lies in: they do
            not block the straight last or first leg.
        at_goal: Whether any of them belong to what the goal lies in.
        floor: Least height of the end-effector, [m].
        avoidance: Map of what to keep away from, if any.
        table_height: z of the supporting plane, [m].
        orientations: Returns the orientation asked for at each point of a path; that
            of the goal if None.
        joints: Of the arm, [rad]; as it would rest at the start if None.
        held: What the hand holds, in the end-effector's frame.
    """

    grid: VoxelGrid
    start: Pose
    goals: Points
    goal_wxyz: Float[np.ndarray, "4"]
    carried: Spheres
    points_world: Points
    own: Bool[np.ndarray, "n"]
    floor: float
    avoidance: Recipe | None = None
    table_height: float = 0.0
    orientations: Callable[[Points], Quats] | None = None
    joints: np.ndarray | None = None
    held: Spheres | None = None
    at_goal: bool = True

    def asked(self, path: Points) -> Quats:
        """Return the orientation asked for at each point of a path."""
        if self.orientations is None:
            return np.tile(self.goal_wxyz, (len(path), 1))
        return self.orientations(path)

    @property
    def turns(self) -> list[Float[np.ndarray, "4"]]:
        """The orientations the hand has on the way."""
        if angle_between(self.start.wxyz, self.goal_wxyz) > 0.1:
            return [self.start.wxyz, self.goal_wxyz]
        return [self.goal_wxyz]

    def legs(self, config: MotionConfig) -> list[Leg]:
        """Return the straight legs: from the start, and to the goal if it is one."""
        ends = [(self.start.position, self.start.wxyz)]
        if len(self.goals) == 1:
            ends.append((self.goals[0], self.goal_wxyz))
        return [
            Leg(end, end - config.approach * matrix_of(wxyz)[:, 2], wxyz)
            for end, wxyz in ends
        ]
