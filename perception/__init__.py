"""Perception: camera frames in, named 3-D objects out. Knows nothing of planning."""
