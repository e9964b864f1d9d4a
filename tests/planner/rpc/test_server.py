import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_tools import protoc

from perception.observation import MAX_PIXELS
from planner.rpc.client import PlannerClient
from planner.rpc.client_types import PlannerRpcError
from planner.rpc.errors import CannotListenError
from planner.rpc.server import SERVICE, running_server

ROOT = Path(__file__).parents[3]
PROTOS = ROOT / "protos"
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING

# What the core and its client must do without.
HEAVY = (
    "pybullet torch open3d gymnasium transformers dijkstra3d edt skimage plotly openai "
    "pydantic_monty typer rich"
)


def run(program: str, *arguments: str, cwd: Path = ROOT) -> str:
    """Run a program in a process of its own and return what it says."""
    environment = {
        key: value for key, value in os.environ.items() if key != "PYTHONPATH"
    }
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_server_says_what_it_is_and_takes(client, config):
    info = client.server_info()
    assert (info.version, info.api_version) == ("1.2.3", "v1")
    assert (info.language, info.perception) == ("scripted", "blind")
    assert info.workspace == ((0.15, -0.45, -0.02), (0.85, 0.45, 0.58))
    assert info.grid == (100, 90, 80)
    assert (info.max_speed, info.max_acceleration) == (0.25, 1.0)
    assert (info.max_sessions, info.active_sessions) == (config.max_sessions, 0)
    assert info.max_message_bytes == 32 * 1024 * 1024
    assert info.max_pixels == MAX_PIXELS


def test_a_plan_comes_as_events_that_end_in_the_verdict(client, observe):
    events = list(client.plan("go", observe(), seed=7))
    names = [type(event).__name__ for event in events]
    assert names == [
        "ProgramWritten",
        "SubTaskStarted",
        "SegmentPlanned",
        "Said",
        "Verdict",
    ]
    assert events[3].text == "seed 7"


def test_a_plan_that_fails_on_the_way_ends_in_a_verdict_with_its_reason(
    client, observe
):
    verdict = list(client.plan("ghost", observe(), seed=1))[-1]
    assert (verdict.success, verdict.stage) == (False, "perceive")
    assert verdict.reason == "UNKNOWN_OBJECT"


@pytest.mark.parametrize("service", ["", SERVICE])
def test_health_is_told_when_asked(address, service):
    with grpc.insecure_channel(address) as channel:
        check = health_pb2_grpc.HealthStub(channel).Check
        request = health_pb2.HealthCheckRequest(service=service)
        assert check(request, timeout=5).status == SERVING


def test_a_watcher_is_told_when_the_server_goes(pipeline, config):
    request = health_pb2.HealthCheckRequest(service=SERVICE)
    with running_server(pipeline, config) as address:
        channel = grpc.insecure_channel(address)
        watch = health_pb2_grpc.HealthStub(channel).Watch(request, timeout=10)
        assert next(watch).status == SERVING
    assert next(watch).status == NOT_SERVING
    channel.close()


def test_reflection_lists_the_services(address):
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    with grpc.insecure_channel(address) as channel:
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        answer = next(stub.ServerReflectionInfo(iter([request]), timeout=5))
    names = {service.name for service in answer.list_services_response.service}
    assert {SERVICE, "grpc.health.v1.Health"} <= names


def test_a_taken_port_is_an_error(pipeline, config, address):
    taken = replace(config, port=int(address.rpartition(":")[2]))
    with pytest.raises(CannotListenError, match=str(taken.port)):
        with running_server(pipeline, taken):
            pass


def test_sessions_are_closed_before_the_server_is_gone(pipeline, config, observe):
    with running_server(pipeline, config) as address:
        client = PlannerClient(address, timeout=5.0)
        client.execute("go").step(observe(0.0))
        assert pipeline.closed == 0
    assert pipeline.closed == 1
    client.close()


def test_only_the_loopback_is_listened_on(address):
    host, _, port = address.rpartition(":")
    assert host == "127.0.0.1"
    outside = socket.gethostbyname(socket.gethostname())
    if not outside.startswith("127."):
        with pytest.raises(OSError):
            socket.create_connection((outside, int(port)), timeout=1).close()


def test_a_client_without_a_server_is_told_in_time(client, pipeline):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with PlannerClient(f"127.0.0.1:{unused.getsockname()[1]}") as lost:
            with pytest.raises(PlannerRpcError) as failure:
                lost.wait_ready(0.3)
    assert failure.value.code is grpc.StatusCode.UNAVAILABLE
    assert failure.value.reason == "NO_SERVER"
    assert "voxfield serve" in failure.value.message


@pytest.mark.parametrize(
    "call",
    [
        lambda lost, seen: lost.server_info(),
        lambda lost, seen: lost.execute("go"),
        lambda lost, seen: list(lost.plan("go", seen)),
    ],
)
def test_every_call_without_a_server_names_the_remedy(call, observe):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with PlannerClient(f"127.0.0.1:{unused.getsockname()[1]}") as lost:
            with pytest.raises(PlannerRpcError, match="voxfield serve"):
                call(lost, observe(0.0))


def test_the_client_needs_nothing_heavy():
    program = """
        import sys
        for name in sys.argv[1].split():
            sys.modules[name] = None  # to import it is an ImportError
        import planner.rpc.client, planner.rpc.async_client
        loaded = {name.partition(".")[0] for name in sys.modules}
        print(planner.rpc.client.PlannerClient.__name__, "sims" in loaded)
    """
    assert run(program, HEAVY) == "PlannerClient False"


STRANGER = """
    import sys, struct, queue
    import grpc
    from planner.rpc.v1 import planner_pb2 as pb, observation_pb2 as ob
    from planner.rpc.v1 import geometry_pb2 as ge
    from planner.rpc.v1.planner_pb2_grpc import PlannerServiceStub

    def pose(x, y, z):
        down = ge.Quaternion(w=0, x=1, y=0, z=0)
        return ge.Pose(position_m=ge.Vector3(x=x, y=y, z=z), orientation=down)

    def observation(time):
        camera = ob.Camera(
            name="front", width_px=8, height_px=6,
            colour_encoding=ob.COLOUR_ENCODING_RGB8, colour=bytes(8 * 6 * 3),
            depth_encoding=ob.DEPTH_ENCODING_FLOAT32_METRES,
            depth=struct.pack("<48f", *[0.5] * 48),
            intrinsics=ob.Intrinsics(fx_px=8, fy_px=8, cx_px=4, cy_px=3),
            world_t_camera=pose(0.5, 0, 1),
        )
        return ob.Observation(
            cameras=[camera], world_t_ee=pose(0.4, 0, 0.3), gripper_width_m=0.08,
            joints_rad=[0.0] * 7, time_s=time,
        )

    heard = []
    with grpc.insecure_channel(sys.argv[1]) as channel:
        stub = PlannerServiceStub(channel)
        plan = pb.PlanRequest(instruction="go", observation=observation(0.0))
        for response in stub.Plan(plan, timeout=10):
            heard.append(response.event.WhichOneof("kind"))
        out = queue.Queue()
        out.put(pb.ExecuteRequest(open=pb.ExecuteOpen(instruction="finish after 3")))
        number = 0
        for response in stub.Execute(iter(out.get, None), timeout=10):
            kind = response.WhichOneof("message")
            heard.append(kind)
            if kind in ("opened", "segment"):
                number += 1
                update = pb.ExecuteObservation(
                    id=number, observation=observation(0.1 * number)
                )
                out.put(pb.ExecuteRequest(observation=update))
            elif kind == "verdict":
                assert response.verdict.observation_id == 3
                out.put(None)
    assert "perception" not in sys.modules
    print(*heard)
"""


def test_a_stranger_with_the_published_protos_alone_plans_and_executes(
    address, tmp_path
):
    files = [str(path) for path in sorted(PROTOS.rglob("*.proto"))]
    arguments = ["protoc", f"-I{PROTOS}"]
    arguments += [f"--python_out={tmp_path}", f"--grpc_python_out={tmp_path}"]
    assert protoc.main([*arguments, *files]) == 0
    said = run(STRANGER, address, cwd=tmp_path)
    assert said == (
        "program sub_task segment said verdict "
        "opened event event segment segment verdict"
    )


def test_the_committed_stubs_are_those_of_the_protos(tmp_path):
    files = [str(path) for path in sorted(PROTOS.rglob("*.proto"))]
    arguments = ["protoc", f"-I{PROTOS}", f"--python_out={tmp_path}"]
    arguments += [f"--pyi_out={tmp_path}", f"--grpc_python_out={tmp_path}"]
    assert protoc.main([*arguments, *files]) == 0
    for made in (tmp_path / "planner/rpc/v1").iterdir():
        kept = ROOT / "planner/rpc/v1" / made.name
        assert kept.read_text() == made.read_text(), made.name


SERVER = """
    import asyncio, logging, sys
    sys.path.insert(0, sys.argv[1])
    from conftest import ScriptedPipeline
    from planner.rpc.config import ServerConfig
    from planner.rpc.server import serve

    logging.basicConfig(level=logging.INFO)
    asyncio.run(serve(ScriptedPipeline(), ServerConfig(port=0, shutdown_grace=0.3)))
    print("ended in order")
"""


def test_sigterm_ends_sessions_and_the_process(observe):
    here = str(Path(__file__).parent)
    server = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SERVER), here],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    killer = threading.Timer(20.0, server.kill)
    killer.start()
    try:
        address = server.stderr.readline().strip().rpartition(" ")[2]
        with PlannerClient(address, timeout=10.0) as client:
            client.wait_ready()
            session = client.execute("go")
            session.step(observe(0.0))
            server.send_signal(signal.SIGTERM)
            said, _ = server.communicate(timeout=10)
            with pytest.raises(PlannerRpcError):
                session.step(observe(0.1))
    finally:
        killer.cancel()
        server.kill()
    assert server.returncode == 0
    assert said.strip() == "ended in order"
