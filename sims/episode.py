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
from sims.camera import Rig, RigConfig
from sims.clutter import ContactLog, add_clutter, unwanted
from sims.tasks import Task
from sims.world import World

SETTLE = 1.0  # [s] the world is given to come to rest before it is judged


@dataclass(frozen=True, slots=True)
class EpisodeResult:
    """How one episode went.

    Attributes:
        task: Its name.
        index: Number of the episode within its task.
        seed: What the world was made from.
        instruction: What was said.
        success: Judged by the simulator's state.
        stage: The stage that failed: perceive, understand, program, map, plan,
            grasp, execute, time; empty on success.
        reason: The planner's reason, or what the judge found missing.
        message: One sentence.
        seconds: Simulated.
        replan_hz: Plans a second of planning time, median.
        clipped: Commands that the safety filter changed.
        state_hash: Of the world at the end: the same seed gives the same.
        touched: Parts the arm touched that the instruction does not name.
    """

    task: str
    index: int
    seed: int
    instruction: str
    success: bool
    stage: str
    reason: str
    message: str
    seconds: float
    replan_hz: float
    clipped: int
    state_hash: str
    touched: tuple[str, ...] = ()


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
    def lay_out(cls, task: Task, seed: int, *, clutter: int = 0) -> "Stage":
        """Return a fresh world with the task in it, and up to so much clutter."""
        world = World(seed)
        task.reset(world, np.random.default_rng(seed))
        add_clutter(world, np.random.default_rng([seed, 1]), clutter)
        arm = SimArm(world, Rig(world, RigConfig()))
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
    outcome = run_episode(stage.arm, session, config, hooks)
    stage.world.step(SETTLE)
    return _judge(stage, outcome, index)


def broken(stage: Stage, index: int, error: PlannerRpcError) -> EpisodeResult:
    """Return the result of an episode whose session broke."""
    where = error.stage or "execute"
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
        touched=unwanted(stage.contacts.touched, stage.task.instruction),
    )


def _failure(stage: Stage, verdict: Verdict) -> tuple[str, str]:
    """Return the stage and the reason of a failure.

    Where the planner believes it succeeded, the first step of the task that was
    not reached tells: not gripped is a failed grasp, the rest failed in execution.
    """
    if not verdict.success:
        return verdict.stage, verdict.reason
    steps = stage.task.stages(stage.world)
    missing = next((name for name, reached in steps.items() if not reached), "judged")
    where = "grasp" if missing in {"gripped", "grasped", "lifted"} else "execute"
    return where, f"NOT_{missing.upper().replace(' ', '_')}"
