import json

import pytest
from eyes import Eyes, numbers_in, opened, reply
from raycast import ball, block, observe

from perception.backends.marks.config import MarksConfig
from perception.backends.marks.grounder import MarksGrounder
from perception.backends.marks.kept import KeptViewer
from perception.backends.marks.viewer import Viewer
from perception.errors import ViewerUnavailableError


@pytest.fixture
def cameras():
    return observe([block("red", 0.5, 0.1), ball("green", 0.4, -0.2)]).cameras


def talk_in(folder):
    return json.loads((folder / "talk.json").read_text(encoding="utf-8"))


def test_what_is_shown_and_said_is_kept_and_changes_nothing(cameras, tmp_path):
    eyes = Eyes({"red block": [(0.5, 0.1)]}, "I see")
    folder = tmp_path / "a" / "b"
    kept = KeptViewer(eyes, folder)
    assert isinstance(kept, Viewer)
    (found,) = MarksGrounder(kept, MarksConfig()).ground(cameras, ["red block"])
    assert found.instances
    first, again = sorted(folder.iterdir())
    assert [first.name, again.name] == ["0001", "0002"]
    ((pictures, _), _) = eyes.asked
    for number, each in enumerate(pictures, start=1):
        assert (first / f"{number}.png").read_bytes() == each.png
        assert numbers_in(opened(each.png))
    assert talk_in(first)["talk"][1] == "I see"
    assert talk_in(first)["pictures"] == [each.caption for each in pictures]
    assert len(talk_in(again)["talk"]) == 4
    assert talk_in(again)["model"] == "eyes"


def test_what_a_silent_model_was_shown_is_kept(cameras, tmp_path):
    class Silent(Eyes):
        def answer(self, pictures, talk):
            raise ViewerUnavailableError("silent", "it did not answer")

    kept = KeptViewer(Silent(), tmp_path)
    with pytest.raises(ViewerUnavailableError):
        MarksGrounder(kept, MarksConfig()).ground(cameras, ["mug"])
    assert len(talk_in(tmp_path / "0001")["talk"]) == 1


def test_a_folder_that_cannot_be_made_is_logged(cameras, tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    said = reply({"mug": ([], [])})
    kept = KeptViewer(Eyes({}, said), tmp_path / "file")
    MarksGrounder(kept, MarksConfig()).ground(cameras, ["mug"])
    assert "could not be kept" in caplog.text
