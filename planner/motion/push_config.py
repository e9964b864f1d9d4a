"""Settings of pushing, with units."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class PushConfig:
    """How pushes are chosen and made.

    Attributes:
        samples: Pushes that are tried in the model.
        spread: Standard deviation of the directions round that to the goal, [rad].
        friction: Between finger and object, no more than it surely is.
        pad: Half the width of the closed fingers, [m].
        depth: From their middle to the side that pushes, [m].
        slack: How exactly a contact point is met, [m].
        turn_weight: Metres that a turn by one radian is worth.
        edge_weight: Metres a metre that the push passes beside the pad is worth.
        longest: Longest push, [m].
        standoffs: How far behind the contact the hand comes down, [m], best first.
        height: Of the fingertips' point over the table, [m].
        palm: The palm's height over the fingertips' point, [m].
        wrist: Turn of the hand against where the arm points while its last joint is
            in the middle of its range, [rad]; of the Panda.
        margin: Distance the hand keeps from other things on its way, [m].
        gap: Distance the object keeps from them, [m].
        speed: [m/s].
        tolerance: Distance from the goal that is near enough, [m].
        pushes: At most so many.
        idle: Pushes in a row that may bring nothing.
    """

    samples: int = 10_000
    spread: float = 0.25
    friction: float = 0.5
    pad: float = 0.013
    depth: float = 0.0105
    slack: float = 0.004
    turn_weight: float = 0.02
    edge_weight: float = 1.0
    longest: float = 0.25
    standoffs: tuple[float, ...] = (0.065, 0.045, 0.03)
    height: float = 0.02
    palm: float = 0.037
    wrist: float = np.pi / 4
    margin: float = 0.012
    gap: float = 0.005
    speed: float = 0.1
    tolerance: float = 0.008
    pushes: int = 8
    idle: int = 2
