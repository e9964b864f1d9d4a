from hypothesis import given
from hypothesis import strategies as st

from planner.language.backend import Usage

names = st.sampled_from(["", "openai", "replay", "local"])
counts = st.integers(0, 10**6)
usages = st.builds(
    Usage,
    names,
    names,
    counts,
    counts,
    counts,
    st.integers(0, 100).map(float),
    st.integers(0, 100).map(float),
)


@given(usages, usages, usages)
def test_usages_add_up_in_any_grouping(a, b, c):
    assert (a + b) + c == a + (b + c)
    assert (a + b).tokens == a.tokens + b.tokens


@given(usages)
def test_nothing_spent_changes_nothing(a):
    assert a + Usage() == Usage() + a == a


def test_a_sum_names_each_backend_once():
    total = Usage("openai", "m") + Usage("replay", "m") + Usage("openai", "n")
    assert (total.backend, total.model) == ("openai, replay", "m, n")
