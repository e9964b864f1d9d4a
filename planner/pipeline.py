"""The whole flow, composed: instruction and observations in, events out."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version

from perception.observation import Observation
from perception.perceiver import Perceiver
from planner.events import Event
from planner.instruction import sentence_of
from planner.language.sandbox import Sandbox
from planner.language.writer import Writer
from planner.memories import Memories
from planner.program_host import PipelineConfig
from planner.session import Session, Task
from planner.value_maps import VoxelGrid


@dataclass(frozen=True, slots=True)
class PipelineInfo:
    """What a client may want to know before it asks for anything.

    Attributes:
        version: Of the distribution.
        language: The writer's backend.
        perception: The perceiver.
        max_speed: Where the velocity map says 1, [m/s].
        max_acceleration: [m/s^2].
        grid: Workspace box and resolution of the maps.
        replan_period: [s].
    """

    version: str
    language: str
    perception: str
    max_speed: float
    max_acceleration: float
    grid: VoxelGrid
    replan_period: float


class Pipeline:
    """Instruction and observations in, motion out. Thread-safe."""

    def __init__(
        self,
        perceiver: Perceiver,
        writer: Writer,
        sandbox: Sandbox,
        config: PipelineConfig | None = None,
    ):
        self._perceiver = perceiver
        self._writer = writer
        self._sandbox = sandbox
        self._config = config = config or PipelineConfig()
        self._memories = Memories(
            config.memories, config.memory_seconds, time.monotonic
        )

    def info(self) -> PipelineInfo:
        """Return versions, backends and limits."""
        config = self._config
        return PipelineInfo(
            version=version("voxfield"),
            language=self._writer.backend,
            perception=self._perceiver.name,
            max_speed=config.motion.max_speed,
            max_acceleration=config.motion.max_acceleration,
            grid=config.grid,
            replan_period=config.replan_period,
        )

    def open(self, instruction: str, *, seed: int = 0, session_id: str = "") -> Session:
        """Begin to carry out an instruction.

        Args:
            instruction: What to do, in words.
            seed: Of everything random.
            session_id: Whose memory the program reads and writes; empty for none.

        Raises:
            EmptyInstructionError: There are no words in it.
            InvalidRequestError: It, or the session id, is too long.
        """
        return self._session(instruction, seed, session_id, preview=False)

    def plan(
        self,
        instruction: str,
        observation: Observation,
        *,
        seed: int = 0,
        session_id: str = "",
    ) -> Iterator[Event]:
        """Yield what would happen, a verdict last; nothing moves.

        Raises:
            EmptyInstructionError: There are no words in it.
            InvalidRequestError: It, or the session id, is too long.
        """
        session = self._session(instruction, seed, session_id, preview=True)
        return _preview(session, observation)

    def _session(
        self, instruction: str, seed: int, session_id: str, *, preview: bool
    ) -> Session:
        # The planner is deterministic today; the seed reaches what samples.
        del seed
        task = Task(
            sentence_of(instruction),
            self._perceiver,
            self._writer,
            self._sandbox,
            self._config,
            self._memories.of(session_id),
        )
        return Session(task, preview=preview)


def _preview(session: Session, observation: Observation) -> Iterator[Event]:
    try:
        yield from session.stream(observation)
    finally:
        session.close()
