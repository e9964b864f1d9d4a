"""Words to motion while a vision-language model behind a server names what is seen."""

import pytest

from perception.backends.hub.environment import PREFIX
from perception.observation import NO_BODY
from sims.episode import Stage, play
from sims.oracle import OraclePerceiver
from sims.registry import make_task
from sims.sessions import bench_pipeline
from sims.suites import BenchConfig
from tests.planner.language.openai_server import OpenAIServer
from tests.planner.language.seeing_model import SeeingModel


@pytest.mark.slow
@pytest.mark.parametrize("task", ["block-in-bowl", "open-drawer", "reach-avoiding"])
def test_an_episode_asks_the_model_once_and_succeeds(task, monkeypatch):
    stage = Stage.lay_out(make_task(task), 3)
    with stage.world:
        # The stand-in for the model knows what things are called; where their marks
        # are it reads off the request.
        oracle = OraclePerceiver(stage.world, stage.arm.rig)
        things = oracle.perceive(stage.arm.observe(), NO_BODY).objects
        where = {each.name: [each.position[:2]] for each in things}
        with OpenAIServer(SeeingModel(where)) as server:
            monkeypatch.setenv(PREFIX + "PHRASES", ", ".join(where))
            monkeypatch.setenv(PREFIX + "MODEL", "seeing")
            monkeypatch.setenv(PREFIX + "BASE_URL", server.url)
            config = BenchConfig(perception="marks")
            with bench_pipeline(config, stage) as pipeline:
                session = pipeline.open(stage.task.instruction, seed=stage.seed)
                result = play(stage, session)
    assert result.success, result
    assert len(server.requests) == 1
