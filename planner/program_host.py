"""What a running program asks of the world, answered: the pipeline's own host.

It looks through perception's eyes, turns each tick of a sub-task into motion and
reports what happens as events.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from perception.errors import PerceptionError
from perception.grounding import ground
from perception.scene import Object3D
from planner.errors import (
    GraspFailedError,
    NoAnswerError,
    NotReachedError,
    TimeLimitError,
    UnknownObjectError,
)
from planner.events import (
    Event,
    LineResult,
    Said,
    SceneSeen,
    SubTaskStarted,
)
from planner.language.host import ExecuteCall, HandState
from planner.language.memory import Memory
from planner.map_summary import summarise
from planner.motion.arm_model import ArmModel
from planner.motion.config import MotionConfig
from planner.motion.plan import MotionRequest
from planner.motion.push_task import PushTask
from planner.motion.subtask import SubTask
from planner.mover import Mover
from planner.value_maps import VoxelGrid
from planner.world import LiveWorld, PreviewWorld, Situation, World


@dataclass(frozen=True, slots=True)
class PipelineConfig:
    """Settings of the flow.

    Attributes:
        grid: Workspace box and resolution of the value maps.
        motion: Settings of the planner.
        arm: Geometry of the arm.
        replan_period: Time between observations the plans count on, [s].
        max_seconds: Longest episode, by the observations' clock, [s].
        preview_ticks: Most motions of a preview: a loop that waits for something
            to change would never end there.
        answer_seconds: Time a person has to answer a question, [s].
        memories: Sessions whose programs' memory is kept.
        memory_seconds: After which a memory nobody used is forgotten, [s].
    """

    grid: VoxelGrid = field(default_factory=VoxelGrid)
    motion: MotionConfig = field(default_factory=MotionConfig)
    arm: ArmModel = field(default_factory=ArmModel.panda)
    replan_period: float = 0.1
    max_seconds: float = 120.0
    preview_ticks: int = 200
    answer_seconds: float = 120.0
    memories: int = 256
    memory_seconds: float = 86_400.0


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The person of a session, as its programs meet them one after the other.

    Attributes:
        ask: Takes a question and what lets time pass at rest, and returns the
            answer or raises `NoAnswerError`; None where nobody can be asked.
        memory: What they told the programs before.
    """

    ask: Callable[[str, Callable[[], None]], str] | None = None
    memory: Memory = field(default_factory=Memory)


class PipelineHost:
    """What a running program can ask of the world (`ProgramHost`)."""

    def __init__(
        self,
        config: PipelineConfig,
        world: LiveWorld | PreviewWorld,
        emit: Callable[[Event], None],
        rates: list[float],
        dialogue: Dialogue | None = None,
    ):
        self._config = config
        self._world: World = world
        self._emit = emit
        self._rates = rates
        self._dialogue = dialogue or Dialogue()
        self._begin = world.now.measured.time
        self._index = -1
        self._subtask: SubTask | PushTask = SubTask(config.arm, config.motion)
        self._carrying = False
        self._mover = Mover(config.motion, world, emit)
        self._moving = False
        self._returned = time.perf_counter()

    @property
    def grid(self) -> VoxelGrid:
        """Grid of the maps."""
        return self._config.grid

    def detect(self, phrase: str) -> tuple[Object3D, ...]:
        """Return what a phrase names, best match first."""
        scene = self._world.now.scene
        try:
            return ground(scene, phrase)
        except PerceptionError as error:
            raise UnknownObjectError(str(error), phrase, scene.names) from error

    def hand(self) -> HandState:
        """Return where the hand is and what its fingers do."""
        measured = self._world.now.measured
        asked = (
            self._mover.planned.width_at(measured.time)
            if self._mover.planned is not None
            else measured.gripper_width
        )
        open_ = asked > 0.5 * self._config.arm.max_width
        return HandState(
            position=measured.T_world_ee.position,
            wxyz=measured.T_world_ee.wxyz,
            gripper_open=open_,
            holding=not open_ and measured.gripper_width > asked + 0.004,
        )

    def table_height(self) -> float:
        """Return z of the supporting plane, in [m]."""
        return self._world.now.scene.table_height

    @property
    def memory(self) -> Memory:
        """What programs of this session remember."""
        return self._dialogue.memory

    def ask(self, text: str) -> str:
        """Return what the person answers; the arm holds still meanwhile.

        Raises:
            NoAnswerError: Nobody can be asked, or nobody answered.
        """
        if self._dialogue.ask is None:
            raise NoAnswerError(text)
        answer = self._dialogue.ask(text, self.hold)
        while not self.at_rest:
            self.hold()
        return answer

    @property
    def moving(self) -> bool:
        """Whether a sub-task is under way."""
        return self._moving

    @property
    def has_moved(self) -> bool:
        """Whether any motion was begun, in a preview too."""
        return self._index >= 0 or self._mover.segments > 0

    @property
    def at_rest(self) -> bool:
        """Whether a motion that `hold` braked has ended."""
        return self._mover.at_rest

    def hold(self) -> None:
        """Brake and stay for one control period; it does not count as time used."""
        passed = self._mover.hold(max(self._index, 0))
        self._begin += passed
        self._subtask.delay(passed)
        self._returned = time.perf_counter()

    def say(self, text: str) -> None:
        """Pass a sentence on to the person."""
        self._emit(Said(text))

    def line(self, line: int, text: str) -> None:
        """Note what a line of the program came to."""
        self._emit(LineResult(line, text))

    def step(self, call: ExecuteCall) -> bool:
        """Advance a sub-task by one control period; True once it is finished."""
        done = True  # so it is where an error ends it
        try:
            done = self._advance(call)
        finally:
            self._moving = not done
        return done

    def _advance(self, call: ExecuteCall) -> bool:
        program_seconds = time.perf_counter() - self._returned
        now = self._world.now
        self._check_time(now)
        if call.index != self._index:
            self._carrying = False
        movable = self._movable(call.movable, now)
        if call.index != self._index:
            self._start(call, movable)
        if self._mover.give_way(call.index, {"program": program_seconds}):
            self._returned = time.perf_counter()
            return False
        start = time.perf_counter()
        try:
            tick = self._subtask.tick(self._request(call, movable), now.measured)
        except NotReachedError:
            # What comes next begins where the arm is, not where it was sent.
            self._mover.relent()
            raise
        seconds = {"program": program_seconds, "plan": time.perf_counter() - start}
        if isinstance(self._world, LiveWorld):
            seconds["perceive"] = self._world.perceive_seconds
            self._rates.append(sum(seconds.values()))
        self._mover.planned = tick.trajectory
        if not tick.done:
            self._mover.send(tick.path_world, self._index, seconds)
        self._returned = time.perf_counter()
        return tick.done

    def wait(self) -> float:
        """Hold still for one control period; return how long that took, [s]."""
        before = self._world.now
        self._check_time(before)
        seconds = {"program": time.perf_counter() - self._returned}
        self._mover.stay(max(self._index, 0), seconds)
        self._returned = time.perf_counter()
        return self._world.now.measured.time - before.measured.time

    def _request(self, call: ExecuteCall, movable: Object3D | None) -> MotionRequest:
        return MotionRequest(
            maps=call.maps,
            scene=self._world.now.scene,
            state=self._mover.state(),
            movable=movable,
            grid=self._config.grid,
        )

    def _check_time(self, now: Situation) -> None:
        passed = now.measured.time - self._begin
        if passed > self._config.max_seconds:
            raise TimeLimitError(
                f"not finished after {passed:.0f} s; at most "
                f"{self._config.max_seconds:.0f} s are given to an instruction"
            )
        preview = isinstance(self._world, PreviewWorld)
        if preview and self._mover.segments > self._config.preview_ticks:
            raise NotReachedError(
                f"the preview did not end after {self._mover.segments} motions; the "
                "program waits for something that only a real motion can change"
            )

    def _start(self, call: ExecuteCall, movable: Object3D | None) -> None:
        """Begin a sub-task: what is to move and is not held is pushed."""
        self._index = call.index
        self._carrying = movable is not None and movable.held
        pushed = movable is not None and not movable.held
        kind = PushTask if pushed else SubTask
        self._subtask = kind(self._config.arm, self._config.motion)
        self._emit(SceneSeen(self._world.now.scene))
        self._emit(
            SubTaskStarted(
                index=call.index,
                line=call.line,
                movable=call.movable,
                maps=call.maps,
                summaries=summarise(call.maps, self._config.grid),
            )
        )

    def _movable(self, name: str, now: Situation) -> Object3D | None:
        """Return the object that shall move; None for the hand."""
        if name == "gripper":
            return None
        found = self.detect(name)[0]
        movable = next(o for o in now.scene.objects if o.id == found.id)
        if self._carrying and not movable.held:
            raise GraspFailedError(
                f"'{movable.name}' slipped out of the hand; grasp it again"
            )
        return movable
