"""What a push does to an object that slides on a table: a quasi-static model.

Seen from above, a finger's flat pad touches the outline of the object and moves in
a straight line. The support friction is a limit surface taken as an ellipsoid
(Lynch, Maekawa and Tanie 1992): a force through the centre of friction moves the
object along it, one beside it also turns the object, the more the smaller the
ratio `c` of the greatest moment to the greatest force. A pad is a segment, not a
point: while the line of the push through the centre meets the segment and lies in
the friction cone, the object only translates (stable pushing, Lynch and Mason
1996); otherwise the nearer end of the segment pushes. A push whose direction
leaves the surface moves nothing (Mason 1986).

All is in the plane of the table, world frame, [m] and [rad]. `n` is a number of
pushes, `m` of places on an outline; vectors are rows (2, n).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.spatial import ConvexHull

from perception.frames import Points

Plane = Float[np.ndarray, "2 n"]
Column = Float[np.ndarray, "n"]

_STEPS = 8  # of the integration
_CHORD = 0.006  # [m] each side of a place, over which its normal is measured
_FLAT = 0.0012  # [m] a pad reaches as far as the outline stays this near to it


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """An object seen from above, as the convex hull of its points.

    Attributes:
        p_world: (2, m) places on it, evenly spaced, counterclockwise.
        inward: (2, m) unit normals into the object.
        pad: (m,) half the length over which a flat pad touches there, [m].
        centre: (2,) where its weight rests, [m].
        lever: The ratio `c`: mean distance of its area from the centre, [m].
    """

    p_world: np.ndarray
    inward: np.ndarray
    pad: np.ndarray
    centre: np.ndarray
    lever: float


@dataclass(frozen=True, slots=True, eq=False)
class Sliding:
    """What decides how an object slides when pushed.

    Attributes:
        centre: (2,) where its weight rests, [m].
        lever: The ratio `c` of its limit surface, [m].
        friction: Between pad and object.
    """

    centre: np.ndarray
    lever: float
    friction: float


@dataclass(frozen=True, slots=True, eq=False)
class Pushes:
    """Straight pushes, each at a place with a pad that lies along the surface.

    Attributes:
        contact: (2, n) where the middle of the pad meets the object.
        inward: (2, n) unit normals into the object there.
        direction: (2, n) unit vectors.
        distance: (n,) travel from the contact on; below 0 it ends before.
        pad: (n,) half the length of the contact.
    """

    contact: np.ndarray
    inward: np.ndarray
    direction: np.ndarray
    distance: np.ndarray
    pad: np.ndarray

    def rows(self, rows: np.ndarray) -> "Pushes":
        """Return some of them."""
        return Pushes(
            self.contact[:, rows],
            self.inward[:, rows],
            self.direction[:, rows],
            self.distance[rows],
            self.pad[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """What pushes come to.

    Attributes:
        shift: (2, n) of the centre, [m].
        turn: (n,) about the upright axis, [rad].
        beside: (n,) how far the line of the push through the centre passes from
            the middle of the pad, along the pad, [m].
    """

    shift: np.ndarray
    turn: np.ndarray
    beside: np.ndarray


def outline_of(points_world: Points, pad: float, places: int = 96) -> Outline | None:
    """Return the outline of an object; None if it has no width.

    The sides that no camera sees are known from the rim of the top, which is why
    the hull of all points is taken and not only the sides.

    Args:
        points_world: Its points.
        pad: Half the width of the pad, [m].
        places: How many to return.
    """
    xy = points_world[:, :2]
    if len(xy) < 3 or np.ptp(xy, axis=0).min() < 0.002:
        return None
    rim = _Rim(xy[ConvexHull(xy, qhull_options="QJ").vertices])
    s = np.arange(places) * (rim.length / places)
    chord = rim.at(s + _CHORD) - rim.at(s - _CHORD)
    along = chord / np.maximum(np.hypot(chord[0], chord[1]), 1e-9)
    inward = np.stack([-along[1], along[0]])
    centre, lever = _weight(rim.at(s))
    half = _contact_length(rim, s, inward, pad)
    return Outline(rim.at(s), inward, half, centre, lever)


class _Rim:
    """A closed polygon by arc length."""

    def __init__(self, corners: Float[np.ndarray, "k 2"]):
        self._corners = np.concatenate([corners, corners[:1]])
        steps = np.linalg.norm(np.diff(self._corners, axis=0), axis=1)
        self._arc = np.concatenate([[0.0], np.cumsum(steps)])
        self.length = float(self._arc[-1])

    def at(self, s: Column) -> Plane:
        """Return the places at arc lengths, which go round and round."""
        s = s % self.length
        columns: list[np.ndarray] = [
            np.interp(s, self._arc, values) for values in self._corners.T
        ]
        return np.stack(columns)


def _contact_length(rim: _Rim, s: Column, inward: Plane, pad: float) -> Column:
    """Return half the length over which the outline stays along a flat pad."""
    here = rim.at(s)
    reach = np.zeros(len(s))
    along = np.ones(len(s), dtype=bool)
    for offset in np.linspace(0.0, pad, 7)[1:]:
        for side in (-offset, offset):
            along &= np.abs(_dot(rim.at(s + side) - here, inward)) <= _FLAT
        reach = np.where(along, offset, reach)
    return reach


def _weight(p_world: Plane) -> tuple[np.ndarray, float]:
    """Return the centre of the area, and its mean distance from there."""
    middle = p_world.mean(axis=1, keepdims=True)
    a = p_world - middle
    b = np.roll(a, -1, axis=1)
    areas = 0.5 * np.abs(_cross(a, b))
    total = max(float(areas.sum()), 1e-12)
    centre = middle[:, 0] + ((a + b) / 3.0) @ areas / total
    # Over a thin triangle with its tip at the centre, the mean is 2/3 of its length.
    rim = 0.5 * (a + b) + middle - centre[:, None]
    lever = 2.0 / 3.0 * float(np.hypot(rim[0], rim[1]) @ areas) / total
    return centre, lever


def predict(pushes: Pushes, sliding: Sliding) -> Moved:
    """Return where pushes bring an object."""
    pushing = _dot(pushes.direction, pushes.inward) > 0.0
    length = np.where(pushing, np.maximum(pushes.distance, 0.0), 0.0)
    u = pushes.direction * (length / _STEPS)
    r = pushes.contact - sliding.centre[:, None]
    normal = pushes.inward
    start = r
    turn = np.zeros_like(length)
    beside = _beside(r, pushes.direction, normal)
    for _ in range(_STEPS):
        v, omega = _step(r, u, normal, pushes, sliding)
        r = r + u - v
        turn = turn + omega
        normal = normal + np.stack([-normal[1], normal[0]]) * omega
        normal = normal / np.hypot(normal[0], normal[1])
    # The pad went by `u` each step; what it gained on the centre is in `r`.
    return Moved(u * _STEPS - (r - start), turn, beside)


def _step(
    r: Plane, u: Plane, normal: Plane, pushes: Pushes, sliding: Sliding
) -> tuple[Plane, Column]:
    """Return how the object moves and turns while the pad moves by `u`."""
    tangent = np.stack([-normal[1], normal[0]])
    beside = _beside(r, pushes.direction, normal)
    x, y = r + tangent * np.clip(beside, -pushes.pad, pushes.pad)
    c2 = sliding.lever**2
    scale = 1.0 / (c2 + x * x + y * y)
    v = np.stack(
        [
            ((c2 + x * x) * u[0] + x * y * u[1]) * scale,
            (x * y * u[0] + (c2 + y * y) * u[1]) * scale,
        ]
    )
    # The force lies along the motion of the centre; outside the cone the pad slips
    # and the force lies along the cone's edge.
    press, shear = _dot(v, normal), _dot(v, tangent)
    slips = np.abs(shear) > sliding.friction * press
    if slips.any():
        edge = normal + tangent * (sliding.friction * np.sign(shear))
        moment = (x * edge[1] - y * edge[0]) / c2
        at_pad = edge + np.stack([-y, x]) * moment
        gain = _dot(u, normal) / np.maximum(_dot(at_pad, normal), 1e-9)
        v = np.where(slips, edge * np.maximum(gain, 0.0), v)
    omega = (x * v[1] - y * v[0]) / c2
    return v, omega


def _beside(r: Plane, direction: Plane, normal: Plane) -> Column:
    """Return where along the pad the line of the push through the centre passes."""
    tangent = np.stack([-normal[1], normal[0]])
    steep = _cross(tangent, direction)
    return -_cross(r, direction) / np.where(np.abs(steep) < 1e-6, 1e-6, steep)


def _dot(a: Plane, b: Plane) -> Column:
    return a[0] * b[0] + a[1] * b[1]


def _cross(a: Plane, b: Plane) -> Column:
    return a[0] * b[1] - a[1] * b[0]
