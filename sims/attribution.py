"""What each stage loses: the same episodes again, one stage replaced by its oracle.

`default` is the pipeline as it is asked for. In `perception` the simulator's masks
find the objects, in `program` the task's reference program says what to do, in `both`
both do; what fails even then is the task, the grasp or the motion.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from planner.errors import InvalidRequestError
from sims.benchmark import jobs, report_on, run
from sims.episode_result import EpisodeResult
from sims.intervals import wilson
from sims.reports.compare import Comparison, compare
from sims.reports.page import write_report
from sims.reports.report import Report
from sims.suites import BenchConfig

KIND = "voxfield bench attribute"
FILE = "attribution.json"
ArmName = Literal["default", "perception", "program", "both"]


@dataclass(frozen=True, slots=True)
class Loss:
    """How many of the default's episodes an oracle would have added.

    Attributes:
        arm: What was replaced.
        won: Successes with that replaced.
        of: Episodes.
        lost: Share more than the default's: what the stage loses.
        newcombe: 95 % interval of that, paired by episode.
        mcnemar_p: Of "it loses nothing".
        wilson: 95 % interval of the success with that replaced.
    """

    arm: ArmName
    won: int
    of: int
    lost: float
    newcombe: tuple[float, float]
    mcnemar_p: float
    wilson: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Attribution:
    """The same episodes, with each stage replaced in turn.

    Attributes:
        reports: By what was replaced; `default` is the first.
    """

    reports: Mapping[ArmName, Report]

    @property
    def default(self) -> Report:
        """The pipeline as it was asked for."""
        return self.reports["default"]

    @property
    def default_won(self) -> tuple[int, int]:
        """Successes of the default, and of how many."""
        episodes = self.default.episodes
        return sum(each.success for each in episodes), len(episodes)

    @property
    def default_wilson(self) -> tuple[float, float]:
        """95 % interval of the default's success."""
        return wilson(*self.default_won)

    @property
    def comparisons(self) -> dict[ArmName, Comparison]:
        """The default against each oracle, paired by episode."""
        return {
            name: compare(self.default, report)
            for name, report in self.reports.items()
            if name != "default"
        }

    @property
    def losses(self) -> list[Loss]:
        """What each stage loses, in the order of the arms."""
        found: list[Loss] = []
        for name, comparison in self.comparisons.items():
            pairs = comparison.rows[-1].pairs
            low, high = pairs.newcombe()
            found.append(
                Loss(
                    arm=name,
                    won=pairs.won_b,
                    of=pairs.count,
                    lost=pairs.difference,
                    newcombe=(round(low, 4), round(high, 4)),
                    mcnemar_p=pairs.mcnemar(),
                    wilson=wilson(pairs.won_b, pairs.count),
                )
            )
        return found

    @property
    def rest(self) -> float:
        """Share that fails though perception and program are perfect."""
        return len(self.reports["both"].failed) / len(self.reports["both"].episodes)

    def facts(self) -> dict[str, Any]:
        """Return all of it, ready for `json.dumps`."""
        won, of = self.default_won
        return {
            "kind": KIND,
            "suite": self.default.suite,
            "settings": dict(self.default.settings),
            "made_with": [asdict(each) for each in self.default.made_with],
            "default": {"won": won, "of": of, "wilson": self.default_wilson},
            "oracles": {each.arm: asdict(each) for each in self.losses},
            "rest": self.rest,
            "tasks": {
                name: {row.name: row.facts() for row in comparison.rows[:-1]}
                for name, comparison in self.comparisons.items()
            },
        }


def arms(config: BenchConfig) -> dict[ArmName, BenchConfig]:
    """Return the settings of each run; their seeds and all else are the same."""
    return {
        "default": config,
        "perception": replace(config, perception="oracle"),
        "program": replace(config, policy="reference"),
        "both": replace(config, policy="expert"),
    }


Progress = Callable[[ArmName, EpisodeResult], None]


def attribute(
    config: BenchConfig, out: Path, progress: Progress | None = None
) -> Attribution:
    """Run what is not done yet of each arm, and return what they come to.

    Each arm leaves a run of its own in a folder of `out`, and goes on there.

    Raises:
        UnknownSuiteError: The suite is not known.
        InvalidRequestError: What is to be replaced is an oracle already, or runs
            elsewhere.
        SettingsChangedError: `out` holds episodes made with other settings.
    """
    jobs(config)  # an unknown suite is told first
    if config.endpoint or config.policy != "pipeline" or config.perception == "oracle":
        raise InvalidRequestError(
            "stages are replaced in the pipeline in process: leave out endpoint and "
            "policy, and choose a perception of the pixels"
        )
    reports: dict[ArmName, Report] = {}
    for name, asked in arms(config).items():
        folder = out / name
        results = run(asked, folder, _of_arm(name, progress))
        reports[name] = report_on(asked, folder, results)
        write_report(reports[name], folder)
    return Attribution(reports)


def _of_arm(
    name: ArmName, progress: Progress | None
) -> Callable[[EpisodeResult], None] | None:
    if progress is None:
        return None
    return lambda result: progress(name, result)
