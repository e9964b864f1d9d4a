"""What the clients hand out: facts of the server, maps, and one kind of error."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

import grpc
import numpy as np

from planner.rpc.convert import vector_from_proto, vector_to_proto
from planner.rpc.convert_events import (
    KIND_OF,
    LAYERS,
    index_from_proto,
    index_to_proto,
)
from planner.rpc.status import info_in
from planner.rpc.v1 import geometry_pb2 as geometry
from planner.rpc.v1 import planner_pb2 as pb
from planner.value_maps import Index, Kind

# Where grpc itself gave up.
_REMEDIES: dict[grpc.StatusCode, str] = {
    grpc.StatusCode.UNAVAILABLE: (
        "start a server with `voxfield serve`, or check the address"
    ),
    grpc.StatusCode.DEADLINE_EXCEEDED: "give the client a longer timeout",
}


class PlannerRpcError(Exception):
    """A call that failed.

    Attributes:
        code: Canonical code.
        reason: Constant in capitals; the code's name if grpc itself gave up.
        stage: Where in the flow it arose; empty if grpc itself gave up.
        message: One sentence.
        metadata: The facts, as text.
    """

    def __init__(
        self, code: grpc.StatusCode, reason: str, message: str, metadata: dict[str, str]
    ):
        self.code = code
        self.reason = reason
        self.stage = metadata.get("stage", "")
        self.message = message
        self.metadata = metadata
        super().__init__(f"{reason}: {message}")

    def __reduce__(self):
        """Cross a process boundary whole."""
        return type(self), (self.code, self.reason, self.message, self.metadata)

    @classmethod
    def of(cls, error: grpc.RpcError) -> "PlannerRpcError":
        """Return what a failed call of grpc says."""
        # What grpc raises is a call too; its base class does not say so.
        call = cast("grpc.Call", error)
        trailers = cast("Iterable[tuple[str, str | bytes]]", call.trailing_metadata())
        info = info_in(trailers or ())
        code, said = call.code(), call.details() or ""
        if not info.reason and code in _REMEDIES:
            said = f"{said.rstrip('.')}; {_REMEDIES[code]}"
        return cls(code, info.reason or code.name, said, dict(info.metadata))


def nobody_serves(address: str, timeout: float) -> PlannerRpcError:
    """Return the error of an address where no server answers."""
    return PlannerRpcError(
        grpc.StatusCode.UNAVAILABLE,
        "NO_SERVER",
        f"no server answers at {address} within {timeout:g} s; start one with "
        "`voxfield serve`, or check the address",
        {"address": address},
    )


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What a server is and what it takes; SI units.

    Attributes:
        version: Of the software.
        api_version: Of the interface.
        language: Who writes the programs.
        perception: Who finds the objects.
        max_message_bytes: Largest message taken.
        max_sessions: Most plans and sessions at one time.
        active_sessions: Of them, running.
        max_pixels: Of an image.
        max_cameras: Of an observation.
        workspace: Lowest and highest corner of the box planned in, [m].
        grid: Voxels along x, y, z.
        max_speed: [m/s].
        max_acceleration: [m/s^2].
        replan_period: Time between observations it is made for, [s].
        idle_timeout: [s].
        session_limit: [s].
    """

    version: str
    api_version: str
    language: str
    perception: str
    max_message_bytes: int
    max_sessions: int
    active_sessions: int
    max_pixels: int
    max_cameras: int
    workspace: tuple[tuple[float, ...], tuple[float, ...]]
    grid: Index
    max_speed: float
    max_acceleration: float
    replan_period: float
    idle_timeout: float
    session_limit: float

    @classmethod
    def from_proto(cls, message: pb.GetServerInfoResponse) -> "ServerInfo":
        """Return a message's facts."""
        corners = (message.workspace_m.lower_m, message.workspace_m.upper_m)
        lower, upper = (tuple(vector_from_proto(c).tolist()) for c in corners)
        return cls(
            version=message.version,
            api_version=message.api_version,
            language=message.language_backend,
            perception=message.perception_backend,
            max_message_bytes=message.max_message_bytes,
            max_sessions=message.max_sessions,
            active_sessions=message.active_sessions,
            max_pixels=message.max_pixels,
            max_cameras=message.max_cameras,
            workspace=(lower, upper),
            grid=index_from_proto(message.grid),
            max_speed=message.max_speed_mps,
            max_acceleration=message.max_acceleration_mps2,
            replan_period=message.replan_period_s,
            idle_timeout=message.idle_timeout_s,
            session_limit=message.session_limit_s,
        )


@dataclass(frozen=True, slots=True)
class MapQuery:
    """Which map, and which part of it.

    Attributes:
        plan_id: From `PlanStream.plan_id` or a session's.
        sub_task: Its index.
        kind: Which of the five.
        voxels: First voxel and first beyond; all if both boxes are None.
        world: Lowest and highest corner, [m].
        stride: Every n-th voxel along each axis.
    """

    plan_id: str
    sub_task: int
    kind: Kind
    voxels: tuple[Index, Index] | None = None
    world: tuple[np.ndarray, np.ndarray] | None = field(default=None, compare=False)
    stride: int = 1

    def to_proto(self) -> pb.GetValueMapRequest:
        """Return the query as a message."""
        request = pb.GetValueMapRequest(
            plan_id=self.plan_id,
            sub_task=self.sub_task,
            layer=LAYERS[self.kind],
            stride=self.stride,
        )
        if self.voxels is not None:
            lower, upper = (index_to_proto(corner) for corner in self.voxels)
            request.voxels.CopyFrom(geometry.VoxelBox(lower=lower, upper=upper))
        elif self.world is not None:
            low, high = (vector_to_proto(corner) for corner in self.world)
            request.world.CopyFrom(geometry.WorldBox(lower_m=low, upper_m=high))
        return request


@dataclass(frozen=True, slots=True, eq=False)
class MapPiece:
    """A part of a value map.

    Attributes:
        kind: Which of the five.
        values: (nx, ny, nz) or (nx, ny, nz, 4), float32.
        origin_world: (3,) centre of the first voxel, [m].
        spacing: (3,) between the centres of voxels, [m].
        meaning: What a value says, with its unit.
    """

    kind: Kind
    values: np.ndarray
    origin_world: np.ndarray
    spacing: np.ndarray
    meaning: str

    @classmethod
    def of(cls, messages: Sequence[pb.GetValueMapResponse]) -> "MapPiece":
        """Put an answer together.

        Raises:
            PlannerRpcError: The answer is not whole.
        """
        header = messages[0].header if messages else pb.ValueMapHeader()
        data = b"".join(message.chunk.data for message in messages[1:])
        if header.layer not in KIND_OF or len(data) != header.total_bytes:
            raise PlannerRpcError(
                grpc.StatusCode.DATA_LOSS, "DATA_LOSS", "the map is not whole", {}
            )
        shape = index_from_proto(header.dimensions)
        values = np.frombuffer(data, "<f4").reshape(*shape, header.components)
        return cls(
            KIND_OF[header.layer],
            values if header.components > 1 else values[..., 0],
            vector_from_proto(header.origin_m),
            vector_from_proto(header.spacing_m),
            header.meaning,
        )
