"""Trajectories: where the end-effector is at each time, and how wide its fingers."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from perception.frames import Pose, Vec3
from planner.errors import PlanningError


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """Timed 6-DoF waypoints with a gripper command; `n` >= 1 of them.

    Attributes:
        time: (n,) increasing, [s] on the clock of the observation planned from.
        p_world: (n, 3) position of the point between the fingertips, [m].
        velocity: (n, 3) [m/s].
        wxyz: (n, 4) orientation.
        gripper_width: (n,) finger distance asked for, [m].
    """

    time: np.ndarray
    p_world: np.ndarray
    velocity: np.ndarray
    wxyz: np.ndarray
    gripper_width: np.ndarray

    def __post_init__(self):
        n = len(self.time)
        shapes = {
            "time": (n,),
            "p_world": (n, 3),
            "velocity": (n, 3),
            "wxyz": (n, 4),
            "gripper_width": (n,),
        }
        for name, shape in shapes.items():
            array = getattr(self, name)
            if n == 0 or array.shape != shape or not np.isfinite(array).all():
                raise PlanningError(
                    f"trajectory field {name} is {array.shape}, wanted finite {shape}"
                )
            array.setflags(write=False)
        if (np.diff(self.time) <= 0.0).any():
            raise PlanningError("trajectory times do not increase")

    @property
    def start(self) -> float:
        """Time of the first waypoint, [s]."""
        return float(self.time[0])

    @property
    def end(self) -> float:
        """Time of the last waypoint, [s]."""
        return float(self.time[-1])

    def pose_at(self, time: float) -> Pose:
        """Return the pose at a time, held at the ends."""
        if len(self.time) == 1:
            return self._waypoint(0)
        t = min(max(time, self.start), self.end)
        after = min(max(int(np.searchsorted(self.time, t)), 1), len(self.time) - 1)
        before, ends = self._waypoint(after - 1), self.time[after - 1 : after + 1]
        share = float((t - ends[0]) / (ends[1] - ends[0]))
        return before.toward(self._waypoint(after), share)

    def velocity_at(self, time: float) -> Vec3:
        """Return the velocity at a time in [m/s]; the ends hold."""
        return _lerp(
            float(np.clip(time, self.start, self.end)), self.time, self.velocity
        )

    def width_at(self, time: float) -> float:
        """Return the gripper width asked for at a time, in [m]."""
        index = int(np.searchsorted(self.time, time + 1e-9, side="right")) - 1
        return float(self.gripper_width[max(index, 0)])

    def _waypoint(self, index: int) -> Pose:
        return Pose(self.p_world[index], self.wxyz[index])

    def shifted(self, start: float) -> "Trajectory":
        """Return the same motion beginning at another time."""
        return replace(self, time=self.time - self.start + start)

    def resting_until(self, time: float) -> "Trajectory":
        """Return the same motion, standing at its end until `time` [s] at least."""
        if self.end >= time:
            return self
        return Trajectory(
            time=np.append(self.time, time),
            p_world=np.concatenate([self.p_world, self.p_world[-1:]]),
            velocity=np.concatenate([self.velocity, np.zeros((1, 3))]),
            wxyz=np.concatenate([self.wxyz, self.wxyz[-1:]]),
            gripper_width=np.append(self.gripper_width, self.gripper_width[-1]),
        )

    def until(self, time: float) -> "Trajectory":
        """Return the part up to `time`, at least its first waypoint."""
        n = max(1, int(np.searchsorted(self.time, time + 1e-9, side="right")))
        return Trajectory(
            self.time[:n],
            self.p_world[:n],
            self.velocity[:n],
            self.wxyz[:n],
            self.gripper_width[:n],
        )


def _lerp(t: float, times: np.ndarray, values: np.ndarray) -> Float[np.ndarray, "3"]:
    return np.array([np.interp(t, times, values[:, k]) for k in range(3)])
