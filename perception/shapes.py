"""What a cluster's geometry says it is.

Lengths in [m]; a footprint is a cluster seen from above; heights count from the
table. Directions `D` are tried every 2 degrees over a quarter turn, and their
perpendiculars.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from perception.frames import Points, Vec3

SHAPES = (
    "block",
    "ball",
    "cylinder",
    "bowl",
    "mug",
    "plate",
    "button",
    "handle",
    "drawer",
    "zone",
    "line",
    "thing",
)

TURNS = np.deg2rad(np.arange(0.0, 90.0, 2.0))  # (D,)
SAMPLES = 1500
RESTING = 0.015  # a lowest point nearer to the table than this stands on it
FLAT = 0.006
ROUND = 0.815  # least over greatest width: 1 for a disc, 0.71 for a square
SPHERE_ERROR = 0.07  # of the radius, root mean square
LINE_ASPECT = 5.0
RIM = 0.25  # the part of the height that is looked at for a hollow
STEP_HEIGHT = 0.65  # the part of the height above which only a cap is left
HOLLOW = 0.06  # at most this share of the rim's points lies over the middle


@dataclass(frozen=True, slots=True, eq=False)
class Geometry:
    """Measures of one cluster.

    Attributes:
        box_world: (2, 3) lowest and highest corner.
        yaw: Direction of the longer horizontal side, [rad].
        size: (3,) along yaw, across, up; down to the table if it stands there.
        bottom: Height of its lowest point over the table.
        top: Height of its highest point.
        roundness: Least over greatest width of the footprint.
        hollow: Whether its upper part leaves the middle free.
        stepped: Whether its top is much narrower than its foot, as a cap on a base.
        sphere_error: Residual of a sphere fit over the radius; inf if none fits.
    """

    box_world: Float[np.ndarray, "2 3"]
    yaw: float
    size: Vec3
    bottom: float
    top: float
    roundness: float
    hollow: bool
    stepped: bool
    sphere_error: float

    @property
    def centre(self) -> Vec3:
        """Middle of its box."""
        return self.box_world.mean(axis=0)

    @property
    def resting(self) -> bool:
        """Whether it stands on the table."""
        return self.bottom < RESTING


def measure(points_world: Points, heights: Float[np.ndarray, "n"]) -> Geometry:
    """Return the geometry of a cluster.

    Args:
        points_world: Its points.
        heights: The same points' heights over the table.
    """
    step = max(1, len(points_world) // SAMPLES)
    points, heights = points_world[::step], heights[::step]
    by_axis = np.ascontiguousarray(points_world.T)
    low, high = by_axis.min(axis=1), by_axis.max(axis=1)
    bottom, top = float(heights.min()), float(heights.max())
    yaw, length, width, roundness = _footprint(points[:, :2])
    resting = bottom < RESTING
    size = np.array([length, width, top if resting else top - bottom])
    middle = 0.5 * (low + high)
    return Geometry(
        box_world=np.stack([low, high]),
        yaw=0.0 if roundness > ROUND else yaw,
        size=size,
        bottom=bottom,
        top=top,
        roundness=roundness,
        hollow=_is_hollow(points - middle, heights, min(length, width)),
        stepped=_is_stepped(points[:, :2] - middle[:2], heights, min(length, width)),
        sphere_error=_sphere_error(points),
    )


def shape_word(geometry: Geometry) -> str:
    """Return the shape of a single cluster; parts and groups are named elsewhere."""
    length, width, height = geometry.size
    if geometry.top < FLAT:
        return "line" if length > LINE_ASPECT * width else "zone"
    if geometry.roundness > ROUND:
        return _round_word(geometry, height / width)
    is_ball = geometry.sphere_error < SPHERE_ERROR and height > 0.7 * width
    return "ball" if is_ball else "block"


def _round_word(geometry: Geometry, tallness: float) -> str:
    if geometry.resting and geometry.stepped and tallness < 0.7:
        return "button"
    if geometry.hollow and tallness > 0.2:
        return "mug" if tallness > 0.85 else "bowl"
    if tallness < (0.2 if geometry.hollow else 0.12):
        return "plate"
    return "ball" if geometry.sphere_error < SPHERE_ERROR else "cylinder"


def _footprint(xy: Float[np.ndarray, "n 2"]) -> tuple[float, float, float, float]:
    """Return yaw, length and width of the least rectangle, and the roundness."""
    axes = np.stack([np.cos(TURNS), np.sin(TURNS)])  # (2, D)
    across = np.stack([-axes[1], axes[0]])
    u, v = axes.T @ xy.T, across.T @ xy.T  # (D, n)
    along, aside = np.ptp(u, axis=1), np.ptp(v, axis=1)  # (D,)
    widths = np.concatenate([along, aside])
    roundness = float(widths.min() / max(widths.max(), 1e-9))
    best = int(np.argmin(along * aside))
    yaw, length, width = float(TURNS[best]), float(along[best]), float(aside[best])
    square = abs(length - width) < 0.06 * max(length, width)
    if (yaw > np.pi / 4) if square else (length < width):
        yaw = yaw - np.pi / 2 if yaw > 0.0 else np.pi / 2
        length, width = width, length
    return yaw, length, width, roundness


def _is_hollow(offsets: Points, heights: Float[np.ndarray, "n"], width: float) -> bool:
    top = heights.max()
    if top <= 0.0:
        return False
    rim = offsets[heights > (1.0 - RIM) * top, :2]
    within = np.einsum("nk,nk->n", rim, rim) < (0.3 * width) ** 2
    return bool(within.mean() < HOLLOW)


def _is_stepped(
    offsets: Float[np.ndarray, "n 2"], heights: Float[np.ndarray, "n"], width: float
) -> bool:
    """Say whether the upper fifth is flat-topped and much narrower than the foot."""
    from_axis = np.linalg.norm(offsets, axis=1)
    upper = heights > STEP_HEIGHT * heights.max()
    rim = upper & (heights < 0.9 * heights.max())
    if rim.sum() < 5 or (~upper).sum() < 5:
        return False
    # A cap's side is steep: just below its top it is as wide as at the top.
    top_radius = quantile(from_axis[heights > 0.9 * heights.max()], 0.95)
    rim_radius = quantile(from_axis[rim], 0.95)
    narrow = max(top_radius, rim_radius) < 0.8 * width / 2
    return narrow and top_radius > 0.75 * rim_radius


def quantile(values: Float[np.ndarray, "n"], share: float) -> float:
    """Return what `share` of some values are below; numpy's takes ten times as long."""
    place = share * (len(values) - 1)
    low = int(place)
    ordered = np.partition(values, (low, min(low + 1, len(values) - 1)))
    below, above = float(ordered[low]), float(ordered[min(low + 1, len(values) - 1)])
    return below + (place - low) * (above - below)


def _sphere_error(points: Points) -> float:
    """Fit |p|² = 2 c·p + d by least squares; return the residual over the radius."""
    middle = points.mean(axis=0)
    p: np.ndarray = points - middle
    design = np.column_stack([2.0 * p, np.ones(len(p))])
    squares = np.einsum("nk,nk->n", p, p)
    # The normal equations: the points are centred, so they are well conditioned.
    moments = design.T @ design + 1e-12 * np.eye(4)
    solution = np.asarray(np.linalg.solve(moments, design.T @ squares), dtype=float)
    radius2 = float(solution[3] + solution[:3] @ solution[:3])
    if not 1e-5 < radius2 < 0.04:
        return float("inf")
    radius = float(np.sqrt(radius2))
    gap: np.ndarray = np.linalg.norm(p - solution[:3], axis=1) - radius
    return float(np.sqrt(gap @ gap / len(gap)) / radius)
