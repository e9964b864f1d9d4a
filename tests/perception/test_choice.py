import re

import pytest
import tiny_checkpoints
from raycast import block, observe

from perception.backends.choice import (
    PerceiverConfig,
    make_perceiver,
    perceiver_settings,
)
from perception.backends.hub import environment
from perception.backends.hub.config import HubConfig
from perception.backends.hub.environment import (
    PREFIX,
    read_environment,
    read_grounder,
    read_phrases,
    read_viewer,
    read_viewer_key,
)
from perception.backends.marks.config import MarksConfig
from perception.errors import InvalidSettingError, ModelLoadError
from perception.observation import NO_BODY

NAMES = re.findall(r"^\| (VOXFIELD_PERCEPTION_\w+)", environment.__doc__, re.MULTILINE)


class Asked(dict):
    """Variables that note which of them were looked at."""

    def __init__(self):
        super().__init__()
        self.names = []

    def get(self, name, default=None):
        self.names.append(name)
        return default


def test_the_table_has_every_variable_that_is_read():
    asked = Asked()
    read_environment(asked)
    read_grounder(asked)
    read_viewer(asked)
    read_viewer_key(asked)
    assert sorted(asked.names) == sorted(NAMES)


def test_empty_is_absent():
    empty = dict.fromkeys(NAMES, " ")
    assert read_environment(empty) == read_environment({}) == (HubConfig(), ())
    assert read_viewer(empty) == read_viewer({}) == MarksConfig()
    assert (read_viewer_key(empty), read_grounder(empty)) == ("", "")
    assert read_phrases(empty) == ()


def test_phrases_are_parted_by_commas_and_named_once():
    _, phrases = read_environment({PREFIX + "PHRASES": "mug, tin opener,, mug ,fork"})
    assert phrases == ("mug", "tin opener", "fork")


@pytest.mark.parametrize(
    ("name", "text"), [("THRESHOLD", "much"), ("THRESHOLD", "2"), ("DTYPE", "int8")]
)
def test_a_value_that_cannot_be_is_refused(name, text):
    with pytest.raises(
        InvalidSettingError, match=name.lower() if text != "much" else name
    ):
        read_environment({PREFIX + name: text})


def test_segmentation_needs_no_setting():
    assert perceiver_settings("segmentation") == PerceiverConfig()
    assert make_perceiver(PerceiverConfig()).name == "segmentation"


@pytest.mark.parametrize("backend", ["hub", "marks"])
def test_who_is_asked_for_phrases_needs_some(backend, monkeypatch):
    monkeypatch.delenv(PREFIX + "PHRASES", raising=False)
    with pytest.raises(InvalidSettingError, match=PREFIX + "PHRASES is empty"):
        perceiver_settings(backend)


def test_marks_need_the_name_of_a_model(monkeypatch):
    monkeypatch.setenv(PREFIX + "PHRASES", "mug")
    monkeypatch.delenv(PREFIX + "MODEL", raising=False)
    with pytest.raises(InvalidSettingError, match=PREFIX + "MODEL is empty"):
        perceiver_settings("marks")


def test_what_is_shown_marks_is_read_from_the_environment(monkeypatch):
    monkeypatch.setenv(PREFIX + "PHRASES", "mug, fork")
    monkeypatch.setenv(PREFIX + "MODEL", "qwen-vl")
    monkeypatch.setenv(PREFIX + "BASE_URL", "http://localhost:8000/v1")
    monkeypatch.setenv(PREFIX + "API_KEY", "sk-secret")
    monkeypatch.setenv(PREFIX + "KEEP", "out/marks")
    config = perceiver_settings("marks")
    assert (config.backend, config.phrases) == ("marks", ("mug", "fork"))
    assert config.marks == MarksConfig(
        "qwen-vl", "http://localhost:8000/v1", "out/marks"
    )
    assert "sk-secret" not in repr(config)
    with pytest.raises(InvalidSettingError, match="none was given"):
        make_perceiver(config)


def test_the_models_of_the_environment_see(monkeypatch, tmp_path):
    for part, save in (
        ("DETECTOR", tiny_checkpoints.save_owlv2),
        ("SEGMENTER", tiny_checkpoints.save_sam2),
    ):
        folder = tmp_path / part
        folder.mkdir()
        monkeypatch.setenv(PREFIX + part, save(folder))
    monkeypatch.setenv(PREFIX + "PHRASES", "toaster")
    monkeypatch.setenv(PREFIX + "THRESHOLD", "1")
    config = perceiver_settings("hub")
    perceiver = make_perceiver(config)
    assert perceiver.name == "hub"
    assert make_perceiver(config).grounder is perceiver.grounder
    # Random weights are sure of nothing: what is seen is what segmentation sees.
    scene = perceiver.perceive(observe([block("red", 0.5, 0.1)]), NO_BODY)
    assert scene.names == ("red block",)


def test_a_folder_that_is_no_model_is_named(tmp_path):
    hub = HubConfig(detector=str(tmp_path))
    with pytest.raises(ModelLoadError, match=str(tmp_path)):
        make_perceiver(PerceiverConfig("hub", ("mug",), hub))


def test_the_embedded_model_is_the_one_that_ships_unless_another_is_named(monkeypatch):
    monkeypatch.delenv("VOXFIELD_PERCEPTION_GROUNDER", raising=False)
    assert perceiver_settings("embedded").embedded.model == ""
    assert make_perceiver(perceiver_settings("embedded")).name == "embedded"
    monkeypatch.setenv("VOXFIELD_PERCEPTION_GROUNDER", "other")
    assert perceiver_settings("embedded").embedded.model == "other"
