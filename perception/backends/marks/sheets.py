"""What a camera's pictures show, and how large.

They show the part of its image where things are, so that what is small is seen well.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from perception.backends.marks.placing import room_for

LEAST_SHARE = 0.4  # of a side of the camera's image that is shown at least
MARGIN = 0.07  # of a side, round what is marked
TALL = 26  # a number's height goes so often into the longer side of a picture
LEAST_ROWS = 6  # and so often, at least, into the shorter one


@dataclass(frozen=True, slots=True)
class Sheet:
    """One camera's pictures.

    Attributes:
        window: Rows and columns of the camera's image that they show.
        scale: Of a picture to them.
        patch_px: Height and width of a number, in [px] of the camera's image.
    """

    window: tuple[slice, slice]
    scale: int
    patch_px: tuple[int, int]

    @classmethod
    def showing(
        cls, things: Bool[np.ndarray, "h w"], long_side: int, short_side: int
    ) -> "Sheet":
        """Return how the pixels of things are best seen.

        Args:
            things: Of the camera's image.
            long_side: Least length of a picture's longer side, [px].
            short_side: Likewise of the shorter one.
        """
        rows, columns = _reach(np.any(things, axis=1)), _reach(np.any(things, axis=0))
        sides = rows.stop - rows.start, columns.stop - columns.start
        long, short = max(sides), min(sides)
        scale = max(-(-long_side // long), -(-short_side // short))
        tall = -(-min(scale * long // TALL, scale * short // LEAST_ROWS) // scale)
        return cls((rows, columns), scale, (tall, -(-3 * tall // 2)))

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of a picture, [px]."""
        rows, columns = self.window
        return (
            self.scale * (rows.stop - rows.start),
            self.scale * (columns.stop - columns.start),
        )

    @property
    def room(self) -> int:
        """How many numbers surely find a place."""
        height, width = self.size
        return room_for(height // self.scale, width // self.scale, self.patch_px)


def _reach(shown: Bool[np.ndarray, "n"]) -> slice:
    """Return what of a side is worth to be seen: what is shown, and round it."""
    count = len(shown)
    places = np.flatnonzero(shown) if shown.any() else np.array([0, count - 1])
    low, high = int(places[0]), int(places[-1]) + 1
    lacking = int(np.ceil(LEAST_SHARE * count)) - (high - low)
    margin = max(int(MARGIN * count), -(-lacking // 2))
    return slice(max(low - margin, 0), min(high + margin, count))
