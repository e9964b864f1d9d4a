"""Bounded jerk: what is sent is the mean of what was planned over a short window.

A moving average keeps every bound that is convex (speed, acceleration) and turns a
bound A on acceleration into one of 2 A / T on jerk, T being the window (Biagiotti
and Melchiorri 2012, FIR filters for trajectory generation). It runs over the motion
of the plans before, too, so acceleration stays continuous when a plan is replaced.
"""

import numpy as np
from jaxtyping import Float

from planner.motion.config import MotionConfig
from planner.trajectory import Trajectory

_AT_REST = 0.01  # [m/s]


class Smoother:
    """The window over one arm's motion; `smooth` takes each plan in turn."""

    def __init__(self, config: MotionConfig):
        window = 2.0 * config.max_acceleration / config.max_jerk
        self._n = max(1, round(window / config.dt))
        self._dt = config.dt
        self._past: Trajectory | None = None

    def smooth(self, planned: Trajectory) -> Trajectory:
        """Return the motion to send for one that was planned.

        It ends where the planned one ends if that comes to rest, a window later.
        """
        n, dt = self._n, self._dt
        steps = round((planned.end - planned.start) / dt)
        resting = float(np.linalg.norm(planned.velocity[-1])) < _AT_REST
        count = steps + 1 + (n - 1 if resting else 0)
        offsets = dt * np.arange(-(n - 1), count)
        history = planned
        if self._past is not None:
            history = _standing(self._past, planned.start, dt)
        p, v = _sampled(history, planned, planned.start + offsets)
        self._past = _joined(history, planned, planned.start - dt * n)
        wxyz, width = _held(planned, offsets[n - 1 :])
        return Trajectory(
            time=planned.start + offsets[n - 1 :],
            p_world=_mean(p, n),
            velocity=_mean(v, n),
            wxyz=wxyz,
            gripper_width=width,
        )


def _sampled(
    history: Trajectory, planned: Trajectory, times: Float[np.ndarray, "n"]
) -> tuple[Float[np.ndarray, "n 3"], Float[np.ndarray, "n 3"]]:
    """Return positions and velocities, before the plan's start from the history."""
    before = times < planned.start - 1e-9
    p = np.where(
        before[:, None],
        _interpolated(times, history.time, history.p_world),
        _interpolated(times, planned.time, planned.p_world),
    )
    v = np.where(
        before[:, None],
        _interpolated(times, history.time, history.velocity),
        _interpolated(times, planned.time, planned.velocity),
    )
    v[times > planned.end + 1e-9] = 0.0
    v[times < history.start - 1e-9] = 0.0
    return p, v


def _interpolated(
    times: Float[np.ndarray, "n"],
    known: Float[np.ndarray, "m"],
    values: Float[np.ndarray, "m 3"],
) -> Float[np.ndarray, "n 3"]:
    columns: list[np.ndarray] = [
        np.interp(times, known, values[:, k]) for k in range(3)
    ]
    return np.stack(columns, axis=1)


def _standing(history: Trajectory, until: float, dt: float) -> Trajectory:
    """Return the history with the arm at rest from its end on: it stood there."""
    extra = max(0, round((until - history.end) / dt) - 1)
    if extra == 0:
        return history
    last = np.full(extra, len(history.time) - 1)
    rows = np.concatenate([np.arange(len(history.time)), last])
    return Trajectory(
        time=np.concatenate([history.time, history.end + dt * np.arange(1, extra + 1)]),
        p_world=history.p_world[rows],
        velocity=np.concatenate([history.velocity, np.zeros((extra, 3))]),
        wxyz=history.wxyz[rows],
        gripper_width=history.gripper_width[rows],
    )


def _joined(history: Trajectory, planned: Trajectory, since: float) -> Trajectory:
    """Return the history cut where the plan begins, with the plan after it."""
    if history is planned:
        return planned
    kept = (history.time < planned.start - 1e-9) & (history.time >= since - 1e-9)
    # One sample more, so that what lies between two samples is not lost.
    first = int(np.argmax(kept)) if kept.any() else 0
    kept[max(first - 1, 0)] |= bool(kept.any())

    def join(field: str) -> np.ndarray:
        old, new = getattr(history, field), getattr(planned, field)
        return np.concatenate([old[kept], new])

    return Trajectory(
        time=join("time"),
        p_world=join("p_world"),
        velocity=join("velocity"),
        wxyz=join("wxyz"),
        gripper_width=join("gripper_width"),
    )


def _mean(values: Float[np.ndarray, "n 3"], n: int) -> Float[np.ndarray, "m 3"]:
    """Return the mean of each `n` consecutive rows."""
    total = np.cumsum(np.concatenate([np.zeros((1, 3)), values]), axis=0)
    return (total[n:] - total[:-n]) / n


def _held(
    planned: Trajectory, offsets: Float[np.ndarray, "n"]
) -> tuple[Float[np.ndarray, "n 4"], Float[np.ndarray, "n"]]:
    """Return orientation and width at the plan's own samples, held at its end."""
    times = planned.start + offsets
    index = np.searchsorted(planned.time, times + 1e-9, side="right") - 1
    return planned.wxyz[index], planned.gripper_width[index]
