"""From value maps to a trajectory."""
