"""Marks shown through the real client to a server of its protocol."""

import importlib.util
from dataclasses import asdict

import numpy as np
import pytest

from perception.backends.choice import make_perceiver
from perception.backends.hub.environment import PREFIX
from perception.backends.marks.config import MarksConfig
from perception.backends.marks.grounder import MarksGrounder
from perception.backends.marks.viewer import Shown, Viewer
from perception.errors import (
    InvalidSettingError,
    MissingExtraError,
    UnusableReplyError,
    ViewerUnavailableError,
)
from perception.grounder import Found, NotFound
from perception.observation import NO_BODY
from planner import config
from planner.config import settings_for
from planner.language.openai_backend import OpenAIBackend, OpenAIConfig
from planner.language.viewer import WORDS, EndpointViewer, open_viewer
from tests.perception.marks.eyes import reply
from tests.perception.raycast import block, bowl, observe
from tests.planner.language.openai_server import FINAL, PASSING, OpenAIServer
from tests.planner.language.seeing_model import SeeingModel

KEY = "sk-sentinel-0123456789"
WHERE = {"red block": [(0.5, 0.1)], "blue bowl": [(0.6, -0.2)]}
PHRASES = ("red block", "blue bowl", "green mug")


@pytest.fixture(scope="module")
def cameras():
    return observe([block("red", 0.5, 0.1), bowl("blue", 0.6, -0.2)]).cameras


@pytest.fixture
def model():
    return SeeingModel(WHERE)


@pytest.fixture
def server(model):
    with OpenAIServer(model) as made:
        yield made


@pytest.fixture
def grounder(server):
    def make(**changes):
        how = OpenAIConfig(**{"timeout": 50.0} | changes)
        backend = OpenAIBackend(server.url, "m", KEY, how, lambda _: None, words=WORDS)
        return MarksGrounder(EndpointViewer(backend), MarksConfig("m"))

    return make


@pytest.mark.parametrize("stream", [True, False])
def test_what_the_model_reads_off_the_pictures_is_found(
    stream, cameras, server, grounder
):
    red, blue, green = grounder(stream=stream).ground(cameras, PHRASES)
    for found in (red, blue):
        assert isinstance(found, Found)
        ((centre,),) = (WHERE[found.phrase],)
        assert np.linalg.norm(found.instances[0].position[:2] - centre) < 0.01
    assert isinstance(green, NotFound)
    assert green.nearest
    ((key, request),) = server.requests
    assert (key, request["model"]) == (KEY, "m")


def test_a_repair_sends_the_pictures_once_and_the_reply_with_what_is_wrong(
    cameras, model, server, grounder
):
    model.eyes.replies = ["mark 1, I think"]
    (red,) = grounder().ground(cameras, ["red block"])
    assert isinstance(red, Found)
    asked = server.requests[1][1]["messages"]
    assert [each["role"] for each in asked] == ["user", "assistant", "user"]
    assert [type(each["content"]) for each in asked] == [list, str, str]
    assert asked[1]["content"] == "mark 1, I think"
    assert "cannot be used" in asked[2]["content"]


def test_a_model_that_never_learns_is_an_error(cameras, model, grounder):
    model.eyes.replies = ["mark 1"] * 5
    with pytest.raises(UnusableReplyError, match="'m' did not say") as caught:
        grounder().ground(cameras, ["red block"])
    assert caught.value.asked == 2


def test_an_answer_that_was_cut_off_is_asked_for_again(cameras, server, grounder):
    server.faults = ["truncated", ""]
    (red,) = grounder(stream=False).ground(cameras, ["red block"])
    assert isinstance(red, Found)


@pytest.mark.parametrize("fault", ["busy", "dies", "silent"])
def test_a_trouble_that_passes_is_waited_out(fault, cameras, model, server, grounder):
    server.faults = [fault, ""]
    model.eyes.replies = [reply({"red block": ([1], [])})] * 2
    (red,) = grounder(timeout=2.5).ground(cameras, ["red block"])
    assert isinstance(red, Found)
    assert len(server.requests) == 2


@pytest.mark.parametrize("fault", [*PASSING, *FINAL])
def test_a_trouble_that_stays_names_the_settings_of_perception(
    fault, model, server, grounder
):
    server.faults, model.eyes.replies = [fault] * 5, ["It is a mug. " * 9] * 5
    viewer = grounder(tries=2, timeout=0.3).viewer
    with pytest.raises(ViewerUnavailableError, match="vision-language") as caught:
        viewer.answer([Shown("Here:", b"a picture")], ["What is it?"])
    assert caught.value.model == "m"
    for name in ("MODEL", "BASE_URL", "API_KEY"):
        assert PREFIX + name in str(caught.value)
    assert "VOXFIELD_LLM" not in str(caught.value)
    assert KEY not in str(caught.value)


def test_nobody_at_the_address_is_told_with_it(cameras):
    backend = OpenAIBackend(
        "http://127.0.0.1:9/v1", "m", KEY, OpenAIConfig(tries=1), words=WORDS
    )
    grounder = MarksGrounder(EndpointViewer(backend), MarksConfig("m"))
    with pytest.raises(ViewerUnavailableError, match="APIConnectionError"):
        grounder.ground(cameras, ["red block"])


@pytest.fixture
def variables(monkeypatch, server):
    monkeypatch.setenv(PREFIX + "PHRASES", ", ".join(PHRASES))
    monkeypatch.setenv(PREFIX + "MODEL", "m")
    monkeypatch.setenv(PREFIX + "BASE_URL", server.url)
    monkeypatch.setenv(PREFIX + "API_KEY", KEY)
    return monkeypatch


def test_the_model_that_the_environment_names_is_asked(variables, server, tmp_path):
    variables.setenv(PREFIX + "KEEP", str(tmp_path / "kept"))
    settings = settings_for("replay", "marks")
    assert KEY not in repr(asdict(settings))
    perceiver = make_perceiver(settings.perceiver, open_viewer)
    assert perceiver.name == "marks"
    solids = [block("red", 0.5, 0.1), bowl("blue", 0.6, -0.2)]
    scene = perceiver.perceive(observe(solids), NO_BODY)
    assert {"red block", "blue bowl"} <= set(scene.names)
    assert server.requests[0][0] == KEY
    (talk,) = (tmp_path / "kept").glob("*/talk.json")
    assert "red block" in talk.read_text()
    assert KEY not in talk.read_text()


def test_the_pipeline_has_the_planners_own_client(variables, monkeypatch):
    def asked(*given):
        raise LookupError(given)

    settings = settings_for("replay", "marks")
    monkeypatch.setattr(config, "make_perceiver", asked)
    with pytest.raises(LookupError) as caught, config.open_pipeline(settings):
        pass
    assert caught.value.args == ((settings.perceiver, open_viewer),)


def test_a_viewer_needs_a_key_for_openai_and_none_for_a_local_server(variables):
    variables.delenv(PREFIX + "API_KEY")
    local = open_viewer(MarksConfig("m", "http://localhost:1/v1"))
    assert isinstance(local, Viewer)
    assert local.model == "m"
    with pytest.raises(InvalidSettingError, match=f"set {PREFIX}API_KEY"):
        open_viewer(MarksConfig("m"))


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x/v1", "http://u:p@x/v1"])
def test_an_address_that_is_none_is_refused(url, variables):
    with pytest.raises(InvalidSettingError, match=PREFIX):
        open_viewer(MarksConfig("m", url))


def test_a_package_that_is_missing_is_named(variables, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"voxfield\[llm\]"):
        open_viewer(MarksConfig("m", "http://localhost:1/v1"))
