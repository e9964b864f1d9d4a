import asyncio

import grpc
import numpy as np
import pytest

from planner.events import SegmentPlanned, Verdict
from planner.map_reading import rasterise
from planner.rpc.async_client import AsyncPlannerClient
from planner.rpc.client_types import MapQuery, PlannerRpcError
from planner.value_maps import VoxelGrid


def test_everything_of_the_sync_client_is_there(address, client, observe, maps):
    async def talk():
        async with AsyncPlannerClient(address, timeout=10.0) as it:
            await it.wait_ready()
            assert await it.server_info() == client.server_info()
            stream = it.plan("go", observe(), seed=2)
            events = [event async for event in stream]
            assert isinstance(events[-1], Verdict)
            got = await it.value_map(MapQuery(stream.plan_id, 0, "affordance"))
            want = rasterise(maps.affordance, VoxelGrid(shape=(100, 90, 80)))
            np.testing.assert_array_equal(got.values, want)

    asyncio.run(talk())


def test_sessions_run_side_by_side_in_one_loop(address, observe):
    async def drive(it: AsyncPlannerClient, steps: int) -> int:
        session = await it.execute(f"finish after {steps}")
        for k in range(steps):
            last = (await session.step(observe(0.1 * k)))[-1]
            assert isinstance(last, SegmentPlanned if k < steps - 1 else Verdict)
        with pytest.raises(PlannerRpcError, match="SESSION_ENDED"):
            await session.step(observe(9.0))
        await session.close()
        return steps

    async def talk():
        async with AsyncPlannerClient(address, timeout=10.0) as it:
            assert await asyncio.gather(*(drive(it, n) for n in (2, 3, 5))) == [2, 3, 5]

    asyncio.run(talk())


def test_cancel_ends_in_the_measured_state(address, observe):
    async def talk():
        async with AsyncPlannerClient(address, timeout=10.0) as it:
            session = await it.execute("go")
            await session.step(observe(0.0))
            await session.cancel()
            clock, events = 0.0, []
            while not events or not isinstance(events[-1], Verdict):
                clock += 0.1
                events = await session.step(observe(clock))
            assert events[-1].reason == "CANCELLED"
            assert session.stopped is not None
            assert session.stopped.stopped

    asyncio.run(talk())


def test_errors_are_typed(address, observe):
    async def talk():
        async with AsyncPlannerClient(address, timeout=10.0) as it:
            with pytest.raises(PlannerRpcError) as failure:
                [event async for event in it.plan("", observe())]
            assert failure.value.reason == "EMPTY_INSTRUCTION"
            with pytest.raises(PlannerRpcError, match="EMPTY_INSTRUCTION"):
                await it.execute("")
            with pytest.raises(PlannerRpcError, match="UNKNOWN_PLAN"):
                await it.value_map(MapQuery("nope", 0, "gripper"))
            session = await it.execute("ghost")
            with pytest.raises(PlannerRpcError) as failure:
                await session.step(observe(0.0))
            assert failure.value.code is grpc.StatusCode.NOT_FOUND
            with pytest.raises(PlannerRpcError):
                await session.step(observe(0.1))

    asyncio.run(talk())


def test_no_answer_in_time_is_an_error(address, observe):
    async def talk():
        async with AsyncPlannerClient(address, timeout=0.3) as it:
            session = await it.execute("slow")
            with pytest.raises(PlannerRpcError, match="SERVER_SILENT"):
                await session.step(observe(0.0))

    asyncio.run(talk())
