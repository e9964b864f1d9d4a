"""Which input is refused how: RPC, what is wrong, code, reason."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import grpc
import numpy as np
import pytest

from planner.rpc.client_types import PlannerRpcError
from planner.rpc.config import ServerConfig
from planner.rpc.convert import observation_to_proto
from planner.rpc.server import running_server
from planner.rpc.v1 import events_pb2, geometry_pb2, observation_pb2
from planner.rpc.v1 import planner_pb2 as pb
from planner.rpc.v1.planner_pb2_grpc import PlannerServiceStub

BAD = grpc.StatusCode.INVALID_ARGUMENT
ABSENT = grpc.StatusCode.NOT_FOUND
FULL = grpc.StatusCode.RESOURCE_EXHAUSTED

Spoil = Callable[[observation_pb2.Observation], object]


def _no_cameras(o: observation_pb2.Observation):
    del o.cameras[:]


def _depth(value: float) -> Spoil:
    def spoil(o: observation_pb2.Observation):
        camera = o.cameras[0]
        depth = np.ones(camera.width_px * camera.height_px, "<f4")
        depth[5] = value
        camera.depth = depth.tobytes()

    return spoil


def _set(path: str, value: object) -> Spoil:
    """Set a field of the first camera, or of the observation."""

    def spoil(o: observation_pb2.Observation):
        *way, last = path.split(".")
        target = o.cameras[0] if way and way[0] == "camera" else o
        for name in way[1:] if way and way[0] == "camera" else way:
            target = getattr(target, name)
        setattr(target, last, value)

    return spoil


def _clear(path: str) -> Spoil:
    def spoil(o: observation_pb2.Observation):
        where, _, field = path.rpartition(".")
        (o.cameras[0] if where == "camera" else o).ClearField(field)

    return spoil


def _zero_quaternion(o: observation_pb2.Observation):
    o.world_t_ee.orientation.CopyFrom(geometry_pb2.Quaternion())


def _long_quaternion(o: observation_pb2.Observation):
    o.cameras[0].world_t_camera.orientation.w += 0.5


def _twins(o: observation_pb2.Observation):
    o.cameras.append(o.cameras[0])


def _many(o: observation_pb2.Observation):
    o.cameras.extend([o.cameras[0]] * 8)


def _really_oversized(o: observation_pb2.Observation):
    camera = o.cameras[0]
    camera.width_px, camera.height_px = 2000, 1100
    camera.colour = bytes(2000 * 1100 * 3)
    camera.depth = bytes(2000 * 1100 * 4)


OBSERVATIONS: dict[str, tuple[Spoil, str]] = {
    "no camera": (_no_cameras, "INVALID_OBSERVATION"),
    "NaN depth": (_depth(float("nan")), "INVALID_OBSERVATION"),
    "infinite depth": (_depth(float("inf")), "INVALID_OBSERVATION"),
    "negative depth": (_depth(-1.0), "INVALID_OBSERVATION"),
    "depth in mm sent as metres": (_depth(850.0), "INVALID_OBSERVATION"),
    "zero quaternion": (_zero_quaternion, "INVALID_POSE"),
    "quaternion not unit": (_long_quaternion, "INVALID_POSE"),
    "NaN position": (_set("world_t_ee.position_m.x", np.nan), "INVALID_POSE"),
    "no arm pose": (_clear("world_t_ee"), "INVALID_OBSERVATION"),
    "no camera pose": (_clear("camera.world_t_camera"), "INVALID_OBSERVATION"),
    "no intrinsics": (_clear("camera.intrinsics"), "INVALID_OBSERVATION"),
    "focal length zero": (_set("camera.intrinsics.fx_px", 0.0), "INVALID_OBSERVATION"),
    "focal length NaN": (
        _set("camera.intrinsics.fy_px", np.nan),
        "INVALID_OBSERVATION",
    ),
    "focal length of another image": (
        _set("camera.intrinsics.fx_px", 2000.0),
        "INVALID_OBSERVATION",
    ),
    "principal point outside": (
        _set("camera.intrinsics.cx_px", 320.0),
        "INVALID_OBSERVATION",
    ),
    "declared oversized": (_set("camera.width_px", 2**31), "INVALID_OBSERVATION"),
    "really oversized": (_really_oversized, "INVALID_OBSERVATION"),
    "width zero": (_set("camera.width_px", 0), "INVALID_OBSERVATION"),
    "colour too short": (_set("camera.colour", b"abc"), "INVALID_OBSERVATION"),
    "depth too long": (_set("camera.depth", bytes(9999)), "INVALID_OBSERVATION"),
    "colour encoding unsaid": (_clear("camera.colour_encoding"), "INVALID_OBSERVATION"),
    "depth encoding unknown": (_set("camera.depth_encoding", 9), "INVALID_OBSERVATION"),
    "camera twice": (_twins, "INVALID_OBSERVATION"),
    "nine cameras": (_many, "INVALID_OBSERVATION"),
    "gripper NaN": (_set("gripper_width_m", np.nan), "INVALID_OBSERVATION"),
    "gripper in mm": (_set("gripper_width_m", 80.0), "INVALID_OBSERVATION"),
    "time NaN": (_set("time_s", np.nan), "INVALID_OBSERVATION"),
}

OPEN = pb.ExecuteRequest(open=pb.ExecuteOpen(instruction="go"))
ASKS = pb.ExecuteRequest(open=pb.ExecuteOpen(instruction="ask"))


def _reply(number: int, *, declined: bool = False) -> pb.ExecuteRequest:
    answer = pb.ExecuteAnswer(question_id=number, text="left", declined=declined)
    return pb.ExecuteRequest(answer=answer)


def _control(number: int) -> pb.ExecuteRequest:
    message = pb.ExecuteControl()
    message.control = number  # protobuf takes any: enums are open
    return pb.ExecuteRequest(control=message)


@pytest.fixture
def stub(address: str) -> Iterator[PlannerServiceStub]:
    with grpc.insecure_channel(address) as channel:
        yield PlannerServiceStub(channel)


@pytest.fixture
def good(observe) -> observation_pb2.Observation:
    return observation_to_proto(observe())


def refusal(call: Callable[[], object]) -> PlannerRpcError:
    with pytest.raises(grpc.RpcError) as failure:
        call()
    error = PlannerRpcError.of(failure.value)
    assert error.message
    assert "Traceback" not in error.message
    assert "\n" not in error.message
    return error


@pytest.mark.parametrize("name", OBSERVATIONS)
def test_a_bad_observation_is_refused_by_plan_and_execute(stub, good, pipeline, name):
    spoil, reason = OBSERVATIONS[name]
    spoil(good)
    request = pb.PlanRequest(instruction="go", observation=good)
    update = pb.ExecuteObservation(id=1, observation=good)
    stream = [OPEN, pb.ExecuteRequest(observation=update)]
    for call in (
        lambda: list(stub.Plan(request, timeout=5)),
        lambda: list(stub.Execute(iter(stream), timeout=5)),
    ):
        error = refusal(call)
        assert (error.code, error.reason, error.stage) == (BAD, reason, "perceive")
    assert not pipeline.seen


PLANS = [
    ("", BAD, "EMPTY_INSTRUCTION"),
    (" \n", BAD, "EMPTY_INSTRUCTION"),
    ("?!", BAD, "EMPTY_INSTRUCTION"),
    ("x" * 501, BAD, "INVALID_REQUEST"),
    ("find the ghost", ABSENT, "UNKNOWN_OBJECT"),
    ("crash", grpc.StatusCode.INTERNAL, "INTERNAL"),
]


@pytest.mark.parametrize(("instruction", "code", "reason"), PLANS)
def test_a_bad_instruction_is_refused_by_plan_and_execute(
    stub, good, instruction, code, reason
):
    request = pb.PlanRequest(instruction=instruction, observation=good)
    stream = [
        pb.ExecuteRequest(open=pb.ExecuteOpen(instruction=instruction)),
        pb.ExecuteRequest(observation=pb.ExecuteObservation(id=1, observation=good)),
    ]
    for call in (
        lambda: list(stub.Plan(request, timeout=5)),
        lambda: list(stub.Execute(iter(stream), timeout=5)),
    ):
        error = refusal(call)
        assert (error.code, error.reason) == (code, reason)
        assert "secret" not in error.message


def _update(number: int, good: observation_pb2.Observation) -> pb.ExecuteRequest:
    update = pb.ExecuteObservation(id=number, observation=good)
    return pb.ExecuteRequest(observation=update)


STREAMS = {
    "nothing at all": (lambda good: [], "NOT_OPENED"),
    "observation first": (lambda good: [_update(1, good)], "NOT_OPENED"),
    "opened twice": (lambda good: [OPEN, OPEN], "NOT_OPENED"),
    "empty message": (lambda good: [OPEN, pb.ExecuteRequest()], "INVALID_MESSAGE"),
    "id does not grow": (
        lambda good: [OPEN, _update(5, good), _update(5, good)],
        "INVALID_MESSAGE",
    ),
    "control first": (lambda good: [_control(1), OPEN], "NOT_OPENED"),
    "control unsaid": (lambda good: [OPEN, _control(0)], "INVALID_MESSAGE"),
    "control unknown": (lambda good: [OPEN, _control(77)], "INVALID_MESSAGE"),
    "answer first": (lambda good: [_reply(1), OPEN], "NOT_OPENED"),
    "answer to nothing": (
        lambda good: [OPEN, _update(1, good), _reply(1)],
        "UNKNOWN_QUESTION",
    ),
    "answer to another question": (
        lambda good: [ASKS, _update(1, good), _reply(7)],
        "UNKNOWN_QUESTION",
    ),
    "refusal of no question": (
        lambda good: [OPEN, _reply(0, declined=True)],
        "UNKNOWN_QUESTION",
    ),
}


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_that_breaks_the_rules_is_refused(stub, good, name):
    build, reason = STREAMS[name]
    error = refusal(lambda: list(stub.Execute(iter(build(good)), timeout=5)))
    assert (error.code, error.reason, error.stage) == (BAD, reason, "request")


def test_time_that_runs_backwards_is_refused(client, observe):
    with client.execute("go") as session:
        session.step(observe(1.0))
        with pytest.raises(PlannerRpcError) as failure:
            session.step(observe(0.9))
    assert failure.value.code is grpc.StatusCode.FAILED_PRECONDITION
    assert failure.value.reason == "STALE_OBSERVATION"


VOXELS, WORLD = geometry_pb2.VoxelBox, geometry_pb2.WorldBox
AFFORDANCE, VELOCITY = events_pb2.MAP_LAYER_AFFORDANCE, events_pb2.MAP_LAYER_VELOCITY
EMPTY = VOXELS(
    lower=geometry_pb2.VoxelIndex(x=5, y=5, z=5),
    upper=geometry_pb2.VoxelIndex(x=5, y=9, z=9),
)
FAR = WORLD(
    lower_m=geometry_pb2.Vector3(x=3, y=3, z=3),
    upper_m=geometry_pb2.Vector3(x=4, y=4, z=4),
)
NAN = WORLD(lower_m=geometry_pb2.Vector3(x=np.nan), upper_m=geometry_pb2.Vector3())

MAPS = {
    "unknown plan": ({"plan_id": "nope"}, ABSENT, "UNKNOWN_PLAN"),
    "unknown sub-task": ({"sub_task": 7}, ABSENT, "UNKNOWN_PLAN"),
    "layer unsaid": ({"layer": 0}, ABSENT, "UNKNOWN_LAYER"),
    "layer unknown": ({"layer": 77}, ABSENT, "UNKNOWN_LAYER"),
    "layer the sub-task lacks": ({"layer": VELOCITY}, ABSENT, "UNKNOWN_LAYER"),
    "region without voxels": ({"voxels": EMPTY}, BAD, "INVALID_REGION"),
    "region elsewhere": ({"world": FAR}, BAD, "INVALID_REGION"),
    "region NaN": ({"world": NAN}, BAD, "INVALID_MESSAGE"),
}


@pytest.mark.parametrize("name", MAPS)
def test_a_bad_map_request_is_refused(stub, good, name):
    wrong, code, reason = MAPS[name]
    plan = stub.Plan(pb.PlanRequest(instruction="go", observation=good), timeout=5)
    plan_id = [response.plan_id for response in plan][-1]
    right = {"plan_id": plan_id, "sub_task": 0, "layer": AFFORDANCE}
    request = pb.GetValueMapRequest(**{**right, **wrong})
    error = refusal(lambda: list(stub.GetValueMap(request, timeout=5)))
    assert (error.code, error.reason) == (code, reason)


def test_a_session_beyond_the_limit_is_refused_until_one_ends(client, observe, config):
    sessions = [client.execute("go") for _ in range(config.max_sessions)]
    with pytest.raises(PlannerRpcError) as failure:
        client.execute("go")
    assert (failure.value.code, failure.value.reason) == (FULL, "TOO_MANY_SESSIONS")
    assert failure.value.metadata["max_sessions"] == "3"
    with pytest.raises(PlannerRpcError, match="TOO_MANY_SESSIONS"):
        list(client.plan("go", observe()))
    for session in sessions:
        session.close()


def test_a_message_over_the_limit_is_refused(pipeline, config, good):
    small = replace(config, max_message_bytes=5000)
    with running_server(pipeline, small) as address:
        with grpc.insecure_channel(address) as channel:
            stub = PlannerServiceStub(channel)
            request = pb.PlanRequest(instruction="go", observation=good)
            error = refusal(lambda: list(stub.Plan(request, timeout=5)))
            assert error.code is FULL
            info = stub.GetServerInfo(pb.GetServerInfoRequest(), timeout=5)
            assert info.max_message_bytes == 5000


def test_bytes_that_are_no_message_end_the_call_and_not_the_server(address, client):
    with grpc.insecure_channel(address) as channel:
        call = channel.unary_stream("/planner.rpc.v1.PlannerService/Plan")
        with pytest.raises(grpc.RpcError):
            list(call(b"\xff\xff\xff", timeout=5))
    assert client.server_info().version == "1.2.3"


def test_a_quiet_session_is_ended(pipeline):
    config = ServerConfig(port=0, idle_timeout=0.2, shutdown_grace=0.1)
    with running_server(pipeline, config) as address:
        with grpc.insecure_channel(address) as channel:
            stub = PlannerServiceStub(channel)
            hold = iter([OPEN])

            def requests():
                yield next(hold)
                pipeline.gate.wait(3.0)

            error = refusal(lambda: list(stub.Execute(requests(), timeout=5)))
            pipeline.gate.set()
    assert error.code is grpc.StatusCode.DEADLINE_EXCEEDED
    assert error.reason == "SESSION_TIME"
