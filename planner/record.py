"""What is kept of an episode, and its facts as JSON.

World points are in [m]; times are in [s] since the episode began.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from planner.events import ProgramWritten, Verdict
from planner.map_summary import MapSummary
from planner.value_maps import Kind


@dataclass(frozen=True, slots=True)
class LineNote:
    """What a line came to the last time it ran.

    Attributes:
        text: One sentence.
        count: How often it ran.
    """

    text: str
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A value map, thinned.

    Attributes:
        kind: Which of the five.
        default: The value almost everywhere.
        values: (a, b, c); where voxels were merged, the value farthest from the
            default.
        lower: (3,) lowest corner of the first voxel, [m].
        voxel_size: (3,) [m].
    """

    kind: Kind
    default: float
    values: np.ndarray
    lower: np.ndarray
    voxel_size: np.ndarray

    def coarser(self, merge: int) -> "Layer":
        """Return the layer with `merge` voxels along each axis made one."""
        if merge <= 1:
            return self
        padding = [(0, -n % merge) for n in self.values.shape]
        padded = np.pad(self.values, padding, constant_values=self.default)
        a, b, c = (n // merge for n in padded.shape)
        cubes = padded.reshape(a, merge, b, merge, c, merge)
        cubes = cubes.transpose(0, 2, 4, 1, 3, 5).reshape(a, b, c, merge**3)
        farthest = np.abs(cubes - self.default).argmax(axis=-1)[..., None]
        values = np.take_along_axis(cubes, farthest, axis=-1)[..., 0]
        return replace(self, values=values, voxel_size=self.voxel_size * merge)


@dataclass(frozen=True, slots=True, eq=False)
class SubTaskRecord:
    """A call of `execute`.

    Attributes:
        index: 0 and up.
        line: Of the program.
        movable: What moved: `gripper`, or an object's name.
        summaries: One a map.
        start: When it began, [s] since the episode did.
        moment: Index of the instant it began at, among those kept.
        layers: The maps kept.
        first_path: (n, 3) as planned at its start, [m].
        last_path: (n, 3) as planned last, [m].
        plans: How often it was planned.
    """

    index: int
    line: int
    movable: str
    summaries: tuple[MapSummary, ...]
    start: float
    moment: int
    layers: tuple[Layer, ...] = ()
    first_path: np.ndarray = field(default_factory=lambda: np.zeros((0, 3)))
    last_path: np.ndarray = field(default_factory=lambda: np.zeros((0, 3)))
    plans: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A camera's picture and what was found in it.

    Attributes:
        name: Of the camera.
        colour: (h, w, 3) uint8.
        mask: (h, w) int32 ids of objects, 0 for none.
    """

    name: str
    colour: np.ndarray
    mask: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class SeenObject:
    """An object as it was at a moment.

    Attributes:
        id: As in the masks.
        name: Unique at that moment.
        colour: Colour word.
        points_world: (n, 3) [m].
    """

    id: int
    name: str
    colour: str
    points_world: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What was seen at one instant.

    Attributes:
        time: [s] since the episode began.
        views: One a camera.
        objects: What had a name.
        points_world: (n, 3) all surfaces, [m].
        table_height: z of the table, [m].
    """

    time: float
    views: tuple[View, ...]
    objects: tuple[SeenObject, ...] = ()
    points_world: np.ndarray = field(default_factory=lambda: np.zeros((0, 3)))
    table_height: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class HandTrack:
    """Where the hand was at each observation; `n` of them.

    Attributes:
        time: (n,) [s] since the episode began.
        p_world: (n, 3) [m].
        width: (n,) distance between the fingers, [m].
    """

    time: np.ndarray
    p_world: np.ndarray
    width: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """An episode.

    Attributes:
        instruction: What was asked for.
        program: What was written, if it came to that.
        lines: What each line came to.
        subtasks: In order.
        moments: In order of time.
        hand: The path really taken.
        said: What the program told the person.
        stage_seconds: Every plan's time, by stage.
        clipped: How often the safety filter said each of its sentences.
        verdict: The planner's; None if the episode was cut off.
        box: Lowest and highest corner of the workspace, (2, 3), [m].
    """

    instruction: str
    program: ProgramWritten | None
    lines: Mapping[int, LineNote]
    subtasks: tuple[SubTaskRecord, ...]
    moments: tuple[Moment, ...]
    hand: HandTrack
    said: tuple[str, ...]
    stage_seconds: Mapping[str, tuple[float, ...]]
    clipped: Mapping[str, int]
    verdict: Verdict | None
    box: np.ndarray

    @property
    def seconds(self) -> float:
        """How long it took on the arm's clock."""
        return float(self.hand.time[-1]) if len(self.hand.time) else 0.0


@dataclass(frozen=True, slots=True)
class EpisodeFacts:
    """What the caller knows of an episode and the planner does not.

    Attributes:
        success: As judged from the world's state; None if nothing judges.
        perception: Name of the perceiver.
        language: Name of the writer's backend.
        seed: Of the world.
        task: Name of the task, if there is one.
        stage: Where it failed as judged; empty on success.
        reason: Constant in capitals that says why.
        versions: Of what ran, by name.
        milestones: Steps on the way, and whether each was reached.
    """

    success: bool | None
    perception: str
    language: str
    seed: int
    task: str = ""
    stage: str = ""
    reason: str = ""
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    milestones: Mapping[str, bool] = field(default_factory=dict[str, bool])

    @property
    def outcome(self) -> str:
        """One word: succeeded, failed, or unjudged."""
        if self.success is None:
            return "unjudged"
        return "succeeded" if self.success else "failed"


@dataclass(frozen=True, slots=True)
class StageTiming:
    """What a stage took.

    Attributes:
        median_ms: [ms].
        p95_ms: [ms].
        share: Of the whole planning time, 0 to 1.
    """

    median_ms: float
    p95_ms: float
    share: float


def timings(recording: Recording) -> dict[str, StageTiming]:
    """Return what each stage took, in order of their first appearance."""
    whole = sum(sum(each) for each in recording.stage_seconds.values()) or 1.0
    return {
        name: StageTiming(
            median_ms=1e3 * float(np.median(each)),
            p95_ms=1e3 * float(np.percentile(each, 95)),
            share=sum(each) / whole,
        )
        for name, each in recording.stage_seconds.items()
    }


def episode_json(recording: Recording, facts: EpisodeFacts) -> dict[str, Any]:
    """Return the episode's facts, ready for `json.dumps`."""
    verdict, program = recording.verdict, recording.program
    return {
        "success": facts.success,
        "instruction": recording.instruction,
        "stage": facts.stage,
        "reason": facts.reason,
        "task": facts.task,
        "seed": facts.seed,
        "perception": facts.perception,
        "language": facts.language,
        "verdict": asdict(verdict) if verdict else None,
        "replan_hz": verdict.replan_hz if verdict else 0.0,
        "seconds": recording.seconds,
        "observations": len(recording.hand.time),
        "program": asdict(program) if program else None,
        "lines": {str(line): asdict(note) for line, note in recording.lines.items()},
        "sub_tasks": [_subtask_json(each) for each in recording.subtasks],
        "stages": {name: asdict(each) for name, each in timings(recording).items()},
        "said": list(recording.said),
        "clipped": dict(recording.clipped),
        "milestones": dict(facts.milestones),
        "versions": dict(facts.versions),
    }


def _subtask_json(record: SubTaskRecord) -> dict[str, Any]:
    steps = np.diff(record.first_path, axis=0)
    return {
        "index": record.index,
        "line": record.line,
        "movable": record.movable,
        "start_s": record.start,
        "plans": record.plans,
        "path_m": float(np.linalg.norm(steps, axis=1).sum()),
        "maps": {
            each.kind: {"minimum": each.minimum, "maximum": each.maximum}
            for each in record.summaries
        },
    }
