"""The safety filter: the only door to an arm.

Whatever planned a command, its limits are enforced here and nowhere else. A
command that breaks one is changed to the nearest that does not, and the reply says
so; one that must not be carried out at all becomes standing still.
"""

from dataclasses import dataclass, field, replace
from types import TracebackType

import numpy as np

from perception.frames import Pose, Vec3
from perception.observation import Observation
from planner.errors import PlanningError
from planner.execution.arm import Arm, Command, Sent
from planner.value_maps import VoxelGrid


class StoppedError(PlanningError):
    """The arm was stopped and stays so until it is released."""

    stage = "execute"
    reason = "STOPPED"


@dataclass(frozen=True, slots=True)
class Region:
    """A box, in the world frame, in [m]."""

    lower: tuple[float, float, float]
    upper: tuple[float, float, float]

    def contains(self, p: Vec3) -> bool:
        """Say whether a point is inside."""
        return bool((p >= np.array(self.lower)).all() and (p <= self.upper).all())

    def crossed(self, start: Vec3, end: Vec3) -> bool:
        """Say whether the straight line between two points meets the box."""
        way = end - start
        way = np.where(np.abs(way) < 1e-12, 1e-12, way)
        near, far = (self.lower - start) / way, (self.upper - start) / way
        enters, leaves = np.minimum(near, far).max(), np.maximum(near, far).min()
        return bool(max(enters, 0.0) <= min(leaves, 1.0))


@dataclass(frozen=True, slots=True)
class SafetyLimits:
    """What no command may exceed.

    Attributes:
        workspace: Box the end-effector stays in.
        keep_out: Boxes it never enters.
        max_speed: [m/s].
        max_acceleration: [m/s^2]; above the planner's own, which leaves room for
            the tracking of its plans.
        max_turn_rate: [rad/s].
        max_observation_age: Longest time moved on one observation, [s].
        max_duration: Longest single command, [s].
    """

    workspace: Region = field(
        default_factory=lambda: Region(VoxelGrid().lower, VoxelGrid().upper)
    )
    keep_out: tuple[Region, ...] = ()
    max_speed: float = 0.6
    max_acceleration: float = 4.0
    max_turn_rate: float = 2.0
    max_observation_age: float = 1.5
    max_duration: float = 1.0


class SafeArm:
    """An arm behind the filter; itself an `Arm`."""

    def __init__(self, arm: Arm, limits: SafetyLimits | None = None):
        self._arm = arm
        self._limits = limits or SafetyLimits()
        self._stopped = False
        self._observed = -np.inf
        self._pose: Pose | None = None
        self._velocity = np.zeros(3)

    @property
    def time(self) -> float:
        """The arm's own clock, in [s]."""
        return self._arm.time

    def observe(self) -> Observation:
        """Return what the arm reports, and note when that was."""
        observation = self._arm.observe()
        self._observed = observation.time
        if self._pose is None:
            self._pose = observation.T_world_ee
        return observation

    def send(self, command: Command) -> Sent:
        """Send what the limits leave of a command.

        Raises:
            StoppedError: The arm is stopped; `release` it first.
        """
        if self._stopped:
            raise StoppedError("the arm is stopped; release it before it moves again")
        if self._pose is None:
            self.observe()
        assert self._pose is not None
        refused = self._refusal(command)
        if refused:
            command = self._hold(command)
            clipped = (refused,)
        else:
            command, clipped = self._clip(command, self._pose)
        before = self._pose.position
        sent = self._arm.send(command)
        self._velocity = (command.T_world_ee.position - before) / command.duration
        self._pose = command.T_world_ee
        return Sent(sent.command, clipped + sent.clipped)

    def stop(self) -> None:
        """Come to rest and stay so."""
        self._stopped = True
        self._arm.stop()
        self._velocity = np.zeros(3)

    def release(self) -> None:
        """Allow motion again, from where the arm is now."""
        self._stopped = False
        self._pose = self._arm.observe().T_world_ee

    def __enter__(self) -> "SafeArm":
        self._arm.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._arm.__exit__(kind, error, trace)

    def _refusal(self, command: Command) -> str:
        """Return why a command must not be carried out; empty if it may."""
        limits = self._limits
        now = self._arm.time
        age = now - self._observed
        if not np.isfinite([command.gripper_width, command.duration]).all():
            return "a number is NaN or infinite: holding still"
        if not 0.0 < command.duration <= limits.max_duration:
            return f"a duration of {command.duration} s is out of range: holding still"
        if now > command.expires + 1e-6:
            late = now - command.expires
            return f"the command expired {late:.2f} s ago: holding still"
        if age > limits.max_observation_age + 1e-6:
            return f"the last observation is {age:.2f} s old: holding still"
        return ""

    def _hold(self, command: Command) -> Command:
        """Return the command that brakes and stays, for a short while."""
        assert self._pose is not None
        duration = 0.02
        if np.isfinite(command.duration) and command.duration > 0.0:
            duration = min(command.duration, self._limits.max_duration)
        width = command.gripper_width if np.isfinite(command.gripper_width) else 0.0
        still = Command(self._pose, max(width, 0.0), duration)
        return self._clip(still, self._pose)[0]

    def _clip(self, command: Command, here: Pose) -> tuple[Command, tuple[str, ...]]:
        limits, clipped = self._limits, list[str]()
        wanted = command.T_world_ee.position
        target = np.clip(wanted, limits.workspace.lower, limits.workspace.upper)
        if not np.array_equal(target, wanted):
            clipped.append("target outside the workspace: kept at its edge")
        asked = (target - here.position) / command.duration
        velocity = self._slow_before_edges(asked, here.position, command.duration)
        if not np.array_equal(velocity, asked):
            clipped.append("slowed before the edge of the workspace")
        velocity, why = self._limit_velocity(velocity, command.duration)
        clipped += why
        low, high = self._box_from(here.position)
        target = np.clip(here.position + velocity * command.duration, low, high)
        if any(_enters(region, here.position, target) for region in limits.keep_out):
            target = here.position
            clipped.append("a keep-out region is in the way: held where it is")
        if command.gripper_width < 0.0:
            command = replace(command, gripper_width=0.0)
            clipped.append("gripper width below 0: closed")
        pose, why = self._limit_turn(
            Pose(target, command.T_world_ee.wxyz), here, command
        )
        return replace(command, T_world_ee=pose), (*clipped, *why)

    def _box_from(self, here: Vec3) -> tuple[Vec3, Vec3]:
        """Return the corners of the workspace, widened to where the hand is."""
        workspace = self._limits.workspace
        return np.minimum(workspace.lower, here), np.maximum(workspace.upper, here)

    def _slow_before_edges(self, velocity: Vec3, here: Vec3, duration: float) -> Vec3:
        """Return the velocity from which braking still ends inside the workspace."""
        low, high = self._box_from(here)
        # All three axes may have to brake at once.
        a = self._limits.max_acceleration / np.sqrt(3.0)
        down, up = (
            a * (np.sqrt(duration**2 + 2.0 * room / a) - duration)
            for room in (here - low, high - here)
        )
        return np.clip(velocity, -down, up)

    def _limit_velocity(
        self, velocity: Vec3, duration: float
    ) -> tuple[Vec3, tuple[str, ...]]:
        limits, clipped = self._limits, list[str]()
        change = velocity - self._velocity
        most = limits.max_acceleration * duration
        if (size := float(np.linalg.norm(change))) > most * (1 + 1e-6):
            velocity = self._velocity + change * (most / size)
            asked = size / duration
            clipped.append(
                f"acceleration {asked:.1f} m/s^2 limited to {limits.max_acceleration}"
            )
        speed = float(np.linalg.norm(velocity))
        if speed > limits.max_speed * (1 + 1e-6):
            velocity = velocity * (limits.max_speed / speed)
            clipped.append(f"speed {speed:.2f} m/s limited to {limits.max_speed}")
        return velocity, tuple(clipped)

    def _limit_turn(
        self, pose: Pose, here: Pose, command: Command
    ) -> tuple[Pose, tuple[str, ...]]:
        delta = (here.inverse() @ pose).turn
        angle = float(np.linalg.norm(delta))
        most = self._limits.max_turn_rate * command.duration
        if angle <= most * (1 + 1e-6):
            return pose, ()
        turned = here.turned_by(delta * (most / angle))
        rate = angle / command.duration
        why = f"turn of {rate:.1f} rad/s limited to {self._limits.max_turn_rate}"
        return Pose(pose.position, turned.wxyz), (why,)


def _enters(region: Region, here: Vec3, target: Vec3) -> bool:
    """Say whether a motion goes into a region; one that begins inside may leave."""
    if region.contains(here):
        return region.contains(target)
    return region.crossed(here, target)
