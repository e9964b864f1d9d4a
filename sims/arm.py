"""The simulated arm behind the protocol a real one implements."""

from dataclasses import dataclass
from types import TracebackType

import numpy as np

from perception.frames import Pose
from perception.observation import Observation
from planner.execution.arm import Command, Sent
from sims.bullet import TICK
from sims.camera import Rig
from sims.kinematics import HOME, HOME_POSE, MAX_RATE, IkConfig, forward, inverse
from sims.panda import MAX_WIDTH
from sims.world import World

IK = IkConfig(iterations=10)
WOUND_UP = 0.03  # error of a pose that no small step mends, in [m] plus [rad]

FINGERS_AT_REST = 0.01  # [m/s]


@dataclass(frozen=True, slots=True)
class ArmConfig:
    """How commands become motion.

    Attributes:
        ticks: Physics steps between two set points of the joints.
        stop_ticks: At most so many until the arm counts as stopped.
        still: Joint speed below which it is at rest, [rad/s].
        reach_tolerance: Error of a pose, [m] plus [rad], above which `Sent` tells.
        ik: Search from one set point to the next; it starts close, so few steps do.
        unwind: Whether joints that have wound up to their limits may swing to
            another posture that brings the hand where it shall be: on that way the
            hand leaves its straight line, as a real arm's does that is sent home.
    """

    ticks: int = 2
    stop_ticks: int = 120
    still: float = 0.01
    reach_tolerance: float = 0.005
    ik: IkConfig = IK
    unwind: bool = False


class SimArm:
    """Moves the world's Panda and looks through the rig; implements `Arm`."""

    def __init__(self, world: World, rig: Rig, config: ArmConfig | None = None):
        self.world = world
        self.rig = rig
        self.config = config or ArmConfig()
        self.hold()

    @property
    def time(self) -> float:
        """Simulated time, in [s]."""
        return self.world.time

    def observe(self) -> Observation:
        """Return what the cameras and the joints report now."""
        panda = self.world.panda
        return Observation(
            cameras=self.rig.capture(),
            T_world_ee=panda.T_world_ee,
            gripper_width=panda.width,
            joints=panda.joints,
            time=self.world.time,
        )

    def send(self, command: Command) -> Sent:
        """Move in a straight line from the last commanded pose, turning evenly."""
        ticks = self.world.ticks_for(command.duration)
        start, goal = self._T_world_ee, command.T_world_ee
        self._width = command.gripper_width
        missed = 0.0
        for done in range(0, ticks, self.config.ticks):
            count = min(self.config.ticks, ticks - done)
            missed = self._toward(start.toward(goal, (done + count) / ticks), count)
        self._T_world_ee = goal
        return self._sent(command, missed)

    def stop(self) -> None:
        """Come to rest at once and stay; what is gripped stays gripped."""
        asked, fingers = self._width, self.world.panda.state[7:, 1]
        self.hold()
        if np.abs(fingers).max() < FINGERS_AT_REST:
            self._width = asked
            self.world.panda.drive(self._q, np.zeros(7), asked)
        for _ in range(self.config.stop_ticks):
            self.world.tick(1)
            if np.abs(self.world.panda.state[:7, 1]).max() < self.config.still:
                break

    def hold(self) -> None:
        """Take the present joints as the commanded ones, as after a task's reset."""
        panda = self.world.panda
        self._q = panda.joints
        self._T_world_ee = forward(self._q)
        self._width = panda.width
        panda.drive(self._q, np.zeros(7), self._width)

    def home(self, seconds: float = 2.0) -> Sent:
        """Move to the home pose with the gripper open."""
        return self.send(Command(HOME_POSE, MAX_WIDTH, seconds))

    def __enter__(self) -> "SimArm":
        """Return the arm; it needs no connection."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Come to rest."""
        self.stop()

    def _toward(self, pose: Pose, ticks: int) -> float:
        goal, error = inverse(pose, self._q, self.config.ik)
        if self.config.unwind and error > WOUND_UP:
            afresh, left = inverse(pose, HOME)
            goal, error = (afresh, left) if left < error else (goal, error)
        most = MAX_RATE * TICK * ticks
        step = np.clip(goal - self._q, -most, most)
        self._q = self._q + step
        self.world.panda.drive(self._q, step / (TICK * ticks), self._width)
        self.world.tick(ticks)
        return error + float(np.abs(goal - self._q).max())

    def _sent(self, command: Command, missed: float) -> Sent:
        if missed <= self.config.reach_tolerance:
            return Sent(command)
        reached = Command(forward(self._q), command.gripper_width, command.duration)
        why = (
            "the joints cannot bring the hand there in time; it went as near as it can"
        )
        return Sent(reached, (why,))
