"""Offers: only what is understood, only of what is seen."""

from hypothesis import given
from hypothesis import strategies as st

from planner.language.library import load_library
from planner.language.offers import offers, seen_in
from planner.language.prompt import write_messages

SEEN = ("white mug", "green button", "tan bowl", "brown drawer", "black ball")
words = st.lists(st.sampled_from(SEEN), unique=True).map(tuple)


def test_where_nothing_is_known_of_what_is_seen_the_samples_are_offered():
    samples = {each.sample for each in load_library().tasks.values()}
    assert set(offers("whatever", (), 40)) <= samples


def test_names_are_those_of_what_is_seen():
    told = offers("put it in the bowl", SEEN, 1)
    assert told == ("put the white mug in the tan bowl",)
    assert offers("press!", SEEN, 1) != ()


@given(st.text(max_size=40), words, st.integers(1, 5))
def test_no_offer_names_what_is_not_seen(said, seen, count):
    told = offers(said, seen, count)
    assert 0 < len(told) <= count  # "go home" can always be done
    for colour in ("red", "blue", "yellow"):
        assert not seen or not any(f" {colour} " in each for each in told)


def test_what_is_seen_is_read_from_the_conversation():
    messages = write_messages("whole", "fly", SEEN, ())
    assert seen_in(messages) == SEEN
    assert seen_in(()) == ()
