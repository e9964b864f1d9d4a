"""Planner: instruction and scene in, end-effector motion out; and the service."""
