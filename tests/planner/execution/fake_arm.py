"""An arm that goes where it is sent, at once, with one blank camera."""

import numpy as np

from perception.frames import Pose
from perception.observation import Camera, Intrinsics, Observation
from planner.execution.arm import Command, Sent
from tests.planner.conftest import DOWN


class FakeArm:
    def __init__(self, p_world):
        self.pose = Pose(np.array(p_world), DOWN)
        self.width = 0.08
        self.time = 0.0
        self.sent: list[Command] = []
        self.stops = 0

    def observe(self) -> Observation:
        camera = Camera(
            "blank",
            np.zeros((4, 6, 3), np.uint8),
            np.zeros((4, 6), np.float32),
            Intrinsics(6.0, 6.0, 3.0, 2.0),
            Pose.identity(),
        )
        return Observation((camera,), self.pose, self.width, np.zeros(7), self.time)

    def send(self, command: Command) -> Sent:
        self.sent.append(command)
        self.pose, self.width = command.T_world_ee, command.gripper_width
        self.time += command.duration
        return Sent(command)

    def stop(self) -> None:
        self.stops += 1

    def __enter__(self) -> "FakeArm":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
