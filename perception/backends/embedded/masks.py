"""Masks where the depth has holes: a pixel without depth belongs to its like beside it.

Real sensors see no depth at edges, on steep sides and here and there besides; the
colour image does.
"""

import numpy as np
from jaxtyping import Float, Int
from scipy.ndimage import grey_dilation

from perception.observation import Camera

ROUNDS = 3  # of one pixel each
ALIKE = 0.25  # largest difference of a channel, as a share of 255


def filled(mask: Int[np.ndarray, "h w"], camera: Camera) -> Int[np.ndarray, "h w"]:
    """Return a mask of ids with the pixels that have no depth given to neighbours.

    A pixel goes to a thing beside it whose colour there is like its own.
    """
    open_ = (camera.depth <= 0.0) & (mask == 0)
    if not open_.any() or not mask.any():
        return mask
    out = mask.copy()
    colour = camera.colour.astype(np.float32) / 255.0
    for _ in range(ROUNDS):
        v, u = np.nonzero(open_ & (grey_dilation(out, size=(3, 3)) > 0))
        if len(v) == 0:
            break
        number = _like_beside(out, colour, v, u)
        out[v, u] = number
        open_[v[number > 0], u[number > 0]] = False
    return out


def _like_beside(
    mask: Int[np.ndarray, "h w"],
    colour: Float[np.ndarray, "h w 3"],
    v: Int[np.ndarray, "n"],
    u: Int[np.ndarray, "n"],
) -> Int[np.ndarray, "n"]:
    """Return the id of the neighbour that is most like each pixel; 0 if none is."""
    height, width = mask.shape
    best = np.full(len(v), ALIKE, dtype=np.float32)
    number = np.zeros(len(v), dtype=mask.dtype)
    for dv in (-1, 0, 1):
        for du in (-1, 0, 1):
            i, j = np.clip(v + dv, 0, height - 1), np.clip(u + du, 0, width - 1)
            gap = np.abs(colour[i, j] - colour[v, u]).max(axis=1)
            nearer = (mask[i, j] > 0) & (gap < best)
            best[nearer] = gap[nearer]
            number[nearer] = mask[i, j][nearer]
    return number
