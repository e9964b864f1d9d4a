"""Opening furniture whose dynamics nobody tells: zero-shot, and learnt by acting.

A trial is one piece of furniture, fresh, with a model that knows nothing yet; its
time counts all interaction from first sight to the end, learning and new grasps
included. The simulator's state serves to judge and for nothing else.
"""

from dataclasses import dataclass
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
from sims.kinematics import IkConfig
from sims.tasks.openings import OPENINGS
from sims.world import World

Method = Literal["zero-shot", "no prior", "prior"]
METHODS: tuple[Method, ...] = ("zero-shot", "no prior", "prior")
TARGET = (0.60, 0.0, 0.16)
OVER_SHOULDERS = (
    Viewpoint("over_left", (0.0, 0.55, 0.62), TARGET, RESOLUTION, 215.0),
    Viewpoint("over_right", (0.0, -0.55, 0.62), TARGET, RESOLUTION, 215.0),
)
# A stronger pull to the rest posture: minutes of small steps must not wind the arm up.
POSED = ArmConfig(ik=IkConfig(iterations=10, posture=0.1))
STEP = 0.02  # [m] of an action of the zero-shot trajectories

SWING = Goal((1.0, 1.0), 0.13)
SLIDE = Goal((0.0, 1.0), 0.16)


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
            legs, goal = [(0.0, 0.0, -0.03), (0.15, 0.0, 0.0)], SWING
        case "open-fridge":
            legs, goal = [(0.15, 0.0, 0.0)], SWING
        case _:
            legs = [(0.0, 0.18 * _roomier_side(hand.handle, hand), 0.0)]
            goal = SLIDE
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
                exploration="prior" if method == "prior" else "uniform"
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
