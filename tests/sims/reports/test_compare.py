import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sims.reports.compare import (
    NoSharedSeedsError,
    OtherSuiteError,
    ReportsDifferError,
    compare,
)

KEYS = st.tuples(st.sampled_from(["push-button", "open-drawer"]), st.integers(0, 12))
RUN = st.dictionaries(KEYS, st.booleans(), min_size=1)


@pytest.fixture(scope="session")
def of(result, report):
    def make(outcomes, **settings):
        episodes = [result(task, i, won) for (task, i), won in outcomes.items()]
        return report(episodes, **settings)

    return make


def rows(comparison):
    return {row.name: row.pairs for row in comparison.rows}


@given(run=RUN)
def test_a_report_compared_with_itself_differs_in_nothing(run, of):
    comparison = compare(of(run), of(run))
    for pairs in rows(comparison).values():
        assert (pairs.difference, pairs.mcnemar()) == (0.0, 1.0)
        assert pairs.only_a == pairs.only_b == 0
    assert len(comparison.pairs) == len(run)
    assert not comparison.changed
    assert not comparison.settings
    assert not comparison.only_a + comparison.only_b


@given(one=RUN, other=RUN, shared=KEYS)
def test_swapping_the_reports_swaps_their_sides(one, other, shared, of):
    one, other = {shared: True} | one, {shared: False} | other
    there, back = compare(of(one), of(other)), compare(of(other), of(one))
    swapped = rows(back)
    for name, pairs in rows(there).items():
        turned = swapped[name]
        assert pairs.difference == -turned.difference
        assert (pairs.only_a, pairs.only_b) == (turned.only_b, turned.only_a)
        assert (pairs.both, pairs.neither) == (turned.both, turned.neither)
    assert len(there.only_a) == len(back.only_b)


@given(one=RUN, other=RUN, shared=KEYS)
def test_every_episode_is_in_a_pair_or_told_as_unpaired(one, other, shared, of):
    one, other = {shared: True} | one, {shared: True} | other
    comparison = compare(of(one), of(other))
    paired = {(p.a.task, p.a.index) for p in comparison.pairs}
    assert paired == one.keys() & other.keys()
    assert {(e.task, e.index) for e in comparison.only_a} == one.keys() - other.keys()
    assert {(e.task, e.index) for e in comparison.only_b} == other.keys() - one.keys()
    *tasks, whole = comparison.rows
    assert whole.pairs.count == len(paired) == sum(row.pairs.count for row in tasks)
    assert len(comparison.changed) == whole.pairs.only_a + whole.pairs.only_b


def test_pairs_have_the_same_seed_wherever_they_stand_in_their_runs(result, report):
    a = report([result(index=0, seed=7), result(index=1, seed=8, success=False)])
    b = report([result(index=0, seed=8), result(index=1, seed=7)])
    comparison = compare(a, b)
    assert [(p.a.seed, p.b.seed) for p in comparison.pairs] == [(7, 7), (8, 8)]
    assert rows(comparison)["all"].difference == 0.5


def test_the_facts_tell_all_there_is_to_know(of, made, report, result):
    a = report(
        [result(index=0), result(index=1, success=False), result(index=2)],
        [made],
        perception="segmentation",
    )
    b = report(
        [result(index=0, instruction="press it"), result(index=1)],
        [made],
        perception="oracle",
    )
    facts = json.loads(json.dumps(compare(a, b).facts()))
    assert facts["all"]["pairs"] == 2
    assert facts["all"]["only_b"] == 1
    assert facts["tasks"].keys() == {"push-button"}
    (changed,) = facts["changed"]
    assert changed["a"]["reason"] == "NOT_PRESSED"
    assert changed["b"]["success"]
    assert facts["pairs_with_other_instructions"] == 1
    assert [each["index"] for each in facts["unpaired_a"]] == [2]
    assert facts["settings_that_differ"] == {
        "perception": {"a": "segmentation", "b": "oracle"}
    }


def test_reports_of_other_suites_are_refused_with_the_remedy(of):
    run = {("push-button", 0): True}
    with pytest.raises(OtherSuiteError, match="--suite smoke") as refused:
        compare(of(run, suite="smoke"), of(run, suite="push"))
    assert refused.value.suites == ("smoke", "push")


def test_reports_without_a_shared_seed_are_refused_with_the_remedy(of):
    one, other = {("push-button", 0): True}, {("push-button", 1): True}
    with pytest.raises(NoSharedSeedsError, match="--seed 3 and 4") as refused:
        compare(of(one, seed=3), of(other, seed=4))
    assert isinstance(refused.value, ReportsDifferError)
    assert refused.value.seeds == (3, 4)
