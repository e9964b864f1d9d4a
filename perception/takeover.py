"""How a thing lies of which only a part is to be seen: where that part says.

What the arm hides a part of has not shrunk: it keeps its outline, and goes along with
what is visible of it. World frame, [m].
"""

import numpy as np
from scipy.spatial import cKDTree

from perception.frames import Points, Vec3
from perception.scene import Object3D

SHARE = 0.8  # of a side; what is shorter has shrunk,
NOISE = 0.005  # [m] unless by no more than this besides
ROUNDS = 8  # of matching and fitting
CLOSE = 0.006  # [m] from the visible points to the whole, in the median
SAMPLE = 200  # visible points that are fitted, about


def has_shrunk(known: Object3D, each: Object3D) -> bool:
    """Say whether what is seen of a thing is clearly smaller than the thing."""
    return bool((each.size < SHARE * known.size - NOISE).any())


def shift_of(whole: Points, part: Points) -> Vec3 | None:
    """Return how far a whole has gone, of which a part is visible now, unturned.

    Along what looks the same everywhere, as a bar does, it has not gone at all. None
    if the part does not lie on the whole, however that is shifted.
    """
    part = part[:: max(len(part) // SAMPLE, 1)]
    tree, shift = cKDTree(whole), np.zeros(3)
    for _ in range(ROUNDS):
        gaps, rows = tree.query(part - shift)
        step = (part - shift - whole[rows]).mean(axis=0)
        shift = shift + step
        if float(np.linalg.norm(step)) < 0.1 * CLOSE:
            break
    gaps = tree.query(part - shift)[0]
    return shift if float(np.median(gaps)) < CLOSE else None
