"""Which tasks make up a suite, and the settings of a run; imports no simulator."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from planner.config import LanguageName
from planner.errors import PlanningError
from sims.blocks.published import groups
from sims.blocks.templates import ENTRIES
from sims.everyday import catalogue as everyday
from sims.everyday.published import groups as everyday_groups
from sims.gravmad import catalogue as gravmad
from sims.groups import Group
from sims.policies import POLICIES, Policy, PolicyName

SUITES: dict[str, tuple[str, ...]] = {
    "smoke": ("block-in-bowl", "push-button", "open-drawer", "reach-avoiding"),
    "push": ("push-block",),
    "voxposer-blocks": tuple(ENTRIES),
    "voxposer-everyday": (*everyday.STATIC, *everyday.DISTURBED),
    "voxposer-articulated": ("open-door", "open-window", "open-fridge"),
    "gravmad-base": gravmad.BASE,
    "gravmad-novel": gravmad.NOVEL,
}
# Suites whose entries are reported in groups, as a published table has them.
GROUPS: dict[str, tuple[Group, ...]] = {
    "voxposer-blocks": groups(),
    "voxposer-everyday": everyday_groups(),
}
DEFAULT_LANGUAGE: LanguageName = "embedded"


class UnknownSuiteError(PlanningError):
    """There is no suite of that name."""

    stage = "understand"
    reason = "UNKNOWN_SUITE"


def unknown_suite(name: str) -> UnknownSuiteError:
    """Return the error that says which suites there are."""
    return UnknownSuiteError(f"no suite '{name}'; known: {', '.join(SUITES)}")


RandomiseName = Literal["off", "mild", "sensor", "full"]
PerceptionName = Literal["segmentation", "embedded", "hub", "marks", "oracle"]


@dataclass(frozen=True, slots=True)
class BenchConfig:
    """What to run.

    Attributes:
        suite: Name of the suite.
        episodes: An entry of the suite.
        seed: Everything random follows from it.
        workers: Processes; 0 takes one a core.
        perception: `segmentation`, `embedded` for the small model that ships, `hub`
            for models of the hub, `marks` for a vision-language model, or `oracle`
            for the simulator's own masks, unless the policy has them anyway.
        policy: `pipeline` as it serves, or a control arm of `sims.policies`.
        language: Who writes the programs; `replay` answers as it was recorded and
            asks no model.
        clutter: Things that stand in the way, at most.
        randomise: What differs between episodes besides the task, by the names of
            `sims.randomisation`.
        endpoint: HOST:PORT of a server to drive instead of a pipeline in process.
        ray: Address of a Ray cluster whose machines the workers are on; this machine
            if empty.
    """

    suite: str = "smoke"
    episodes: int = 20
    seed: int = 0
    workers: int = 1
    perception: PerceptionName = "segmentation"
    policy: PolicyName = "pipeline"
    language: LanguageName = DEFAULT_LANGUAGE
    clutter: int = 0
    randomise: RandomiseName = "mild"
    endpoint: str = ""
    ray: str = ""

    @property
    def arm(self) -> Policy:
        """What the policy is made of."""
        return POLICIES[self.policy]

    @property
    def seen_by(self) -> PerceptionName | Literal["nobody"]:
        """Who really finds the objects."""
        if self.arm.author == "nobody":
            return "nobody"
        return "oracle" if self.arm.masks else self.perception

    @property
    def written_by(self) -> str:
        """Who really writes the programs."""
        return self.language if self.arm.author == "language" else self.arm.author


def episode_seed(seed: int, task: str, index: int) -> int:
    """Return the seed of an episode, independent of what else is run."""
    entropy = [seed, index, *task.encode()]
    return int(np.random.SeedSequence(entropy).generate_state(1)[0])
