"""Value maps: fields over a voxel grid that say where to go, and how.

World points are in [m] in the world frame and end in `_world`; voxel coordinates
are integer indices and end in `_vox`. Only `VoxelGrid` converts.

A map is a recipe: a default value and ordered operations. Recipes are hashable,
so equal content is rasterised once; values at a few points are read without
rasterising anything (`read`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.ndimage import distance_transform_edt
from scipy.spatial import KDTree

from perception.frames import Points
from planner.errors import EmptyMapError, InvalidMapError

Voxels = Int[np.ndarray, "_ 3"]
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

# Below this many cells a distance is measured cell by cell, above by a transform.
_FEW_CELLS = 16


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
    """

    cells: bytes
    radius: float
    value: Value

    @classmethod
    def of(cls, voxels: Voxels, radius: float, value: Value) -> "Near":
        """Return the operation for an array of voxels."""
        return cls(voxels.astype(np.int16).tobytes(), radius, value)

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


_ARITHMETIC: dict[Operator, Callable[[np.ndarray, np.ndarray | float], np.ndarray]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "min": np.minimum,
    "max": np.maximum,
}


def _combine(operation: Combine, mine: np.ndarray, other: np.ndarray | float):
    if not operation.reflected:
        left, right = mine, other
    else:
        left, right = np.broadcast_to(other, mine.shape), mine
    # An infinite or undefined quotient is caught once, by `_finite`.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return _ARITHMETIC[operation.op](left, right)


def _finite(values: np.ndarray, recipe: Recipe) -> np.ndarray:
    # What is set is finite; only arithmetic can make it otherwise.
    combined = any(isinstance(each, Combine) for each in recipe.operations)
    if combined and not np.isfinite(values).all():
        raise InvalidMapError("a map holds NaN or infinite values; check its divisions")
    return values


def _full(recipe: Recipe, shape: tuple[int, ...]) -> np.ndarray:
    if isinstance(recipe.default, tuple):
        return np.tile(np.array(recipe.default, np.float32), (*shape, 1))
    return np.full(shape, recipe.default, np.float32)


@lru_cache(maxsize=16)  # a map of rotations takes 16 MB
def rasterise(recipe: Recipe, grid: VoxelGrid) -> Values:
    """Return the map over the whole grid, (nx, ny, nz) or (nx, ny, nz, 4), read-only.

    Raises:
        InvalidMapError: The result holds NaN or infinite values.
    """
    values = _full(recipe, grid.shape)
    for operation in recipe.operations:
        match operation:
            case Box(lower, upper, value):
                region = tuple(slice(a, b) for a, b in zip(lower, upper, strict=True))
                values[region] = value
            case Near(_, radius, value):
                region, mask = _near_mask(operation.voxels, radius, grid)
                values[region][mask] = value
            case Combine(_, operand, _):
                other = (
                    rasterise(operand, grid) if isinstance(operand, Recipe) else operand
                )
                values = _combine(operation, values, other)
    values = _finite(values, recipe)
    values.setflags(write=False)
    return values


def read(recipe: Recipe, grid: VoxelGrid, voxels: Voxels) -> Values:
    """Return the map at some voxels, (n,) or (n, 4), without rasterising it.

    Raises:
        InvalidMapError: A value is NaN or infinite.
    """
    values = _full(recipe, (len(voxels),))
    for operation in recipe.operations:
        match operation:
            case Box(lower, upper, value):
                inside = (voxels >= lower) & (voxels < upper)
                values[inside.all(axis=1)] = value
            case Near(_, radius, value):
                gap = _gap(operation.voxels * grid.voxel_size, voxels * grid.voxel_size)
                values[gap <= radius + 1e-9] = value
            case Combine(_, operand, _):
                other = (
                    read(operand, grid, voxels)
                    if isinstance(operand, Recipe)
                    else operand
                )
                values = _combine(operation, values, other)
    return _finite(values, recipe)


def _gap(cells: Points, places: Points) -> Float[np.ndarray, "n"]:
    """Return the distance of each place from the nearest cell, in [m]."""
    if len(cells) > _FEW_CELLS:
        return np.asarray(KDTree(cells).query(places)[0])
    apart = places[:, None] - cells
    return np.sqrt(np.einsum("nmk,nmk->nm", apart, apart).min(axis=1))


Axis = Int[np.ndarray, "_"]


def sample(recipe: Recipe, grid: VoxelGrid, axes: tuple[Axis, Axis, Axis]) -> Values:
    """Return the map at every combination of some indices, without rasterising it.

    Args:
        recipe: The map.
        grid: Its grid.
        axes: Indices along x, y and z, each in rising order; they may repeat.

    Raises:
        InvalidMapError: A value is NaN or infinite.
    """
    values = _full(recipe, tuple(len(axis) for axis in axes))
    for operation in recipe.operations:
        match operation:
            case Box(lower, upper, value):
                values[_between(axes, lower, upper)] = value
            case Near(_, radius, value):
                region, mask = _near_mask(operation.voxels, radius, grid)
                low = tuple(window.start for window in region)
                part = _between(axes, low, tuple(window.stop for window in region))
                index = np.ix_(
                    *(a[p] - o for a, p, o in zip(axes, part, low, strict=True))
                )
                values[part][mask[index]] = value
            case Combine(_, operand, _):
                other = (
                    sample(operand, grid, axes)
                    if isinstance(operand, Recipe)
                    else operand
                )
                values = _combine(operation, values, other)
    return _finite(values, recipe)


def _between(
    axes: tuple[Axis, Axis, Axis], lower: tuple[int, ...], upper: tuple[int, ...]
) -> tuple[slice, ...]:
    """Return where along each axis its indices are lower <= index < upper."""
    return tuple(
        slice(int(np.searchsorted(axis, a)), int(np.searchsorted(axis, b)))
        for axis, a, b in zip(axes, lower, upper, strict=True)
    )


def goal_voxels(recipe: Recipe, grid: VoxelGrid) -> Voxels:
    """Return the voxels at the highest value of an affordance map.

    Raises:
        EmptyMapError: No value is above 0: there is nowhere to go.
    """
    candidates = _touched(recipe, grid)
    if candidates is None:
        values = rasterise(recipe, grid)
        best = float(values.max())
        voxels = np.argwhere(values == best)
    else:
        values = read(recipe, grid, candidates)
        best = float(values.max(initial=0.0))
        voxels = candidates[values == best]
    if best <= 0.0:
        raise EmptyMapError(
            "the affordance map has no value above 0, so there is nowhere to go; "
            "set the target voxels to 1"
        )
    return voxels


def _touched(recipe: Recipe, grid: VoxelGrid) -> Voxels | None:
    """Return the few voxels that can be above 0; None where that is not plain."""
    if isinstance(recipe.default, tuple) or recipe.default > 0.0:
        return None
    cells: list[np.ndarray] = [np.zeros((0, 3), np.int64)]
    for operation in recipe.operations:
        if isinstance(operation, Near):
            region, mask = _near_mask(operation.voxels, operation.radius, grid)
            cells.append(np.argwhere(mask) + [axis.start for axis in region])
        elif isinstance(operation, Box):
            lower, upper = np.array(operation.lower), np.array(operation.upper)
            if np.prod(np.maximum(upper - lower, 0)) > 20_000:
                return None
            cells.append(all_cells(lower, upper))
        else:
            return None
    # As flat indices: unique rows cost ten times as much.
    flat = np.ravel_multi_index(tuple(np.concatenate(cells).T), grid.shape)
    return np.stack(np.unravel_index(np.unique(flat), grid.shape), axis=1)


def all_cells(lower: Int[np.ndarray, "3"], upper: Int[np.ndarray, "3"]) -> Voxels:
    """Return every index with lower <= index < upper, in C order."""
    shape = tuple(int(n) for n in np.maximum(upper - lower, 0))
    return np.indices(shape).reshape(3, -1).T + lower


def near_window(
    cells: Voxels, radius: float, grid: VoxelGrid
) -> tuple[Int[np.ndarray, "3"], Int[np.ndarray, "3"]]:
    """Return lower <= index < upper that hold every voxel near the cells."""
    reach = np.ceil(radius / grid.voxel_size).astype(np.int64)
    low = np.maximum(cells.min(axis=0) - reach, 0)
    return low, np.minimum(cells.max(axis=0) + reach + 1, grid.shape)


def _near_mask(
    cells: Voxels, radius: float, grid: VoxelGrid
) -> tuple[tuple[slice, slice, slice], Bool[np.ndarray, "a b c"]]:
    """Return a window of the grid and which of its voxels are near the cells."""
    low, high = near_window(cells, radius, grid)
    x, y, z = (slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    if len(cells) <= _FEW_CELLS:
        near = np.zeros(high - low, dtype=bool)
        for cell in cells:
            dx, dy, dz = (
                (np.arange(float(a), float(b)) - float(middle)) ** 2 * float(edge) ** 2
                for a, b, middle, edge in zip(
                    low, high, cell, grid.voxel_size, strict=True
                )
            )
            off = (dx[:, None] + dy)[:, :, None] + dz
            near |= off <= (radius + 1e-9) ** 2
        return (x, y, z), near
    occupied = np.zeros(high - low, dtype=bool)
    occupied[tuple((cells - low).T)] = True
    if radius < grid.voxel_size.min():
        return (x, y, z), occupied
    gap = np.asarray(distance_transform_edt(~occupied, sampling=grid.voxel_size))
    return (x, y, z), gap <= radius + 1e-9
