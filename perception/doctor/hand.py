"""Whether the hand is where the joints say: the one check that ties cameras to arm.

The arm's body is cast into each camera; at the pixels where the hand would be the
nearest of it, depth should be the hand's.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from perception.doctor.config import DoctorConfig
from perception.doctor.finding import Finding
from perception.doctor.sight import Sight
from perception.frames import Points, Pose
from perception.observation import Capsules

MIN_PIXELS = 40
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
        *("hand pose", "arm", 1e3 * off, "mm", None, config.hand_pose),
        "the reported pose and the joints disagree: send the point between the "
        "fingertips in the robot's base, and all joints in rad from the base on",
    )


def hand_seen(sight: Sight, arm: ArmThere, config: DoctorConfig) -> Finding:
    """Return at which share of its pixels the hand is where the joints say.

    Pixels where something else is nearer tell nothing and are left out.
    """
    expected, found = _depths(sight, arm)
    tells = (found > 0.0) & (found > expected - HIDDEN)
    enough = tells.sum() >= max(MIN_PIXELS, 0.4 * len(expected))
    near = np.abs(found - expected)[tells] <= config.hand_depth
    return Finding(
        *("hand seen", sight.view.name, float(near.mean()) if enough else None),
        *("of its pixels", config.hand, None),
        "the hand is not where the joints say: calibrate the camera to the robot's "
        "base again (hand-eye), and check joints and gripper width"
        if enough
        else "the hand is not in view: move the arm to where the camera sees it",
    )


def _depths(
    sight: Sight, arm: ArmThere
) -> tuple[Float[np.ndarray, "n"], Float[np.ndarray, "n"]]:
    """Return expected and measured depth of the pixels where the hand should be."""
    view = sight.view
    pixels = _pixels_round(sight, arm.hand)
    rays = view.rays[pixels]
    turned = rays @ view.T_world_cam.rotation.T
    length = np.linalg.norm(turned, axis=1)
    eye, toward = view.T_world_cam.position, turned / length[:, None]
    reach = np.zeros(len(rays))
    for _ in range(STEPS):
        at = eye + reach[:, None] * toward
        to_hand = arm.hand.distance(at)
        to_any = np.minimum(to_hand, arm.body.distance(at))
        reach += np.maximum(to_any, 0.0)
    hit = (to_hand < TOUCH) & (to_hand <= to_any)
    return (reach / length)[hit], view.depth.reshape(-1)[pixels][hit]


def _pixels_round(sight: Sight, hand: Capsules) -> Int[np.ndarray, "n"]:
    """Return the pixels of the box in the image that holds the hand, thinned."""
    view, corners = sight.view, _corners(hand)
    pixels, z, _ = view.pixels_of(corners)
    (height, width) = view.depth.shape
    if (z <= 0.0).any():  # beside or behind the camera
        return np.zeros(0, dtype=np.int64)
    low = np.clip(pixels.min(axis=0), 0, (height, width))
    high = np.clip(pixels.max(axis=0) + 1, 0, (height, width))
    size = np.maximum(high - low, 0)
    step = max(1, int(np.sqrt(size.prod() / FINEST)))
    rows = np.arange(low[0], high[0], step)
    columns = np.arange(low[1], high[1], step)
    return (rows[:, None] * width + columns).reshape(-1)


def _corners(body: Capsules) -> Points:
    """Return the corners of the boxes round the ends of capsules."""
    signs = np.array(np.meshgrid(*[(-1.0, 1.0)] * 3)).reshape(3, -1).T  # (8, 3)
    ends = np.concatenate([body.start, body.end])
    reach = np.concatenate([body.radius, body.radius])[:, None, None]
    return (ends[:, None] + reach * signs).reshape(-1, 3)
