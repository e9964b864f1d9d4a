"""What carries out a task: the session that a run's settings ask for.

A pipeline in process, a server at an endpoint, or a control arm of `sims.policies`.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from perception.backends.choice import make_perceiver
from perception.perceiver import Perceiver
from planner.config import VoxfieldConfig, open_pipeline, settings_for
from planner.errors import InvalidRequestError
from planner.execution.loop import StepSession
from planner.language.sandbox import Sandbox
from planner.language.viewer import open_viewer
from planner.language.writer import Writer, make_writer
from planner.pipeline import Pipeline
from planner.rpc.client import PlannerClient
from sims.baselines import reference_writer
from sims.episode import Stage
from sims.oracle import OraclePerceiver
from sims.random_session import RandomSession
from sims.suites import BenchConfig, PerceptionName
from sims.tasks import Task

OpenSession = Callable[[Stage], StepSession]
_OF_RANDOM = 2  # apart from the seeds of the table and of what stands in the way


@contextmanager
def session_source(config: BenchConfig) -> Generator[OpenSession, None, None]:
    """Yield what opens a session for a stage: in process, or at the endpoint.

    Raises:
        InvalidRequestError: A server is to follow another policy than its own.
    """
    if config.endpoint:
        if config.policy != "pipeline":
            raise InvalidRequestError(
                f"the server at {config.endpoint} carries out tasks as it is set up; "
                f"run the policy '{config.policy}' without an endpoint"
            )
        with PlannerClient(config.endpoint) as client:
            client.wait_ready()
            yield lambda stage: client.execute(stage.task.instruction, seed=stage.seed)
    elif config.arm.author == "nobody":
        yield lambda stage: RandomSession(
            np.random.default_rng([stage.seed, _OF_RANDOM])
        )
    else:
        with _pipelines(config) as open_session:
            yield open_session


@contextmanager
def _pipelines(config: BenchConfig) -> Generator[OpenSession, None, None]:
    settings = bench_settings(config)
    seen_by = "oracle" if config.arm.masks else config.perception
    with Sandbox(settings.sandbox) as sandbox:
        writer_of = _writers(config, settings)

        def open_session(stage: Stage) -> StepSession:
            perceiver = perceiver_of(seen_by, settings, stage)
            writer = writer_of(stage.task)
            pipeline = Pipeline(perceiver, writer, sandbox, settings.pipeline)
            return pipeline.open(stage.task.instruction, seed=stage.seed)

        yield open_session


def _writers(config: BenchConfig, settings: VoxfieldConfig) -> Callable[[Task], Writer]:
    """Return what has a writer for each task; a model is loaded where one is asked."""
    if config.arm.author == "reference":
        return reference_writer
    writer = make_writer(settings.writer)
    return lambda _: writer


def bench_settings(config: BenchConfig) -> VoxfieldConfig:
    """Return the settings of the flow that a run asks for."""
    # The simulator's masks are of one stage; what serves without one is not asked.
    perception = "segmentation" if config.perception == "oracle" else config.perception
    settings = settings_for(config.language, perception)
    motion = replace(settings.pipeline.motion, mode=config.arm.paths)
    return replace(settings, pipeline=replace(settings.pipeline, motion=motion))


def flow_of(config: BenchConfig) -> dict[str, Any]:
    """Return the settings of those parts of the flow that a run really uses."""
    if config.arm.author == "nobody":
        return {}
    flow = asdict(bench_settings(config))
    if config.arm.author == "reference":
        del flow["writer"]
    if config.seen_by == "oracle":
        del flow["perceiver"]
    return flow


@contextmanager
def bench_pipeline(
    config: BenchConfig, stage: Stage
) -> Generator[Pipeline, None, None]:
    """Yield the pipeline that a run asks for, for one stage."""
    settings = bench_settings(config)
    perceiver = perceiver_of(config.perception, settings, stage)
    with open_pipeline(settings, perceiver) as pipeline:
        yield pipeline


def perceiver_of(
    name: PerceptionName, settings: VoxfieldConfig, stage: Stage
) -> Perceiver:
    """Return a perceiver by name; `oracle` reads the simulator's masks."""
    if name == "oracle":
        return OraclePerceiver(stage.world, stage.arm.rig)
    return make_perceiver(settings.perceiver, open_viewer)
