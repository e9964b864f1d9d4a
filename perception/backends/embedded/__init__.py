"""The grounder that ships with Voxfield: proposals, and a small model that reads."""
