"""What the simulator can refuse."""


class SimError(Exception):
    """Base of every error this package raises on purpose."""


class WorldClosedError(SimError):
    """A world was used after it was closed."""


class UnknownBodyError(SimError):
    """No body of that name is in the world.

    Attributes:
        name: What was asked for.
        present: Names that are there.
    """

    def __init__(self, name: str, present: tuple[str, ...]):
        self.name = name
        self.present = present
        there = ", ".join(present) if present else "nothing"
        super().__init__(f"no body '{name}' in this world; there is {there}")


class CrowdedTableError(SimError):
    """No free place was found for a thing that was to be put on the table."""
