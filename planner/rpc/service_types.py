"""What the service needs of a pipeline; the real one and the tests' both fit."""

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

import grpc
from google.protobuf.message import Message

from perception.observation import Observation
from planner.events import Event
from planner.execution.arm import Sent
from planner.stepping import Control
from planner.value_maps import VoxelGrid


@runtime_checkable
class PipelineInfo(Protocol):
    """What a pipeline is made of, and its limits."""

    @property
    def version(self) -> str:
        """Of the software."""
        ...

    @property
    def language(self) -> str:
        """Who writes the programs."""
        ...

    @property
    def perception(self) -> str:
        """Who finds the objects."""
        ...

    @property
    def max_speed(self) -> float:
        """Of the hand, [m/s]."""
        ...

    @property
    def max_acceleration(self) -> float:
        """Of the hand, [m/s^2]."""
        ...

    @property
    def grid(self) -> VoxelGrid:
        """The workspace and its voxels."""
        ...

    @property
    def replan_period(self) -> float:
        """Time between observations it is made for, [s]."""
        ...


@runtime_checkable
class Session(Protocol):
    """An instruction being carried out.

    `stream` and `report` may block; the others may not, and come from any thread.
    """

    def stream(self, observation: Observation) -> Iterator[Event]:
        """Yield what one observation leads to; ends in a segment or the verdict."""
        ...

    def report(self, segment_id: int, sent: Sent) -> None:
        """Take in what was really sent to the arm of a segment."""
        ...

    def answer(self, question_id: int, text: str) -> None:
        """Take the answer to a question."""
        ...

    def decline(self, question_id: int, why: str) -> None:
        """Take in that nobody answers a question."""
        ...

    def control(self, control: Control) -> None:
        """Pause the program, let one call go on, or resume it."""
        ...

    def close(self) -> None:
        """Give everything back, soon; harmless if it is closed."""
        ...


@runtime_checkable
class Pipeline(Protocol):
    """Words and pixels to motion; safe to call from several threads."""

    def plan(
        self,
        instruction: str,
        observation: Observation,
        *,
        seed: int = 0,
        session_id: str = "",
    ) -> Iterator[Event]:
        """Plan without moving; the last event is the verdict."""
        ...

    def open(self, instruction: str, *, seed: int = 0, session_id: str = "") -> Session:
        """Begin to carry an instruction out."""
        ...

    def info(self) -> PipelineInfo:
        """Return what the pipeline is made of."""
        ...


@runtime_checkable
class Context(Protocol):
    """The part of grpc's servicer context that is used.

    The context at run time is a compiled class that grpc's own abstract class
    does not know, hence this one.
    """

    async def write(self, message: Message) -> None:
        """Send a message of the stream."""
        ...

    async def abort(
        self,
        code: grpc.StatusCode,
        details: str = "",
        trailing_metadata: tuple[tuple[str, bytes], ...] = (),
    ) -> None:
        """End the call with an error."""
        ...
