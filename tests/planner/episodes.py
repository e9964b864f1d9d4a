"""A small episode made by hand, for the tests of what people see of one."""

import numpy as np

from perception.frames import Pose
from perception.observation import Camera, Intrinsics, Observation
from perception.scene import Object3D, Scene
from planner.events import (
    LineResult,
    ProgramWritten,
    Said,
    SceneSeen,
    SegmentPlanned,
    SubTaskStarted,
    Verdict,
)
from planner.map_summary import MapSummary
from planner.recording import Recorder, RecorderConfig
from planner.trajectory import Trajectory
from planner.value_maps import MapSet, Near, Recipe, VoxelGrid

GRID = VoxelGrid()
SOURCE = (
    'block = detect("red block")  # a < b & c\n'
    "while not is_holding():\n"
    '    execute("gripper", over_block)\n'
)
NAMES = ("red block", "blue bowl")
DOWN = np.array([0.0, 1.0, 0.0, 0.0])


def observation(time: float) -> Observation:
    colour = np.full((48, 64, 3), 200, np.uint8)
    camera = Camera(
        "front",
        colour,
        np.ones((48, 64), np.float32),
        Intrinsics(60.0, 60.0, 32.0, 24.0),
        Pose.identity(),
    )
    hand = Pose(np.array([0.4 + 0.1 * time, 0.0, 0.3]), DOWN)
    return Observation((camera,), hand, 0.08, np.zeros(7), 100.0 + time)


def scene(time: float) -> Scene:
    rng = np.random.default_rng(0)
    mask = np.zeros((48, 64), np.int32)
    objects: list[Object3D] = []
    for i, name in enumerate(NAMES, start=1):
        corner = np.array([0.4 + 0.1 * i, 0.0, 0.0])
        points = corner + rng.uniform(0.0, 0.04, (900, 3))
        mask[20:26, 12 * i : 12 * i + 6] = i
        colour, shape = name.split()
        up = np.array([0.0, 0.0, 1.0])
        objects.append(
            Object3D(i, name, colour, shape, points, up, 0.0, np.full(3, 0.04))
        )
    return Scene(
        objects=tuple(objects),
        points_world=np.concatenate([each.points_world for each in objects]),
        table_height=0.0,
        time=100.0 + time,
        masks={"front": mask},
    )


def maps() -> MapSet:
    cell = np.array([[51, 51, 51]])  # one voxel that thinning must not lose
    return MapSet(
        affordance=Recipe(0.0, (Near.of(cell, 0.0, 1.0),)),
        avoidance=Recipe(0.0, (Near.of(cell + 20, 0.1, 0.5), Near.of(cell, 0.05, 1.0))),
    )


def started(index: int) -> SubTaskStarted:
    summaries = tuple(
        MapSummary(kind, 0.0, 1.0, GRID.shape) for kind in ("affordance", "avoidance")
    )
    return SubTaskStarted(index, 3, "gripper", maps(), summaries)


def segment(number: int, subtask: int, time: float) -> SegmentPlanned:
    path = np.linspace([0.4 + 0.1 * time, 0.0, 0.3], [0.5, 0.0, 0.02], 20)
    trajectory = Trajectory(
        time=np.array([100.0 + time, 101.0 + time]),
        p_world=path[[0, -1]],
        velocity=np.zeros((2, 3)),
        wxyz=np.stack([DOWN, DOWN]),
        gripper_width=np.full(2, 0.08),
    )
    seconds = {"perceive": 0.02, "plan": 0.01 * (1 + number)}
    return SegmentPlanned(
        number, subtask, trajectory, 102.0 + time, path, 1, stage_seconds=seconds
    )


def record(verdict: Verdict, config: RecorderConfig | None = None) -> Recorder:
    """Return a recorder that has heard an episode of two sub-tasks."""
    recorder = Recorder("put the <red> block in the bowl", config=config)
    recorder.listen(
        observation(0.0),
        [
            SceneSeen(scene(0.0)),
            ProgramWritten(SOURCE, "scripted", cached=False, seconds=0.25),
            LineResult(1, "'red block' is red block"),
            Said("on my way"),
            SceneSeen(scene(0.0)),
            started(0),
            segment(0, 0, 0.0),
        ],
    )
    recorder.listen(observation(0.1), [segment(1, 0, 0.1)])
    recorder.listen(
        observation(0.2),
        [
            LineResult(3, "done"),
            SceneSeen(scene(0.2)),
            started(1),
            segment(2, 1, 0.2),
        ],
    )
    recorder.listen(observation(0.3), [LineResult(3, "done again"), verdict])
    return recorder
