"""Demonstrations by the expert, recorded and kept as a LeRobotDataset."""
