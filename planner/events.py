"""What the pipeline reports while it works; the service sends the same on."""

from dataclasses import dataclass, field

import numpy as np

from perception.scene import Scene
from planner.trajectory import Trajectory
from planner.value_maps import MapSet, MapSummary


@dataclass(frozen=True, slots=True, eq=False)
class SceneSeen:
    """What is seen, at the start and whenever a sub-task begins."""

    scene: Scene


@dataclass(frozen=True, slots=True)
class ProgramWritten:
    """The program that will run.

    Attributes:
        source: Its text.
        backend: Which writer wrote it.
        cached: Whether it came from the cache.
        seconds: What writing and checking took.
    """

    source: str
    backend: str
    cached: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class LineResult:
    """What a line of the program came to.

    Attributes:
        line: 1 and up.
        text: One short sentence.
    """

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class SubTaskStarted:
    """A call of `execute` begins.

    Attributes:
        index: 0 and up within the program.
        line: Of the program.
        movable: What moves: `gripper`, or an object's name.
        maps: The recipes, as first evaluated.
        summaries: One a map.
    """

    index: int
    line: int
    movable: str
    maps: MapSet
    summaries: tuple[MapSummary, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SegmentPlanned:
    """Motion that replaces what was sent before.

    Attributes:
        id: Grows by one a segment.
        subtask: Index of the sub-task it belongs to.
        trajectory: Its first time is the instant from which it replaces the
            previous segment.
        expires: Time after which it must not be followed, [s].
        path_world: (n, 3) the whole path to the goal, for display.
        scene_revision: Of the scene it was planned in.
        stage_seconds: What each stage took: perceive, program, map, plan.
    """

    id: int
    subtask: int
    trajectory: Trajectory
    expires: float
    path_world: np.ndarray
    scene_revision: int
    stage_seconds: dict[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True)
class Said:
    """The program says something to the person."""

    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How it ended; always the last event.

    Attributes:
        success: Whether every sub-task was carried out, as far as the planner
            can see.
        stage: Where it failed: perceive, understand, program, map, plan, grasp,
            execute, time; empty on success.
        reason: Constant in capitals; `OK` on success.
        message: One sentence.
        replan_hz: Plans a second of planning time, median; 0 if none was made.
    """

    success: bool
    stage: str
    reason: str
    message: str
    replan_hz: float = 0.0


Event = (
    SceneSeen
    | ProgramWritten
    | LineResult
    | SubTaskStarted
    | SegmentPlanned
    | Said
    | Verdict
)
