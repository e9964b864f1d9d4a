"""Who may carry out the tasks of a suite: the pipeline, and control arms beside it.

Imports no simulator.
"""

from dataclasses import dataclass
from typing import Literal

Paths = Literal["default", "reference", "straight"]  # as `MotionConfig.mode`
PolicyName = Literal[
    "pipeline", "reference", "expert", "greedy", "primitives", "random"
]
Author = Literal["language", "reference", "nobody"]


@dataclass(frozen=True, slots=True)
class Policy:
    """What a policy is made of.

    Attributes:
        words: What it is, as a clause.
        masks: Whether it sees with the simulator's masks, whatever perception is
            asked for.
        author: Who writes its programs: the language asked for, the task's own
            `reference`, or `nobody` where nothing is planned.
        paths: Who finds its paths: the planner, the published one (`reference`), or
            nobody, so that they are `straight`.
    """

    words: str
    masks: bool = False
    author: Author = "language"
    paths: Paths = "default"

    @property
    def decides(self) -> tuple[str, ...]:
        """Settings that it leaves no choice of."""
        seen = ("perception",) if self.masks or self.author == "nobody" else ()
        return seen if self.author == "language" else (*seen, "language")


POLICIES: dict[PolicyName, Policy] = {
    "pipeline": Policy("as it serves"),
    "reference": Policy(
        "the pipeline with the task's reference program", False, "reference"
    ),
    "expert": Policy(
        "the simulator's masks and the task's reference program", True, "reference"
    ),
    "greedy": Policy(
        "the pipeline with the paths of the published planner (VoxPoser's greedy "
        "descent); what is pushed is pushed as ever",
        paths="reference",
    ),
    "primitives": Policy(
        "the pipeline with its goals alone: straight lines to them, from 10 cm above "
        "where they are far aside, and no map of avoiding or speed; what is pushed is "
        "pushed as ever",
        paths="straight",
    ),
    "random": Policy(
        "a few random motions within reach, the fingers opened or closed at random",
        author="nobody",
    ),
}


def told_policies() -> str:
    """Return what each policy is, in one sentence."""
    return "; ".join(f"{name}: {each.words}" for name, each in POLICIES.items()) + "."
