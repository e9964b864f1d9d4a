"""Which parts an instruction names."""

import re

_ALIKE = re.compile(r"-[a-z]$")  # tells things of one kind apart


def named_in(instruction: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those parts that an instruction names, and so may be touched.

    Words do not tell which of several alike, `cabinet-a` and `cabinet-b`, is meant:
    all of them count.
    """
    words = instruction.lower().replace("drawer", "cabinet chest")
    return tuple(name for name in names if _ALIKE.sub("", name) in words)
