"""A plan whose parts come from an OpenAI-compatible server, step by step."""

import pytest

from planner.events import LineResult, ProgramWritten, SubTaskStarted, Verdict
from planner.language.openai_backend import OpenAIBackend, OpenAIConfig
from planner.language.sandbox import Sandbox
from planner.language.writer import Writer
from planner.pipeline import Pipeline
from tests.planner.language.openai_server import OpenAIServer
from tests.planner.language.test_hierarchy import Scripted
from tests.planner.scripted import Follower, Looks

SAYS = {
    "hover over the block": 'composer("move over the red block")\n',
    "move over the red block": (
        "execute('gripper', get_affordance_map('20cm above the red block'))\n"
    ),
    "20cm above the red block": (
        "affordance_map = get_empty_affordance_map()\n"
        "x, y, z = detect('red block').position\n"
        "affordance_map[x, y, z + cm2index(20, 'z')] = 1\n"
        "ret_val = affordance_map\n"
    ),
}


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as pool:
        yield pool


@pytest.fixture
def model():
    return Scripted(SAYS)


@pytest.fixture
def carry_out(sandbox, model):
    """Carry an instruction out with a server in between; return what happened."""

    def go(*faults):
        events = []
        with OpenAIServer(model) as server:
            server.faults = list(faults)
            config = OpenAIConfig(tries=2, timeout=5.0)
            backend = OpenAIBackend(server.url, "m", "sk-x", config, lambda s: None)
            writer = Writer(backend, style="hierarchy")
            session = Pipeline(Looks(), writer, sandbox).open("hover over the block")
            follower = Follower(session)
            while not events or not isinstance(events[-1], Verdict):
                events += follower.step()
        return events

    return go


def test_each_part_is_asked_for_once(carry_out, model):
    events = carry_out()
    assert events[-1].success, events[-1]
    assert model.asked == list(SAYS)
    (written,) = [each for each in events if isinstance(each, ProgramWritten)]
    assert written.usage.backend == "openai"
    assert len([each for each in events if isinstance(each, SubTaskStarted)]) == 1
    told = [each.text for each in events if isinstance(each, LineResult)]
    assert "writing the affordance part '20cm above the red block'" in told


def test_a_server_that_dies_between_the_parts_is_asked_again(carry_out):
    assert carry_out("", "busy", "", "dies")[-1].success


@pytest.mark.parametrize("fault", ["denied", "broken chunk"])
def test_a_part_that_nobody_writes_ends_in_a_verdict(fault, carry_out):
    events = carry_out("", fault)
    verdict = events[-1]
    assert (verdict.stage, verdict.reason) == ("understand", "WRITER_UNAVAILABLE")
    assert not [each for each in events if isinstance(each, SubTaskStarted)]
