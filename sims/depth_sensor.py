"""What a depth camera makes of the true depth.

The model is that of structured light and active stereo, whose depth comes from a
disparity d = f b / z between a projector (or second eye) at a baseline b and the
camera, f in pixels:

- noise along the ray grows with the square of the distance, since an error of the
  disparity does (Khoshelham and Elberink 2012, Sensors 12; the numbers of `KINECT` are
  those fitted by Nguyen, Izadi and Lovell 2012, 3DIMPVT, equation 3);
- disparities come in steps of an eighth of a pixel, so depths come in steps that grow
  with the square of the distance, too;
- what the projector does not reach, beside a nearer thing, has no return: a shadow as
  wide as the geometry makes it;
- at an edge some pixels mix the near and the far surface and fly between them;
- surfaces seen at a grazing angle, and specks here and there, have no return.

`z` is the coordinate along the optical axis in [m], 0 where there is no return.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

EDGE = 0.03  # [m] between neighbouring pixels that lie on different things
SPECK = 3  # [px] side of the cells in which specks are drawn

Depth = Float[np.ndarray, "h w"]


@dataclass(frozen=True, slots=True)
class DepthSensor:
    """How good a depth camera is; the default has mild noise and nothing else.

    Attributes:
        floor: Standard deviation of the noise at `best`, [m].
        growth: What the square of the distance from `best` adds to it, [1/m].
        best: Distance at which there is least noise, [m].
        step: Between the depths that it tells, at 1 m and growing with the square of
            it, [m]; 0 tells all.
        baseline: From the camera to the projector at its right, [m]; 0 has none.
        flying: Share of the pixels at an edge that fly.
        grazing: Cosine of the angle to the surface's normal below which nothing
            returns.
        specks: Share of the picture that has no return for no reason.
    """

    floor: float = 0.0
    growth: float = 0.001
    best: float = 0.0
    step: float = 0.0
    baseline: float = 0.0
    flying: float = 0.0
    grazing: float = 0.0
    specks: float = 0.0


PERFECT = DepthSensor(growth=0.0)
MILD = DepthSensor()
KINECT = DepthSensor(
    floor=0.0012,
    growth=0.0019,
    best=0.4,
    step=0.0029,
    baseline=0.075,
    flying=0.2,
    grazing=0.17,  # ten degrees from edge on
    specks=0.01,
)


def sensed(
    z: Depth, focal: float, sensor: DepthSensor, rng: np.random.Generator
) -> Depth:
    """Return what a sensor tells of the true depth.

    Args:
        z: The true depth.
        focal: Of the camera, [px].
        sensor: How good it is.
        rng: Source of all that is random in it.
    """
    told = _flying(z, sensor.flying, rng) if sensor.flying > 0.0 else z
    if sensor.floor > 0.0 or sensor.growth > 0.0:
        spread = sensor.floor + sensor.growth * (told - sensor.best) ** 2
        told = told + spread * rng.standard_normal(z.shape)
    if sensor.step > 0.0:
        told = _stepped(told, sensor.step)
    lost = z <= 0.0
    if sensor.baseline > 0.0:
        lost |= shadowed(z, focal * sensor.baseline)
    if sensor.grazing > 0.0:
        lost |= (_cosine(z, focal) < sensor.grazing) & ~_edges(z).any(axis=0)
    if sensor.specks > 0.0:
        lost |= _specks(z.shape, sensor.specks, rng)
    return np.where(lost, 0.0, np.maximum(told, 0.0))


def shadowed(z: Depth, disparity: float) -> Bool[np.ndarray, "h w"]:
    """Say which pixels a projector at the right of the camera does not reach.

    A pixel's ray meets the projector's column u - d; another pixel to its right that
    meets a column further left hides it.

    Args:
        z: The true depth.
        disparity: At 1 m, [px].
    """
    columns = _places(z.shape[1]) - disparity / np.maximum(z, 1e-3)
    columns[z <= 0.0] = np.inf
    hidden_from = np.minimum.accumulate(columns[:, ::-1], axis=1)[:, ::-1]
    found = np.zeros(z.shape, dtype=bool)
    found[:, :-1] = columns[:, :-1] > hidden_from[:, 1:]
    return found


def _edges(z: Depth) -> Bool[np.ndarray, "4 h w"]:
    """Say where the neighbour at the right, left, below, above is another thing's."""
    edges = np.zeros((4, *z.shape), dtype=bool)
    across = np.abs(np.diff(z, axis=1)) > EDGE
    along = np.abs(np.diff(z, axis=0)) > EDGE
    edges[0, :, :-1] = edges[1, :, 1:] = across
    edges[2, :-1] = edges[3, 1:] = along
    return edges


def _flying(z: Depth, share: float, rng: np.random.Generator) -> Depth:
    """Let a share of the pixels at edges be anywhere between the two depths."""
    told = z.copy()
    mixed = rng.random(z.shape)
    chosen = rng.random(z.shape) < share
    steps = ((0, 1), (0, -1), (1, 0), (-1, 0))
    for edge, (down, right) in zip(_edges(z), steps, strict=True):
        there = np.roll(z, (-down, -right), axis=(0, 1))
        rows = edge & chosen & (z > 0.0) & (there > 0.0)
        told[rows] = (z + mixed * (there - z))[rows]
    return told


def _stepped(z: Depth, step: float) -> Depth:
    inverse = 1.0 / np.maximum(z, 1e-3)
    steps = np.maximum(np.round(inverse / step), 1.0)
    return np.where(z > 0.0, 1.0 / (steps * step), 0.0)


def _cosine(z: Depth, focal: float) -> Depth:
    """Return the cosine between each pixel's ray and the surface's normal."""
    height, width = z.shape
    x = (_places(width) - (width - 1) / 2)[None] / focal
    y = (_places(height) - (height - 1) / 2)[:, None] / focal
    dy, dx = np.gradient(z)
    # The point is z (x, y, 1); its derivatives span the surface.
    scale = focal / np.maximum(z, 1e-3)
    gx, gy = dx * scale, dy * scale
    depth = 1.0 + x * gx + y * gy
    return 1.0 / np.sqrt((gx**2 + gy**2 + depth**2) * (x**2 + y**2 + 1.0))


def _places(count: int) -> Float[np.ndarray, "n"]:
    return np.linspace(0.0, count - 1.0, count)


def _specks(
    shape: tuple[int, ...], share: float, rng: np.random.Generator
) -> Bool[np.ndarray, "h w"]:
    height, width = shape
    cells = rng.random((-(-height // SPECK), -(-width // SPECK))) < share
    return cells.repeat(SPECK, axis=0).repeat(SPECK, axis=1)[:height, :width]
