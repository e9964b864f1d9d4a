"""What maps hold: at some voxels, at a lattice of them, or all over.

Recipes are evaluated where they are asked for; only `rasterise` makes a whole map.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.ndimage import distance_transform_edt
from scipy.spatial import KDTree

from perception.frames import Points
from planner.errors import InvalidMapError
from planner.value_maps import (
    Box,
    Combine,
    Near,
    Operator,
    Recipe,
    Values,
    VoxelGrid,
    Voxels,
)

# Below this many cells a distance is measured cell by cell, above by a transform.
_FEW_CELLS = 16

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
                region, mask = near_mask(operation.voxels, radius, grid)
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
            case Box() | Near():
                values[is_set(operation, grid, voxels)] = operation.value
            case Combine(_, operand, _):
                other = (
                    read(operand, grid, voxels)
                    if isinstance(operand, Recipe)
                    else operand
                )
                values = _combine(operation, values, other)
    return _finite(values, recipe)


def is_set(
    operation: Box | Near, grid: VoxelGrid, voxels: Voxels
) -> Bool[np.ndarray, "n"]:
    """Say which voxels an operation sets."""
    if isinstance(operation, Box):
        inside = (voxels >= operation.lower) & (voxels < operation.upper)
        return np.asarray(inside.all(axis=1))
    size = grid.voxel_size
    gap = _gap(operation.voxels * size, voxels * size)
    return gap <= operation.radius + 1e-9


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
                region, mask = near_mask(operation.voxels, radius, grid)
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


def near_mask(
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
