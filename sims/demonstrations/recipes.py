"""Recipes of value maps as plain facts, for those who train on them."""

from typing import Any

from planner.value_maps import Box, Combine, Near, Operation, Recipe, VoxelGrid


def recipe_facts(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe, ready for `json.dumps`; voxels are those of `grid_facts`."""
    return {
        "default": recipe.default,
        "operations": [_operation(each) for each in recipe.operations],
    }


def grid_facts(grid: VoxelGrid) -> dict[str, Any]:
    """Return a grid, ready for `json.dumps`."""
    return {"lower": grid.lower, "upper": grid.upper, "shape": grid.shape}


def _operation(operation: Operation) -> dict[str, Any]:
    match operation:
        case Box(lower, upper, value):
            return {"set": "box", "lower": lower, "upper": upper, "value": value}
        case Near(_, radius, value, exact):
            return {
                "set": "near",
                "voxels": operation.voxels.tolist(),
                "radius": radius,
                "value": value,
                "exact": exact,
            }
        case Combine(op, operand, reflected):
            facts = recipe_facts(operand) if isinstance(operand, Recipe) else operand
            return {"combine": op, "operand": facts, "reflected": reflected}
