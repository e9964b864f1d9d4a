"""What the model sees of a proposal in one camera: a picture of several planes.

`S` is the side of a crop in pixels. Planes 0-4 are the thing from near: red, green,
blue, its mask, height over the table. Planes 5-9 are the same from farther off, at half
the sharpness. Plane 10 holds measures: number k fills the k-th square of a grid. All
are bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, UInt8

from perception.foreground import Foreground
from perception.observation import Camera
from perception.shapes import measure

S = 48  # [px]
SQUARE = 8  # [px] side of what a measure fills
NEAR_PLANES, PLANES = 5, 11
FACTS = 15
ROOM = 1.25  # side of a crop over the longer side of what it shows
FAR_OFF = 2.6  # side of the crop from farther off over that from near
LEAST_SIDE = 10.0  # [px] of a crop
TALL = 0.4  # [m] height that is white
LONG, SHORT = 0.4, 0.004  # [m] measures that are 1 and 0
SAMPLES = 400  # points that are measured
LEAST_PIXELS = 6  # in an image, to be looked at there

Squares = Float[np.ndarray, "n 3"]  # top, left and side of squares in an image, [px]


@dataclass(frozen=True, slots=True, eq=False)
class Crops:
    """Views of proposals.

    Attributes:
        near: (n, 5, S, S) uint8.
        far: (n, 5, S/2, S/2) uint8.
        facts: (n, FACTS) uint8 measures.
        proposal: (n,) number of the proposal.
        pixels: (n,) how many of its pixels are seen there.
    """

    near: np.ndarray
    far: np.ndarray
    facts: np.ndarray
    proposal: np.ndarray
    pixels: np.ndarray

    def __len__(self) -> int:
        return len(self.proposal)

    def planes(self) -> UInt8[np.ndarray, "n 11 S S"]:
        """Return the pictures, all planes of each."""
        return stack(self.near, self.far, self.facts)


def stack(
    near: UInt8[np.ndarray, "n 5 S S"],
    far: UInt8[np.ndarray, "n 5 h h"],
    facts: UInt8[np.ndarray, "n f"],
) -> UInt8[np.ndarray, "n 11 S S"]:
    """Return pictures from their parts."""
    count, grid = len(near), S // SQUARE
    out = np.zeros((count, PLANES, S, S), dtype=np.uint8)
    out[:, :NEAR_PLANES] = near
    out[:, NEAR_PLANES:-1] = far.repeat(2, axis=2).repeat(2, axis=3)
    squares = np.zeros((count, grid * grid), dtype=np.uint8)
    squares[:, : facts.shape[1]] = facts
    squares = squares.reshape(count, grid, grid)
    out[:, -1] = squares.repeat(SQUARE, axis=1).repeat(SQUARE, axis=2)
    return out


def crop(
    seen: Foreground, cameras: Sequence[Camera], proposals: Sequence[np.ndarray]
) -> Crops:
    """Return each proposal as each camera sees it; what none sees has no view."""
    inside = np.zeros((len(proposals), len(seen.cloud) + 1), dtype=bool)
    for number, rows in enumerate(proposals):
        inside[number, rows] = True
    measured = _Measures.of(seen, proposals)
    views: list[Crops] = []
    start = 0
    for camera in cameras:
        image = _Image.of(seen, camera, start)
        start += image.bordered
        numbers, squares, pixels = image.squares(seen, proposals)
        wider = squares.copy()
        wider[:, :2] -= 0.5 * (FAR_OFF - 1.0) * squares[:, 2:]
        wider[:, 2] *= FAR_OFF
        views.append(
            Crops(
                image.sample(inside, numbers, squares, S),
                image.sample(inside, numbers, wider, S // 2),
                measured.facts(numbers, squares[:, 2], camera),
                numbers,
                pixels,
            )
        )
    return Crops(
        *(
            np.concatenate([getattr(each, name) for each in views])
            for name in Crops.__slots__
        )
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Image:
    """One camera's pixels.

    Attributes:
        levels: Colour and height packed in uint32, each half as sharp as the last.
        rows: (h, w) row of each pixel in the cloud, the last one for none.
        start: Where the camera's pixels begin in the cloud.
        bordered: How many it has with its border.
    """

    levels: tuple[np.ndarray, ...]
    rows: np.ndarray
    start: int
    bordered: int

    @classmethod
    def of(cls, seen: Foreground, camera: Camera, start: int) -> "_Image":
        height, width = camera.depth.shape
        bordered = (height + 2) * (width + 2)
        rows = seen.cloud.row_of_pixel[start : start + bordered]
        rows = rows.reshape(height + 2, width + 2)[1:-1, 1:-1]
        rows = np.where(rows >= 0, rows, len(seen.cloud))
        # What is low is told apart more finely.
        raised = np.append(np.sqrt(np.clip(seen.heights / TALL, 0.0, 1.0)), 0.0)
        level = np.dstack(
            [camera.colour, np.round(255.0 * raised).astype(np.uint8)[rows]]
        )
        levels = [_packed(level)]
        while min(level.shape[:2]) >= 2 * S and len(levels) < 4:
            h, w = (2 * (side // 2) for side in level.shape[:2])
            four = level[:h, :w].reshape(h // 2, 2, w // 2, 2, 4).astype(np.uint16)
            level = (four.sum(axis=(1, 3)) // 4).astype(np.uint8)
            levels.append(_packed(level))
        return cls(tuple(levels), rows, start, bordered)

    def squares(
        self, seen: Foreground, proposals: Sequence[np.ndarray]
    ) -> tuple[Int[np.ndarray, "n"], Squares, Int[np.ndarray, "n"]]:
        """Return which proposals are seen, the square round each, and its pixels."""
        numbers: list[int] = []
        squares: list[tuple[float, float, float]] = []
        pixels: list[int] = []
        stride = self.rows.shape[1] + 2
        for number, rows in enumerate(proposals):
            pixel = seen.cloud.pixel[rows] - self.start
            pixel = pixel[(pixel >= 0) & (pixel < self.bordered)]
            if len(pixel) < LEAST_PIXELS:
                continue
            v, u = np.divmod(pixel, stride)
            top, left = int(v.min()) - 1, int(u.min()) - 1
            high, wide = int(v.max()) - top, int(u.max()) - left
            side = max(ROOM * max(high, wide), LEAST_SIDE)
            numbers.append(number)
            squares.append((top + (high - side) / 2, left + (wide - side) / 2, side))
            pixels.append(len(pixel))
        return (
            np.array(numbers, dtype=np.int64),
            np.array(squares).reshape(-1, 3),
            np.array(pixels, dtype=np.int64),
        )

    def sample(
        self,
        inside: np.ndarray,
        numbers: Int[np.ndarray, "n"],
        squares: Squares,
        side: int,
    ) -> UInt8[np.ndarray, "n 5 s s"]:
        """Return colour, mask and height within each square."""
        out = np.zeros((len(numbers), NEAR_PLANES, side, side), dtype=np.uint8)
        steps = (np.arange(side) + 0.5)[None] * (squares[:, 2:] / side)
        v, u = squares[:, :1] + steps, squares[:, 1:2] + steps  # (n, s)
        i, fits_i = _within(v, self.rows.shape[0])
        j, fits_j = _within(u, self.rows.shape[1])
        fits = fits_i[:, :, None] & fits_j[:, None]
        mine = inside[numbers[:, None, None], self.rows[i[:, :, None], j[:, None]]]
        out[:, 3] = 255 * (mine & fits)
        sharp = np.log2(np.maximum(squares[:, 2] / side, 1.0)).astype(np.int64)
        sharp = np.minimum(sharp, len(self.levels) - 1)
        for level, image in enumerate(self.levels):
            some = np.flatnonzero(sharp == level)
            i, _ = _within(v[some] * 0.5**level, image.shape[0])
            j, _ = _within(u[some] * 0.5**level, image.shape[1])
            picked = image[i[:, :, None], j[:, None]] * fits[some]
            four = picked.view(np.uint8).reshape(*picked.shape, 4)
            out[some, :3] = four[..., :3].transpose(0, 3, 1, 2)
            out[some, 4] = four[..., 3]
        return out


def _packed(image: UInt8[np.ndarray, "h w 4"]) -> np.ndarray:
    return np.ascontiguousarray(image).view(np.uint32)[..., 0]


def _within(place: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    index = np.floor(place).astype(np.int64)
    fits = (index >= 0) & (index < size)
    return np.clip(index, 0, size - 1), fits


@dataclass(frozen=True, slots=True, eq=False)
class _Measures:
    """What is measured of proposals, in space.

    Attributes:
        lengths: (p, 5) along, across, up, lowest and highest point, [m].
        shares: (p, 5) roundness, hollow, stepped, unlike a sphere, level surfaces.
        middle: (p, 3) [m].
    """

    lengths: np.ndarray
    shares: np.ndarray
    middle: np.ndarray

    @classmethod
    def of(cls, seen: Foreground, proposals: Sequence[np.ndarray]) -> "_Measures":
        lengths: list[list[float]] = []
        shares: list[list[float]] = []
        middle: list[np.ndarray] = []
        for rows in proposals:
            some = rows[:: max(1, len(rows) // SAMPLES)]
            points = seen.cloud.points_world[some].astype(float)
            shape = measure(points, seen.heights[some])
            level = float(np.abs(seen.normals[some, 2]).mean())
            round_ = min(shape.sphere_error, 0.5) * 2.0
            bits = float(shape.hollow), float(shape.stepped)
            lengths.append([*shape.size, max(shape.bottom, 0.0), shape.top])
            shares.append([shape.roundness, *bits, round_, level])
            middle.append(shape.centre)
        return cls(
            np.array(lengths).reshape(-1, 5),
            np.array(shares).reshape(-1, 5),
            np.array(middle).reshape(-1, 3),
        )

    def facts(
        self,
        numbers: Int[np.ndarray, "n"],
        side_px: Float[np.ndarray, "n"],
        camera: Camera,
    ) -> UInt8[np.ndarray, "n f"]:
        """Return measures as bytes, those of the crop itself with them."""
        away = camera.T_world_cam.inverse().apply(self.middle[numbers])[:, 2]
        side = side_px * away / camera.intrinsics.fx  # [m]
        lengths = self.lengths[numbers]
        told = np.column_stack([lengths[:, [0, 1, 2, 4]], side])
        logs = np.log(np.maximum(told, SHORT) / SHORT) / np.log(LONG / SHORT)
        values = np.column_stack([lengths / LONG, logs, self.shares[numbers]])
        return np.round(255.0 * np.clip(values, 0.0, 1.0)).astype(np.uint8)
