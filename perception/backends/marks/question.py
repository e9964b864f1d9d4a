"""What a model is asked about marks, and the pictures that go with it."""

import json
from collections.abc import Sequence

import numpy as np

from perception.backends.marks.drawing import draw, png
from perception.backends.marks.marking import Board, Mark
from perception.backends.marks.viewer import Shown
from perception.directions import direction

_QUESTION = """\
You see the table before a robot arm, as {cameras} of it see it. Things are outlined \
and have numbers, called marks. A number stands on its thing, or beside it with a line \
to it, and it is the same thing in every picture. The first picture of a camera marks \
what stands by itself; further pictures of it mark the parts and pieces of that.

Where the marked things are, in centimetres. Left, right, front and back are those of \
a person who faces the robot, in the phrases too, whatever the pictures look like: \
`right` grows to the right of that person, `front` grows toward that person, `bottom` \
and `top` are heights over the table. `right` and `front` are of the middle.

mark, right, front, bottom, top, width along right, depth along front
{places}

Which marks does each of these phrases mean?

{phrases}

Reply with one JSON object and nothing else. Each phrase is a key, exactly as it is \
given. Its value is an object of two lists of numbers: "marks" has every thing that \
the phrase means, the surest first; where nothing is what the phrase says, it is \
empty, and "nearest" has up to {nearest} marks of what comes nearest to it. \
Otherwise "nearest" is empty. Each thing is listed once, by the one mark whose outline \
fits it best: a phrase of a part means the part alone, a phrase of a thing all of it. \
If a phrase means one of several by its place or size, list that one alone. Do not \
guess. For example:

{example}"""

_EXAMPLE = {
    "teapot": {"marks": [31], "nearest": []},
    "the stapler": {"marks": [], "nearest": [27, 12]},
}

_AGAIN = """\
That reply cannot be used:
{problems}
Reply again, with the whole JSON object and nothing else."""


def question(board: Board, phrases: Sequence[str], nearest: int) -> str:
    """Return what is asked first.

    Args:
        board: What is marked.
        phrases: What is looked for, none of them twice.
        nearest: Marks that come nearest to a phrase that means none, at most.
    """
    count = len(board.cameras)
    return _QUESTION.format(
        cameras=f"{count} cameras" if count > 1 else "a camera",
        places="\n".join(map(_place, board.marks)),
        phrases=json.dumps(list(phrases), ensure_ascii=False),
        nearest=nearest,
        example=json.dumps(_EXAMPLE),
    )


def complaint(problems: Sequence[str]) -> str:
    """Return what is said to a reply that cannot be used."""
    return _AGAIN.format(problems="\n".join(f"- {each}" for each in problems))


def pictures(board: Board) -> tuple[Shown, ...]:
    """Return every picture that has a mark, camera by camera.

    Raises:
        MissingExtraError: Pillow is not installed.
    """
    shown: list[Shown] = []
    for camera, sheet in zip(board.cameras, board.sheets, strict=True):
        drawn = 0
        for layer in range(board.layers):
            marks = board.standing_in(camera.name, layer)
            if marks:
                drawn += 1
                caption = f"Camera '{camera.name}', picture {drawn}:"
                shown.append(Shown(caption, png(draw(camera, marks, sheet))))
    return tuple(shown)


def _place(each: Mark) -> str:
    low, high = each.box_world
    middle, size = 50.0 * (low + high), 100.0 * (high - low)
    right, front = direction("right"), direction("front")
    bottom = 100.0 * each.bottom
    numbers = (
        right @ middle,
        front @ middle,
        bottom,
        bottom + size[2],
        np.abs(right) @ size,
        np.abs(front) @ size,
    )
    return ", ".join([str(each.number), *(f"{number:.1f}" for number in numbers)])
