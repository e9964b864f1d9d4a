"""Phrases in scenes whose nouns a reader knows."""

import numpy as np
import pytest

from perception.errors import ObjectNotFoundError, PhraseNotUnderstoodError
from perception.grounding import ground
from perception.scene import Object3D, Reader, Scene


class Words:
    """Reads a text as true of a thing whose words have all of the text's."""

    def __init__(self):
        self.asked = []

    def read(self, texts, things):
        self.asked += texts
        return np.array(
            [
                [0.9 if set(text.split()) <= set(each.look) else 0.1 for each in things]
                for text in texts
            ]
        )


def thing(number, words, x, y, parent=None):
    corners = np.array([[x, y, 0.0], [x + 0.04, y + 0.04, 0.04]])
    return Object3D(
        id=number,
        name=f"gray {words.split()[-1]}",
        colour="gray",
        shape=words.split()[-1],
        points_world=corners,
        normal=np.array([0.0, 0.0, 1.0]),
        yaw=0.0,
        size=np.full(3, 0.04),
        parent=parent,
        look=np.array(words.split()),
    )


@pytest.fixture
def scene():
    things = (
        thing(1, "red coffee mug", 0.4, -0.2),
        thing(2, "white handle", 0.44, -0.2, parent=1),
        thing(3, "blue mug", 0.5, 0.0),
        thing(4, "red handle", 0.54, 0.0, parent=3),
        thing(5, "stapler", 0.6, 0.2),
        thing(6, "blue mug", 0.6, 0.25),
    )
    return Scene(things, np.zeros((0, 3)), 0.0, 0.0, reader=Words())


def test_what_reads_is_a_reader(scene):
    assert isinstance(scene.reader, Reader)


@pytest.mark.parametrize(
    ("phrase", "ids"),
    [
        ("the stapler", [5]),
        ("the red coffee mug", [1]),
        ("leftmost blue mug", [3]),
        ("second blue mug from the left", [6]),
        ("the stapler next to the blue mug", [5]),
        ("blue mug nearest to the stapler", [6]),
        ("coffee mug handle", [2]),
        ("the handle of the blue mug", [4]),
        ("red handle", [4]),
        ("the red one", [1, 4]),
        ("everything", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_any_noun_goes_to_the_reader_and_the_rest_of_a_chain_does_not(
    scene, phrase, ids
):
    assert [each.id for each in ground(scene, phrase)] == ids
    asked = {word for text in scene.reader.asked for word in text.split()}
    assert asked.isdisjoint("the leftmost second from left next nearest one".split())


@pytest.mark.parametrize("phrase", ["teapot", "green mug", "the lid of the blue mug"])
def test_what_the_reader_finds_in_nothing_is_not_found(scene, phrase):
    with pytest.raises(ObjectNotFoundError):
        ground(scene, phrase)


@pytest.mark.parametrize("phrase", ["", "the", "all of the"])
def test_words_that_ask_for_nothing_are_refused(scene, phrase):
    with pytest.raises(PhraseNotUnderstoodError):
        ground(scene, phrase)
