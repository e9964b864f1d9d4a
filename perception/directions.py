"""The words of a person who faces the robot, in the robot's world frame.

The person looks back along x: what is in front for them lies at +x, and their
left is the robot's right, -y. Every part that gives a direction word a meaning
reads it here.
"""

from types import MappingProxyType

import numpy as np
from jaxtyping import Float

_AXES = {
    "front": (1.0, 0.0, 0.0),
    "back": (-1.0, 0.0, 0.0),
    "right": (0.0, 1.0, 0.0),
    "left": (0.0, -1.0, 0.0),
    "top": (0.0, 0.0, 1.0),
    "bottom": (0.0, 0.0, -1.0),
}

SYNONYMS = MappingProxyType(
    {
        "forward": "front",
        "forwards": "front",
        "rear": "back",
        "behind": "back",
        "backward": "back",
        "backwards": "back",
        "rightward": "right",
        "leftward": "left",
        "up": "top",
        "above": "top",
        "upward": "top",
        "upwards": "top",
        "down": "bottom",
        "below": "bottom",
        "downward": "bottom",
        "downwards": "bottom",
    }
)

DIRECTIONS = tuple(_AXES)


def direction(word: str) -> Float[np.ndarray, "3"]:
    """Return the unit vector of a direction word.

    Raises:
        KeyError: The word is neither in `DIRECTIONS` nor in `SYNONYMS`.
    """
    return np.array(_AXES[SYNONYMS.get(word, word)])
