"""VoxPoser's simulated block world: 13 templates, seen and unseen (its table 2)."""
