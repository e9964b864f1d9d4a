import json

import pytest
from eyes import reply
from hypothesis import given, settings
from hypothesis import strategies as st

from perception.backends.marks.reply import Meant, ReplyError, parse

PHRASES = ("red block", 'the "odd" mug')
MARKS = range(1, 8)
GOOD = {"red block": ([3, 1], []), 'the "odd" mug': ([], [7])}

lists = st.lists(st.sampled_from(MARKS), unique=True)
phrases = st.lists(st.text(min_size=1), min_size=1, max_size=5, unique=True)


@settings(deadline=None)  # a busy machine is slow at times
@given(phrases, st.data())
def test_what_is_said_is_what_is_read(asked, data):
    said = {phrase: (data.draw(lists), data.draw(lists)) for phrase in asked}
    for text in (reply(said), f"Let me look.\n```json\n{reply(said)}\n```\n"):
        meant = parse(text, asked, MARKS)
        assert meant == tuple(Meant(*map(tuple, said[phrase])) for phrase in asked)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read_or_refused(text):
    with pytest.raises(ReplyError):
        parse(text, PHRASES, MARKS)


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*PHRASES, "marks", "nearest", "x"]), inner, max_size=3
            )
        ),
    )
)
def test_any_json_is_read_or_refused(value):
    try:
        meant = parse(json.dumps(value), PHRASES, MARKS)
    except ReplyError as error:
        assert error.problems
    else:
        for each in meant:
            assert set(each.marks) | set(each.nearest) <= set(MARKS)


def changed(**values):
    said = json.loads(reply(GOOD))
    return json.dumps(said | values)


def block(**lists):
    return {"red block": {"marks": [1], "nearest": []} | lists}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not one JSON object"),
        ("mark 3 is the block", "not one JSON object"),
        (reply(GOOD) + "\nThat is all.", "not one JSON object"),
        (reply(GOOD)[:-5], "not one JSON object"),
        (f"```\n{reply(GOOD)}\n```\n```\n{reply(GOOD)}\n```", "2 fenced blocks"),
        ("[1, 2]", "no object"),
        (reply({"red block": ([1], [])}), "'the \"odd\" mug' is missing"),
        (changed(spoon={"marks": [], "nearest": []}), "'spoon' was not asked for"),
        (changed(**block(marks=[8])), "there is no mark 8; marks are 1 to 7"),
        (changed(**block(marks=[0])), "there is no mark 0"),
        (changed(**block(marks=[-3])), "there is no mark -3"),
        (changed(**block(nearest=[99])), "there is no mark 99"),
        (changed(**block(marks=["3"])), "\"3\" in 'marks' is no whole number"),
        (changed(**block(marks=[3.0])), "3.0 in 'marks' is no whole number"),
        (changed(**block(marks=[True])), "true in 'marks' is no whole number"),
        (changed(**block(marks=[2, 2])), "mark 2 is twice"),
        (changed(**block(marks=3)), "'marks' is no list"),
        (changed(**block(score=1)), "its value must be"),
        (changed(**{"red block": [3]}), "its value must be"),
        (
            reply(GOOD).replace('the \\"odd\\" mug', "red block"),
            "'red block' is there twice",
        ),
        ("[" * 100_000, "not one JSON object"),
    ],
)
def test_what_cannot_be_is_refused_and_told(text, problem):
    with pytest.raises(ReplyError) as caught:
        parse(text, PHRASES, MARKS)
    assert any(problem in each for each in caught.value.problems), caught.value


def test_of_many_problems_some_are_told_and_the_rest_counted():
    said = changed(**block(marks=list(range(100, 140))))
    with pytest.raises(ReplyError, match="and 32 more") as caught:
        parse(said, PHRASES, MARKS)
    assert len(caught.value.problems) == 9
