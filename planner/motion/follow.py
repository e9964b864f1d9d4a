"""Following a path within limits, from any position and velocity.

A rollout of the hand as a point with bounded acceleration. The speed allowed at
each point is the least of the velocity map, what the bend of the path admits, and
what can still be braked before the end. Because the rollout starts from the state
of the motion it replaces, position and velocity stay continuous.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from perception.frames import Points, Pose, Vec3, angle_between
from planner.motion.config import MotionConfig
from planner.trajectory import Trajectory

_SETTLE = 0.12  # [s]; time constant of the last centimetre
_BRAKE = 0.5  # share of the acceleration that braking counts on
_DONE = 0.0004  # [m]


@dataclass(frozen=True, slots=True, eq=False)
class MotionState:
    """Where a motion starts.

    Attributes:
        p_world: Position of the end-effector, [m].
        velocity: [m/s].
        wxyz: Orientation.
        gripper_width: Finger distance asked for last, [m].
        finger_gap: Distance between the fingers that has to be reckoned with: what
            they hold keeps them apart, and they may still be opening, [m].
        time: On the observation's clock, [s].
    """

    p_world: np.ndarray
    velocity: np.ndarray
    wxyz: np.ndarray
    gripper_width: float
    finger_gap: float
    time: float


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A path with what the maps say along it.

    Attributes:
        p_world: (n, 3) [m].
        wxyz: (n, 4) orientation asked for.
        speed: (n,) [m/s].
        gripper_width: (n,) [m].
    """

    p_world: Points
    wxyz: Float[np.ndarray, "n 4"]
    speed: Float[np.ndarray, "n"]
    gripper_width: Float[np.ndarray, "n"]


_Row = tuple[np.ndarray, np.ndarray, np.ndarray, float]


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    """A path by arc length.

    Attributes:
        points: (n, 3) [m].
        arc: (n,) arc length, [m].
        speed: (n,) the most that is allowed there, [m/s].
    """

    points: Points
    arc: Float[np.ndarray, "n"]
    speed: Float[np.ndarray, "n"]

    @classmethod
    def along(cls, path: Path, config: MotionConfig) -> "_Track":
        steps = np.linalg.norm(np.diff(path.p_world, axis=0), axis=1)
        arc = np.concatenate([[0.0], np.cumsum(steps)])
        return cls(path.p_world, arc, _speed_profile(path, arc, config))

    @property
    def length(self) -> float:
        return float(self.arc[-1])

    def at(self, s: float) -> Vec3:
        return _point_at(self.points, self.arc, np.array([s]))[0]


def follow(
    path: Path, state: MotionState, config: MotionConfig, *, horizon: float = 30.0
) -> Trajectory:
    """Return the motion along a path, to its end or for `horizon` [s].

    Every waypoint keeps the speed and acceleration limits, measured by finite
    differences of its velocities, and the turn rate of the hand.
    """
    track = _Track.along(path, config)
    p, v, wxyz = state.p_world, state.velocity, state.wxyz
    s = 0.0
    rows = [(p, v, wxyz, state.gripper_width)]
    for _ in range(int(np.ceil(horizon / config.dt))):
        s = _progress(track, s, p)
        goal_gap = float(np.linalg.norm(path.p_world[-1] - p))
        to_turn = angle_between(wxyz, path.wxyz[-1])
        if goal_gap < _DONE and np.linalg.norm(v) < 0.005 and to_turn < 1e-3:
            break
        # The hand turns before the last leg, not beside the object.
        last_leg = track.length - config.approach
        turned = to_turn < config.turn_tolerance
        stop_at = track.length if turned else max(last_leg, s)
        v_next = _next_velocity(track, (s, stop_at), (p, v), config)
        p = p + 0.5 * (v + v_next) * config.dt
        v = v_next
        index = int(np.searchsorted(track.arc, s + 1e-9, side="right")) - 1
        wxyz = _turn(wxyz, path.wxyz[index], config.max_turn_rate * config.dt)
        rows.append((p, v, wxyz, float(path.gripper_width[index])))
    return _trajectory(rows, state.time, config.dt)


def _trajectory(
    rows: list[tuple[np.ndarray, np.ndarray, np.ndarray, float]],
    start: float,
    dt: float,
) -> Trajectory:
    return Trajectory(
        time=start + dt * np.arange(len(rows)),
        p_world=np.stack([row[0] for row in rows]),
        velocity=np.stack([row[1] for row in rows]),
        wxyz=np.stack([row[2] for row in rows]),
        gripper_width=np.array([row[3] for row in rows]),
    )


def _speed_profile(
    path: Path, along: Float[np.ndarray, "n"], config: MotionConfig
) -> Float[np.ndarray, "n"]:
    """Return the speed allowed at each point of the path, in [m/s]."""
    speed = np.minimum(path.speed, config.speed_limit)
    bend = _curvature(path.p_world, along)
    speed = np.minimum(speed, np.sqrt(0.5 * config.max_acceleration / (bend + 1e-6)))
    brake = 2.0 * _BRAKE * config.max_acceleration
    for i in range(len(speed) - 2, -1, -1):
        room = along[i + 1] - along[i]
        speed[i] = min(speed[i], np.sqrt(speed[i + 1] ** 2 + brake * room))
    return speed


def _curvature(points: Points, along: Float[np.ndarray, "n"]) -> Float[np.ndarray, "n"]:
    """Return the bend in [1/m], from tangents over a centimetre each side."""
    if len(points) < 3:
        return np.zeros(len(points))
    before = _point_at(points, along, np.maximum(along - 0.01, 0.0))
    after = _point_at(points, along, np.minimum(along + 0.01, along[-1]))
    a, b = points - before, after - points
    la, lb = np.linalg.norm(a, axis=1), np.linalg.norm(b, axis=1)
    cosine = np.einsum("nk,nk->n", a, b) / np.maximum(la * lb, 1e-12)
    angle = np.where((la > 1e-4) & (lb > 1e-4), np.arccos(np.clip(cosine, -1, 1)), 0.0)
    return angle / np.maximum(0.5 * (la + lb), 1e-3)


def _point_at(
    points: Points, along: Float[np.ndarray, "n"], s: Float[np.ndarray, "m"]
) -> Float[np.ndarray, "m 3"]:
    return np.stack([np.interp(s, along, points[:, k]) for k in range(3)], axis=1)


def _progress(track: _Track, s: float, p: Vec3) -> float:
    """Return the arc length of the nearest point, looking a little ahead only."""
    first = max(0, int(np.searchsorted(track.arc, s)) - 1)
    last = int(np.searchsorted(track.arc, s + 0.06)) + 1
    last = min(len(track.points) - 1, last)
    a, b = track.points[first:last], track.points[first + 1 : last + 1]
    if not len(a):
        return s
    axis = b - a
    length2 = np.maximum(np.einsum("nk,nk->n", axis, axis), 1e-16)
    part = np.clip(np.einsum("nk,nk->n", p - a, axis) / length2, 0.0, 1.0)
    gaps = np.linalg.norm(a + part[:, None] * axis - p, axis=1)
    best = int(np.argmin(gaps))
    reached = track.arc[first + best] + part[best] * np.sqrt(length2[best])
    return max(s, float(reached))


def _next_velocity(
    track: _Track,
    reach: tuple[float, float],
    motion: tuple[Vec3, Vec3],
    config: MotionConfig,
) -> Vec3:
    """Return the velocity a step later.

    Args:
        track: What to follow.
        reach: Arc length reached, and where to come to rest.
        motion: Position and velocity now.
        config: Limits.
    """
    (s, stop_at), (p, v) = reach, motion
    here = float(np.linalg.norm(v))
    ahead = min(s + 0.006 + 0.06 * here, stop_at)
    to_aim = track.at(ahead) - p
    gap = float(np.linalg.norm(to_aim))
    left = gap + max(stop_at - ahead, 0.0)
    brake = 2.0 * _BRAKE * config.max_acceleration
    speed = min(
        float(np.interp(s + here * config.dt, track.arc, track.speed)),
        np.sqrt(brake * max(left - here * config.dt, 0.0)),
        left / _SETTLE,
    )
    wanted = to_aim / gap * speed if gap > 1e-9 else np.zeros(3)
    change = wanted - v
    size = float(np.linalg.norm(change))
    most = config.max_acceleration * config.dt
    return v + change * min(1.0, most / size) if size > 0 else v


def _turn(
    wxyz: Float[np.ndarray, "4"], target: Float[np.ndarray, "4"], most: float
) -> Float[np.ndarray, "4"]:
    """Return the orientation turned toward the target by at most `most` [rad]."""
    angle = angle_between(wxyz, target)
    if angle <= most:
        return target
    here = Pose(np.zeros(3), wxyz)
    delta = (here.inverse() @ Pose(np.zeros(3), target)).turn
    return here.turned_by(delta * (most / angle)).wxyz
