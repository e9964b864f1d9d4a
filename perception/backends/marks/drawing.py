"""Pictures with outlined and numbered things, as a model is shown them.

Black and white only: a coloured outline would lend its colour to what it is round.
Pixels `px` are those of the camera's image; the picture is `scale` times as large.
"""
# pyright: reportUnknownMemberType=false

import importlib
import io
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import Bool, UInt8
from scipy.ndimage import binary_closing, binary_fill_holes

from perception.backends.marks.marking import Mark
from perception.backends.marks.placing import Label, place_labels
from perception.backends.marks.sheets import Sheet
from perception.errors import MissingExtraError
from perception.observation import Camera

Picture = UInt8[np.ndarray, "h w 3"]
LINE = (0, 255, 255, 0)  # grey of each pixel of an outline, from within
ON = 0.5  # share of a number that stands on its thing, so that it needs no line


def draw(camera: Camera, marks: Sequence[Mark], sheet: Sheet) -> Picture:
    """Return a camera's image, enlarged, with marks that do not overlap.

    Args:
        camera: Whose image.
        marks: That are shown there; no more than the sheet has room for.
        sheet: What is drawn of the image, and how large.

    Raises:
        MissingExtraError: Pillow is not installed.
    """
    image, pen_on = _pillow()
    scale = sheet.scale
    masks = [each.masks[camera.name][sheet.window] for each in marks]
    seen = camera.colour[sheet.window]
    large = image.fromarray(seen).resize(sheet.size[::-1], image.Resampling.BICUBIC)
    picture = np.array(large)
    for mask in masks:
        _outline(picture, mask, scale)
    labels = place_labels(masks, sheet.patch_px)
    canvas = image.fromarray(picture)
    pen = pen_on.Draw(canvas)
    for mask, label in zip(masks, labels, strict=True):
        _lead(pen, mask, label, scale)
    drawn = np.array(canvas)
    tall, wide = (scale * side for side in sheet.patch_px)
    for each, label in zip(marks, labels, strict=True):
        u, v = (scale * label.box_px[:2]).tolist()
        drawn[v : v + tall, u : u + wide] = patch(each.number, tall, wide)
    return drawn


@lru_cache(maxsize=512)
def patch(number: int, height: int, width: int) -> Picture:
    """Return a number in white on black, within a white border and a black one.

    Raises:
        MissingExtraError: Pillow is not installed.
    """
    image, pen_on = _pillow()
    font = importlib.import_module("PIL.ImageFont").load_default(0.78 * height)
    small = image.new("L", (width, height), 0)
    pen = pen_on.Draw(small)
    pen.rectangle((1, 1, width - 2, height - 2), outline=255, width=2)
    pen.text((width / 2, height / 2), str(number), 255, font, "mm")
    made = np.asarray(small)[:, :, None].repeat(3, axis=2)
    made.setflags(write=False)
    return made


def png(picture: Picture) -> bytes:
    """Return a picture as a file.

    Raises:
        MissingExtraError: Pillow is not installed.
    """
    image, _ = _pillow()
    file = io.BytesIO()
    image.fromarray(picture).save(file, "PNG", compress_level=1)
    return file.getvalue()


def check_pillow() -> None:
    """Return if pictures can be drawn.

    Raises:
        MissingExtraError: Pillow is not installed.
    """
    _pillow()


def _outline(picture: Picture, mask: Bool[np.ndarray, "y x"], scale: int) -> None:
    """Draw a line round a mask, outside it, into the picture."""
    image, _ = _pillow()
    v, u = np.nonzero(mask)
    margin = 1 + -(-len(LINE) // scale)
    low = np.maximum([v.min() - margin, u.min() - margin], 0)
    high = np.minimum([v.max() + margin + 1, u.max() + margin + 1], mask.shape)
    part = mask[low[0] : high[0], low[1] : high[1]]
    whole = binary_fill_holes(binary_closing(np.pad(part, 1)))
    assert whole is not None
    grey = image.fromarray(255 * whole[1:-1, 1:-1].astype(np.uint8))
    size = (scale * part.shape[1], scale * part.shape[0])
    large = np.asarray(grey.resize(size, image.Resampling.BILINEAR)) > 127
    top, left = (scale * low).tolist()
    area = picture[top : top + size[1], left : left + size[0]]
    for step, grey_level in enumerate(LINE):
        grown = _grown(large, round_=step % 2 == 0)
        area[grown & ~large] = grey_level
        large = grown


def _grown(mask: Bool[np.ndarray, "y x"], *, round_: bool) -> Bool[np.ndarray, "y x"]:
    """Return a mask and the pixels beside it, those at its corners only if not round.

    By turns of both a line has much the same width in all directions.
    """
    upright, level = mask.copy(), mask.copy()
    upright[1:] |= mask[:-1]
    upright[:-1] |= mask[1:]
    wide = mask if round_ else upright
    level[:, 1:] |= wide[:, :-1]
    level[:, :-1] |= wide[:, 1:]
    return upright | level


def _lead(pen: Any, mask: Bool[np.ndarray, "h w"], label: Label, scale: int) -> None:
    """Draw a line from a number that is not on its thing to the thing."""
    u0, v0, u1, v1 = label.box_px.tolist()
    if mask[v0:v1, u0:u1].mean() >= ON:
        return
    start = ((u0 + u1) * scale / 2, (v0 + v1) * scale / 2)
    u, v = ((label.anchor_px + 0.5) * scale).tolist()
    pen.line((*start, u, v), (0, 0, 0), 5)
    pen.line((*start, u, v), (255, 255, 255), 2)
    pen.ellipse((u - 5, v - 5, u + 5, v + 5), (0, 0, 0))
    pen.ellipse((u - 3, v - 3, u + 3, v + 3), (255, 255, 255))


def _pillow() -> tuple[Any, Any]:
    try:
        return (
            importlib.import_module("PIL.Image"),
            importlib.import_module("PIL.ImageDraw"),
        )
    except ModuleNotFoundError:
        raise MissingExtraError("pillow", "viz") from None
