import json

import numpy as np
import pytest
from eyes import Eyes, numbers_in, opened, reply
from raycast import RIG, ball, block, drawer, observe

from perception.backends.embedded.proposals import propose
from perception.backends.grounded import GroundedPerceiver
from perception.backends.marks.config import MarksConfig
from perception.backends.marks.grounder import MarksGrounder
from perception.backends.marks.viewer import Viewer
from perception.errors import (
    InvalidPhraseError,
    NoDepthError,
    NoSurfaceError,
    ObjectNotFoundError,
    UnusableReplyError,
    ViewerUnavailableError,
)
from perception.foreground import Foreground
from perception.grounder import Found, Grounder, NotFound, instances_of
from perception.observation import NO_BODY, Capsules
from perception.point_cloud import unfuse

SOLIDS = [block("red", 0.5, 0.1), ball("green", 0.4, -0.2), block("red", 0.65, -0.1)]
WHERE = {
    "red block": [(0.5, 0.1), (0.65, -0.1)],
    "green ball": [(0.4, -0.2)],
}


def grounder(*replies, where=WHERE, **config):
    return MarksGrounder(Eyes(where, *replies), MarksConfig("eyes", **config))


@pytest.fixture
def cameras():
    return observe(SOLIDS).cameras


def test_the_backend_is_a_grounder_and_the_model_a_viewer():
    assert isinstance(grounder(), Grounder)
    assert isinstance(Eyes(), Viewer)


def test_every_instance_of_a_phrase_is_found_in_its_place(cameras):
    red, green = grounder().ground(cameras, ["red block", "green ball"])
    assert (red.phrase, green.phrase) == ("red block", "green ball")
    for found, solids in ((red, (SOLIDS[0], SOLIDS[2])), (green, (SOLIDS[1],))):
        assert isinstance(found, Found)
        for each, solid in zip(found.instances, solids, strict=True):
            assert np.linalg.norm(each.position - solid.centre) < 0.008


@pytest.mark.parametrize("solids", [SOLIDS, drawer(0.55, 0.1)])
def test_a_mark_that_is_named_is_the_proposal_it_was_drawn_for(solids):
    cameras = observe(solids).cameras
    config = MarksConfig("eyes")
    seen = Foreground.of(cameras, NO_BODY, config.foreground)
    proposed = propose(seen, config.proposals)
    masks = [
        unfuse(cameras, seen.cloud.pixel[rows], np.ones(len(rows), np.int32))
        for rows in proposed
    ]
    eyes = Eyes()
    made = MarksGrounder(eyes, config)
    made.ground(cameras, ["nothing"])
    ((pictures, _),) = eyes.asked
    drawn = {n for each in pictures for n in numbers_in(opened(each.png))}
    assert len(drawn) > 2
    eyes.replies = [reply({f"thing {number}": ([number], []) for number in drawn})]
    named = set()
    for found in made.ground(cameras, [f"thing {number}" for number in drawn]):
        (instance,) = found.instances
        sightings = {each.camera: each.mask for each in instance.sightings}
        (which,) = [
            i
            for i, images in enumerate(masks)
            if all(
                np.array_equal(image > 0, sightings.get(name, np.zeros_like(image) > 0))
                for name, image in images.items()
            )
        ]
        named.add(which)
        points = seen.cloud.points_world[proposed[which]]
        np.testing.assert_array_equal(instance.points_world, points)
    assert len(named) == len(drawn)


def test_a_sighting_has_the_box_of_its_mask_and_cannot_be_changed(cameras):
    (green,) = grounder().ground(cameras, ["green ball"])
    (instance,) = green.instances
    assert [each.camera for each in instance.sightings] == [c.name for c in cameras]
    for sighting, camera in zip(instance.sightings, cameras, strict=True):
        v, u = np.nonzero(sighting.mask)
        assert sighting.mask.shape == camera.depth.shape
        assert sighting.box_px.tolist() == [
            u.min(), v.min(), u.max() + 1, v.max() + 1
        ]  # fmt: skip
        assert not sighting.mask.flags.writeable


def test_the_absent_is_not_found_and_the_nearest_are_told(cameras):
    red, mug = grounder().ground(cameras, ["red block", "blue mug"])
    assert isinstance(red, Found)
    assert isinstance(mug, NotFound)
    assert mug.others == ("red block",)
    (near,) = mug.nearest
    assert near.camera in {camera.name for camera in cameras}
    assert "mark 1" in str(mug)
    with pytest.raises(ObjectNotFoundError, match="red block"):
        instances_of(mug)


def test_no_more_than_three_are_told_as_near(cameras):
    said = reply({"mug": ([], [3, 2, 1])})
    (mug,) = grounder(said).ground(cameras, ["mug"])
    assert [each.why.split(",")[0] for each in mug.nearest] == [
        "mark 3", "mark 2", "mark 1",
    ]  # fmt: skip


def test_phrases_are_asked_for_once_and_answered_in_their_order(cameras):
    made = grounder()
    found = made.ground(cameras, ["mug", "red block", "mug"])
    assert [type(each) for each in found] == [NotFound, Found, NotFound]
    assert len(made.viewer.asked) == 1


def test_the_model_sees_each_camera_and_knows_what_it_is_asked(cameras):
    made = grounder()
    made.ground(cameras, ["the \u201codd\u201d mug"])
    (((*pictures,), (question,)),) = made.viewer.asked
    for camera in cameras:
        assert any(f"'{camera.name}'" in each.caption for each in pictures)
    assert '["the \u201codd\u201d mug"]' in question
    assert "3 cameras" in question


@pytest.mark.parametrize(
    "text", ["", "7", "{}", reply({"red block": ([77], [])}), '{"red block": [1]}']
)
def test_a_reply_that_cannot_be_is_told_to_the_model_once_and_then_to_the_caller(
    text, cameras
):
    good = reply({"red block": ([1], [])})
    mended = grounder(text, good)
    (red,) = mended.ground(cameras, ["red block"])
    assert isinstance(red, Found)
    (first, talk), (again, more) = mended.viewer.asked
    assert first == again
    assert more[:2] == (*talk, text)
    assert "cannot be used" in more[2]

    stubborn = grounder(text, text, good)
    with pytest.raises(UnusableReplyError, match="asked 2 times") as caught:
        stubborn.ground(cameras, ["red block"])
    assert caught.value.model == "eyes"
    assert caught.value.reply == text
    assert caught.value.problems
    assert all(problem in more[2] for problem in caught.value.problems)
    assert "name a model" in str(caught.value)


def test_an_unknown_mark_is_told_with_those_there_are(cameras):
    said = reply({"red block": ([77], [])})
    with pytest.raises(UnusableReplyError, match="no mark 77; marks are 1 to 3"):
        grounder(said, repairs=0).ground(cameras, ["red block"])


def test_an_unknown_phrase_is_told(cameras):
    said = reply({"red block": ([1], []), "spoon": ([2], [])})
    with pytest.raises(UnusableReplyError, match="'spoon' was not asked for"):
        grounder(said, repairs=0).ground(cameras, ["red block"])


def test_a_model_that_is_silent_is_an_error_of_its_own(cameras):
    class Silent(Eyes):
        def answer(self, pictures, talk):
            raise ViewerUnavailableError(self.model, "it did not answer")

    with pytest.raises(ViewerUnavailableError) as caught:
        MarksGrounder(Silent(), MarksConfig("m")).ground(cameras, ["red block"])
    assert caught.value.model == "eyes"


def test_a_camera_without_depth_is_refused_by_name(cameras):
    cameras[2].depth[:] = 0.0
    made = grounder()
    with pytest.raises(NoDepthError, match="'right'"):
        made.ground(cameras, ["red block"])
    assert made.viewer.asked == []


def test_what_has_no_depth_has_no_mark(cameras):
    for camera in cameras:
        camera.depth[camera.colour[:, :, 1] > 1.5 * camera.colour[:, :, 0]] = 0.0
    made = grounder(where={})
    made.ground(cameras, ["green ball"])
    ((pictures, _),) = made.viewer.asked
    assert {n for each in pictures for n in numbers_in(opened(each.png))} == {1, 2}


def test_without_a_table_there_is_an_error(cameras):
    for camera in cameras:
        camera.depth[:] = 0.0
        camera.depth[:3, :3] = 0.5
    with pytest.raises(NoSurfaceError):
        grounder().ground(cameras, ["red block"])


@pytest.mark.parametrize(
    ("phrase", "why"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("a" * 201, "201 characters"),
        ("a\nb", "printed"),
    ],
)
def test_a_phrase_that_cannot_be_asked_for_is_refused(cameras, phrase, why):
    made = grounder()
    with pytest.raises(InvalidPhraseError, match=why):
        made.ground(cameras, ["red block", phrase])
    assert made.viewer.asked == []


def test_no_phrase_no_camera_and_no_thing_ask_nobody(cameras):
    made = grounder()
    assert made.ground(cameras, []) == ()
    (red,) = made.ground([], ["red block"])
    (none,) = made.ground(observe([]).cameras, ["red block"])
    assert isinstance(red, NotFound)
    assert isinstance(none, NotFound)
    assert made.viewer.asked == []


def test_one_camera_is_enough():
    cameras = observe(SOLIDS, RIG[:1]).cameras
    (red,) = grounder().ground(cameras, ["red block"])
    assert len(instances_of(red)) == 2


def test_the_arm_has_no_mark_and_what_is_found_has_its_name():
    solids = [block("red", 0.5, 0.1), block("blue", 0.4, -0.2)]
    arm = Capsules(
        np.array([[0.4, -0.2, 0.0]]), np.array([[0.4, -0.2, 0.05]]), np.array([0.04])
    )
    made = grounder(where={"red toaster": [(0.5, 0.1)]})
    perceiver = GroundedPerceiver(made, ["red toaster"])
    for body, marks in ((NO_BODY, 2), (arm, 1)):
        scene = perceiver.perceive(observe(solids), body)
        (pictures, _) = made.viewer.asked[-1]
        drawn = {n for each in pictures for n in numbers_in(opened(each.png))}
        assert drawn == set(range(1, marks + 1))
        assert "red toaster" in scene.names
        assert ("blue block" in scene.names) == (marks == 2)


def test_words_of_the_person_have_the_numbers_that_the_table_says(cameras):
    made = grounder()
    made.ground(cameras, ["mug"])
    ((_, (question,)),) = made.viewer.asked
    lines = [line.split(", ") for line in question.splitlines() if line[:1].isdigit()]
    rows = np.array([[float(cell) for cell in line] for line in lines])
    assert rows[:, 0].tolist() == [1, 2, 3]
    for solid in SOLIDS:
        x, y, _ = solid.centre
        nearest = rows[np.hypot(rows[:, 1] - 100 * y, rows[:, 2] - 100 * x).argmin()]
        assert abs(nearest[1] - 100 * y) < 1.0  # right is +y
        assert abs(nearest[2] - 100 * x) < 1.0  # front is +x
        assert abs(nearest[3]) < 2.0  # no camera sees the underside of a ball
        assert abs(nearest[4] - 100 * solid.size[2]) < 1.0
        assert np.abs(nearest[5:] - 100 * np.array(solid.size[:2])).max() < 1.5


def test_the_question_shows_what_a_good_reply_is(cameras):
    made = grounder()
    made.ground(cameras, ["mug"])
    ((_, (question,)),) = made.viewer.asked
    shown = json.loads(question.splitlines()[-1])
    assert all(set(each) == {"marks", "nearest"} for each in shown.values())
