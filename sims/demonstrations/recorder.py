"""Notes an episode frame by frame while it runs.

A frame is an observation, what the hand was then told until the next one, and what
pressed on the fingers since the one before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from perception.frames import Pose
from perception.observation import Camera, Observation
from planner.events import Event, ProgramWritten, SegmentPlanned, SubTaskStarted
from planner.execution.arm import Command, Sent
from planner.execution.loop import LoopConfig
from sims.demonstrations.recipes import recipe_facts
from sims.world import World

FPS = round(1.0 / LoopConfig().period)


@dataclass(slots=True)
class SubTaskNote:
    """A call of `execute`.

    Attributes:
        frame: At which it began.
        line: Of the program.
        movable: What moves: `gripper`, or an object's name.
        maps: Recipes of its value maps, as `recipe_facts` tells them.
        goal_world: Where its first path leads, [m]; None before there is one.
    """

    frame: int
    line: int
    movable: str
    maps: dict[str, Any]
    goal_world: list[float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One instant.

    Attributes:
        observation: What was seen and measured.
        joint_rates: (7,) [rad/s].
        finger_force: Mean since the frame before of the normal forces on both
            fingers, [N].
        sub_task: Which call of `execute` runs; -1 before the first.
        told: What the hand was told last before the next frame.
    """

    observation: Observation
    joint_rates: np.ndarray
    finger_force: float
    sub_task: int
    told: Command


@dataclass(slots=True)
class FrameRecorder:
    """Collects frames: give `listen` and `sent` to the loop, and `feel` each force.

    Attributes:
        joint_rates: Returns (7,) the present speeds of the joints, [rad/s].
        program: The one that ran; empty before it is written.
        sub_tasks: So far.
    """

    joint_rates: Callable[[], np.ndarray]
    program: str = ""
    sub_tasks: list[SubTaskNote] = field(default_factory=list[SubTaskNote])
    _frames: list[Frame] = field(default_factory=list[Frame])
    _told: list[Command] = field(default_factory=list[Command])
    _pressed: list[float] = field(default_factory=list[float])

    @classmethod
    def of(cls, world: World) -> "FrameRecorder":
        """Return one that feels what the fingers of a world's arm do."""
        recorder = cls(lambda: world.panda.state[:7, 1])
        world.on_step(lambda world: recorder.feel(world.panda.finger_force))
        return recorder

    def feel(self, force: float) -> None:
        """Note what presses on the fingers at an instant, [N]."""
        self._pressed.append(force)

    def listen(self, observation: Observation, events: Sequence[Event]) -> None:
        """Note an observation and what it led to."""
        for event in events:
            self._note(event)
        pressed = float(np.mean(self._pressed)) if self._pressed else 0.0
        self._pressed.clear()
        still = Command(observation.T_world_ee, observation.gripper_width, 0.0)
        self._frames.append(
            Frame(
                observation,
                self.joint_rates(),
                pressed,
                len(self.sub_tasks) - 1,
                self._told[-1] if self._told else still,
            )
        )
        self._told.append(self._frames[-1].told)

    def sent(self, sent: Sent) -> None:
        """Note what the hand is told."""
        self._told[-1] = sent.command

    def frames(self) -> list[Frame]:
        """Return the frames so far; the last one's command is the one before it."""
        return [
            Frame(f.observation, f.joint_rates, f.finger_force, f.sub_task, told)
            for f, told in zip(self._frames, self._told, strict=True)
        ]

    def _note(self, event: Event) -> None:
        match event:
            case ProgramWritten(source=source):
                self.program = source
            case SubTaskStarted():
                maps = {
                    kind: recipe_facts(recipe)
                    for kind, recipe in event.maps.layers().items()
                }
                note = SubTaskNote(len(self._frames), event.line, event.movable, maps)
                self.sub_tasks.append(note)
            case SegmentPlanned() if self.sub_tasks and len(event.path_world):
                if self.sub_tasks[-1].goal_world is None:
                    self.sub_tasks[-1].goal_world = event.path_world[-1].tolist()
            case _:
                pass


def pose_numbers(pose: Pose) -> np.ndarray:
    """Return (7,) position and quaternion wxyz."""
    return np.concatenate([pose.position, pose.wxyz])


def camera_facts(camera: Camera) -> dict[str, Any]:
    """Return where a camera is and how it maps rays to pixels, ready for JSON."""
    k = camera.intrinsics
    height, width = camera.depth.shape
    return {
        "size": [width, height],
        "fx": k.fx,
        "fy": k.fy,
        "cx": k.cx,
        "cy": k.cy,
        "T_world_cam": pose_numbers(camera.T_world_cam).tolist(),
    }
