"""Pictures of tasks, each in a fresh random state."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from sims.camera import render_view
from sims.episode import Stage
from sims.overlay import Caption, draw_caption
from sims.registry import make_task
from sims.suites import episode_seed

WIDTH, HEIGHT = 400, 300  # [px] of one picture
STRIP = 56  # [px] of text below it
INK = "#64748b"
COLUMNS = 4
SETTLE = 0.3  # [s] for things to come to rest
Picture = UInt8[np.ndarray, "h w 3"]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A task in one of its states.

    Attributes:
        task: Its name.
        instruction: What is asked for.
        picture: The whole stage; empty where none was asked for.
    """

    task: str
    instruction: str
    picture: np.ndarray


def show(task: str, seed: int, *, picture: bool = True) -> Shown:
    """Return a task laid out from a seed, as the first episode of a run has it."""
    stage = Stage.lay_out(make_task(task), episode_seed(seed, task, 0))
    with stage.world:
        if not picture:
            return Shown(task, stage.task.instruction, np.zeros((0, 0, 3), np.uint8))
        stage.world.step(SETTLE)
        seen = render_view(stage.world, WIDTH, HEIGHT)
        return Shown(task, stage.task.instruction, seen)


def sheet(shown: Sequence[Shown]) -> Picture:
    """Return all pictures on one, each over its task's name and instruction.

    Raises:
        MissingExtraError: Pillow is not installed.
    """
    cells = [
        draw_caption(each.picture, Caption(each.task, each.instruction, INK, ""), STRIP)
        for each in shown
    ]
    empty, across = np.full_like(cells[0], 255), min(COLUMNS, len(cells))
    cells += [empty] * (-len(cells) % across)
    rows = [np.hstack(cells[k : k + across]) for k in range(0, len(cells), across)]
    return np.vstack(rows)


def save_sheet(shown: Sequence[Shown], path: Path) -> None:
    """Write all pictures as one PNG file; its folder is made if need be.

    Raises:
        MissingExtraError: Pillow is not installed.
    """
    from PIL import Image  # noqa: PLC0415 - an extra

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(sheet(shown)).quantize(256).save(path, optimize=True)
