"""The suite `articulated`: opening furniture whose dynamics nobody tells.

Three ways are compared: the zero-shot trajectory as it is, and a dynamics model
learnt while acting, explored uniformly (`no prior`) or round that trajectory
(`prior`). `unlearnt` explores round it too but never asks the model.

A trial is one piece of furniture, fresh, with a model that knows nothing yet; its
time counts all interaction from first sight to the end, learning and new grasps
included. The simulator's state serves to judge and for nothing else.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from perception.backends.segmentation import SegmentationPerceiver
from planner.execution.handling import Handling
from planner.motion.handle import Handle
from planner.motion.online import (
    Goal,
    OnlineConfig,
    OnlineOpener,
    Prior,
    follow_prior,
    straight_legs,
)
from sims.arm import ArmConfig, SimArm
from sims.camera import RESOLUTION, Rig, RigConfig, Viewpoint
from sims.executors import executor_for
from sims.journal import note, open_journal, read_journal
from sims.kinematics import IkConfig
from sims.tasks.openings import OPENINGS
from sims.world import World

Method = Literal["zero-shot", "no prior", "prior", "unlearnt"]
METHODS: tuple[Method, ...] = ("zero-shot", "no prior", "prior", "unlearnt")
TARGET = (0.60, 0.0, 0.16)
OVER_SHOULDERS = (
    Viewpoint("over_left", (0.0, 0.55, 0.62), TARGET, RESOLUTION, 215.0),
    Viewpoint("over_right", (0.0, -0.55, 0.62), TARGET, RESOLUTION, 215.0),
)
# A stronger pull to the rest posture: minutes of small steps must not wind the arm up.
POSED = ArmConfig(ik=IkConfig(iterations=10, posture=0.1), unwind=True)
STEP = 0.02  # [m] of an action of the zero-shot trajectories

# As far as a program asks the handle to come; the judge asks for an angle.
DOOR = Goal((1.0, 1.0), 0.115)
FRIDGE = Goal((1.0, 1.0), 0.13)
WINDOW = Goal((0.0, 1.0), 0.16)


@dataclass(frozen=True, slots=True)
class Trial:
    """How one trial went.

    Attributes:
        task: Its name.
        method: How it was tried.
        seed: Of furniture, exploration and network.
        success: Judged by the simulator's joint.
        claimed: Whether the planner saw the goal reached.
        seconds: Simulated, of interaction.
        actions: Tried.
        grasps: Tried.
        joint: How far it is open at the end, [rad] or [m].
    """

    task: str
    method: Method
    seed: int
    success: bool
    claimed: bool
    seconds: float
    actions: int
    grasps: int
    joint: float


def zero_shot(task: str, hand: Handling) -> tuple[Goal, Prior]:
    """Return the goal of a task's program and its trajectory of straight legs.

    A program says in words what people know: press a lever down, then pull; pull a
    fridge's handle out; slide a window's handle to where the frame has more room.
    """
    match task:
        case "open-door":
            legs, goal = [(0.0, 0.0, -0.03), (0.15, 0.0, 0.0)], DOOR
        case "open-fridge":
            legs, goal = [(0.15, 0.0, 0.0)], FRIDGE
        case _:
            legs = [(0.0, 0.18 * _roomier_side(hand.handle, hand), 0.0)]
            goal = WINDOW
    return goal, straight_legs(np.array(legs), STEP)


def _roomier_side(handle: Handle, hand: Handling) -> float:
    """Return on which side of the handle more of the front is, along y of the part."""
    y = handle.T_world_part.inverse().apply(hand.front.points_world)[:, 1]
    return 1.0 if y.max() > -y.min() else -1.0


def run_trial(task: str, method: Method, seed: int) -> Trial:
    """Run one trial."""
    with World(seed) as world:
        judge = OPENINGS[task]()
        judge.reset(world, np.random.default_rng(seed))
        world.step(0.2)
        rig = Rig(world, RigConfig(viewpoints=OVER_SHOULDERS))
        arm = SimArm(world, rig, POSED)
        hand = Handling(arm, SegmentationPerceiver())
        goal, prior = zero_shot(task, hand)
        if method == "zero-shot":
            opened = follow_prior(hand, prior, goal, judge.max_seconds)
        else:
            config = OnlineConfig(
                exploration="uniform" if method == "no prior" else "prior",
                explore_steps=np.inf if method == "unlearnt" else 30.0,
            )
            opener = OnlineOpener(goal, prior, np.random.default_rng(seed), config)
            opened = opener.run(hand, judge.max_seconds)
        return Trial(
            task=task,
            method=method,
            seed=seed,
            success=judge.success(world),
            claimed=opened.done,
            seconds=round(opened.seconds, 2),
            actions=opened.actions,
            grasps=opened.grasps,
            joint=round(world.joint("furniture"), 4),
        )


@dataclass(frozen=True, slots=True)
class OnlineBenchConfig:
    """What to run.

    Attributes:
        trials: A task, a method and a seed.
        seed: The first one.
        workers: Processes; 0 takes one a core.
        ray: Address of a Ray cluster that they are spread over; none if empty.
        seeds: How many; the table's spread is between them.
        methods: Which to compare.
    """

    trials: int = 20
    seed: int = 0
    workers: int = 1
    ray: str = ""
    seeds: int = 3
    methods: tuple[Method, ...] = METHODS


Job = tuple[str, Method, int]


def jobs(config: OnlineBenchConfig) -> list[Job]:
    """Return the trials; every method meets the same furniture."""
    return [
        (task, method, trial_seed(config.seed + k, trial))
        for trial in range(config.trials)
        for k in range(config.seeds)
        for task in OPENINGS
        for method in config.methods
    ]


def trial_seed(seed: int, trial: int) -> int:
    """Return what a trial's randomness comes from."""
    return 1000 * seed + trial


def run_online(
    config: OnlineBenchConfig,
    out: Path,
    progress: Callable[[Trial], None] | None = None,
) -> list[Trial]:
    """Run what `out` does not hold yet and return every trial, in order."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / "trials.jsonl"
    trials = [Trial(**facts) for facts in read_journal(path)]
    done = {(t.task, t.method, t.seed): t for t in trials}
    wanted = jobs(config)
    left = [job for job in wanted if job not in done]
    executor = executor_for(config.workers, config.ray)
    with open_journal(path) as journal:
        for trial in executor.run(_opened, left):
            note(journal, asdict(trial))
            done[trial.task, trial.method, trial.seed] = trial
            if progress is not None:
                progress(trial)
    return [done[job] for job in wanted]


@contextmanager
def _opened() -> Generator[Callable[[Job], Trial]]:
    """Yield what runs a trial; it needs nothing that lasts."""
    yield lambda job: run_trial(*job)


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of the table.

    Attributes:
        task: Its name.
        method: How it was tried.
        rate: Mean over the seeds of the share of trials that succeeded.
        spread: Standard deviation between the seeds.
        seconds: Mean interaction of the trials that succeeded; 0 if none did.
        seconds_spread: Standard deviation of that between the seeds.
        trials: How many.
    """

    task: str
    method: Method
    rate: float
    spread: float
    seconds: float
    seconds_spread: float
    trials: int


def table(trials: list[Trial]) -> list[Entry]:
    """Return the entries of the table, tasks and methods in order."""
    entries: list[Entry] = []
    for task in OPENINGS:
        for method in METHODS:
            mine = [t for t in trials if (t.task, t.method) == (task, method)]
            if mine:
                entries.append(_entry(task, method, mine))
    return entries


def _entry(task: str, method: Method, trials: list[Trial]) -> Entry:
    seeds = {t.seed // 1000 for t in trials}
    groups = [[t for t in trials if t.seed // 1000 == seed] for seed in sorted(seeds)]
    rates = [float(np.mean([t.success for t in group])) for group in groups]
    won = [[t.seconds for t in group if t.success] for group in groups]
    seconds = [float(np.mean(each)) for each in won if each] or [0.0]
    return Entry(
        task=task,
        method=method,
        rate=float(np.mean(rates)),
        spread=float(np.std(rates)),
        seconds=float(np.mean(seconds)),
        seconds_spread=float(np.std(seconds)),
        trials=len(trials),
    )
