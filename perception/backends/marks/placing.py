"""Where the numbers of a picture stand: on or beside their things, never on each other.

Pixels (u, v) are those of the camera's image, however much larger it is drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.ndimage import distance_transform_edt

# What is as bad as standing a patch's height further from the thing:
HIDDEN = 0.1  # share of a thing, its own or another, that is hidden
MISTAKEN = 0.6  # share of the patch that is on another thing
DEEP = 4.0  # and as good: patches from the edge of its own thing inward,
DEEPEST = 2.0  # up to so many


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """Where a number stands.

    Attributes:
        box_px: (4,) whole pixels u0, v0, u1, v1 that it covers.
        anchor_px: (2,) pixel of its thing that it points to.
    """

    box_px: np.ndarray
    anchor_px: np.ndarray


def room_for(height: int, width: int, patch: tuple[int, int]) -> int:
    """Return how many patches surely find a place in an image, wherever they are.

    Args:
        height: Of the image, [px].
        width: Of the image, [px].
        patch: Height and width of each, [px].
    """
    tall, wide = patch
    places = max(height - tall + 1, 0) * max(width - wide + 1, 0)
    # A patch that is placed takes the places of all that would touch it.
    taken = (2 * tall + 1) * (2 * wide + 1)
    return -(-places // taken)


def place_labels(
    masks: Sequence[Bool[np.ndarray, "h w"]], patch: tuple[int, int]
) -> list[Label]:
    """Return where the number of each mask stands, in the order of the masks.

    Args:
        masks: Of the things in one image, each with a pixel or more; no more of them
            than `room_for` says.
        patch: Height and width of a number, [px].
    """
    if not masks:
        return []
    sizes = np.array([mask.sum() for mask in masks])
    things = np.stack(masks).astype(float)
    covered = _under_patches(things.sum(axis=0), patch)
    hidden = _under_patches((things / sizes[:, None, None]).sum(axis=0), patch)
    free = np.ones(covered.shape, dtype=bool)
    labels: dict[int, Label] = {}
    # What is large has more places to choose from.
    order: list[int] = np.argsort(sizes, kind="stable").tolist()
    for i in order:
        cost = hidden / HIDDEN + _cost(masks[i], covered, patch)
        assert free.any()
        v, u = np.unravel_index(np.where(free, cost, np.inf).argmin(), cost.shape)
        v, u = int(v), int(u)
        tall, wide = patch
        free[max(v - tall, 0) : v + tall + 1, max(u - wide, 0) : u + wide + 1] = False
        box = np.array([u, v, u + wide, v + tall])
        labels[i] = Label(box, _anchor(masks[i], box))
    return [labels[i] for i in range(len(masks))]


def _cost(
    mask: Bool[np.ndarray, "h w"],
    covered: Float[np.ndarray, "y x"],
    patch: tuple[int, int],
) -> Float[np.ndarray, "y x"]:
    """Return the cost of each place of a patch but what it hides, by its upper left.

    Args:
        mask: Of its thing.
        covered: Pixels of all things under each place.
        patch: Height and width, [px].
    """
    tall, wide = patch
    others = (covered - _under_patches(mask.astype(float), patch)) / (tall * wide)
    outside = np.asarray(distance_transform_edt(~mask), dtype=float)
    inside = _depth(mask)
    rows = slice(tall // 2, tall // 2 + covered.shape[0])
    columns = slice(wide // 2, wide // 2 + covered.shape[1])
    away = outside[rows, columns] / tall
    deep = np.minimum(inside[rows, columns] / tall, DEEPEST)
    return away - deep / DEEP + others / MISTAKEN


def _under_patches(
    values: Float[np.ndarray, "h w"], patch: tuple[int, int]
) -> Float[np.ndarray, "y x"]:
    """Return the sum under each place of a patch, by its upper left corner."""
    tall, wide = patch
    total = np.pad(values.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    below = total[tall:] - total[:-tall]
    return below[:, wide:] - below[:, :-wide]


def _anchor(mask: Bool[np.ndarray, "h w"], box: Int[np.ndarray, "4"]) -> np.ndarray:
    """Return a pixel well inside a mask, near to a patch."""
    inside = _depth(mask)
    v, u = np.nonzero(inside >= 0.6 * inside.max())
    middle = (box[:2] + box[2:]) / 2.0
    nearest = np.hypot(u - middle[0], v - middle[1]).argmin()
    return np.array([u[nearest], v[nearest]])


def _depth(mask: Bool[np.ndarray, "h w"]) -> Float[np.ndarray, "h w"]:
    """Return how far within a mask each pixel is; the image's border ends it."""
    padded = np.asarray(distance_transform_edt(np.pad(mask, 1)), dtype=float)
    return padded[1:-1, 1:-1]
