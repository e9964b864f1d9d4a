"""Scenes with true names for the embedded grounder: to train it and to measure it."""
