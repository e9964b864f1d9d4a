"""Rods, straps and lumps to look at: ellipses strung along a line, as OBJ text.

A station is the middle of an ellipse with two half axes, all in [m]: the first lies
along a fixed `side`, the second across it and across the line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

CORNERS = 12
ROUND_END = np.deg2rad((75.0, 50.0, 25.0))


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A closed surface.

    Attributes:
        points: (n, 3) corners, [m].
        normals: (n, 3) unit vectors out of it.
        faces: (m, 3) corners of the triangles, counted from 0.
    """

    points: np.ndarray
    normals: np.ndarray
    faces: np.ndarray


def loft(
    middles: Float[np.ndarray, "k 3"],
    halves: Float[np.ndarray, "k 2"],
    side: Float[np.ndarray, "3"] | None = None,
) -> Surface:
    """Return the surface over ellipses along a line, closed flat at its ends.

    Args:
        middles: Of the ellipses.
        halves: Their half axes, along `side` and across it.
        side: Across the line everywhere; y if absent.
    """
    y = np.array([0.0, 1.0, 0.0]) if side is None else side
    along = np.gradient(middles, axis=0)
    across = np.cross(along, y)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    angles = 2 * np.pi * np.arange(CORNERS) / CORNERS
    c, s = np.cos(angles)[None, :, None], np.sin(angles)[None, :, None]
    a, b = halves[:, 0, None, None], halves[:, 1, None, None]
    ring = middles[:, None] + a * c * y + b * s * across[:, None]  # (k, C, 3)
    out = b * c * y + a * s * across[:, None]
    out = out / np.maximum(np.linalg.norm(out, axis=2, keepdims=True), 1e-9)
    ends = (_lid(ring[0], -along[0]), _lid(ring[-1], along[-1], turned=True))
    hull = Surface(ring.reshape(-1, 3), out.reshape(-1, 3), _faces(len(middles)))
    return joined((hull, *ends))


def rod(middles: Float[np.ndarray, "k 3"], radius: float) -> Surface:
    """Return a round rod along a line in a plane that holds no y."""
    return loft(middles, np.full((len(middles), 2), radius))


def lump(length: float, halves: tuple[float, float], height: float) -> Surface:
    """Return a lump along x with rounded ends, its middle at a height over 0."""
    ends = length / 2 - min(halves)
    x = np.concatenate(
        [
            -ends - min(halves) * np.sin(ROUND_END),
            [-ends, ends],
            (ends + min(halves) * np.sin(ROUND_END))[::-1],
        ]
    )
    share = np.concatenate([np.cos(ROUND_END), [1.0, 1.0], np.cos(ROUND_END)[::-1]])
    middles = np.stack([x, np.zeros(len(x)), np.full(len(x), height)], axis=1)
    return loft(middles, share[:, None] * np.array(halves))


def joined(surfaces: Iterable[Surface]) -> Surface:
    """Return several surfaces as one."""
    parts = tuple(surfaces)
    first = np.cumsum([0, *(len(each.points) for each in parts)])
    return Surface(
        np.concatenate([each.points for each in parts]),
        np.concatenate([each.normals for each in parts]),
        np.concatenate(
            [each.faces + start for each, start in zip(parts, first[:-1], strict=True)]
        ),
    )


def obj(surface: Surface) -> str:
    """Return the OBJ text of a surface."""
    lines = [f"v {x:.6f} {y:.6f} {z:.6f}" for x, y, z in surface.points]
    lines += [f"vn {x:.5f} {y:.5f} {z:.5f}" for x, y, z in surface.normals]
    for face in (surface.faces + 1).tolist():
        lines.append("f " + " ".join(f"{k}//{k}" for k in face))
    return "\n".join(lines) + "\n"


def _faces(rings: int) -> Int[np.ndarray, "m 3"]:
    """Return the triangles between neighbouring rings."""
    ring, corner = np.divmod(np.arange((rings - 1) * CORNERS), CORNERS)
    a = ring * CORNERS + corner
    b = ring * CORNERS + (corner + 1) % CORNERS
    c, d = a + CORNERS, b + CORNERS
    return np.concatenate([np.stack([a, b, d], 1), np.stack([a, d, c], 1)])


def _lid(
    ring: Float[np.ndarray, "c 3"],
    out: Float[np.ndarray, "3"],
    *,
    turned: bool = False,
) -> Surface:
    k = np.arange(1, CORNERS - 1)
    order: Sequence[np.ndarray] = (0 * k, k, k + 1) if turned else (0 * k, k + 1, k)
    normals = np.tile(out / np.linalg.norm(out), (CORNERS, 1))
    return Surface(ring, normals, np.stack(order, axis=1))
