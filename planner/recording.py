"""Collects an episode while it runs.

A `Recorder` listens to the closed loop and keeps little of much: points, pictures
and maps are thinned as they come in, so that a long episode stays small.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from perception.observation import Camera, Observation
from perception.scene import Object3D, Scene
from planner.events import (
    Event,
    LineResult,
    ProgramWritten,
    Said,
    SceneSeen,
    SegmentPlanned,
    SubTaskStarted,
    Verdict,
)
from planner.execution.arm import Sent
from planner.map_reading import rasterise
from planner.record import (
    HandTrack,
    Layer,
    LineNote,
    Moment,
    Recording,
    SeenObject,
    SubTaskRecord,
    View,
)
from planner.value_maps import Kind, MapSet, VoxelGrid

Fetch = Callable[[int, Kind], np.ndarray | None]


@dataclass(frozen=True, slots=True)
class RecorderConfig:
    """How much is kept.

    Attributes:
        grid: The box that the value maps span; their resolution may be another.
        layer_voxels: Most voxels of a kept map along an axis.
        layered_subtasks: Most sub-tasks whose maps are kept.
        moments: Most instants whose pictures are kept; the last one always is.
        picture_width: Most columns of a kept picture, [px].
        object_points: Most points of an object.
        scene_points: Most points of what is around.
    """

    grid: VoxelGrid = field(default_factory=VoxelGrid)
    layer_voxels: int = 50
    layered_subtasks: int = 16
    moments: int = 16
    picture_width: int = 480
    object_points: int = 600
    scene_points: int = 4000


class Recorder:
    """Collects one episode: give `listen` to the loop, and `sent` as `on_sent`.

    Args:
        instruction: What was asked for.
        fetch: Returns a sub-task's map over the box, or None where it has none; by
            default the recipes that came with the event are rasterised.
        config: How much is kept.
    """

    def __init__(
        self,
        instruction: str,
        fetch: Fetch | None = None,
        config: RecorderConfig | None = None,
    ):
        self._instruction = instruction
        self._fetch = fetch
        self._config = config or RecorderConfig()
        self._program: ProgramWritten | None = None
        self._lines: dict[int, LineNote] = {}
        self._subtasks: list[SubTaskRecord] = []
        self._moments: list[Moment] = []
        self._hand: list[tuple[float, np.ndarray, float]] = []
        self._said: list[str] = []
        self._stage_seconds: dict[str, list[float]] = {}
        self._clipped: Counter[str] = Counter()
        self._verdict: Verdict | None = None

    def listen(self, observation: Observation, events: Sequence[Event]) -> None:
        """Take in an observation and what it led to."""
        pose, width = observation.T_world_ee, observation.gripper_width
        self._hand.append((observation.time, pose.position, width))
        if not self._moments:
            self._keep_moment(observation, None)
        for event in events:
            self._take(observation, event)

    def sent(self, sent: Sent) -> None:
        """Take in what really went to the arm."""
        self._clipped.update(sent.clipped)

    @property
    def recording(self) -> Recording:
        """Everything so far."""
        grid = self._config.grid
        begin = self._hand[0][0] if self._hand else 0.0
        hand = HandTrack(
            time=np.array([time - begin for time, _, _ in self._hand]),
            p_world=np.array([p for _, p, _ in self._hand]).reshape(-1, 3),
            width=np.array([width for _, _, width in self._hand]),
        )
        stages = {name: tuple(each) for name, each in self._stage_seconds.items()}
        return Recording(
            instruction=self._instruction,
            program=self._program,
            lines=dict(sorted(self._lines.items())),
            subtasks=tuple(self._subtasks),
            moments=tuple(self._moments),
            hand=hand,
            said=tuple(self._said),
            stage_seconds=stages,
            clipped=dict(self._clipped),
            verdict=self._verdict,
            box=np.array([grid.lower, grid.upper]),
        )

    def _take(self, observation: Observation, event: Event) -> None:
        match event:
            case SceneSeen(scene):
                self._keep_moment(observation, scene)
            case ProgramWritten():
                self._program = event
                self._lines.clear()  # those of a program that was mended
                self._time_stages({"write": event.seconds})
            case LineResult(line, text):
                before = self._lines.get(line)
                count = before.count if before else 0
                self._lines[line] = LineNote(text, count + 1)
            case SubTaskStarted():
                self._begin(observation, event)
            case SegmentPlanned() if not event.holding:
                self._planned(event)
            case Said(text):
                self._said.append(text)
            case Verdict():
                self._verdict = event
                self._keep_moment(observation, None)
            case _:
                pass

    def _since_begin(self, observation: Observation) -> float:
        return observation.time - self._hand[0][0]

    def _keep_moment(self, observation: Observation, scene: Scene | None) -> None:
        """Keep an instant once; a scene adds to what was kept without one."""
        time = self._since_begin(observation)
        if self._moments and self._moments[-1].time == time:
            if scene is None:
                return
            self._moments.pop()
        elif len(self._moments) >= self._config.moments:
            self._moments.pop()
        self._moments.append(_moment(observation, scene, time, self._config))

    def _begin(self, observation: Observation, event: SubTaskStarted) -> None:
        self._keep_moment(observation, None)
        record = SubTaskRecord(
            index=event.index,
            line=event.line,
            movable=event.movable,
            summaries=event.summaries,
            start=self._since_begin(observation),
            moment=len(self._moments) - 1,
            layers=self._layers(event),
        )
        self._subtasks.append(record)

    def _layers(self, event: SubTaskStarted) -> tuple[Layer, ...]:
        if len(self._subtasks) >= self._config.layered_subtasks:
            return ()
        layers: list[Layer] = []
        for summary in event.summaries:
            if summary.kind == "rotation":  # quaternions are no field to draw
                continue
            if self._fetch is not None:
                values = self._fetch(event.index, summary.kind)
            else:
                values = _rasterised(event.maps, summary.kind, self._config.grid)
            if values is not None:
                layers.append(thin_layer(summary.kind, values, self._config))
        return tuple(layers)

    def _planned(self, event: SegmentPlanned) -> None:
        self._time_stages(event.stage_seconds)
        for i in range(len(self._subtasks) - 1, -1, -1):
            record = self._subtasks[i]
            if record.index == event.subtask:
                self._subtasks[i] = replace(
                    record,
                    first_path=record.first_path if record.plans else event.path_world,
                    last_path=event.path_world,
                    plans=record.plans + 1,
                )
                return

    def _time_stages(self, seconds: Mapping[str, float]) -> None:
        for name, each in seconds.items():
            self._stage_seconds.setdefault(name, []).append(each)


def thin_layer(kind: Kind, values: np.ndarray, config: RecorderConfig) -> Layer:
    """Return a map of the config's box with few voxels that hides no exception."""
    lower = np.array(config.grid.lower)
    size = (np.array(config.grid.upper) - lower) / values.shape
    # The most frequent value, from a sample: sorting a million is slow.
    sample = values.ravel()[:: 1 + values.size // 20_000]
    found, counts = np.unique(sample, return_counts=True)
    layer = Layer(kind, float(found[counts.argmax()]), values, lower, size)
    layer = layer.coarser(math.ceil(max(values.shape) / config.layer_voxels))
    return replace(layer, values=layer.values.astype(np.float16))


def _rasterised(maps: MapSet, kind: Kind, grid: VoxelGrid) -> np.ndarray | None:
    recipe = maps.layers().get(kind)
    return None if recipe is None else rasterise(recipe, grid)


def _moment(
    observation: Observation, scene: Scene | None, time: float, config: RecorderConfig
) -> Moment:
    views = tuple(_view(each, scene, config) for each in observation.cameras)
    if scene is None:
        return Moment(time, views)
    return Moment(
        time=time,
        views=views,
        objects=tuple(_seen(each, config) for each in scene.objects),
        points_world=_thin_points(scene.points_world, config.scene_points),
        table_height=scene.table_height,
    )


def _view(camera: Camera, scene: Scene | None, config: RecorderConfig) -> View:
    step = math.ceil(camera.colour.shape[1] / config.picture_width)
    mask = scene.masks.get(camera.name) if scene is not None else None
    if mask is None:
        mask = np.zeros(camera.colour.shape[:2], np.int32)
    return View(
        camera.name, camera.colour[::step, ::step].copy(), mask[::step, ::step].copy()
    )


def _seen(thing: Object3D, config: RecorderConfig) -> SeenObject:
    points = _thin_points(thing.points_world, config.object_points)
    return SeenObject(thing.id, thing.name, thing.colour, points)


def _thin_points(points: np.ndarray, most: int) -> np.ndarray:
    step = max(1, math.ceil(len(points) / most))
    return points[::step].astype(np.float32)
