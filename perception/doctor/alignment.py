"""Whether colour lies on depth: edges of one against edges of the other.

Where depth jumps, one thing ends and another begins, and colour mostly changes as
well. The shift at which most of the colour's change falls on jumps of depth is how
far the two images are apart.
"""

import numpy as np
from jaxtyping import Float
from scipy.ndimage import distance_transform_edt
from scipy.signal import fftconvolve

from perception.doctor.config import DoctorConfig
from perception.doctor.finding import Finding
from perception.doctor.reading import View

JUMP = 0.03  # of the depth, between neighbours: an edge
MIN_EDGES = 100  # [px]
FARTHEST = 0.08  # of the width: shifts that are looked for
CLEAR = 5.0  # times the deviation that the best shift stands out by, at least
CONTRAST = 3.0  # of 255: more change of colour at jumps of depth than elsewhere

Image = Float[np.ndarray, "h w"]


def colour_on_depth(view: View, config: DoctorConfig) -> Finding:
    """Return how far colour is shifted against depth, in [px]."""
    found = _shift(view)
    du, dv = found or (0, 0)
    return Finding(
        check="colour on depth",
        where=view.name,
        value=float(np.hypot(du, dv)) if found else None,
        unit="px",
        high=max(2.0, config.shift * view.depth.shape[1]),
        remedy=f"colour is {du:+d} px right and {dv:+d} px down of depth: register "
        "depth to colour with the calibration of both (`align depth to colour`)"
        if found
        else "too few edges stand out in both images to tell: put some things of "
        "another colour on the table",
    )


def _shift(view: View) -> tuple[int, int] | None:
    """Return how far right and down colour is of depth; None if nothing tells."""
    if view.colour.shape[:2] != view.depth.shape:
        return None
    edges, change = _jumps(view.depth), _changes(view.colour)
    if edges.sum() < MIN_EDGES:
        return None
    match = _correlation(change - change.mean(), edges)
    height, width = edges.shape
    far = max(12, round(FARTHEST * width))
    far = min(far, height // 2, width // 2)
    near = match[height - 1 - far : height + far, width - 1 - far : width + far]
    best = int(near.argmax())
    clear = max(CLEAR * _spread(near), CONTRAST * edges.sum())
    if near.flat[best] < near.mean() + clear:
        return None
    dv, du = np.unravel_index(best, near.shape)
    return int(du) - far, int(dv) - far


def _correlation(a: Image, b: Image) -> np.ndarray:
    both = fftconvolve(a, b[::-1, ::-1], mode="full")  # pyright: ignore[reportUnknownVariableType]
    return np.asarray(both, dtype=float)


def _spread(values: np.ndarray) -> float:
    return float(1.4826 * np.median(np.abs(values - np.median(values))))


def _jumps(depth: Image) -> Image:
    """Return 1 at the near side of every jump of depth, holes filled from beside."""
    rows, columns = distance_transform_edt(
        depth <= 0.0, return_distances=False, return_indices=True
    )
    filled = depth[rows, columns]
    edges = np.zeros(depth.shape)
    for image, out in ((filled, edges), (filled.T, edges.T)):
        step = np.diff(image, axis=1) / np.maximum(image[:, 1:], 1e-9)
        out[:, :-1][step > JUMP] = 1.0
        out[:, 1:][step < -JUMP] = 1.0
    return edges


def _changes(colour: np.ndarray) -> Image:
    """Return how much colour changes at each pixel, the same to both sides."""
    image = colour.astype(float)
    out = np.zeros(image.shape[:2])
    out[:, 1:-1] += np.abs(image[:, 2:] - image[:, :-2]).max(axis=2)
    out[1:-1] += np.abs(image[2:] - image[:-2]).max(axis=2)
    return out
