"""The names of the tasks; imports no simulator."""

STATIC: tuple[str, ...] = ()
DISTURBED: tuple[str, ...] = ()
