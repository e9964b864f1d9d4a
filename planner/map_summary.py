"""What a caller is told of maps that it does not look at."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Int

from planner.map_reading import near_window, sample
from planner.value_maps import (
    KINDS,
    Box,
    Combine,
    Index,
    Kind,
    MapSet,
    Near,
    Recipe,
    VoxelGrid,
)


@dataclass(frozen=True, slots=True)
class MapSummary:
    """What a caller is told of a map without being sent it.

    Attributes:
        kind: Which of the five.
        minimum: Lowest value.
        maximum: Highest value.
        shape: Voxels along x, y, z.
    """

    kind: Kind
    minimum: float
    maximum: float
    shape: Index = field(default=(0, 0, 0))


def summarise(maps: MapSet, grid: VoxelGrid) -> tuple[MapSummary, ...]:
    """Return the range of each map that is present."""
    layers = maps.layers()
    return tuple(
        MapSummary(kind, *value_range(layers[kind], grid), grid.shape)
        for kind in KINDS
        if kind in layers
    )


def value_range(recipe: Recipe, grid: VoxelGrid) -> tuple[float, float]:
    """Return the lowest and the highest value of a map, without rasterising it.

    Between the edges of its operations a map is constant, so one index of each such
    stretch stands for all of it.

    Raises:
        InvalidMapError: A value is NaN or infinite.
    """
    windows, inner = list(_windows(recipe, grid)), list(_uneven(recipe, grid))

    def marks(k: int) -> Int[np.ndarray, "_"]:
        found = {int(edge[k]) for window in windows for edge in window}
        for low, high in inner:
            found |= set(range(int(low[k]), int(high[k])))
        return np.array(sorted(found - {grid.shape[k]}))

    x, y, z = map(marks, range(3))
    values = sample(recipe, grid, (x, y, z))
    return float(values.min()), float(values.max())


Window = tuple[np.ndarray, np.ndarray]


def _windows(recipe: Recipe, grid: VoxelGrid) -> Iterator[Window]:
    """Yield where operations begin and end; the whole grid is one."""
    yield np.zeros(3, np.int64), np.array(grid.shape)
    for operation in recipe.operations:
        match operation:
            case Box(lower, upper, _):
                yield np.array(lower), np.array(upper)
            case Near(_, radius, _):
                yield near_window(operation.voxels, radius, grid)
            case Combine(_, operand, _):
                if isinstance(operand, Recipe):
                    yield from _windows(operand, grid)


def _uneven(recipe: Recipe, grid: VoxelGrid) -> Iterator[Window]:
    """Yield the windows within which a map may change at every voxel."""
    for operation in recipe.operations:
        match operation:
            case Near(_, radius, _):
                yield near_window(operation.voxels, radius, grid)
            case Combine(_, operand, _) if isinstance(operand, Recipe):
                yield from _uneven(operand, grid)
            case _:
                pass
