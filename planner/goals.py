"""Where an affordance map leads: its highest voxels, and the points they stand for."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from perception.frames import Points
from planner.errors import EmptyMapError
from planner.map_reading import all_cells, is_set, near_mask, rasterise, read
from planner.value_maps import Box, Combine, Near, Recipe, VoxelGrid, Voxels


@dataclass(frozen=True, slots=True, eq=False)
class Goals:
    """Where an affordance map leads.

    Attributes:
        p_world: (n, 3) [m].
        exact: (n,) which were given in metres; the others are centres of voxels.
    """

    p_world: Points
    exact: Bool[np.ndarray, "n"]


def goals_of(recipe: Recipe, grid: VoxelGrid) -> Goals:
    """Return the points that the voxels at the highest value stand for.

    A voxel stands for the point it was set with, until it is set without one.
    Arithmetic keeps that; of two maps that are combined the first goes before.

    Raises:
        EmptyMapError: No value is above 0: there is nowhere to go.
    """
    voxels = goal_voxels(recipe, grid)
    points = _exact(recipe, grid, voxels)
    exact = ~np.isnan(points[:, 0])
    return Goals(np.where(exact[:, None], points, grid.to_world(voxels)), exact)


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


def _exact(recipe: Recipe, grid: VoxelGrid, voxels: Voxels) -> Points:
    """Return the point that each voxel was set with, NaN where there is none."""
    points = np.full((len(voxels), 3), np.nan)
    for operation in recipe.operations if _has_exact(recipe) else ():
        if isinstance(operation, Combine):
            if isinstance(operation.operand, Recipe):
                other = _exact(operation.operand, grid, voxels)
                points = np.where(np.isnan(points), other, points)
            continue
        exact = operation.exact if isinstance(operation, Near) else None
        points[is_set(operation, grid, voxels)] = np.nan if exact is None else exact
    return points


def _has_exact(recipe: Recipe) -> bool:
    return any(
        (isinstance(each, Near) and each.exact is not None)
        or (
            isinstance(each, Combine)
            and isinstance(each.operand, Recipe)
            and _has_exact(each.operand)
        )
        for each in recipe.operations
    )


def _touched(recipe: Recipe, grid: VoxelGrid) -> Voxels | None:
    """Return the few voxels that can be above 0; None where that is not plain."""
    if isinstance(recipe.default, tuple) or recipe.default > 0.0:
        return None
    cells: list[np.ndarray] = [np.zeros((0, 3), np.int64)]
    for operation in recipe.operations:
        if isinstance(operation, Near):
            region, mask = near_mask(operation.voxels, operation.radius, grid)
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
