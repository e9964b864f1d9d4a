"""What the model sees of a proposal in one camera: a picture of several planes.

`S` is the side of a crop in pixels. Planes 0-4 are the thing from near: red, green,
blue, its mask, height over the table. Planes 5-9 are the same from farther off, at half
the sharpness. Plane 10 holds measures: number k fills the k-th square of the model's
grid. All are bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int, UInt8

from perception.foreground import Foreground
from perception.observation import Camera
from perception.shapes import Geometry, measure

S = 48  # [px]
PATCH = 8  # [px] side of a square of the model's grid
NEAR_PLANES, PLANES = 5, 11
ROOM = 1.25  # side of a crop over the longer side of what it shows
FAR_OFF = 2.6  # side of the crop from farther off over that from near
LEAST_SIDE = 10.0  # [px] of a crop
TALL = 0.4  # [m] height that is white
LONG, SHORT = 0.4, 0.004  # [m] measures that are 1 and 0
SAMPLES = 400  # points that are measured
LEAST_PIXELS = 6  # in an image, to be looked at there


@dataclass(frozen=True, slots=True, eq=False)
class Crops:
    """Views of proposals.

    Attributes:
        near: (n, 5, S, S) uint8.
        far: (n, 5, S/2, S/2) uint8.
        facts: (n, f) uint8 measures.
        proposal: (n,) number of the proposal.
        camera: (n,) number of the camera.
        pixels: (n,) how many of its pixels are seen there.
    """

    near: np.ndarray
    far: np.ndarray
    facts: np.ndarray
    proposal: np.ndarray
    camera: np.ndarray
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
    count, grid = len(near), S // PATCH
    out = np.zeros((count, PLANES, S, S), dtype=np.uint8)
    out[:, :NEAR_PLANES] = near
    out[:, NEAR_PLANES:-1] = far.repeat(2, axis=2).repeat(2, axis=3)
    squares = np.zeros((count, grid * grid), dtype=np.uint8)
    squares[:, : facts.shape[1]] = facts
    squares = squares.reshape(count, grid, grid)
    out[:, -1] = squares.repeat(PATCH, axis=1).repeat(PATCH, axis=2)
    return out


def crop(
    seen: Foreground, cameras: Sequence[Camera], proposals: Sequence[np.ndarray]
) -> Crops:
    """Return each proposal as each camera sees it; what none sees has no view."""
    inside = np.zeros((len(proposals), len(seen.cloud) + 1), dtype=bool)
    for number, rows in enumerate(proposals):
        inside[number, rows] = True
    measures = [_measures(seen, rows) for rows in proposals]
    made: list[tuple[np.ndarray, np.ndarray, np.ndarray, int, int, int]] = []
    start = 0
    for index, camera in enumerate(cameras):
        image = _Image.of(seen, camera, start)
        start += image.bordered
        for number, rows in enumerate(proposals):
            v, u = image.places(seen, rows)
            if len(v) < LEAST_PIXELS:
                continue
            square = _Square.around(v, u)
            near = image.sample(inside[number], square, S)
            far = image.sample(inside[number], square.wider(FAR_OFF), S // 2)
            facts = _facts(measures[number], square, camera, seen, rows)
            made.append((near, far, facts, number, index, len(v)))
    if not made:
        return _no_crops()
    near, far, facts, number, index, pixels = zip(*made, strict=True)
    return Crops(
        np.stack(near),
        np.stack(far),
        np.stack(facts),
        np.array(number),
        np.array(index),
        np.array(pixels),
    )


def _no_crops() -> Crops:
    none = np.zeros(0, dtype=np.int64)
    near = np.zeros((0, NEAR_PLANES, S, S), dtype=np.uint8)
    far = np.zeros((0, NEAR_PLANES, S // 2, S // 2), dtype=np.uint8)
    return Crops(near, far, np.zeros((0, 16), dtype=np.uint8), none, none, none)


@dataclass(frozen=True, slots=True)
class _Square:
    """A square in an image, [px]."""

    top: float
    left: float
    side: float

    @classmethod
    def around(cls, v: Int[np.ndarray, "n"], u: Int[np.ndarray, "n"]) -> "_Square":
        low = np.array([v.min(), u.min()])
        high = np.array([v.max(), u.max()]) + 1
        side = max(ROOM * float((high - low).max()), LEAST_SIDE)
        top, left = (0.5 * (low + high - side)).tolist()
        return cls(top, left, side)

    def wider(self, factor: float) -> "_Square":
        grown = 0.5 * (factor - 1.0) * self.side
        return _Square(self.top - grown, self.left - grown, factor * self.side)


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
            four = level[:h, :w].reshape(h // 2, 2, w // 2, 2, 4)
            level = four.mean(axis=(1, 3), dtype=np.float32).astype(np.uint8)
            levels.append(_packed(level))
        return cls(tuple(levels), rows, start, bordered)

    def places(
        self, seen: Foreground, rows: Int[np.ndarray, "k"]
    ) -> tuple[Int[np.ndarray, "m"], Int[np.ndarray, "m"]]:
        """Return the pixels of some rows that are this camera's."""
        pixel = seen.cloud.pixel[rows] - self.start
        pixel = pixel[(pixel >= 0) & (pixel < self.bordered)]
        v, u = np.divmod(pixel, self.rows.shape[1] + 2)
        return v - 1, u - 1

    def sample(
        self, inside: np.ndarray, square: _Square, side: int
    ) -> UInt8[np.ndarray, "5 s s"]:
        """Return colour, mask and height within a square."""
        out = np.zeros((NEAR_PLANES, side, side), dtype=np.uint8)
        step = (np.arange(side) + 0.5) * (square.side / side)
        v, u = square.top + step, square.left + step
        level = int(
            np.clip(np.log2(max(square.side / side, 1.0)), 0, len(self.levels) - 1)
        )
        image, scale = self.levels[level], 0.5**level
        i, fits_i = _within(v * scale, image.shape[0])
        j, fits_j = _within(u * scale, image.shape[1])
        fits = fits_i[:, None] & fits_j[None]
        picked = np.where(fits, image[i[:, None], j[None]], np.uint32(0))
        colour = picked.view(np.uint8).reshape(side, side, 4)
        out[:3] = colour[..., :3].transpose(2, 0, 1)
        out[4] = colour[..., 3]
        i, _ = _within(v, self.rows.shape[0])
        j, _ = _within(u, self.rows.shape[1])
        out[3] = 255 * (inside[self.rows[i[:, None], j[None]]] & fits)
        return out


def _packed(image: UInt8[np.ndarray, "h w 4"]) -> np.ndarray:
    return np.ascontiguousarray(image).view(np.uint32)[..., 0]


def _within(place: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    index = np.floor(place).astype(np.int64)
    fits = (index >= 0) & (index < size)
    return np.clip(index, 0, size - 1), fits


def _measures(seen: Foreground, rows: Int[np.ndarray, "k"]) -> Geometry:
    some = rows[:: max(1, len(rows) // SAMPLES)]
    return measure(seen.cloud.points_world[some].astype(float), seen.heights[some])


def _facts(
    shape: Geometry,
    square: _Square,
    camera: Camera,
    seen: Foreground,
    rows: Int[np.ndarray, "k"],
) -> UInt8[np.ndarray, "f"]:
    """Return measures as bytes."""
    middle = camera.T_world_cam.inverse().apply(shape.centre[None])[0]
    side = square.side * float(middle[2]) / camera.intrinsics.fx  # [m]
    upright = float(np.abs(seen.normals[rows[:: max(1, len(rows) // 200)], 2]).mean())
    lengths = np.array([*shape.size, max(shape.bottom, 0.0), shape.top, side])
    logs = np.log(np.maximum(lengths, SHORT) / SHORT) / np.log(LONG / SHORT)
    shares = [
        shape.roundness,
        float(shape.hollow),
        float(shape.stepped),
        min(shape.sphere_error, 0.5) * 2.0,
        upright,
    ]
    values = np.array([*(lengths / LONG)[:5], *logs[[0, 1, 2, 4, 5]], *shares])
    return np.round(255.0 * np.clip(values, 0.0, 1.0)).astype(np.uint8)
