"""What the simulator, and what runs it many times, can refuse."""

from collections.abc import Mapping

from planner.errors import PlanningError


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


class WorkersLostError(PlanningError):
    """A worker of a run died.

    Attributes:
        why: As a clause.
    """

    stage = "request"
    reason = "WORKERS_LOST"

    def __init__(self, why: str):
        self.why = why
        super().__init__(
            f"a worker of the run is lost: {why}; the same command goes on where it "
            "stopped, fewer --workers need less memory"
        )


class NoClusterError(PlanningError):
    """No Ray cluster answers, or none that takes us.

    Attributes:
        address: Where it was looked for.
    """

    stage = "request"
    reason = "NO_CLUSTER"

    def __init__(self, address: str):
        self.address = address
        super().__init__(
            f"no Ray cluster takes us at '{address}'; start one with `ray start "
            "--head` and give the HOST:PORT that it prints, or 'local' for one that "
            "lives as long as the run; one that asks for a token wants "
            "RAY_AUTH_MODE=token here, too"
        )


class ClusterDiffersError(PlanningError):
    """A machine of a cluster would make other numbers than this one.

    Attributes:
        differing: Versions here and there, by what differs.
    """

    stage = "request"
    reason = "CLUSTER_DIFFERS"

    def __init__(self, differing: Mapping[str, tuple[str, str]]):
        self.differing = differing
        told = ", ".join(
            f"{name} {here or 'absent'} here and {there or 'absent'} there"
            for name, (here, there) in differing.items()
        )
        super().__init__(
            f"the cluster's machines have other versions: {told}; install the same "
            "requirements.lock on each"
        )
