"""Which instants of a demonstration matter: keyposes, and those that end a sub-task.

A keypose is where the gripper opens or closes, or the arm stops (James and Davison
2022, Q-attention; frames are counted as in 3D Diffuser Actor). A keypose ends a
sub-task where the force on the fingers changes at it (GravMAD, ICLR 2025, algorithm
4): a grasp where the gripper changes as well, a contact where it stays closed, as in a
push.

Frames are evenly spaced in time and counted from 0; `T` is how many there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Int

Contact = Literal["grasp", "contact"]


@dataclass(frozen=True, slots=True)
class KeyposeConfig:
    """Numbers of the rules.

    Attributes:
        still: Speed of a joint below which it has stopped, [rad/s].
        pause: Frames after a stop in which there is no other.
        touching: Force on the fingers from which they touch, [N].
        free: Force below which they touch no longer, [N].
        window: Frames before and after a keypose in which its force may change.
        open_from: Share of the widest opening from which a gripper told so is open.
        resting: Change of the width between frames below which fingers rest, [m].
    """

    still: float = 0.1
    pause: int = 4
    touching: float = 0.5
    free: float = 0.2
    window: int = 3
    open_from: float = 0.5
    resting: float = 0.001


@dataclass(frozen=True, slots=True)
class SubGoal:
    """A keypose at which a sub-task ends.

    Attributes:
        frame: Of the demonstration.
        kind: Why it is one.
    """

    frame: int
    kind: Contact


def keyposes(
    gripper_open: Bool[np.ndarray, "T"],
    joint_rates: Float[np.ndarray, "T J"],
    config: KeyposeConfig | None = None,
) -> list[int]:
    """Return the frames of the keyposes, in order; the first frame is none.

    Args:
        gripper_open: Whether the gripper is open.
        joint_rates: Speeds of the arm's joints, [rad/s].
        config: Numbers of the rule.
    """
    config = config or KeyposeConfig()
    last = len(gripper_open) - 1
    changes = np.flatnonzero(np.diff(gripper_open)) + 1
    stops = _stops(gripper_open, joint_rates, config)
    kept = sorted({*changes.tolist(), *stops, last} - {0, -1})
    if len(kept) > 1 and kept[-1] - kept[-2] == 1:
        del kept[-2]  # the end of the demonstration tells the same
    return kept


def _stops(
    gripper_open: np.ndarray, joint_rates: np.ndarray, config: KeyposeConfig
) -> list[int]:
    still = np.abs(joint_rates).max(axis=1) < config.still
    found: list[int] = []
    resumes = 0  # the first frame that may be a stop again
    for frame in range(len(gripper_open) - 2):
        around = gripper_open[max(frame - 2, 0) : frame + 2]
        if frame >= resumes and still[frame] and around.all() == around.any():
            found.append(frame)
            resumes = frame + config.pause + 1
    return found


def touches(
    force: Float[np.ndarray, "T"], config: KeyposeConfig | None = None
) -> Bool[np.ndarray, "T"]:
    """Return whether the fingers touch something; a flickering force does not tell.

    Args:
        force: Sum of the normal forces on both fingers, [N].
        config: Numbers of the rule.
    """
    config = config or KeyposeConfig()
    found = np.zeros(len(force), dtype=bool)
    touching = False
    for frame, pressed in enumerate(force.tolist()):
        touching = pressed > (config.free if touching else config.touching)
        found[frame] = touching
    return found


def sub_goals(
    frames: Sequence[int],
    gripper_open: Bool[np.ndarray, "T"],
    force: Float[np.ndarray, "T"],
    config: KeyposeConfig | None = None,
) -> list[SubGoal]:
    """Return which keyposes end a sub-task, in order.

    Args:
        frames: The keyposes.
        gripper_open: Whether the gripper is open.
        force: Sum of the normal forces on both fingers, [N].
        config: Numbers of the rule.
    """
    config = config or KeyposeConfig()
    touching = touches(force, config)
    found: list[SubGoal] = []
    for frame in frames:
        window = slice(max(frame - config.window, 0), frame + config.window + 1)
        if _constant(touching[window]):
            continue
        if not _constant(gripper_open[max(frame - 1, 0) : frame + 1]):
            found.append(SubGoal(frame, "grasp"))
        elif not gripper_open[window].any():
            found.append(SubGoal(frame, "contact"))
    return found


def next_goal(
    frames: Sequence[int], goals: Sequence[SubGoal], count: int
) -> Int[np.ndarray, "T"]:
    """Return for each of `count` frames the keypose that ends its sub-task.

    That is the next sub-goal, and after the last of them the last keypose.
    """
    ends = np.array(sorted({*(goal.frame for goal in goals), frames[-1]}))
    return ends[np.minimum(np.searchsorted(ends, np.arange(count)), len(ends) - 1)]


def opened(
    asked: Float[np.ndarray, "T"],
    width: Float[np.ndarray, "T"],
    most: float,
    config: KeyposeConfig | None = None,
) -> Bool[np.ndarray, "T"]:
    """Return whether the gripper is open, as keyposes count it.

    It is open from when it is told so, and closed from when fingers that are told to
    close have come to rest: on what they grip, or on each other. At first it is what
    its width says.

    Args:
        asked: Width that the gripper is told to take, [m].
        width: That it has, [m].
        most: Its widest, [m].
        config: Numbers of the rule.
    """
    config = config or KeyposeConfig()
    told = asked >= config.open_from * most
    found = told.copy()
    found[:1] |= width[:1] >= config.open_from * most
    for frame in range(1, len(asked)):
        moving = abs(width[frame] - width[frame - 1]) > config.resting
        begun = told[frame - 1]  # told only now: the fingers have not set off yet
        if found[frame - 1] and not told[frame] and (moving or begun):
            found[frame] = True
    return found


def _constant(values: Bool[np.ndarray, "n"]) -> bool:
    return bool(values.all() or not values.any())
