import pytest

from planner.config import settings_for
from planner.errors import InvalidRequestError, ModelLoadError
from planner.language.writer import make_writer

VARIABLES = (
    *("MODEL", "BASE_URL", "API_KEY", "DEVICE", "DTYPE", "STYLE", "RECORD", "REPLAY"),
    *("MOST_TOKENS", "MOST_SECONDS", "MOST_COST", "PRICE_IN", "PRICE_OUT"),
)


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(f"VOXFIELD_LLM_{name}", raising=False)


@pytest.mark.parametrize("language", ["openai", "local", "replay"])
def test_a_language_is_a_backend_and_says_what_it_lacks(language):
    writer = settings_for(language).writer
    assert (writer.backend, writer.style) == (language, "whole")
    with pytest.raises(InvalidRequestError, match="set VOXFIELD_LLM_"):
        make_writer(writer)


def test_the_environment_fills_the_rest(monkeypatch, tmp_path):
    monkeypatch.setenv("VOXFIELD_LLM_STYLE", "hierarchy")
    monkeypatch.setenv("VOXFIELD_LLM_RECORD", str(tmp_path / "a.jsonl"))
    monkeypatch.setenv("VOXFIELD_LLM_MOST_SECONDS", "30")
    writer = settings_for("openai").writer
    assert writer.style == "hierarchy"
    assert writer.record == tmp_path / "a.jsonl"
    assert writer.budget.most_seconds == 30.0


def test_an_unknown_style_is_refused(monkeypatch):
    monkeypatch.setenv("VOXFIELD_LLM_STYLE", "baroque")
    with pytest.raises(InvalidRequestError, match="whole or hierarchy"):
        settings_for("openai")


def test_a_local_model_that_is_none_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("VOXFIELD_LLM_MODEL", str(tmp_path))
    with pytest.raises(ModelLoadError, match=str(tmp_path)):
        make_writer(settings_for("local").writer)


def test_a_dtype_of_the_environment_is_checked(monkeypatch, tmp_path):
    monkeypatch.setenv("VOXFIELD_LLM_MODEL", str(tmp_path))
    monkeypatch.setenv("VOXFIELD_LLM_DTYPE", "int3")
    with pytest.raises(InvalidRequestError, match="bfloat16"):
        make_writer(settings_for("local").writer)


def test_perception_by_name_is_read_from_its_own_variables(monkeypatch):
    monkeypatch.setenv("VOXFIELD_PERCEPTION_PHRASES", "mug, tin opener")
    monkeypatch.setenv("VOXFIELD_PERCEPTION_DEVICE", "cuda")
    perceiver = settings_for("embedded", "hub").perceiver
    assert (perceiver.backend, perceiver.hub.device) == ("hub", "cuda")
    assert perceiver.phrases == ("mug", "tin opener")
    assert settings_for("embedded").perceiver.backend == "segmentation"
