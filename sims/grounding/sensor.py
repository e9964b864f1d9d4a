"""What a real depth camera makes of a rendered picture.

Per pixel, z in [m]: noise along the ray of 1.2 + 1.9 (z - 0.4)² mm (Nguyen et al. 2012,
for structured light); lookup of depth from a neighbour 0.6 px away on average, which
frays edges; a third of the pixels at an edge lost, a fifth of them flying between the
two surfaces; surfaces beyond 70 degrees from the ray lost half of the time; holes of a
few pixels on half a percent of the image; depth in whole millimetres; depth against
colour out by up to one pixel.
"""

from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float
from scipy.ndimage import binary_dilation

from perception.observation import Camera

Rng = np.random.Generator
EDGE = 0.02  # [m] step of depth between neighbours that is an edge
FRAY = 0.6  # [px]
LOST, FLYING = 0.33, 0.2  # of the pixels at an edge
STEEP = np.tan(np.deg2rad(70.0))
HOLES = 0.0006  # seeds of holes, as a share of the pixels
MILLIMETRE = 1e-3


def as_sensed(camera: Camera, rng: Rng) -> Camera:
    """Return a picture as a real sensor would have it."""
    z = _frayed(camera.depth.astype(np.float64), rng)
    edge = _edges(z)
    sigma = 0.0012 + 0.0019 * (z - 0.4) ** 2
    noisy = z + sigma * rng.standard_normal(z.shape)
    flying = edge & (rng.random(z.shape) < FLYING)
    noisy[flying] += (rng.uniform(-1.0, 1.0, z.shape) * _reach(z))[flying] * 0.5
    lost = edge & ~flying & (rng.random(z.shape) < LOST)
    lost |= _steep(z, camera.intrinsics.fx) & (rng.random(z.shape) < 0.5)
    holes = rng.random(z.shape) < HOLES
    lost |= binary_dilation(holes, np.ones((3, 3), dtype=bool))
    noisy[lost | (z <= 0.0)] = 0.0
    whole = np.round(np.maximum(noisy, 0.0) / MILLIMETRE) * MILLIMETRE
    shift = rng.integers(-1, 2, 2).tolist()
    return replace(camera, depth=np.roll(whole, shift, (0, 1)).astype(np.float32))


def _frayed(z: Float[np.ndarray, "h w"], rng: Rng) -> Float[np.ndarray, "h w"]:
    v, u = np.indices(z.shape)
    off = np.round(FRAY * rng.standard_normal((2, *z.shape))).astype(int)
    height, width = z.shape
    return z[np.clip(v + off[0], 0, height - 1), np.clip(u + off[1], 0, width - 1)]


def _reach(z: Float[np.ndarray, "h w"]) -> Float[np.ndarray, "h w"]:
    """Return the largest step to a neighbour."""
    step = np.zeros(z.shape)
    for axis in (0, 1):
        for way in (1, -1):
            step = np.maximum(step, np.abs(z - np.roll(z, way, axis)))
    return step


def _edges(z: Float[np.ndarray, "h w"]) -> Bool[np.ndarray, "h w"]:
    return _reach(z) > EDGE


def _steep(z: Float[np.ndarray, "h w"], fx: float) -> Bool[np.ndarray, "h w"]:
    down, right = np.gradient(z)
    return np.hypot(down, right) * fx > STEEP * np.maximum(z, 0.1)
