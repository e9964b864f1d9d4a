"""Colours that survive shading, and their words.

A surface that turns from the light keeps the ratios of red, green and blue and
loses brightness. `chroma` is what stays: two opponent axes divided by the
brightness, 0 for grey. Brightness is the largest channel, 0 to 1.
"""

import numpy as np
from jaxtyping import Float, Int
from scipy.ndimage import gaussian_filter

COLOURS = (
    "red",
    "orange",
    "yellow",
    "green",
    "cyan",
    "blue",
    "purple",
    "pink",
    "brown",
    "gray",
    "white",
    "black",
)

# Upper end of each hue's range in [deg]; red goes on from 345.
HUES = (
    (15.0, "red"),
    (42.0, "orange"),
    (70.0, "yellow"),
    (165.0, "green"),
    (200.0, "cyan"),
    (255.0, "blue"),
    (300.0, "purple"),
    (345.0, "pink"),
    (360.0, "red"),
)
GREY_SATURATION = 0.16
BLACK_BELOW = 0.22
WHITE_ABOVE = 0.72
BROWN_BELOW = 0.64  # brown is orange that stays dark in full light
PALE_RED = 0.58  # red less saturated than this reads as pink

SOFTENING = 0.03  # [brightness] keeps the chroma of black from being noise
BIN = 0.04  # side of a palette cell, in units of chroma
BLUR = 1.4  # [cells]


def brightness(colours: np.ndarray) -> Float[np.ndarray, "n"]:
    """Return the largest channel of each colour, 0 to 1."""
    red, green, blue = colours.T
    largest = np.maximum(np.maximum(red, green), blue)
    return largest.astype(np.float32) / 255.0


def chroma(colours: np.ndarray) -> Float[np.ndarray, "n 2"]:
    """Return red against green, and yellow against blue, freed of brightness."""
    return np.stack(opponents(colours), axis=1)


def opponents(
    colours: np.ndarray,
) -> tuple[Float[np.ndarray, "n"], Float[np.ndarray, "n"]]:
    """Return the two columns of `chroma`."""
    red, green, blue = (column / np.float32(255.0) for column in colours.T)
    scale = np.maximum(np.maximum(red, green), blue) + np.float32(SOFTENING)
    half = np.float32(0.5)
    return (red - green) / scale, (half * (red + green) - blue) / scale


def colour_word(colours: np.ndarray) -> str:
    """Return the word for the pixels of one object, judged by its lit part."""
    peak, place = colours.max(axis=1), int(0.6 * len(colours))
    lit = colours[peak >= np.partition(peak, place)[place]]
    red, green, blue = (np.median(lit, axis=0) / 255.0).tolist()
    value = max(red, green, blue)
    spread = value - min(red, green, blue)
    saturation = spread / (value + 1e-9)
    if value < BLACK_BELOW and (saturation < 0.5 or value < 0.5 * BLACK_BELOW):
        return "black"
    if saturation < GREY_SATURATION:
        return "white" if value > WHITE_ABOVE else "gray"
    word = _hue_word(_hue(red, green, blue))
    if word == "red" and saturation < PALE_RED and value > BROWN_BELOW:
        return "pink"
    if word == "orange" and value < BROWN_BELOW:
        return "brown"
    return word


def palette(chromas: Float[np.ndarray, "n 2"]) -> Int[np.ndarray, "n"]:
    """Return a class for each pixel: which hill of the scene's own colours it is on.

    The borders between classes run where the scene has few pixels, so no object
    is split because its colour lies on a fixed border between two words.
    """
    side = int(2.4 / BIN)
    cells = np.clip(((chromas + 1.2) / BIN).astype(np.int64), 1, side - 2)
    flat = cells[:, 0] * side + cells[:, 1]
    counts = np.bincount(flat, minlength=side * side).reshape(side, side)
    density = gaussian_filter(np.sqrt(counts.astype(float)), BLUR, mode="constant")
    return _hill_of_each_cell(density)[flat]


def _hill_of_each_cell(density: Float[np.ndarray, "s s"]) -> Int[np.ndarray, "m"]:
    """Follow the steepest way up from every cell; return the summit's index."""
    side = len(density)
    padded = np.pad(density, 1, constant_values=-1.0)
    steps = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    around = np.stack(
        [padded[1 + i : 1 + i + side, 1 + j : 1 + j + side] for i, j in steps]
    )
    offsets = np.array([i * side + j for i, j in steps])
    up = np.arange(side * side) + offsets[around.argmax(axis=0)].reshape(-1)
    for _ in range(side.bit_length()):
        up = up[up]
    return up


def _hue(red: float, green: float, blue: float) -> float:
    """Return the hue in [deg]."""
    value, low = max(red, green, blue), min(red, green, blue)
    spread = value - low
    if value == red:
        return (60.0 * (green - blue) / spread) % 360.0
    if value == green:
        return 60.0 * (blue - red) / spread + 120.0
    return 60.0 * (red - green) / spread + 240.0


def _hue_word(hue: float) -> str:
    return next(word for end, word in HUES if hue <= end)
