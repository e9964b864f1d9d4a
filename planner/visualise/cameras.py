"""The cameras' pictures with the grounded objects tinted and named.

Pixels (u, v) count from the top left; labels are placed in percent of the picture.
"""
# pyright: reportUnknownMemberType=false

import base64
import io
from html import escape
from typing import Any

import numpy as np

from planner.errors import MissingExtraError
from planner.record import Moment, Recording, SeenObject, View
from planner.visualise.palette import nth, rgb

TINT, EDGE = 80, 255  # opacity of a mask and of its border, of 255
SMALLEST = 6  # [px] of a mask that gets a label
SHOWN, LINE, LETTER = 390.0, 18.0, 6.3  # [px] on the screen: picture, label, letter


def cameras_html(recording: Recording) -> str:
    """Return every moment's pictures, and the chips that choose one."""
    chips = "".join(
        f'<button class="chip" data-moment="{i}">{escape(_title(recording, i))}'
        "</button>"
        for i in range(len(recording.moments))
    )
    moments = "".join(_moment(i, each) for i, each in enumerate(recording.moments))
    return f'<div class="chips">{chips}</div>{moments}'


def data_uri(pixels: np.ndarray, form: str) -> str:
    """Return a picture, (h, w, 3) or (h, w, 4) uint8, as text a page can hold.

    Raises:
        MissingExtraError: Pillow is not installed.
    """
    image = _pillow().fromarray(np.ascontiguousarray(pixels))
    buffer = io.BytesIO()
    if form == "jpeg":
        image.save(buffer, "jpeg", quality=88, subsampling=0)
    else:
        image.save(buffer, form, optimize=True)
    text = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f"data:image/{form};base64,{text}"


def _pillow() -> Any:
    try:
        from PIL import Image  # noqa: PLC0415 - only those who draw need it
    except ImportError as error:
        raise MissingExtraError("pillow", "viz") from error
    return Image


def _title(recording: Recording, index: int) -> str:
    time = f"{recording.moments[index].time:.1f} s"
    started = [each.index + 1 for each in recording.subtasks if each.moment == index]
    if started:
        return f"sub-task {', '.join(map(str, started))} · {time}"
    if index == 0:
        return f"start · {time}"
    if index == len(recording.moments) - 1 and recording.verdict is not None:
        return f"end · {time}"
    return time


def _moment(index: int, moment: Moment) -> str:
    figures = "".join(_figure(view, moment.objects) for view in moment.views)
    return f'<div class="views" data-moment-views="{index}">{figures}</div>'


def _figure(view: View, objects: tuple[SeenObject, ...]) -> str:
    height, width = view.mask.shape
    present = [each for each in objects if (view.mask == each.id).sum() >= SMALLEST]
    overlay = ""
    if present:
        source = data_uri(_tinted(view.mask, present), "png")
        overlay = f'<img class="mask" alt="" src="{source}">'
    labels = "".join(
        f'<span class="label" style="left:{x:.1f}%;top:{y:.1f}%;'
        f'--c:{nth(each.id - 1)}">{escape(each.name)}</span>'
        for each, (x, y) in zip(present, _places(present, view.mask), strict=True)
    )
    picture = data_uri(view.colour, "jpeg")
    return (
        f'<figure><div class="picture" style="aspect-ratio:{width}/{height}">'
        f'<img alt="camera {escape(view.name)}" src="{picture}">{overlay}{labels}'
        f"</div><figcaption>{escape(view.name)}</figcaption></figure>"
    )


def _tinted(mask: np.ndarray, objects: list[SeenObject]) -> np.ndarray:
    rgba = np.zeros((*mask.shape, 4), np.uint8)
    for each in objects:
        inside = mask == each.id
        rgba[inside] = (*rgb(nth(each.id - 1)), TINT)
        rgba[inside & ~_eroded(inside), 3] = EDGE
    return rgba


def _eroded(inside: np.ndarray) -> np.ndarray:
    padded = np.pad(inside, 1)
    return padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]


def _places(objects: list[SeenObject], mask: np.ndarray) -> list[tuple[float, float]]:
    """Return where each name stands, in percent: above its thing, and not on another.

    A name is lifted or lowered a line at a time until it is free; how large it is
    shown is guessed from the usual width of a picture.
    """
    height, width = mask.shape
    line = 100 * LINE / (SHOWN * height / width)
    taken: list[tuple[float, float, float]] = []
    for thing in objects:
        rows, columns = np.nonzero(mask == thing.id)
        x = 100 * (columns.mean() + 0.5) / width
        y = max(100 * rows.min() / height, 1.2 * line)
        half = 50 * (len(thing.name) * LETTER + 14) / SHOWN
        for step in (0, -1, 1, -2, 2, -3, 3):
            at = y + step * line
            if at > line and not any(
                abs(x - u) < half + w and abs(at - v) < 0.95 * line for u, v, w in taken
            ):
                y = at
                break
        taken.append((x, y, half))
    return [(x, y) for x, y, _ in taken]
