"""Value maps on their way to a caller: kept per plan, cut, sent in pieces."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from planner.map_reading import rasterise
from planner.rpc.convert import vector_from_proto, vector_to_proto
from planner.rpc.convert_events import KIND_OF, LAYERS, index_to_proto
from planner.rpc.errors import (
    InvalidRegionError,
    RequestError,
    UnknownLayerError,
    UnknownPlanError,
)
from planner.rpc.v1 import geometry_pb2 as geometry
from planner.rpc.v1 import planner_pb2 as pb
from planner.value_maps import Kind, MapSet, Recipe, VoxelGrid

CHUNK_BYTES = 1_000_000
_SUB_TASKS_KEPT = 64

MEANING: dict[Kind, str] = {
    "affordance": "where to go: the highest value above 0 is the goal; no unit",
    "avoidance": "what to keep away from: 1 and more is forbidden; no unit",
    "velocity": "factor on the default speed; no unit",
    "rotation": "orientation of the end-effector, quaternion w, x, y, z",
    "gripper": "1 open, 0 closed; no unit",
}

Slices = tuple[slice, slice, slice]


class MapStore:
    """The maps of the last plans; the oldest plan is forgotten first."""

    def __init__(self, plans: int):
        self._limit = plans
        self._plans: OrderedDict[str, OrderedDict[int, MapSet]] = OrderedDict()

    def keep(self, plan_id: str, sub_task: int, maps: MapSet) -> None:
        """Remember the maps of a sub-task."""
        kept = self._plans.setdefault(plan_id, OrderedDict())
        kept[sub_task] = maps
        self._plans.move_to_end(plan_id)
        while len(kept) > _SUB_TASKS_KEPT:
            kept.popitem(last=False)
        while len(self._plans) > self._limit:
            self._plans.popitem(last=False)

    def find(self, plan_id: str, sub_task: int, kind: Kind) -> Recipe:
        """Return a map.

        Raises:
            UnknownPlanError: The plan or its sub-task is not kept.
            UnknownLayerError: The sub-task has no such map.
        """
        if plan_id not in self._plans:
            raise UnknownPlanError(
                f"no maps are kept of plan '{plan_id}'; the last {self._limit} plans "
                "are",
                plan_id,
            )
        kept = self._plans[plan_id]
        if sub_task not in kept:
            known = ", ".join(str(index) for index in kept)
            raise UnknownPlanError(
                f"plan '{plan_id}' has no sub-task {sub_task}; it has {known}", plan_id
            )
        layers = kept[sub_task].layers()
        if kind not in layers:
            has = tuple(layers)
            raise UnknownLayerError(
                f"sub-task {sub_task} has no {kind} map; it has {', '.join(has)}", has
            )
        return layers[kind]


@dataclass(frozen=True, slots=True, eq=False)
class CutMap:
    """A map as it will be sent.

    Attributes:
        header: The first message.
        data: What the chunks hold.
    """

    header: pb.ValueMapHeader
    data: bytes

    def messages(self) -> Iterator[pb.GetValueMapResponse]:
        """Return the whole answer in order."""
        yield pb.GetValueMapResponse(header=self.header)
        for start in range(0, len(self.data), CHUNK_BYTES):
            piece = self.data[start : start + CHUNK_BYTES]
            chunk = pb.ValueMapChunk(offset_bytes=start, data=piece)
            yield pb.GetValueMapResponse(chunk=chunk)


def kind_asked(request: pb.GetValueMapRequest) -> Kind:
    """Return the layer a request names.

    Raises:
        UnknownLayerError: It names none.
    """
    if request.layer not in KIND_OF:
        known = tuple(KIND_OF.values())
        raise UnknownLayerError(
            f"layer {int(request.layer)} is unknown; known: {', '.join(known)}", known
        )
    return KIND_OF[request.layer]


def cut(recipe: Recipe, grid: VoxelGrid, request: pb.GetValueMapRequest) -> CutMap:
    """Rasterise a map and return the part that was asked for.

    Raises:
        InvalidRegionError: The region holds no voxel of the grid.
    """
    region = _region(grid, request)
    values = np.ascontiguousarray(rasterise(recipe, grid)[region], dtype="<f4")
    stride = region[0].step
    first = np.array([[axis.start for axis in region]])
    nx, ny, nz = values.shape[:3]
    header = pb.ValueMapHeader(
        plan_id=request.plan_id,
        sub_task=request.sub_task,
        layer=LAYERS[kind_asked(request)],
        origin_m=vector_to_proto(grid.to_world(first)[0]),
        spacing_m=vector_to_proto(grid.voxel_size * stride),
        dimensions=index_to_proto((nx, ny, nz)),
        components=4 if recipe.is_rotation else 1,
        axis_order=pb.AXIS_ORDER_XYZ,
        encoding=pb.VALUE_MAP_ENCODING_FLOAT32,
        meaning=MEANING[kind_asked(request)],
        minimum=float(values.min()),
        maximum=float(values.max()),
        total_bytes=values.nbytes,
    )
    return CutMap(header, values.tobytes())


def _region(grid: VoxelGrid, request: pb.GetValueMapRequest) -> Slices:
    shape = np.array(grid.shape)
    match request.WhichOneof("region"):
        case "voxels":
            box = request.voxels
            lower, upper = _index(box.lower), np.minimum(_index(box.upper), shape)
        case "world":
            lower, upper = _touched(grid, request.world)
        case _:
            lower, upper = np.zeros(3, np.int64), shape
    if (lower >= upper).any():
        raise InvalidRegionError(
            f"the region holds no voxel of the grid, which is {grid.shape} voxels "
            f"from {grid.lower} m to {grid.upper} m"
        )
    step = max(1, request.stride)
    x, y, z = (slice(int(a), int(b), step) for a, b in zip(lower, upper, strict=True))
    return (x, y, z)


def _index(message: geometry.VoxelIndex) -> np.ndarray:
    return np.array([message.x, message.y, message.z], np.int64)


def _touched(grid: VoxelGrid, box: geometry.WorldBox) -> tuple[np.ndarray, np.ndarray]:
    corners = np.stack([vector_from_proto(box.lower_m), vector_from_proto(box.upper_m)])
    if not np.isfinite(corners).all():
        raise RequestError("the region holds NaN or infinite numbers")
    scaled = np.clip((corners - grid.lower) / grid.voxel_size, -1, np.array(grid.shape))
    lower = np.maximum(np.floor(scaled[0]), 0).astype(np.int64)
    upper = np.ceil(scaled[1]).astype(np.int64)
    return lower, upper
