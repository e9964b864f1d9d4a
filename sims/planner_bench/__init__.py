"""The planner against the published one: time, paths, clutter, closed loop."""
