"""One episode: a task laid out, carried out by a planner, judged by the simulator."""

from dataclasses import dataclass, replace

import numpy as np

from planner.events import Verdict
from planner.execution.loop import (
    Hooks,
    LoopConfig,
    Outcome,
    StepSession,
    run_episode,
)
from planner.rpc.client_types import PlannerRpcError
from sims.arm import SimArm
from sims.camera import Rig
from sims.clutter import ContactLog, add_clutter
from sims.episode_result import EpisodeResult
from sims.jerk import MeteredArm
from sims.randomisation import RANDOMISATIONS, repaint, rig_config
from sims.reports.stages import failed_at, missed
from sims.suites import RandomiseName
from sims.tasks import Task
from sims.tasks.laid import LaidTask
from sims.world import World

_OF_RANDOMISATION = 3  # apart from the seeds of the table, of clutter, of `random`
SETTLE = 1.0  # [s] the world is given to come to rest before it is judged


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A world with a task laid out in it, and the arm.

    Attributes:
        world: The simulator.
        arm: In it.
        task: Laid out.
        seed: What it was made from.
        contacts: What the arm touches.
    """

    world: World
    arm: SimArm
    task: Task
    seed: int
    contacts: ContactLog

    @classmethod
    def lay_out(
        cls,
        task: Task,
        seed: int,
        *,
        clutter: int = 0,
        randomise: RandomiseName = "mild",
    ) -> "Stage":
        """Return a fresh world with the task in it, and up to so much clutter."""
        world, asked = World(seed), RANDOMISATIONS[randomise]
        task.reset(world, np.random.default_rng(seed))
        add_clutter(world, np.random.default_rng([seed, 1]), clutter)
        rng = np.random.default_rng([seed, _OF_RANDOMISATION])
        repaint(world, asked, rng)
        arm = SimArm(world, Rig(world, rig_config(asked, rng)))
        return cls(world, arm, task, seed, ContactLog(world))


def play(
    stage: Stage,
    session: StepSession,
    *,
    index: int = 0,
    hooks: Hooks | None = None,
) -> EpisodeResult:
    """Carry out the task of a stage and judge it."""
    config = LoopConfig(max_seconds=stage.task.max_seconds)
    arm = MeteredArm(stage.arm)
    outcome = run_episode(arm, session, config, hooks)
    if isinstance(stage.task, LaidTask):
        stage.task.end()
    stage.world.step(SETTLE)
    return replace(
        _judge(stage, outcome, index),
        not_followed=arm.not_followed,
        peak_jerk=None if arm.peak_jerk is None else round(arm.peak_jerk, 2),
    )


def broken(stage: Stage, index: int, error: PlannerRpcError) -> EpisodeResult:
    """Return the result of an episode whose session broke."""
    where = failed_at(error.reason, error.stage)
    verdict = Verdict(False, where, error.reason, error.message)
    return replace(
        _judge(stage, Outcome(verdict, stage.world.time, 0, 0), index),
        success=False,
        stage=where,
        reason=error.reason,
    )


def _judge(stage: Stage, outcome: Outcome, index: int) -> EpisodeResult:
    success = stage.task.success(stage.world)
    failed = _failure(stage, outcome.verdict)
    return EpisodeResult(
        task=stage.task.name,
        index=index,
        seed=stage.seed,
        instruction=stage.task.instruction,
        success=success,
        stage="" if success else failed[0],
        reason="OK" if success else failed[1],
        message=outcome.verdict.message,
        seconds=round(outcome.seconds, 3),
        replan_hz=round(outcome.verdict.replan_hz, 2),
        clipped=outcome.clipped,
        state_hash=stage.world.state_hash(),
        touched=tuple(
            name for name in stage.contacts.touched if name not in stage.task.meant
        ),
        disturbed=stage.task.disturbed if isinstance(stage.task, LaidTask) else (),
    )


def _failure(stage: Stage, verdict: Verdict) -> tuple[str, str]:
    """Return the stage and the reason of a failure.

    Where the planner believes it succeeded, the first step of the task that was
    not reached tells.
    """
    if not verdict.success:
        return failed_at(verdict.reason, verdict.stage), verdict.reason
    steps = stage.task.stages(stage.world)
    missing = next((name for name, reached in steps.items() if not reached), "judged")
    reason = missed(missing)
    return failed_at(reason, "execute"), reason
