"""The names of the tasks; imports no simulator."""

STATIC: tuple[str, ...] = (
    "everyday/move-avoid",
    "everyday/set-table",
    "everyday/close-drawer",
    "everyday/open-bottle",
    "everyday/sweep-trash",
)
DISTURBED: tuple[str, ...] = tuple(f"{name} disturbed" for name in STATIC)
