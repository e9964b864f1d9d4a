"""A handle in the hand of an arm: found by the cameras, gripped, moved, let go.

Implements `Interaction` of `planner.motion.online`, whose letters are used here. All
that is known of the furniture comes from the pixels.
"""

import logging
from dataclasses import dataclass, field

import numpy as np
from scipy.spatial.transform import Rotation

from perception.frames import Pose
from perception.grounding import ground
from perception.observation import Observation
from perception.part_tracker import PartTracker
from perception.perceiver import Perceiver
from perception.scene import Object3D, Scene
from planner.errors import PlanningError, UnknownObjectError
from planner.execution.arm import Arm, Command
from planner.execution.safety import SafeArm
from planner.motion.arm_model import ArmModel
from planner.motion.config import MotionConfig
from planner.motion.follow import MotionState
from planner.motion.handle import Handle
from planner.motion.online import OBSERVATION, Action, State
from planner.motion.plan import MotionRequest, plan_motion
from planner.trajectory import Trajectory
from planner.value_maps import MapSet, Near, Recipe, VoxelGrid

log = logging.getLogger(__name__)

OPEN, SHUT = 0.08, 0.0  # [m] asked of the fingers


@dataclass(frozen=True, slots=True)
class HandlingConfig:
    """How a handle is taken hold of and moved.

    Attributes:
        upright: How far the hand may point down at an upright bar, the first that
            can be planned is taken, [deg].
        lying: Likewise at a lying one.
        step: Duration of an action, [s].
        tick: Of a command, [s].
        speed: Of motions with nothing in the hand, [m/s].
        grip_time: Given to the fingers, [s].
        deep: How far the fingertips reach past the middle of the bar, [m].
        thinnest: Fingers nearer than this hold nothing, [m].
        forced: Fingers forced apart by more than this have lost their hold, [m].
        slip: Distance between hand and handle, less that of the grasp, beyond which
            the handle counts as lost, [m].
        retreat: How far the hand backs off before it goes home, [m].
        farthest: Most the hand moves from where it grasped, [m].
        most_turned: Most it turns from how it grasped, about either axis, [rad].
        motion: Settings of the way to the handle.
        arm: Geometry of the arm.
        grid: Box that is planned in.
    """

    upright: tuple[float, ...] = (55.0, 70.0, 40.0)
    lying: tuple[float, ...] = (65.0, 75.0)
    step: float = 0.5
    tick: float = 0.1
    speed: float = 0.2
    grip_time: float = 0.6
    deep: float = 0.003
    thinnest: float = 0.006
    forced: float = 0.05
    slip: float = 0.05
    retreat: float = 0.07
    farthest: float = 0.26
    most_turned: float = 0.6
    motion: MotionConfig = field(default_factory=MotionConfig)
    arm: ArmModel = field(default_factory=ArmModel.panda)
    grid: VoxelGrid = field(default_factory=VoxelGrid)


class Handling:
    """One handle, from first sight on."""

    def __init__(
        self, arm: Arm, perceiver: Perceiver, config: HandlingConfig | None = None
    ):
        """Look for the handle.

        Raises:
            UnknownObjectError: No handle on a front is seen.
        """
        self.config = config or HandlingConfig()
        self._safe = SafeArm(arm)
        self._perceiver = perceiver
        seen = self._observe()
        self._begin, self._home = seen.time, seen.T_world_ee
        bar, self.front = _on_its_front(self._perceive(seen))
        self.handle = Handle.of(bar, self.front)
        self._tracker = PartTracker(bar.points_world, seen)
        config = self.config
        slants = config.upright if self.handle.upright else config.lying
        self._ways = [self._way(np.deg2rad(slant)) for slant in slants]
        self._T_world_grasp = self._ways[0]
        self._away = False
        self._gripped_at = 0.0

    @property
    def seconds(self) -> float:
        """Time passed since first sight, [s]."""
        return self._last.time - self._begin

    def take_hold(self) -> bool:
        """Go home, find the handle, grasp it; False if that fails."""
        if self._away:
            self._let_go()
        self._away = True
        seen = self._observe()
        self._tracker.update(seen)
        goal = self._approach(seen)
        if goal is None:
            self._wait(1.0)
            return False
        self._go([goal] * self._ticks(self.config.grip_time), SHUT)
        self._gripped_at = self._last.gripper_width
        return self._gripped_at > self.config.thinnest

    def look(self) -> State:
        """Return what handle and hand did since the handle was first seen."""
        seen = self._last
        self._tracker.update(seen)
        T_world_part = self.handle.T_world_part
        T_part_world = T_world_part.inverse()
        o = np.zeros(OBSERVATION)
        moved = T_part_world @ self._tracker.T_now_first @ T_world_part
        o[:3], o[3:5] = moved.position, moved.turn[[2, 0]]
        grasp = T_part_world @ self._T_world_grasp
        hand = T_part_world @ seen.T_world_ee
        o[5:8] = hand.position - grasp.position
        turned = hand @ Pose(np.zeros(3), grasp.wxyz).inverse()
        o[8:10] = turned.turn[[2, 0]]
        return o

    def act(self, action: Action) -> tuple[State, bool]:
        """Move the hand for one step; return o' and whether it still holds."""
        before = self._last.T_world_ee
        target = self._kept_near(before, action)
        self._go(_line(before, target, self._ticks(self.config.step)), SHUT)
        o = self.look()
        apart = float(np.linalg.norm(o[5:8] - o[:3]))
        width = self._last.gripper_width
        pinched = self.config.thinnest < width < self._gripped_at + self.config.forced
        return o, pinched and apart < self.config.slip

    def _kept_near(self, here: Pose, action: Action) -> Pose:
        """Return where an action leads, less what leads too far from the grasp."""
        part = self.handle.T_world_part.rotation
        grasp, config = self._T_world_grasp, self.config
        away = here.position + part @ action[:3] - grasp.position
        away *= min(1.0, config.farthest / max(float(np.linalg.norm(away)), 1e-9))
        turn = _turn(here) * _turn(grasp).inv()
        asked = part.T @ (Rotation.from_rotvec(part @ _axes(action)) * turn).as_rotvec()
        asked = part @ np.clip(asked, -config.most_turned, config.most_turned)
        wxyz = (Rotation.from_rotvec(asked) * _turn(grasp)).as_quat(scalar_first=True)
        return Pose(grasp.position + away, wxyz)

    def _way(self, slant: float) -> Pose:
        """Return the grasp at a slant; the wrist has room an eighth turn from home."""
        middle = self._home.turned_by(np.array([0.0, 0.0, -np.pi / 4]))
        grasp = self.handle.grasp(slant, middle.wxyz)
        past = grasp.position + self.config.deep * grasp.rotation[:, 2]
        return Pose(past, grasp.wxyz)

    def _approach(self, seen: Observation) -> Pose | None:
        """Go to the first grasp that can be planned; None if none can."""
        scene = self._perceive(seen)
        for way in self._ways:
            goal = self._tracker.T_now_first @ way
            try:
                motion = self._plan(seen, scene, goal)
            except PlanningError as error:
                log.info("no way to the handle at this slant: %s", error)
                continue
            self._T_world_grasp = way
            times = np.arange(self.config.tick, motion.end, self.config.tick)
            self._go([motion.pose_at(float(t)) for t in times], OPEN)
            self._go(_line(motion.pose_at(motion.end), goal, 3), OPEN)
            return goal
        return None

    def _plan(self, seen: Observation, scene: Scene, goal: Pose) -> Trajectory:
        grid = self.config.grid
        cell = Near.of(grid.to_vox(goal.position[None]), 0.0, 1.0)
        wxyz = tuple(float(each) for each in goal.wxyz)
        assert len(wxyz) == 4
        request = MotionRequest(
            maps=MapSet(
                affordance=Recipe(0.0, (cell,)),
                rotation=Recipe(wxyz),
                gripper=Recipe(1.0),
            ),
            scene=scene,
            state=MotionState(
                p_world=seen.T_world_ee.position,
                velocity=np.zeros(3),
                wxyz=seen.T_world_ee.wxyz,
                gripper_width=OPEN,
                finger_gap=OPEN,
                time=0.0,
            ),
            movable=None,
            grid=grid,
        )
        return plan_motion(request, self.config.arm, self.config.motion).trajectory

    def _let_go(self) -> None:
        here = self._observe().T_world_ee
        self._go([here] * self._ticks(self.config.grip_time), OPEN)
        back = Pose(
            here.position - self.config.retreat * here.rotation[:, 2], here.wxyz
        )
        for start, end in ((here, back), (back, self._home)):
            length = float(np.linalg.norm(end.position - start.position))
            turn = float(np.linalg.norm((start.inverse() @ end).turn))
            seconds = max(length / self.config.speed, turn / 1.2, 0.3)
            self._go(_line(start, end, self._ticks(seconds)), OPEN)

    def _wait(self, seconds: float) -> None:
        self._go([self._last.T_world_ee] * self._ticks(seconds), OPEN)

    def _go(self, poses: list[Pose], width: float) -> None:
        for k, pose in enumerate(poses):
            if k % 10 == 9:
                self._observe()
            self._safe.send(Command(pose, width, self.config.tick))
        self._observe()

    def _ticks(self, seconds: float) -> int:
        return max(1, round(seconds / self.config.tick))

    def _observe(self) -> Observation:
        self._last = self._safe.observe()
        return self._last

    def _perceive(self, seen: Observation) -> Scene:
        body = self.config.arm.capsules(seen.joints, seen.gripper_width)
        return self._perceiver.perceive(seen, body)


def _on_its_front(scene: Scene) -> tuple[Object3D, Object3D]:
    fronts = {each.id: each for each in scene.objects}
    bars = [each for each in ground(scene, "handle") if each.parent in fronts]
    if not bars or bars[0].parent is None:
        raise UnknownObjectError("no handle on a front is seen", "handle", scene.names)
    return bars[0], fronts[bars[0].parent]


def _axes(action: Action) -> np.ndarray:
    """Return the turn of an action as a rotation vector in the part's frame."""
    return np.array([action[4], 0.0, action[3]])


def _turn(pose: Pose) -> Rotation:
    return Rotation.from_quat(pose.wxyz, scalar_first=True)


def _line(start: Pose, end: Pose, count: int) -> list[Pose]:
    """Return `count` poses on the way, the end the last of them."""
    delta = (start.inverse() @ end).turn
    return [
        Pose(
            start.position + s * (end.position - start.position),
            start.turned_by(s * delta).wxyz,
        )
        for s in np.arange(1, count + 1) / count
    ]
