"""Sims: worlds to plan in, tasks, benchmarks. Nobody imports this package."""
