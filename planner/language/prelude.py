"""What runs in the sandbox before every program: the API, as programs see it.

It gives a program small vectors, an `np` of the functions used on them, maps that
record what is done to them, objects, and what moves the hand. The host never imports
it. The host is reached through the calls in `answers.HOST_CALLS` only; `_config` is
bound by the host. Indices are voxels unless a name says otherwise.
"""

from importlib.resources import files

# In the order they are read: one namespace, later ones use what earlier ones define.
PIECES = (
    "vectors",
    "numpy",
    "maps",
    "objects",
    "relations",
    "making_maps",
    "rotations",
    "acting",
    "published",
    "parts",
)


def prelude() -> str:
    """Return the source of the whole prelude."""
    folder = files("planner.language") / "data" / "prelude"
    texts = [(folder / f"{each}.py").read_text("utf-8") for each in PIECES]
    return "\n\n".join(texts)
