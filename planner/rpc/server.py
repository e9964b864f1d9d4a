"""The server process: binds the port, serves, and ends when told to."""

# grpc's health and reflection packages, and generated code, have no types.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportAttributeAccessIssue=false

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from planner.rpc.config import ServerConfig
from planner.rpc.errors import CannotListenError
from planner.rpc.interceptor import ErrorInterceptor
from planner.rpc.service_types import Pipeline
from planner.rpc.servicer import PlannerServicer
from planner.rpc.v1 import planner_pb2
from planner.rpc.v1.planner_pb2_grpc import add_PlannerServiceServicer_to_server

log = logging.getLogger(__name__)

SERVICE: str = planner_pb2.DESCRIPTOR.services_by_name["PlannerService"].full_name


class PlannerServer:
    """A server that can be started and stopped within a running event loop."""

    def __init__(self, pipeline: Pipeline, config: ServerConfig):
        self._config = config
        self._health = health.aio.HealthServicer()
        self._server = grpc.aio.server(
            interceptors=[ErrorInterceptor(SERVICE)],
            options=[
                ("grpc.max_receive_message_length", config.max_message_bytes),
                ("grpc.max_send_message_length", config.max_message_bytes),
                # A client that vanished without a word is noticed in 30 s.
                ("grpc.keepalive_time_ms", 20_000),
                ("grpc.keepalive_timeout_ms", 10_000),
                ("grpc.http2.min_ping_interval_without_data_ms", 5_000),
                # A second server on the same port shall fail, not share it.
                ("grpc.so_reuseport", 0),
            ],
        )
        self._servicer = PlannerServicer(pipeline, config)
        add_PlannerServiceServicer_to_server(self._servicer, self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = (SERVICE, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, self._server)

    async def start(self) -> str:
        """Listen, and return the address.

        Raises:
            CannotListenError: The port is taken, or the host is not of this machine.
        """
        config = self._config
        try:
            port = self._server.add_insecure_port(f"{config.host}:{config.port}")
        except RuntimeError as error:  # all that grpc says of it
            raise CannotListenError(config.host, config.port) from error
        await self._server.start()
        await self._health.set(SERVICE, health_pb2.HealthCheckResponse.SERVING)
        log.info("serving on %s:%d", config.host, port)
        return f"{config.host}:{port}"

    async def stop(self) -> None:
        """Turn new calls away, let running ones end for a while, then end them."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(self._config.shutdown_grace)
        await self._servicer.wait_ended()


async def serve(
    pipeline: Pipeline,
    config: ServerConfig,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is told the address once it serves.

    Raises:
        CannotListenError: The port is taken, or the host is not of this machine.
    """
    server = PlannerServer(pipeline, config)
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    address = await server.start()
    if ready is not None:
        ready(address)
    await told.wait()
    log.info("stopping")
    await server.stop()


@contextmanager
def running_server(
    pipeline: Pipeline, config: ServerConfig | None = None
) -> Generator[str, None, None]:
    """Serve from a thread of this process; the value is the address.

    Without a config it takes a free port of the loopback.

    Raises:
        CannotListenError: The port is taken, or the host is not of this machine.
    """
    config = config or ServerConfig(port=0, shutdown_grace=0.5)
    thread = _ServerThread(pipeline, config)
    address = thread.begin()
    try:
        yield address
    finally:
        thread.end()


class _ServerThread:
    def __init__(self, pipeline: Pipeline, config: ServerConfig):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="planner-server", daemon=True
        )
        self._pipeline = pipeline
        self._config = config
        self._server: PlannerServer | None = None

    def begin(self) -> str:
        self._thread.start()
        try:
            return asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        except CannotListenError:
            self._halt()
            raise

    def end(self) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._halt()

    async def _start(self) -> str:
        # Built here: a grpc server belongs to the loop it is made in.
        self._server = PlannerServer(self._pipeline, self._config)
        return await self._server.start()

    async def _stop(self) -> None:
        if self._server is not None:
            await self._server.stop()

    def _halt(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
