import numpy as np
import pytest

from perception.directions import DIRECTIONS, SYNONYMS, direction


@pytest.mark.parametrize(
    ("word", "opposite"), [("left", "right"), ("front", "back"), ("top", "bottom")]
)
def test_opposite_words_point_opposite_ways(word, opposite):
    np.testing.assert_array_equal(direction(word), -direction(opposite))


def test_the_words_are_those_of_a_person_who_faces_the_robot():
    np.testing.assert_array_equal(direction("front"), [1, 0, 0])
    np.testing.assert_array_equal(direction("right"), [0, 1, 0])
    np.testing.assert_array_equal(direction("top"), [0, 0, 1])


def test_every_synonym_leads_to_a_direction():
    assert set(SYNONYMS.values()) <= set(DIRECTIONS)
    assert np.linalg.norm([direction(word) for word in SYNONYMS], axis=1).min() == 1.0


def test_other_words_are_no_directions():
    with pytest.raises(KeyError):
        direction("sideways")
