"""Gymnasium environments of all tasks: `Voxfield/BlockInBowl-v1` and so on.

An action is (8,): the end-effector's target position in the world, its wxyz
quaternion, and the gripper's width, each from -1 to 1; position and width are scaled
to their boxes. One action is held for `period` simulated seconds.
"""
# pyright: reportUnknownMemberType=false

import re
from dataclasses import dataclass, field
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

from perception.frames import Pose
from perception.observation import Observation
from planner.execution.arm import Command
from sims.arm import SimArm
from sims.camera import Rig, RigConfig, render_view
from sims.panda import MAX_WIDTH
from sims.registry import NAMES, make_task
from sims.world import World

LOWER = np.array([0.15, -0.45, 0.0])  # [m] of the target position
UPPER = np.array([0.85, 0.45, 0.58])


def env_id(task: str) -> str:
    """Return its name for `gymnasium.make`: `base/open-drawer` is BaseOpenDrawer."""
    words = re.split(r"[^A-Za-z0-9]+", task)
    return f"Voxfield/{''.join(w[:1].upper() + w[1:] for w in words)}-v1"


IDS = {env_id(name): name for name in NAMES}
Values = dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class EnvConfig:
    """How an environment runs.

    Attributes:
        period: Simulated seconds an action takes.
        view: Width and height of `render`, [px].
        rig: The cameras.
    """

    period: float = 0.1
    view: tuple[int, int] = (640, 480)
    rig: RigConfig = field(default_factory=RigConfig)


class VoxfieldEnv(gymnasium.Env[Any, np.ndarray]):
    """One task as a Gymnasium environment.

    The reward is 1 in the step in which the task is done, else 0; `info` holds
    `success`, `stages` and `instruction`.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}  # noqa: RUF012

    def __init__(
        self,
        task: str,
        config: EnvConfig | None = None,
        render_mode: str | None = None,
    ):
        self.config = config or EnvConfig()
        self.render_mode = render_mode
        self.task = make_task(task)
        self.action_space = spaces.Box(-1.0, 1.0, (8,), np.float32)
        self.observation_space = _observation_space(self.config.rig)
        self._world: World | None = None

    @property
    def world(self) -> World:
        """The world of the present episode; there is one after `reset`."""
        assert self._world is not None, "call reset first"
        return self._world

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Values, dict[str, Any]]:
        """Start an episode; the same seed gives the same one."""
        super().reset(seed=seed, options=options)
        self.close()
        self._world = World(int(self.np_random.integers(2**31)))
        self.task.reset(self._world, self._world.rng)
        self._arm = SimArm(self._world, Rig(self._world, self.config.rig))
        return _values(self._arm.observe()), self._info()

    def step(
        self, action: np.ndarray
    ) -> tuple[Values, float, bool, bool, dict[str, Any]]:
        """Move toward the action's pose for one period."""
        self._arm.send(_command(action, self.config.period))
        info = self._info()
        done = bool(info["success"])
        late = self.world.time >= self.task.max_seconds
        return _values(self._arm.observe()), float(done), done, late, info

    def render(self) -> np.ndarray | None:
        """Return a picture of the whole stage in mode `rgb_array`."""
        if self.render_mode != "rgb_array":
            return None
        return render_view(self.world, *self.config.view)

    def close(self) -> None:
        """Free the physics client."""
        if self._world is not None:
            self._world.close()
            self._world = None

    def _info(self) -> dict[str, Any]:
        return {
            "success": self.task.success(self.world),
            "stages": self.task.stages(self.world),
            "instruction": self.task.instruction,
        }


def _command(action: np.ndarray, period: float) -> Command:
    a = np.clip(np.asarray(action, dtype=float), -1.0, 1.0)
    position = LOWER + (a[:3] + 1.0) / 2 * (UPPER - LOWER)
    length = float(np.linalg.norm(a[3:7]))
    # A zero quaternion says nothing about the hand, so it points down.
    down = np.array([0.0, 1.0, 0.0, 0.0])
    wxyz = a[3:7] / length if length > 1e-6 else down
    return Command(Pose(position, wxyz), (a[7] + 1.0) / 2 * MAX_WIDTH, period)


def _values(observation: Observation) -> Values:
    pose = observation.T_world_ee
    values = {
        "ee_pose": np.concatenate([pose.position, pose.wxyz]).astype(np.float32),
        "gripper_width": np.array([observation.gripper_width], dtype=np.float32),
        "joints": observation.joints.astype(np.float32),
    }
    for camera in observation.cameras:
        values[f"{camera.name}_colour"] = camera.colour
        values[f"{camera.name}_depth"] = camera.depth
    return values


def _observation_space(rig: RigConfig) -> spaces.Space[Any]:
    parts: dict[str, spaces.Space[Any]] = {
        "ee_pose": spaces.Box(-2.0, 2.0, (7,), np.float32),
        "gripper_width": spaces.Box(0.0, 0.1, (1,), np.float32),
        "joints": spaces.Box(-4.0, 4.0, (7,), np.float32),
    }
    for view in rig.viewpoints:
        width, height = view.size
        parts[f"{view.name}_colour"] = spaces.Box(0, 255, (height, width, 3), np.uint8)
        parts[f"{view.name}_depth"] = spaces.Box(0.0, 20.0, (height, width), np.float32)
    return spaces.Dict(parts)


def register() -> None:
    """Make the environments known to `gymnasium.make`."""
    for name, task in IDS.items():
        gymnasium.register(
            name, entry_point="sims.env:VoxfieldEnv", kwargs={"task": task}
        )


register()
