"""The tasks of GravMAD: twelve to learn from, and eight that are new."""
