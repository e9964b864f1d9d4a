"""VoxPoser's everyday tasks, undisturbed and disturbed."""
