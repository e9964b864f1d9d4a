import grpc
import numpy as np
import pytest

from planner.map_reading import rasterise
from planner.rpc.client_types import MapPiece, MapQuery, PlannerRpcError
from planner.rpc.map_transfer import CHUNK_BYTES, cut
from planner.rpc.v1 import events_pb2
from planner.rpc.v1 import planner_pb2 as pb
from planner.rpc.v1.planner_pb2_grpc import PlannerServiceStub
from planner.value_maps import VoxelGrid

GRID = VoxelGrid(shape=(100, 90, 80))


@pytest.fixture
def plan_id(client, observe) -> str:
    stream = client.plan("go", observe())
    assert len(list(stream)) == 5
    return stream.plan_id


def test_the_pieces_make_the_array(client, plan_id, maps):
    for kind, recipe in maps.layers().items():
        got = client.value_map(MapQuery(plan_id, 0, kind))
        np.testing.assert_array_equal(got.values, rasterise(recipe, GRID))
        assert got.kind == kind
        np.testing.assert_allclose(got.spacing, GRID.voxel_size)
        first = GRID.to_world(np.array([[0, 0, 0]]))[0]
        np.testing.assert_allclose(got.origin_world, first)


def test_the_header_comes_first_and_no_piece_is_large(address, plan_id):
    request = pb.GetValueMapRequest(
        plan_id=plan_id, layer=events_pb2.MAP_LAYER_ROTATION
    )
    with grpc.insecure_channel(address) as channel:
        messages = list(PlannerServiceStub(channel).GetValueMap(request, timeout=5))
    header, chunks = messages[0].header, [m.chunk for m in messages[1:]]
    assert header.components == 4
    assert header.total_bytes == 100 * 90 * 80 * 4 * 4
    assert sum(len(chunk.data) for chunk in chunks) == header.total_bytes
    assert max(len(chunk.data) for chunk in chunks) <= CHUNK_BYTES
    starts = np.cumsum([0] + [len(chunk.data) for chunk in chunks])[:-1]
    assert [chunk.offset_bytes for chunk in chunks] == starts.tolist()


def test_a_region_of_voxels_with_a_stride_is_that_part(client, plan_id, maps):
    query = MapQuery(
        plan_id, 0, "affordance", voxels=((36, 45, 15), (46, 999, 25)), stride=3
    )
    got = client.value_map(query)
    whole = rasterise(maps.affordance, GRID)
    np.testing.assert_array_equal(got.values, whole[36:46:3, 45::3, 15:25:3])
    assert got.values.max() == 1.0
    np.testing.assert_allclose(got.spacing, 3 * GRID.voxel_size)
    centre = GRID.to_world(np.array([[36, 45, 15]]))[0]
    np.testing.assert_allclose(got.origin_world, centre)


def test_a_region_in_metres_is_every_voxel_the_box_touches(client, plan_id, maps):
    lower, upper = np.array([0.4, -0.1, -9.0]), np.array([0.501, 0.203, 0.301])
    got = client.value_map(MapQuery(plan_id, 0, "affordance", world=(lower, upper)))
    low = GRID.to_vox(lower[None])[0]
    high = GRID.to_vox(upper[None])[0] + 1
    region = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    np.testing.assert_array_equal(got.values, rasterise(maps.affordance, GRID)[region])


def test_the_maps_of_a_session_are_kept_by_its_name(client, observe, maps):
    with client.execute("go") as session:
        session.step(observe(0.0))
        got = client.value_map(MapQuery(session.plan_id, 0, "affordance", stride=7))
    np.testing.assert_array_equal(
        got.values, rasterise(maps.affordance, GRID)[::7, ::7, ::7]
    )


def test_only_the_last_plans_are_kept(client, observe, config):
    streams = []
    for _ in range(config.kept_plans + 1):
        streams.append(client.plan("go", observe()))
        list(streams[-1])
    with pytest.raises(PlannerRpcError, match="UNKNOWN_PLAN"):
        client.value_map(MapQuery(streams[0].plan_id, 0, "affordance"))
    client.value_map(MapQuery(streams[-1].plan_id, 0, "affordance", stride=9))


def test_a_map_that_lost_a_piece_is_not_taken_for_whole(maps):
    request = pb.GetValueMapRequest(layer=events_pb2.MAP_LAYER_ROTATION)
    messages = list(cut(maps.rotation, GRID, request).messages())
    assert MapPiece.of(messages).values.shape == (100, 90, 80, 4)
    for broken in (messages[:-1], []):
        with pytest.raises(PlannerRpcError, match="DATA_LOSS"):
            MapPiece.of(broken)
