import builtins
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from planner.errors import MissingExtraError
from planner.events import Verdict
from planner.language.backend import Usage
from planner.record import EpisodeFacts, Layer, Moment, SeenObject, View
from planner.recording import Recorder
from planner.visualise import write_page
from planner.visualise.cameras import cameras_html
from planner.visualise.program import coloured_lines
from planner.visualise.scene import MOST_STRIPS, face_strips, scene_json, shells
from tests.planner.episodes import NAMES, SOURCE, record

OK = Verdict(True, "", "OK", "every sub-task was carried out", 25.0)
LOST = Verdict(False, "plan", "UNREACHABLE", "no free path; clear the way", 25.0)
FACTS = EpisodeFacts(
    True, "segmentation", "embedded", 7, milestones={"lifted <&>": True}
)
VOID = {"meta", "link", "img", "input", "br", "hr"}


class Page(HTMLParser):
    """Checks that elements nest, and gathers text and links."""

    def __init__(self, page: str):
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.styles_and_scripts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.links += [v for k, v in attrs if k in ("src", "href") and v is not None]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("script", "style"):
            self.styles_and_scripts.append(data)
        else:
            self.text += data


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "episode.html"
    write_page(record(OK).recording, FACTS, path)
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(source):
    return Page(source)


def test_every_element_is_closed(page):
    assert page.open == []


def test_the_page_needs_nothing_from_outside(page):
    assert page.links
    assert all(link.startswith("data:") for link in page.links)
    style = page.styles_and_scripts[0]
    assert "url(" not in style
    assert "@import" not in style


def test_the_page_shows_instruction_objects_program_and_results(page):
    for words in ("put the <red> block in the bowl", *NAMES, "on my way", "done again"):
        assert words in page.text
    for line in SOURCE.splitlines():
        assert line in page.text
    assert "lifted <&>" in page.text


def test_the_page_stays_small(source):
    assert len(source) < 6_000_000


def test_the_data_of_the_page_is_json_with_a_layer_a_map(page):
    data = json.loads(page.styles_and_scripts[1])
    layers = [each["kind"] for each in data["subtasks"][0]["layers"]]
    assert layers == ["affordance", "avoidance"]
    assert [len(each["objects"]) for each in data["moments"]] == [2, 2, 0]


def test_a_failure_is_told_with_its_stage_and_remedy(tmp_path):
    path = tmp_path / "failed.html"
    facts = EpisodeFacts(False, "segmentation", "embedded", 7)
    write_page(record(LOST).recording, facts, path)
    text = Page(path.read_text(encoding="utf-8")).text
    assert "Failed at: plan" in text
    assert "no free path; clear the way" in text


def test_the_page_says_which_model_wrote_and_what_that_took(tmp_path):
    path = tmp_path / "written.html"
    usage = Usage("openai", "big <model>", 2, 900, 80, 2.25, 0.5)
    recording = record(OK).recording
    program = replace(recording.program, usage=usage)
    write_page(replace(recording, program=program), FACTS, path)
    text = Page(path.read_text(encoding="utf-8")).text
    for words in ("big <model>", "2, 2.2 s", "900, 80", "0.5"):
        assert words in text


def test_a_question_that_nobody_answered_has_a_remedy_of_its_own(tmp_path):
    path = tmp_path / "silent.html"
    silent = Verdict(False, "understand", "NO_ANSWER", "nobody answered 'which?'")
    facts = EpisodeFacts(False, "segmentation", "embedded", 7)
    write_page(record(silent).recording, facts, path)
    assert "what was asked" in Page(path.read_text(encoding="utf-8")).text


def test_a_planner_that_believes_in_success_wrongly_is_contradicted(tmp_path):
    path = tmp_path / "wrong.html"
    facts = EpisodeFacts(False, "segmentation", "embedded", 7, stage="grasp")
    write_page(record(OK).recording, facts, path)
    text = Page(path.read_text(encoding="utf-8")).text
    assert "Failed at: grasp" in text
    assert "says otherwise" in text


def test_an_episode_without_anything_still_makes_a_page(tmp_path):
    path = tmp_path / "empty.html"
    facts = EpisodeFacts(None, "segmentation", "embedded", 7)
    write_page(Recorder("wave").recording, facts, path)
    assert "No program was written" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("module", "extra"), [("plotly.offline", "viz"), ("PIL", "viz")]
)
def test_a_missing_library_is_an_error_that_names_the_extra(
    module, extra, monkeypatch, tmp_path
):
    imported = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name == module:
            raise ImportError(name)
        return imported(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingExtraError, match=re.escape(f"voxfield[{extra}]")):
        write_page(record(OK).recording, FACTS, tmp_path / "page.html")


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet="ab(\"'# \n\t:=<&>1\\{", max_size=60))
def test_colouring_changes_no_character_of_a_program(source):
    lines = coloured_lines(source)
    shown = [Page(f"<div>{line}</div>").text for line in lines]
    assert shown == source.splitlines()


def test_colouring_tells_words_apart():
    assert coloured_lines('if f("x"):  # y') == [
        '<i class="keyword">if</i> <i class="call">f</i>'
        '(<i class="string">&quot;x&quot;</i>):  <i class="comment"># y</i>'
    ]


@settings(max_examples=30, deadline=None)
@given(arrays(bool, (3, 4, 5)))
def test_strips_cover_each_face_between_inside_and_outside_once(inside):
    covered: set[tuple[int, ...]] = set()
    for x, y, z, axis, run in face_strips(inside).tolist():
        for i in range(run):
            cell = [x, y, z]
            cell[(axis + 1) % 3] += i
            assert (*cell, axis) not in covered
            covered.add((*cell, axis))
    padded = np.pad(inside, 1)
    expected = {
        (*(np.array(cell) - 1 + np.eye(3, dtype=int)[axis]).tolist(), axis)
        for axis in range(3)
        for cell in np.ndindex(*(np.array(padded.shape) - np.eye(3, dtype=int)[axis]))
        if padded[cell] != padded[tuple(np.array(cell) + np.eye(3, dtype=int)[axis])]
    }
    assert covered == expected


def test_shells_nest_from_the_farthest_value_to_the_nearest():
    values = np.zeros((9, 9, 9))
    values[2:7, 2:7, 2:7] = 0.5
    values[4, 4, 4] = 1.0
    drawn = shells(Layer("avoidance", 0.0, values, np.zeros(3), np.ones(3)))
    assert [each.value for each in drawn] == [1.0, 0.5]
    assert [each.strips[:, 4].sum() for each in drawn] == [6, 6 * 25]


def test_a_map_of_noise_is_made_coarser_until_the_page_can_hold_it():
    values = np.random.default_rng(0).random((50, 50, 50))
    layer = Layer("velocity", 1.0, values, np.zeros(3), np.ones(3))
    recording = record(OK).recording
    object.__setattr__(recording.subtasks[0], "layers", (layer,))
    (drawn,) = scene_json(recording)["subtasks"][0]["layers"]
    bytes_a_strip = 5 * 2 * 4 / 3
    size = sum(len(each["strips"]) for each in drawn["shells"])
    assert 0 < size <= MOST_STRIPS * bytes_a_strip + 4 * len(drawn["shells"])


def test_names_of_things_at_one_place_do_not_cover_each_other():
    mask = np.zeros((48, 64), np.int32)
    mask[24, 30:45:2], mask[24, 31:45:2] = 1, 2
    things = tuple(SeenObject(i, f"thing {i}", "red", np.zeros((0, 3))) for i in (1, 2))
    view = View("front", np.zeros((48, 64, 3), np.uint8), mask)
    recording = Recorder("look").recording
    object.__setattr__(recording, "moments", (Moment(0.0, (view,), things),))
    places = re.findall(r"left:([\d.]+)%;top:([\d.]+)%", cameras_html(recording))
    (x0, y0), (x1, y1) = (map(float, each) for each in places)
    assert abs(x0 - x1) < 5.0
    assert abs(y0 - y1) > 5.0
