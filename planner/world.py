"""The two worlds a program can run in: the live one, and a preview of it.

A world says how things are now and follows a motion for one control period. The
preview follows perfectly and at once, so that a plan can be shown before anything
moves.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np
from scipy.spatial.transform import Rotation

from perception.frames import Points, Pose
from perception.observation import Observation
from perception.scene import Object3D, Scene
from perception.tracker import Tracker
from planner.errors import StaleObservationError
from planner.motion.arm_model import ArmModel
from planner.motion.subtask import Measured
from planner.trajectory import Trajectory

SHUT = 0.005  # [m] between fingers that push and do not grip
FINGER = 0.012  # [m] from the fingertips' point to their side
GRASP_REACH = 0.025  # [m] between the fingertips' point and a thing they can close on


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """How things are at one instant.

    Attributes:
        scene: What is seen.
        measured: What the arm reports.
    """

    scene: Scene
    measured: Measured


@runtime_checkable
class World(Protocol):
    """Something a program runs in."""

    @property
    def now(self) -> Situation:
        """How things are."""
        ...

    def follow(self, trajectory: Trajectory) -> None:
        """Let one control period pass."""
        ...


class LiveWorld:
    """The world the observations show.

    Attributes:
        perceive_seconds: What the last look took.
    """

    def __init__(
        self,
        tracker: Tracker,
        arm: ArmModel,
        next_observation: Callable[[], Observation],
        clock: Callable[[], float],
    ):
        self._tracker = tracker
        self._arm = arm
        self._next = next_observation
        self._clock = clock
        self.perceive_seconds = 0.0
        self._now = self._look(next_observation())

    @property
    def now(self) -> Situation:
        """How things are."""
        return self._now

    def follow(self, trajectory: Trajectory) -> None:
        """Wait for the next observation; the caller sends the trajectory.

        Raises:
            StaleObservationError: It is not newer than the one before.
        """
        observation = self._next()
        before = self._now.measured.time
        if observation.time <= before:
            raise StaleObservationError(
                f"the observation of {observation.time:.3f} s is not newer than the "
                f"one of {before:.3f} s; send observations in order, once each"
            )
        self._now = self._look(observation, trajectory.width_at(observation.time))

    def _look(self, observation: Observation, asked: float | None = None) -> Situation:
        start = self._clock()
        body = self._arm.capsules(observation.joints, observation.gripper_width)
        scene = self._tracker.update(observation, body, asked)
        self.perceive_seconds = self._clock() - start
        measured = Measured(
            T_world_ee=observation.T_world_ee,
            gripper_width=observation.gripper_width,
            time=observation.time,
            joints=observation.joints[: self._arm.joint_count],
        )
        return Situation(scene, measured)


class PreviewWorld:
    """The world as it would be if every motion went as planned."""

    def __init__(self, situation: Situation):
        self._now = situation

    @property
    def now(self) -> Situation:
        """How things are, as far as can be told."""
        return self._now

    def follow(self, trajectory: Trajectory) -> None:
        """Be at the end of the motion, with what is held carried along."""
        before = self._now.measured
        pose = trajectory.pose_at(trajectory.end)
        asked = float(trajectory.gripper_width[-1])
        objects = self._now.scene.objects
        if asked >= before.gripper_width + 0.005:
            objects = tuple(replace(o, held=False) for o in objects)
        moved = tuple(_carry(o, before.T_world_ee, pose) for o in objects)
        held = any(o.held for o in moved)
        width = max(asked, before.gripper_width) if held else asked
        if asked < before.gripper_width - 0.005 and not held:
            moved, width = _close_on(moved, pose, asked)
        if width < SHUT:
            hand = np.stack([before.T_world_ee.position, pose.position])
            moved = tuple(_shove(o, hand) for o in moved)
        self._now = Situation(
            replace(self._now.scene, objects=moved, points_world=_surfaces(moved)),
            Measured(pose, width, trajectory.end),
        )


def _carry(thing: Object3D, before: Pose, after: Pose) -> Object3D:
    if not thing.held:
        return thing
    motion = after @ before.inverse()
    turn = Rotation.from_quat(motion.wxyz, scalar_first=True)
    yaw = thing.yaw + float(turn.as_euler("zyx")[0])
    return replace(
        thing, points_world=motion.apply(thing.points_world), yaw=_half_turn(yaw)
    )


def _shove(thing: Object3D, hand: Points) -> Object3D:
    """Return a thing as fingers leave it that went straight from one point to another.

    It goes along with them, unturned, for as far as they would be inside it.
    """
    way = (hand[1] - hand[0])[:2]
    length = float(np.hypot(*way))
    beside = hand[:, 2].max() > thing.aabb_world[1, 2] or length < 1e-6
    if thing.held or thing.parent is not None or beside:
        return thing
    along = way / length
    xy = thing.points_world[:, :2] - hand[0, :2]
    near = np.abs(xy @ np.array([-along[1], along[0]])) < FINGER
    if not near.any():
        return thing
    start = float((xy[near] @ along).min())
    inside = length + FINGER - start
    if start < 0.0 or inside <= 0.0:
        return thing
    shift = np.array([*(inside * along), 0.0])
    return replace(thing, points_world=thing.points_world + shift)


def _half_turn(yaw: float) -> float:
    return float((yaw + np.pi / 2) % np.pi - np.pi / 2)


def _close_on(
    objects: tuple[Object3D, ...], pose: Pose, asked: float
) -> tuple[tuple[Object3D, ...], float]:
    """Return the objects with the one between the fingers held, and the width left."""
    gaps = [
        float(np.linalg.norm(o.position - pose.position))
        if o.parent is None
        else float(np.linalg.norm(o.points_world - pose.position, axis=1).min())
        for o in objects
    ]
    if not gaps or min(gaps) > GRASP_REACH:
        return objects, asked
    best = int(np.argmin(gaps))
    held = replace(objects[best], held=True)
    width = max(asked, float(min(held.size[:2].min(), held.size[2])))
    return (*objects[:best], held, *objects[best + 1 :]), width


def _surfaces(objects: tuple[Object3D, ...]) -> np.ndarray:
    loose = [o.points_world for o in objects if not o.held]
    return np.concatenate(loose) if loose else np.zeros((0, 3))
