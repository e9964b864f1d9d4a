"""Whether the hand is where the joints say: the one check that ties cameras to arm.

The arm's body is cast into each camera; at the pixels where the hand is the nearest
of it, depth should be the hand's.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from perception.doctor.config import DoctorConfig
from perception.doctor.finding import Finding
from perception.doctor.sight import Sight
from perception.frames import Points, Pose, Vec3
from perception.observation import Capsules

Depths = Float[np.ndarray, "n"]  # [m]

MIN_PIXELS = 40
LEAST_TELLING = 0.4  # of the hand's pixels
CORE = 0.5  # of the model's thickness
OUTSIDE, INSIDE = 0.012, 0.008  # [m] before the model and behind its core
STEPS = 40
TOUCH = 1e-3  # [m]
HIDDEN = 0.12  # [m] before the hand: something else; less is the hand out of place
FINEST = 60_000  # pixels that are cast at most


@dataclass(frozen=True, slots=True, eq=False)
class ArmThere:
    """Where the joints say that the arm is.

    Attributes:
        body: Of all its links, the hand left out.
        hand: Of the hand and the fingers.
        T_world_ee: Between the fingertips.
    """

    body: Capsules
    hand: Capsules
    T_world_ee: Pose


def hand_pose(reported: Pose, arm: ArmThere, config: DoctorConfig) -> Finding:
    """Return how far the reported pose of the hand is from the joints', in [mm]."""
    off = float(np.linalg.norm(reported.position - arm.T_world_ee.position))
    return Finding(
        check="hand pose",
        where="arm",
        value=1e3 * off,
        unit="mm",
        high=config.hand_pose,
        remedy="the reported pose and the joints disagree: send the point between the "
        "fingertips in the robot's base, and all joints in rad from the base on",
    )


def hand_seen(sight: Sight, arm: ArmThere, config: DoctorConfig) -> Finding:
    """Return at which share of its pixels the hand is where the joints say.

    A model of capsules is thicker than the hand. Looked at are the pixels of a core
    half as thick, which the hand covers for sure; right is what lies between where
    the ray enters the model and where it meets the core. Pixels without depth, and
    those where something else is nearer, tell nothing.
    """
    entry, core, found = _depths(sight, arm)
    tells = (found > 0.0) & (found > entry - HIDDEN)
    enough = tells.sum() >= max(MIN_PIXELS, LEAST_TELLING * len(found))
    within = (found > entry - OUTSIDE) & (found < core + INSIDE)
    return Finding(
        check="hand seen",
        where=sight.view.name,
        value=float(within[tells].mean()) if enough else None,
        unit="of its pixels",
        low=config.hand,
        remedy="the hand is not where the joints say: calibrate the camera to the "
        "robot's base again (hand-eye), and check joints and gripper width"
        if enough
        else "the camera has no depth, or something nearer, where the joints say that "
        "the hand is: move the arm over the table, into view, and look again",
    )


def _depths(sight: Sight, arm: ArmThere) -> tuple[Depths, Depths, Depths]:
    """Return depths where the hand is nearest: its entry, its core, and measured."""
    view = sight.view
    pixels = _pixels_round(sight, arm.hand)
    turned = view.rays[pixels] @ view.T_world_cam.rotation.T
    length = np.linalg.norm(turned, axis=1)
    eye, toward = view.T_world_cam.position, turned / length[:, None]
    to_hand = _reach(arm.hand, eye, toward)
    to_core = _reach(replace(arm.hand, radius=CORE * arm.hand.radius), eye, toward)
    to_body = _reach(arm.body, eye, toward)
    nearest = np.isfinite(to_core) & (to_hand <= to_body)
    depth = view.depth.reshape(-1)[pixels]
    return (
        (to_hand / length)[nearest],
        (to_core / length)[nearest],
        depth[nearest],
    )


def _reach(body: Capsules, eye: Vec3, toward: Points) -> Depths:
    """Return how far along each ray a body begins, in [m]; infinite beside it."""
    reach = np.zeros(len(toward))
    gap = np.full(len(toward), np.inf)
    for _ in range(STEPS):  # a step as long as nothing is nearer than it
        gap = body.distance(eye + reach[:, None] * toward)
        reach += np.where(np.isfinite(gap), np.maximum(gap, 0.0), 0.0)
    return np.where(gap < TOUCH, reach, np.inf)


def _pixels_round(sight: Sight, hand: Capsules) -> Int[np.ndarray, "n"]:
    """Return the pixels of the box in the image that holds the hand, thinned."""
    view, corners = sight.view, _corners(hand)
    pixels, z, _ = view.pixels_of(corners)
    (height, width) = view.depth.shape
    if (z <= 0.0).any():  # beside or behind the camera
        return np.zeros(0, dtype=np.int64)
    size = np.array([height, width])
    low = np.clip(pixels.min(axis=0), 0, size)
    high = np.clip(pixels.max(axis=0) + 1, low, size)
    step = max(1, int(np.sqrt((high - low).prod() / FINEST)))
    rows = np.arange(int(low[0]), int(high[0]), step)
    columns = np.arange(int(low[1]), int(high[1]), step)
    return (rows[:, None] * width + columns).reshape(-1)


def _corners(body: Capsules) -> Points:
    """Return the corners of the boxes round the ends of capsules."""
    signs = np.array(np.meshgrid(*[(-1.0, 1.0)] * 3)).reshape(3, -1).T  # (8, 3)
    ends = np.concatenate([body.start, body.end])
    reach = np.concatenate([body.radius, body.radius])[:, None, None]
    return (ends[:, None] + reach * signs).reshape(-1, 3)
