"""The arm at rest all over a workspace: which positions its links allow.

Which joints the arm has when it holds still at a position, and where its links are
then, does not depend on the scene. So they are tabled once an orientation; a scene
only asks the distance field at the links' spheres.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Bool, Float

from planner.motion.arm_model import Spheres
from planner.motion.kinematics import Kinematics
from planner.motion.lattice import Field, Lattice
from planner.motion.link_clearance import (
    LinkSpheres,
    SelfPairs,
    Surroundings,
)

_CAP = 0.05  # [m]; as much inside as outside, so that borders lie half-way


def clearance_at_rest(
    kinematics: Kinematics,
    wxyz: Float[np.ndarray, "4"],
    around: Surroundings,
    step: float,
) -> Field:
    """Return the least gap of any link with the hand at rest in each cell, [m].

    It is read on a coarser lattice, is within 5 cm of zero, and negative where no
    joints lead.

    Args:
        kinematics: Of the arm.
        wxyz: Orientation of the hand.
        around: What to keep away from.
        step: Spacing of the coarser lattice at most, [m].
    """
    key = tuple(float(x) for x in np.round(wxyz, 2))
    table = _rest_table(kinematics, key, around.distance.lattice, step)
    gaps = around.distance.at(table.centre) - table.radius
    above = table.centre[..., 2] - table.radius - around.table_height
    above = np.where(table.liftable, above, _CAP)
    least = np.minimum(np.minimum(gaps, above).min(axis=1), table.self_gap)
    least = np.where(table.reachable, np.clip(least, -_CAP, _CAP), -_CAP)
    return _on_lattice(least.reshape(table.shape), around.distance.lattice)


@dataclass(frozen=True, slots=True, eq=False)
class _RestTable:
    """The arm at rest at positions all over a box, in one orientation.

    Attributes:
        shape: Positions along x, y, z.
        centre: (m, s, 3) the links' spheres, [m].
        radius: (s,) theirs.
        liftable: (s,) whether one must keep off the table.
        reachable: (m,).
        self_gap: (m,) least gap between links, [m].
    """

    shape: tuple[int, int, int]
    centre: Float[np.ndarray, "m s 3"]
    radius: Float[np.ndarray, "s"]
    liftable: Bool[np.ndarray, "s"]
    reachable: Bool[np.ndarray, "m"]
    self_gap: Float[np.ndarray, "m"]


@lru_cache(maxsize=8)
def _rest_table(
    kinematics: Kinematics, wxyz: tuple[float, ...], lattice: Lattice, step: float
) -> _RestTable:
    axes = _coarse_axes(lattice, step)
    shape = (len(axes[0]), len(axes[1]), len(axes[2]))
    index = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), -1)
    # To and fro, so that each position has the one before as its neighbour.
    index[1::2] = index[1::2, ::-1]
    index[:, 1::2] = index[:, 1::2, ::-1]
    order = np.ravel_multi_index(tuple(index.reshape(-1, 3).T), shape)
    p_world = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)[order]
    turn = np.array(wxyz) / np.linalg.norm(wxyz)
    postures = kinematics.trace(
        p_world, np.tile(turn, (len(p_world), 1)), kinematics.rest, 0.5
    )
    frames = kinematics.frames(postures.q)
    body, spheres = kinematics.body, LinkSpheres.along(kinematics.body)
    nothing = Spheres(np.zeros((0, 3)), np.zeros(0))
    gaps = SelfPairs.of(body).gaps(body, frames, nothing).min(axis=1)
    back = np.argsort(order)
    return _RestTable(
        shape=shape,
        centre=spheres.place(frames)[back],
        radius=spheres.radius,
        liftable=spheres.frame > 1,
        reachable=postures.reachable[back],
        self_gap=gaps[back],
    )


def _coarse_axes(lattice: Lattice, step: float) -> list[np.ndarray]:
    return [
        np.linspace(c[0], c[-1], max(2, int(np.ceil((c[-1] - c[0]) / step)) + 1))
        for c in lattice.centres()
    ]


def _on_lattice(coarse: np.ndarray, lattice: Lattice) -> Field:
    """Return values given evenly over the lattice, between them linearly."""
    values = coarse
    for axis, n in enumerate(lattice.shape):
        have = coarse.shape[axis]
        at = np.arange(float(n)) * ((have - 1) / max(n - 1, 1))
        apart = np.abs(np.subtract.outer(at, np.arange(float(have))))
        weights = np.maximum(1.0 - apart, 0.0)
        values = np.moveaxis(np.tensordot(weights, values, (1, axis)), 0, axis)
    return values.astype(np.float32)
