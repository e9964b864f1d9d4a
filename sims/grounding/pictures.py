"""What a grounder found, to be looked at: masks, scores, and boxes in space."""

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
from jaxtyping import Float, UInt8

from perception.grounder import Found, Grounder, Instance
from perception.observation import Camera
from planner.errors import MissingExtraError
from planner.visualise.palette import rgb
from sims.grounding.bench import Asked, GrounderBenchConfig, ask_about_scenes
from sims.overlay import Caption, Stroke, draw_caption, draw_strokes

Picture = UInt8[np.ndarray, "h w 3"]
LARGER = 2  # times as large as the cameras' own
STRIP = 44  # [px] of text below
INKS = ("#0f766e", "#b45309", "#6d28d9", "#be123c")  # of instances, in turn
TINT = 0.45


def picture_scenes(
    config: GrounderBenchConfig, grounder: Grounder, folder: Path
) -> list[Path]:
    """Write a sheet of pictures for each scene and way of seeing it; return them all.

    Raises:
        MissingExtraError: Pillow is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for number, asked in enumerate(ask_about_scenes(config, grounder)):
        shown = [answered(asked, place) for place in range(len(asked.questions))]
        seen = "sensed" if asked.sensed else "rendered"
        written.append(folder / f"scene-{number // 2:03d}-{seen}.png")
        _save(written[-1], sheet(shown))
    return written


def answered(asked: Asked, place: int) -> Picture:
    """Return the pictures of a scene with what was found for one phrase over them.

    Raises:
        MissingExtraError: Pillow is not installed.
    """
    answer, question = asked.answers[place], asked.questions[place]
    instances: Sequence[Instance] = ()
    if isinstance(answer, Found):
        instances = answer.instances
    views = [_view(camera, instances) for camera in asked.cameras]
    scores = ", ".join(f"{each.score:.2f}" for each in instances[:4])
    said = f"found: {scores}" if instances else "not found"
    right = asked.right(place)
    caption = Caption(question.phrase, said, INKS[0], question.category, right)
    return draw_caption(np.concatenate(views, axis=1), caption, STRIP)


def sheet(pictures: Sequence[Picture], columns: int = 2) -> Picture:
    """Return pictures of one size side by side, row by row."""
    rows = [pictures[i : i + columns] for i in range(0, len(pictures), columns)]
    white = np.full_like(pictures[0], 255)
    full = [[*row, *[white] * (columns - len(row))] for row in rows]
    return np.concatenate([np.concatenate(row, axis=1) for row in full])


def _save(path: Path, picture: Picture) -> None:
    try:
        from PIL import Image  # noqa: PLC0415 - only pictures need it
    except ImportError as error:
        raise MissingExtraError("pillow", "viz") from error
    Image.fromarray(picture).save(path, optimize=True)


def _view(camera: Camera, instances: Sequence[Instance]) -> Picture:
    picture = camera.colour.astype(np.float32)
    for number, each in enumerate(instances):
        ink = np.array(rgb(INKS[number % len(INKS)]), dtype=np.float32)
        for seen in each.sightings:
            if seen.camera == camera.name:
                mixed = (1.0 - TINT) * picture[seen.mask] + TINT * ink
                picture[seen.mask] = mixed
    small = np.round(picture).astype(np.uint8)
    strokes = [
        Stroke(edge, INKS[number % len(INKS)], 0.7)
        for number, each in enumerate(instances)
        for edge in _edges(each.box_world)
    ]
    large = _large(camera)
    return draw_strokes(small.repeat(LARGER, 0).repeat(LARGER, 1), large, strokes)


def _large(camera: Camera) -> Camera:
    """Return a camera whose picture is as much larger."""
    k = camera.intrinsics
    return Camera(
        camera.name,
        camera.colour.repeat(LARGER, 0).repeat(LARGER, 1),
        camera.depth.repeat(LARGER, 0).repeat(LARGER, 1),
        type(k)(LARGER * k.fx, LARGER * k.fy, LARGER * k.cx, LARGER * k.cy),
        camera.T_world_cam,
    )


def _edges(box: Float[np.ndarray, "2 3"]) -> list[Float[np.ndarray, "2 3"]]:
    corners = np.array(list(product(*box.T)))
    return [
        corners[[i, j]]
        for i in range(8)
        for j in range(i + 1, 8)
        if (corners[i] != corners[j]).sum() == 1
    ]
