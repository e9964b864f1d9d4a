"""Objects as a program sees them: voxels and centimetres, plain numbers.

`_vox` are voxel indices, `_world` metres.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from perception.frames import Vec3
from perception.scene import Object3D
from planner.language.host import HandState
from planner.value_maps import Near, VoxelGrid, Voxels

Wire = dict[str, object]

HAND_WORDS = frozenset(
    "ee endeffector end_effector end-effector gripper hand robot arm fingers".split()
) | {"end effector", "robot hand", "robot arm", "robot gripper"}
TABLE_WORDS = frozenset("table desk workstation workspace tabletop".split()) | {
    "work_station",
    "work station",
    "work_space",
    "work space",
    "table top",
}
TABLE_ID = -1
HAND_ID = -2

# Sides this close to equal may be gripped either way.
_NEARLY_SQUARE = 1.15
# The table is shown this much smaller than the grid, as VoxPoser does.
_TABLE_INSET = 0.1


def plain(phrase: str) -> str:
    """Return a phrase in lower case, without its article."""
    words = phrase.lower().split()
    return " ".join(words[1:] if words and words[0] in ("the", "a", "an") else words)


@dataclass(frozen=True)
class Seen:
    """An object of the last `detect` and the grid it is told in."""

    thing: Object3D
    grid: VoxelGrid

    @cached_property
    def cells(self) -> Voxels:
        """The voxels its points lie in; those outside the grid are left out."""
        points = self.thing.points_world[self.grid.contains(self.thing.points_world)]
        shape = self.grid.shape
        flat = np.ravel_multi_index(tuple(self.grid.to_vox(points).T), shape)
        return np.stack(np.unravel_index(np.unique(flat), shape), axis=1)

    @cached_property
    def packed(self) -> bytes:
        """The same as a recipe holds them: all recipes share this one."""
        return Near.of(self.cells, 0.0, 0.0).cells

    @cached_property
    def _facts(self) -> Wire:
        """What does not depend on the hand."""
        thing, box = self.thing, self.thing.aabb_world
        middle = box.mean(axis=0)
        corners = self.grid.to_vox(np.stack([middle, *box])).tolist()
        return {
            "id": thing.id,
            "name": thing.name,
            "colour": thing.colour,
            "shape": thing.shape,
            "position": corners[0],
            "world_position": middle.tolist(),
            "aabb": corners[1:],
            "world_aabb": box.tolist(),
            "normal": np.asarray(thing.normal, dtype=float).tolist(),
            "axis": [float(np.cos(thing.yaw)), float(np.sin(thing.yaw)), 0.0],
            "size_cm": (np.asarray(thing.size) * 100.0).tolist(),
        }

    def wire(self, hand: HandState) -> Wire:
        """Return what the sandbox makes an `Obj` of."""
        grasp = grasp_quaternion(self.thing, hand.wxyz)
        return {**self._facts, "grasp_quat": grasp.tolist()}


def hand_wire(hand: HandState, grid: VoxelGrid) -> Wire:
    """Return the end-effector as an object without a body."""
    vox = _vox(grid, hand.position)
    return {
        "id": HAND_ID,
        "name": "gripper",
        "colour": "",
        "shape": "gripper",
        "position": vox,
        "world_position": hand.position.tolist(),
        "aabb": [vox, vox],
        "world_aabb": [hand.position.tolist()] * 2,
        "normal": _columns(hand.wxyz)[:, 2].tolist(),
        "axis": _columns(hand.wxyz)[:, 0].tolist(),
        "size_cm": [0.0, 0.0, 0.0],
        "grasp_quat": hand.wxyz.tolist(),
    }


def table_wire(height: float, grid: VoxelGrid) -> Wire:
    """Return the supporting plane as an object."""
    lower, upper = np.array(grid.lower), np.array(grid.upper)
    inset = _TABLE_INSET * (upper - lower)
    low, high = lower + inset, upper - inset
    low[2] = high[2] = height
    middle = (low + high) / 2.0
    return {
        "id": TABLE_ID,
        "name": "table",
        "colour": "",
        "shape": "table",
        "position": _vox(grid, middle),
        "world_position": middle.tolist(),
        "aabb": [_vox(grid, low), _vox(grid, high)],
        "world_aabb": [low.tolist(), high.tolist()],
        "normal": [0.0, 0.0, 1.0],
        "axis": [1.0, 0.0, 0.0],
        "size_cm": (100.0 * (high - low)).tolist(),
        "grasp_quat": [0.0, 1.0, 0.0, 0.0],
    }


def grasp_quaternion(thing: Object3D, hand_wxyz: np.ndarray) -> Float[np.ndarray, "4"]:
    """Return a hand that points down, its fingers closing across the narrow side.

    The fingers open along the hand's y, so its x lies along the longer side. Of
    the equal solutions, two or for square things four, the one that turns the
    hand least is taken.
    """
    long, across = float(thing.size[0]), float(thing.size[1])
    turns = 4 if max(long, across) <= _NEARLY_SQUARE * min(long, across) else 2
    yaw = float(thing.yaw) + np.arange(turns) * 2.0 * np.pi / turns
    x = _columns(hand_wxyz)[:, 0]
    now = float(np.arctan2(x[1], x[0]))
    best = float(yaw[np.argmax(np.cos(yaw - now))])
    # A turn by `best` about z after the half turn about x that points down.
    return np.array([0.0, np.cos(best / 2.0), np.sin(best / 2.0), 0.0])


def _vox(grid: VoxelGrid, point: Vec3) -> list[int]:
    return [int(i) for i in grid.to_vox(point[None])[0]]


def _columns(wxyz: np.ndarray) -> Float[np.ndarray, "3 3"]:
    w, x, y, z = (float(each) for each in wxyz)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )
