"""The writer that ships with Voxfield: a small model trained on its own data."""
