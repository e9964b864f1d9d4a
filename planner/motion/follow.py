"""Following a path within limits, from any position and velocity.

A rollout of the hand as a point with bounded acceleration. The speed allowed at
each point is the least of the velocity map, what the bend of the path admits, and
what can still be braked before the end. Because the rollout starts from the state
of the motion it replaces, position and velocity stay continuous.

The loop runs at every replan, so it works on plain floats: numpy's overhead on
3-vectors would cost ten times the arithmetic.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from perception.frames import Points
from planner.motion.config import MotionConfig
from planner.trajectory import Trajectory

_SETTLE = 0.12  # [s]; time constant of the last centimetre
_BRAKE = 0.5  # share of the acceleration that braking counts on
_DONE = 0.0004  # [m]
_AT_REST = 0.005  # [m/s]
_LOOK_AHEAD = 0.02  # [m]; more than a step covers at the speed limit
_HAIRPIN = 0.003  # [m]; half of the least that the hand looks ahead

Triple = tuple[float, float, float]
Quad = tuple[float, float, float, float]


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
        joints: Of the arm, [rad]; as it would rest in this pose if unknown.
    """

    p_world: np.ndarray
    velocity: np.ndarray
    wxyz: np.ndarray
    gripper_width: float
    finger_gap: float
    time: float
    joints: np.ndarray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A path with what the maps say along it.

    Attributes:
        p_world: (n, 3) evenly spaced, [m].
        wxyz: (n, 4) orientation asked for.
        speed: (n,) [m/s].
        gripper_width: (n,) [m].
    """

    p_world: Points
    wxyz: Float[np.ndarray, "n 4"]
    speed: Float[np.ndarray, "n"]
    gripper_width: Float[np.ndarray, "n"]


def follow(
    path: Path, state: MotionState, config: MotionConfig, *, horizon: float = 30.0
) -> Trajectory:
    """Return the motion along a path, to its end or for `horizon` [s].

    Every waypoint keeps the speed and acceleration limits, measured by finite
    differences of its velocities, and the turn rate of the hand.
    """
    track = _Track.along(path, config)
    p, v = _triple(state.p_world), _triple(state.velocity)
    wxyz, s = _quad(state.wxyz), 0.0
    to_turn = _angle(wxyz, track.wxyz[-1])
    places, speeds, turns, widths = [p], [v], [wxyz], [state.gripper_width]
    end, half = track.points[-1], 0.5 * config.dt
    most_turn = config.max_turn_rate * config.dt
    before_leg = track.length - config.approach
    for _ in range(math.ceil(horizon / config.dt)):
        s = track.nearest(s, p)
        if to_turn < 1e-3 and math.dist(p, end) < _DONE and math.hypot(*v) < _AT_REST:
            break
        # The hand turns before the last leg, not beside the object.
        turned = to_turn < config.turn_tolerance
        stop_at = track.length if turned else max(before_leg, s)
        v_next = _next_velocity(track, (s, stop_at), (p, v), config)
        p = (
            p[0] + half * (v[0] + v_next[0]),
            p[1] + half * (v[1] + v_next[1]),
            p[2] + half * (v[2] + v_next[2]),
        )
        v = v_next
        index = track.index(s)
        if to_turn >= 1e-3 or track.turning:
            wxyz = _turn(wxyz, track.wxyz[index], most_turn)
            to_turn = _angle(wxyz, track.wxyz[-1])
        places.append(p)
        speeds.append(v)
        turns.append(wxyz)
        widths.append(track.width[index])
    return Trajectory(
        time=state.time + config.dt * np.arange(len(places)),
        p_world=np.array(places),
        velocity=np.array(speeds),
        wxyz=np.array(turns),
        gripper_width=np.array(widths),
    )


@dataclass(frozen=True, slots=True)
class _Track:
    """A path by arc length.

    Attributes:
        points: Evenly spaced, [m].
        steps: From each to the next, [m].
        squares: Their squared lengths, [m^2].
        spacing: Between the points, [m].
        length: Of the whole, [m].
        speed: The most that is allowed at each, [m/s].
        wxyz: Orientation asked for at each.
        width: Finger distance asked for at each, [m].
        turning: Whether the orientation changes along the path.
    """

    points: list[Triple]
    steps: list[Triple]
    squares: list[float]
    spacing: float
    length: float
    speed: list[float]
    wxyz: list[Quad]
    width: list[float]
    turning: bool

    @classmethod
    def along(cls, path: Path, config: MotionConfig) -> "_Track":
        n = len(path.p_world)
        length = float(np.linalg.norm(np.diff(path.p_world, axis=0), axis=1).sum())
        spacing = max(length / (n - 1), 1e-9)
        speed = _speed_profile(path, spacing, config)
        turning = bool(np.ptp(path.wxyz, axis=0).max() > 1e-6)
        steps = np.diff(path.p_world, axis=0)
        squares = np.maximum(np.einsum("nk,nk->n", steps, steps), 1e-18)
        return cls(
            points=[(x, y, z) for x, y, z in path.p_world.tolist()],
            steps=[(x, y, z) for x, y, z in steps.tolist()],
            squares=squares.tolist(),
            spacing=spacing,
            length=spacing * (n - 1),
            speed=speed,
            wxyz=[(w, x, y, z) for w, x, y, z in path.wxyz.tolist()],
            width=path.gripper_width.tolist(),
            turning=turning,
        )

    def index(self, s: float) -> int:
        return min(int((s + 1e-9) / self.spacing), len(self.points) - 1)

    def at(self, s: float) -> Triple:
        i = min(int(s / self.spacing), len(self.steps) - 1)
        part = min(s / self.spacing - i, 1.0)
        x, y, z = self.points[i]
        a, b, c = self.steps[i]
        return x + part * a, y + part * b, z + part * c

    def speed_at(self, s: float) -> float:
        i = min(int(s / self.spacing), len(self.speed) - 2)
        part = min(s / self.spacing - i, 1.0)
        return self.speed[i] + part * (self.speed[i + 1] - self.speed[i])

    def nearest(self, s: float, p: Triple) -> float:
        """Return the arc length of the nearest point, looking a little ahead only."""
        first = int(s / self.spacing)
        last = min(len(self.steps), int((s + _LOOK_AHEAD) / self.spacing) + 2)
        x, y, z = p
        best, reached = math.inf, s / self.spacing
        for i in range(first, last):
            ax, ay, az = self.steps[i]
            qx, qy, qz = self.points[i]
            px, py, pz = x - qx, y - qy, z - qz
            part = (px * ax + py * ay + pz * az) / self.squares[i]
            part = 0.0 if part < 0.0 else min(part, 1.0)
            px, py, pz = px - part * ax, py - part * ay, pz - part * az
            gap = px * px + py * py + pz * pz
            if gap < best:
                best, reached = gap, i + part
        return max(s, reached * self.spacing)


def _speed_profile(path: Path, spacing: float, config: MotionConfig) -> list[float]:
    """Return the speed allowed at each point of the path, in [m/s]."""
    speed = np.minimum(path.speed, config.speed_limit)
    bend = _curvature(path.p_world, spacing)
    speed = np.minimum(speed, np.sqrt(0.5 * config.max_acceleration / (bend + 1e-6)))
    room = 2.0 * _BRAKE * config.max_acceleration * spacing
    allowed = speed.tolist()
    for i in range(len(allowed) - 2, -1, -1):
        allowed[i] = min(allowed[i], math.sqrt(allowed[i + 1] ** 2 + room))
    return allowed


def _curvature(points: Points, spacing: float) -> Float[np.ndarray, "n"]:
    """Return the bend in [1/m], from tangents over a centimetre each side."""
    k = max(1, round(0.01 / spacing)) if spacing > 1e-6 else 1
    bend = np.zeros(len(points))
    if len(points) <= 2 * k:
        return bend
    before = points[k:-k] - points[: -2 * k]
    after = points[2 * k :] - points[k:-k]
    size = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    cosine = np.einsum("nk,nk->n", before, after) / np.maximum(size, 1e-12)
    bend[k:-k] = np.arccos(np.clip(cosine, -1.0, 1.0)) / (k * spacing)
    return bend


def _next_velocity(
    track: _Track,
    reach: tuple[float, float],
    motion: tuple[Triple, Triple],
    config: MotionConfig,
) -> Triple:
    """Return the velocity a step later.

    Args:
        track: What to follow.
        reach: Arc length reached, and where to come to rest.
        motion: Position and velocity now.
        config: Limits.
    """
    (s, stop_at), (p, (vx, vy, vz)) = reach, motion
    here = math.hypot(vx, vy, vz)
    first = s + 0.006 + 0.06 * here
    ahead, gap, dx, dy, dz = stop_at, 0.0, 0.0, 0.0, 0.0
    # Where the way doubles back, what lies ahead may be where the hand is: then
    # it looks past that, or it would stay there.
    for place in (first, first + _LOOK_AHEAD):
        ahead = min(place, stop_at)
        x, y, z = track.at(ahead)
        dx, dy, dz = x - p[0], y - p[1], z - p[2]
        gap = math.hypot(dx, dy, dz)
        if gap > _HAIRPIN:
            break
    left = gap + max(stop_at - ahead, 0.0)
    brake = 2.0 * _BRAKE * config.max_acceleration
    step = here * config.dt
    speed = min(
        track.speed_at(min(s + step, track.length)),
        math.sqrt(brake * max(left - step, 0.0)),
        left / _SETTLE,
    )
    factor = speed / gap if gap > 1e-9 else 0.0
    cx, cy, cz = factor * dx - vx, factor * dy - vy, factor * dz - vz
    size = math.hypot(cx, cy, cz)
    most = config.max_acceleration * config.dt
    share = most / size if size > most else 1.0
    return vx + share * cx, vy + share * cy, vz + share * cz


def _quad(vector: np.ndarray) -> Quad:
    return float(vector[0]), float(vector[1]), float(vector[2]), float(vector[3])


def _triple(vector: np.ndarray) -> Triple:
    return float(vector[0]), float(vector[1]), float(vector[2])


def _turn(wxyz: Quad, target: Quad, most: float) -> Quad:
    """Return the orientation turned toward the target by at most `most` [rad]."""
    dot = sum(a * b for a, b in zip(wxyz, target, strict=True))
    if dot < 0.0:
        target = (-target[0], -target[1], -target[2], -target[3])
    half = math.acos(min(abs(dot), 1.0))  # half the angle between them
    if 2.0 * half <= most:
        return target
    part = 0.5 * most
    a, b = math.sin(half - part) / math.sin(half), math.sin(part) / math.sin(half)
    return (
        a * wxyz[0] + b * target[0],
        a * wxyz[1] + b * target[1],
        a * wxyz[2] + b * target[2],
        a * wxyz[3] + b * target[3],
    )


def _angle(a: Quad, b: Quad) -> float:
    dot = abs(sum(x * y for x, y in zip(a, b, strict=True)))
    return 2.0 * math.acos(min(dot, 1.0))
