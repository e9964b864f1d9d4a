"""What the pipeline reports while it works; the service sends the same on."""

from dataclasses import dataclass, field

import numpy as np

from perception.scene import Scene
from planner.language.backend import Usage
from planner.map_summary import MapSummary
from planner.trajectory import Trajectory
from planner.value_maps import MapSet


@dataclass(frozen=True, slots=True, eq=False)
class SceneSeen:
    """What is seen, at the start and whenever a sub-task begins."""

    scene: Scene


@dataclass(frozen=True, slots=True)
class ProgramWriting:
    """The program while it is written.

    Attributes:
        text: All of it so far, as the model writes it, so that each replaces the
            one before.
    """

    text: str


@dataclass(frozen=True, slots=True)
class ProgramWritten:
    """The program that will run.

    Attributes:
        source: Its text.
        backend: Which writer wrote it.
        cached: Whether it came from the cache.
        seconds: What writing and checking took.
        usage: What all the answers took that led to it.
    """

    source: str
    backend: str
    cached: bool
    seconds: float
    usage: Usage = field(default_factory=Usage)


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
        holding: Whether the program waits, for an answer or paused; the motion then
            brakes and holds.
    """

    id: int
    subtask: int
    trajectory: Trajectory
    expires: float
    path_world: np.ndarray
    scene_revision: int
    stage_seconds: dict[str, float] = field(default_factory=dict[str, float])
    holding: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """The program says something to the person."""

    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The program asks the person something and waits.

    Attributes:
        id: 1 and up within the session.
        text: The question.
        time_limit: Given to answer, [s].
    """

    id: int
    text: str
    time_limit: float


@dataclass(frozen=True, slots=True)
class Paused:
    """The program was paused and waits before a call.

    Attributes:
        line: Of the program, 1 and up; 0 if unknown.
        call: What it is about to call.
        moving: Whether it is in the middle of a sub-task.
    """

    line: int
    call: str
    moving: bool


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
        usage: What all that was written took: the program, what it was mended for
            while it ran, the parts it asked for. Nothing where no program came of it.
    """

    success: bool
    stage: str
    reason: str
    message: str
    replan_hz: float = 0.0
    usage: Usage = field(default_factory=Usage)


Event = (
    SceneSeen
    | ProgramWriting
    | ProgramWritten
    | LineResult
    | SubTaskStarted
    | SegmentPlanned
    | Said
    | Asked
    | Paused
    | Verdict
)
