"""Which tasks make up a suite, and the settings of a run; imports no simulator."""

from dataclasses import dataclass
from typing import Literal

from planner.config import LanguageName
from planner.errors import PlanningError

SUITES: dict[str, tuple[str, ...]] = {
    "smoke": ("block-in-bowl", "push-button", "open-drawer", "reach-avoiding"),
}


class UnknownSuiteError(PlanningError):
    """There is no suite of that name."""

    stage = "understand"
    reason = "UNKNOWN_SUITE"


PerceptionName = Literal["segmentation", "oracle"]


@dataclass(frozen=True, slots=True)
class BenchConfig:
    """What to run.

    Attributes:
        suite: Name of the suite.
        episodes: A task.
        seed: Everything random follows from it.
        workers: Processes.
        perception: `segmentation`, or `oracle` for the simulator's own masks.
        language: Who writes the programs; `replay` answers from what is kept of
            `openai` and never from the network.
        endpoint: HOST:PORT of a server to drive instead of a pipeline in process.
    """

    suite: str = "smoke"
    episodes: int = 20
    seed: int = 0
    workers: int = 1
    perception: PerceptionName = "segmentation"
    language: LanguageName = "offline"
    endpoint: str = ""
