from random import Random

import numpy as np
import pytest

from perception.backends.embedded.examples import JUNK, Truth, colour_truth
from perception.backends.embedded.lexicon import Lexicon, Noun
from perception.backends.embedded.phrases import Phrase, PhraseBook, plural, worded

LEXICON = Lexicon(
    nouns=(
        Noun("mug", ("coffee mug",), ("cup",)),
        Noun("cup", ("beaker",)),
        Noun("handle", ("grip",)),
        Noun("knife"),
    ),
    kinds={"vessel": ("mug", "cup")},
    traits={"hollow": ("mug", "cup")},
    parts={"handle": ("mug",)},
    strangers=("toaster", "violin"),
)
BOOK = PhraseBook(LEXICON)
RED_MUG = Truth("mug", colour_truth(["red"], ["pink"]))
HANDLE = Truth("handle", colour_truth(["blue"], []), "mug")


def truth(thing, **asked):
    return BOOK.truth([Phrase("", **asked)], [thing])[0, 0]


@pytest.mark.parametrize(
    ("asked", "true"),
    [
        ({"noun": "mug"}, 1),
        ({"noun": "coffee mug", "colour": "red"}, 1),
        ({"noun": "vessel", "trait": "hollow"}, 1),
        ({}, 1),
        ({"noun": "cup"}, 0.5),
        ({"colour": "pink"}, 0.5),
        ({"noun": "cup", "colour": "blue"}, 0),
        ({"noun": "knife"}, 0),
        ({"noun": "toaster"}, 0),
        ({"noun": "mug", "owner": "mug"}, 0),
    ],
)
def test_what_is_said_of_a_red_mug(asked, true):
    assert truth(RED_MUG, **asked) == true


def test_a_part_is_told_by_what_it_is_a_part_of():
    assert truth(HANDLE, noun="handle", owner="mug") == 1
    assert truth(HANDLE, noun="handle", owner="cup") == 0
    assert truth(HANDLE, noun="grip", colour="blue") == 1


def test_nothing_is_true_of_junk():
    phrases = BOOK.some(Random(0), [RED_MUG], 200)
    assert BOOK.truth(phrases, [JUNK]).max() == 0.0


def test_phrases_are_often_true_often_nearly_so_and_the_same_for_the_same_seed():
    things = [RED_MUG, HANDLE, JUNK]
    phrases = BOOK.some(Random(1), things, 400)
    assert phrases == BOOK.some(Random(1), things, 400)
    table = BOOK.truth(phrases, things)
    assert set(np.unique(table)) <= {0.0, 0.5, 1.0}
    assert 0.35 < (table.max(axis=1) == 1.0).mean() < 0.75
    assert all(phrase.text for phrase in phrases)


def test_a_wording_has_the_words_it_is_made_of():
    phrase = Phrase("", "mug", "red", "hollow")
    words = {w for i in range(60) for w in worded(phrase, Random(i)).split()}
    assert {"mug", "mugs", "hollow", "red"} <= words
    assert words & {"crimson", "scarlet"}


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("mug", "mugs"),
        ("brush", "brushes"),
        ("butter knife", "butter knives"),
        ("berry", "berries"),
        ("toy", "toys"),
        ("chest of drawers", "chest of drawers"),
    ],
)
def test_plurals(one, many):
    assert plural(one) == many
