"""Arithmetic of one unit quaternion, wxyz, as plain numbers.

The loop turns poses thousands of times a second; a library made for many rotations
at once takes twenty times as long for one.
"""

import math

Quaternion = tuple[float, float, float, float]
Turn = tuple[float, float, float]
Matrix = tuple[Turn, Turn, Turn]


def product(a: Quaternion, b: Quaternion) -> Quaternion:
    """Return the composition: first `b`, then `a`."""
    aw, ax, ay, az = a
    bw, bx, by, bz = b
    return (
        aw * bw - ax * bx - ay * by - az * bz,
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
    )


def conjugate(q: Quaternion) -> Quaternion:
    """Return the rotation the other way."""
    w, x, y, z = q
    return (w, -x, -y, -z)


def matrix(q: Quaternion) -> Matrix:
    """Return the rows of the rotation matrix."""
    w, x, y, z = q
    return (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )


def log(q: Quaternion) -> Turn:
    """Return the rotation vector, [rad], of at most half a turn."""
    w, x, y, z = q if q[0] >= 0.0 else (-q[0], -q[1], -q[2], -q[3])
    length = math.sqrt(x * x + y * y + z * z)
    # Near no turn at all, angle / sin(angle / 2) goes to 2.
    scale = 2.0 * math.atan2(length, w) / length if length > 1e-9 else 2.0
    return (scale * x, scale * y, scale * z)


def exp(turn: Turn) -> Quaternion:
    """Return the rotation about a vector by its length, [rad]."""
    x, y, z = turn
    angle = math.sqrt(x * x + y * y + z * z)
    scale = math.sin(angle / 2) / angle if angle > 1e-9 else 0.5
    return (math.cos(angle / 2), scale * x, scale * y, scale * z)


def slerp(a: Quaternion, b: Quaternion, share: float) -> Quaternion:
    """Return the rotation that far on the shortest way from one to another."""
    x, y, z = log(product(conjugate(a), b))
    return product(a, exp((share * x, share * y, share * z)))
