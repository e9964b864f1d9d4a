"""The names of the tasks; imports no simulator.

The first are taught, the second are never shown: reversed, relational, conditional,
of another size, among distractors.
"""

BASE: tuple[str, ...] = ()
NOVEL: tuple[str, ...] = ()
