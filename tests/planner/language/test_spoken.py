from hypothesis import given
from hypothesis import strategies as st

from planner.language.spoken import Spoken

texts = st.text("abc#\n", max_size=40)


def hear(spoken, text, cuts):
    for cut in sorted(cuts):
        spoken.hear(text[:cut])
    spoken.hear(text)
    return spoken.finish()


@given(texts, st.sets(st.integers(0, 40)), st.sampled_from(["#a", "ab\n", "ccc"]))
def test_pieces_joined_are_the_text_before_the_stop(text, cuts, stop):
    pieces = []
    heard = hear(Spoken((stop,), pieces.append), text, cuts)
    assert heard == "".join(pieces) == text.partition(stop)[0]


@given(texts, st.sets(st.integers(0, 60)))
def test_a_secret_is_never_told(text, cuts):
    pieces = []
    said = text + "secret" + text
    heard = hear(Spoken(on_text=pieces.append, secret="secret"), said, cuts)
    assert heard == "".join(pieces) == text + "***" + text


def test_half_a_character_waits_for_the_rest():
    pieces = []
    spoken = Spoken(on_text=pieces.append)
    for text in ("a", "a\N{REPLACEMENT CHARACTER}", "aü", "aü!"):
        spoken.hear(text)
    assert spoken.finish() == "aü!"
    assert pieces == ["a", "ü", "!"]
