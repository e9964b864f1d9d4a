"""Value maps: fields over a voxel grid that say where to go, and how.

World points are in [m] in the world frame and end in `_world`; voxel coordinates
are integer indices and end in `_vox`. Only `VoxelGrid` converts.

A map is a recipe: a default value and ordered operations. Recipes are hashable, so
that equal content is rasterised once. `map_reading` evaluates them.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Int

from perception.frames import Points
from planner.errors import InvalidMapError

Voxels = Int[np.ndarray, "_ 3"]
Place = tuple[float, float, float]
Values = Float[np.ndarray, "..."]
Index = tuple[int, int, int]
Quaternion = tuple[float, float, float, float]
Value = float | Quaternion
Kind = Literal["affordance", "avoidance", "velocity", "rotation", "gripper"]
KINDS: tuple[Kind, ...] = (
    "affordance",
    "avoidance",
    "velocity",
    "rotation",
    "gripper",
)


@dataclass(frozen=True, slots=True)
class VoxelGrid:
    """A box cut into voxels.

    Attributes:
        lower: Lowest corner of the box, [m].
        upper: Highest corner, [m].
        shape: Number of voxels along x, y, z.

    Raises:
        InvalidMapError: A box without volume or an axis without voxels.
    """

    lower: tuple[float, float, float] = (0.15, -0.45, -0.02)
    upper: tuple[float, float, float] = (0.85, 0.45, 0.58)
    shape: Index = (100, 100, 100)

    def __post_init__(self):
        if min(self.shape) < 1 or any(
            not low < high for low, high in zip(self.lower, self.upper, strict=True)
        ):
            raise InvalidMapError(
                f"a grid needs a box with volume and voxels in it, not "
                f"{self.lower} to {self.upper} in {self.shape}"
            )

    @property
    def voxel_size(self) -> Float[np.ndarray, "3"]:
        """Edge lengths of a voxel, [m]."""
        return (np.array(self.upper) - np.array(self.lower)) / np.array(self.shape)

    def contains(self, points_world: Points) -> Bool[np.ndarray, "n"]:
        """Say which points lie in the box."""
        low, high = np.array(self.lower), np.array(self.upper)
        return np.all((points_world >= low) & (points_world <= high), axis=1)

    def to_vox(self, points_world: Points) -> Voxels:
        """Return the voxel each point lies in, or the nearest one to it."""
        index = np.floor((points_world - self.lower) / self.voxel_size)
        inside = np.minimum(np.maximum(index, 0.0), np.array(self.shape) - 1.0)
        return inside.astype(np.int64)

    def to_world(self, voxels: Voxels) -> Points:
        """Return the centres of voxels."""
        return np.array(self.lower) + (voxels + 0.5) * self.voxel_size


@dataclass(frozen=True, slots=True)
class Box:
    """Set every voxel of `lower` <= index < `upper`."""

    lower: Index
    upper: Index
    value: Value


@dataclass(frozen=True, slots=True)
class Near:
    """Set every voxel within `radius` [m] of any of `cells`, those included.

    One cell makes a ball; an object's cells with radius 0 make its occupancy.

    Attributes:
        cells: int16 voxel indices (n, 3) as bytes, so that the recipe hashes.
        exact: What these voxels stand for as goals, [m]; their centres if None.
    """

    cells: bytes
    radius: float
    value: Value
    exact: Place | None = None

    @classmethod
    def of(
        cls,
        voxels: Voxels,
        radius: float,
        value: Value,
        exact: Place | None = None,
    ) -> "Near":
        """Return the operation for an array of voxels."""
        return cls(voxels.astype(np.int16).tobytes(), radius, value, exact)

    @property
    def voxels(self) -> Voxels:
        """The cells as indices."""
        return np.frombuffer(self.cells, np.int16).reshape(-1, 3).astype(np.int64)


Operator = Literal["+", "-", "*", "/", "min", "max"]


@dataclass(frozen=True, slots=True)
class Combine:
    """Replace the map by `map op operand`, or `operand op map` if `reflected`."""

    op: Operator
    operand: "float | Recipe"
    reflected: bool = False


Operation = Box | Near | Combine


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make a map: start from `default`, then apply `operations` in order."""

    default: Value
    operations: tuple[Operation, ...] = ()

    @property
    def is_rotation(self) -> bool:
        """Whether the values are quaternions (wxyz)."""
        return isinstance(self.default, tuple)


@dataclass(frozen=True, slots=True)
class MapSet:
    """The maps of one sub-task; an absent map leaves its matter to the defaults.

    Attributes:
        affordance: Where to go: the highest value, above 0, is the goal set.
        avoidance: What to keep away from: 1 and more is forbidden, less is a cost.
        velocity: Factor on the default speed.
        rotation: Orientation of the end-effector, wxyz.
        gripper: 1 open, 0 closed.
    """

    affordance: Recipe | None = None
    avoidance: Recipe | None = None
    velocity: Recipe | None = None
    rotation: Recipe | None = None
    gripper: Recipe | None = None

    def layers(self) -> dict[Kind, Recipe]:
        """Return the maps that are present, by kind."""
        recipes: dict[Kind, Recipe | None] = {
            "affordance": self.affordance,
            "avoidance": self.avoidance,
            "velocity": self.velocity,
            "rotation": self.rotation,
            "gripper": self.gripper,
        }
        return {kind: recipe for kind, recipe in recipes.items() if recipe is not None}
