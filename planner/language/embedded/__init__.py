"""The writer that ships with Voxfield: a small language model trained on its own data."""
