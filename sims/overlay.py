"""Paths and captions drawn over a picture of the stage.

Pixels (u, v) count from the top left. Everything is drawn twice as large and made
smaller again, which smooths the lines.
"""
# pyright: reportUnknownMemberType=false

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8

from perception.frames import Points
from perception.observation import Camera
from planner.errors import MissingExtraError
from planner.visualise.palette import rgb
from sims.camera import Viewpoint

Picture = UInt8[np.ndarray, "h w 3"]
SMOOTH = 2  # times as large
INK, QUIET, WHITE = (22, 32, 46), (102, 117, 138), (255, 255, 255)
BACKGROUND = (246, 248, 251)
GOOD, BAD = (21, 128, 61), (185, 28, 28)


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """A line through the world.

    Attributes:
        points_world: (n, 3) [m].
        colour: `#rrggbb`.
        width: [px].
        ring: Whether its end is marked.
    """

    points_world: np.ndarray
    colour: str
    width: float
    ring: bool = False


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands below the picture.

    Attributes:
        title: First line.
        text: Second line.
        colour: Of the dot before the second line, `#rrggbb`.
        right: At the right of the first line.
        verdict: Whether it went well, once that is known.
    """

    title: str
    text: str
    colour: str
    right: str
    verdict: bool | None = None


def project(points_world: Points, view: Viewpoint | Camera) -> Float[np.ndarray, "m 2"]:
    """Return the pixels of the points that lie in front of a camera, in order."""
    x, y, z = view.T_world_cam.inverse().apply(points_world).T
    ahead = z > 0.05
    k = view.intrinsics
    u = k.fx * x[ahead] / z[ahead] + k.cx
    v = k.fy * y[ahead] / z[ahead] + k.cy
    return np.stack([u, v], axis=1)


def draw_strokes(
    picture: Picture, view: Viewpoint | Camera, strokes: list[Stroke]
) -> Picture:
    """Return the picture with lines over it, each with a light border.

    Raises:
        MissingExtraError: Pillow is not installed.
    """
    image, draw = _pillow()
    height, width = picture.shape[:2]
    large = (width * SMOOTH, height * SMOOTH)
    layer = image.new("RGBA", large, (255, 255, 255, 0))
    pen = draw.Draw(layer)
    for stroke in strokes:
        pixels = SMOOTH * (project(stroke.points_world, view) + 0.5)
        _stroke(pen, pixels, stroke)
    layer = layer.resize((width, height), image.Resampling.BOX)
    below = image.fromarray(picture).convert("RGBA")
    return np.asarray(image.alpha_composite(below, layer).convert("RGB"))


def draw_caption(
    picture: Picture, caption: Caption, height: int
) -> UInt8[np.ndarray, "taller w 3"]:
    """Return the picture with a strip of text of that height below it.

    Raises:
        MissingExtraError: Pillow is not installed.
    """
    image, draw = _pillow()
    width = picture.shape[1]
    strip = image.new("RGB", (width, height), BACKGROUND)
    pen = draw.Draw(strip)
    large, small = _font(0.27 * height), _font(0.2 * height)
    margin, first, second = 0.22 * height, 0.28 * height, 0.70 * height
    room = width - 2 * margin - large.getlength(caption.right + "  ")
    right = width - margin
    pen.text((margin, first), _fit(caption.title, large, room), INK, large, "lm")
    pen.text((right, first), caption.right, QUIET, large, "rm")
    ink, dot = INK, rgb(caption.colour)
    if caption.verdict is not None:
        ink = dot = GOOD if caption.verdict else BAD
    r = 0.075 * height
    left = margin + 4 * r
    lines = _wrapped(caption.text, small, right - left)
    second -= 0.12 * height * (len(lines) - 1)
    pen.ellipse((margin, second - r, margin + 2 * r, second + r), dot)
    for i, line in enumerate(lines):
        pen.text((left, second + 0.24 * i * height), line, ink, small, "lm")
    return np.concatenate([picture, np.asarray(strip)])


def _stroke(pen: Any, pixels: np.ndarray, stroke: Stroke) -> None:
    if len(pixels) < 2:
        return
    line = [(float(u), float(v)) for u, v in pixels]
    width = round(SMOOTH * stroke.width)
    border = (*WHITE, 190)
    pen.line(line, border, width + 2 * SMOOTH, "curve")
    pen.line(line, (*rgb(stroke.colour), 235), width, "curve")
    if stroke.ring:
        u, v = line[-1]
        discs = ((8, border), (7, (*rgb(stroke.colour), 255)), (3.5, border))
        for radius, ink in discs:
            r = SMOOTH * radius
            pen.ellipse((u - r, v - r, u + r, v + r), ink)


def _fit(text: str, font: Any, room: float) -> str:
    """Return as much of a text as has room."""
    line = " ".join(text.split())
    if font.getlength(line) <= room:
        return line
    while line and font.getlength(line + "...") > room:
        line = line[:-1]
    return line.rstrip() + "..."


def _wrapped(text: str, font: Any, room: float) -> list[str]:
    """Return a text as one line, or two of which the last may be cut."""
    words = text.split()
    count = len(words)
    while count > 1 and font.getlength(" ".join(words[:count])) > room:
        count -= 1
    lines = [" ".join(words[:count]), " ".join(words[count:])]
    return [_fit(line, font, room) for line in lines if line]


def _pillow() -> tuple[Any, Any]:
    try:
        from PIL import Image, ImageDraw  # noqa: PLC0415 - only films need it
    except ImportError as error:
        raise MissingExtraError("pillow", "viz") from error
    return Image, ImageDraw


def _font(size: float) -> Any:
    from PIL import ImageFont  # noqa: PLC0415 - as above

    return ImageFont.load_default(size)
