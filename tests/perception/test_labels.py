import pytest

from perception.colour import COLOURS
from perception.labels import Label, label_of
from perception.shapes import SHAPES


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "thing"])
@pytest.mark.parametrize("colour", COLOURS)
def test_the_words_that_geometry_knows_are_kept(colour, shape):
    assert label_of(f"{colour} {shape}") == Label(colour, shape)
    assert label_of(f"the {shape}s") == Label("", shape)


@pytest.mark.parametrize(
    ("phrase", "label"),
    [
        ("a fork", Label("", "fork")),
        ("the black coffee machine", Label("black", "coffee machine")),
        ("Handle of the top drawer", Label("", "handle")),
        ("the middle drawer", Label("", "drawer")),
        ("the leftmost drawer's handle", Label("", "handle")),
        ("violet cup", Label("purple", "mug")),
        ("anything red", Label("red", "")),
        ("the second thing", Label("", "")),
        ("of", Label("", "")),
    ],
)
def test_other_nouns_are_taken_as_they_are_said(phrase, label):
    assert label_of(phrase) == label
