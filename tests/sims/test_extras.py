import pytest

from planner.errors import MissingExtraError
from sims import extras


@pytest.fixture
def lacks(monkeypatch):
    def lack(*names):
        found = lambda name: None if name in names else object()  # noqa: E731
        monkeypatch.setattr(extras, "find_spec", found)

    return lack


def test_all_that_is_missing_is_told_at_once(lacks):
    lacks("pybullet", "plotly", "PIL", "openai")
    with pytest.raises(MissingExtraError) as failure:
        extras.require("sim", "viz", language="openai")
    assert failure.value.extra == "sim,viz,llm"
    told = str(failure.value)
    assert "pybullet, plotly, PIL, openai are not installed" in told
    assert "pip install 'voxfield[sim,viz,llm]'" in told


def test_one_that_is_missing_is_told_alone(lacks):
    lacks("plotly", "openai")
    with pytest.raises(MissingExtraError, match="plotly is not installed"):
        extras.require("sim", "viz", language="embedded")


def test_what_is_installed_is_enough():
    extras.require("sim", "viz", language="openai")
