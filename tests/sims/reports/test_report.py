import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import PlanningError
from sims.reports.report import FILE, NotAReportError, read_report
from sims.reports.stages import STAGES
from sims.reports.summary import by_task, group_rows, summary
from sims.suites import GROUPS, SUITES

OUTCOMES = st.lists(
    st.tuples(
        st.sampled_from(SUITES["smoke"]),
        st.sampled_from(["", *STAGES]),
        st.none() | st.floats(0.0, 50.0),
        st.sets(st.sampled_from(["table", "red block"])),
    ),
    min_size=1,
    max_size=30,
)


@pytest.fixture(scope="session")
def episodes(result):
    def make(outcomes):
        return [
            result(
                task,
                i,
                not stage,
                stage=stage,
                peak_jerk=jerk,
                touched=tuple(sorted(touched)),
                clipped=i % 3,
            )
            for i, (task, stage, jerk, touched) in enumerate(outcomes)
        ]

    return make


@given(outcomes=OUTCOMES)
def test_a_report_is_read_as_it_was_written(
    outcomes, episodes, report, made, tmp_path_factory
):
    one = report(episodes(outcomes), [made, replace(made, dirty=True)], seed=3)
    folder = tmp_path_factory.mktemp("run")
    (folder / FILE).write_text(json.dumps(one.facts()))
    assert read_report(folder) == read_report(folder / FILE) == one


@given(outcomes=OUTCOMES)
def test_every_failure_is_counted_once_and_tasks_add_up_to_all(outcomes, episodes):
    results = episodes(outcomes)
    whole, tasks = summary("all", results), by_task(results)
    assert whole.won + sum(whole.failures.values()) == whole.episodes == len(results)
    assert whole.not_followed is None  # nobody counted
    for name in ("episodes", "won", "touching", "clipped", "clipping"):
        assert getattr(whole, name) == sum(getattr(each, name) for each in tasks)
    for stage in STAGES:
        each_task = [each.failures.get(stage, 0) for each in tasks]
        assert whole.failures.get(stage, 0) == sum(each_task)
    jerks = [each.peak_jerk for each in tasks if each.peak_jerk is not None]
    assert whole.peak_jerk == max(jerks, default=None)
    assert whole.wilson[0] <= round(whole.rate, 4) <= whole.wilson[1]


def test_a_group_counts_each_of_its_entries_the_same(result):
    group = GROUPS["voxposer-blocks"][0]
    first, second = group.entries[:2]
    results = [result(first, i, i < 3) for i in range(4)] + [result(second, 0, False)]
    (row,) = [r for r in group_rows("voxposer-blocks", results) if r.group == group]
    assert row.episodes == 5
    assert row.success == pytest.approx((0.75 + 0.0) / 2)


def test_facts_that_a_later_version_adds_are_left(report, result, tmp_path):
    facts = report([result()]).facts()
    facts["episodes"][0]["mood"] = "calm"
    facts["later"] = 1
    (tmp_path / FILE).write_text(json.dumps(facts))
    assert read_report(tmp_path).episodes == (result(),)


def broken(change):
    def make(facts):
        change(facts)
        return json.dumps(facts)

    return make


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (lambda _: "not JSON", "not JSON"),
        (lambda _: "[1]", "no JSON object"),
        (lambda _: '{"suite": "smoke"}', "kind"),
        (broken(lambda f: f.update(format=99)), "format is 99"),
        (broken(lambda f: f.update(settings={})), "no suite"),
        (broken(lambda f: f.update(episodes=[])), "no episodes"),
        (broken(lambda f: f.update(episodes=[3])), "no JSON object"),
        (broken(lambda f: f["episodes"][0].pop("seed")), "'seed' is missing"),
        (broken(lambda f: f["episodes"][0].update(seed="7")), "'seed' is '7'"),
        (broken(lambda f: f["episodes"][0].update(success=1)), "'success' is 1"),
        (broken(lambda f: f["episodes"].append(f["episodes"][0])), "twice"),
    ],
)
def test_what_is_no_report_is_refused_with_the_reason_and_the_remedy(
    text, why, report, result, tmp_path
):
    (tmp_path / FILE).write_text(text(report([result()]).facts()))
    with pytest.raises(NotAReportError, match=why) as refused:
        read_report(tmp_path)
    assert isinstance(refused.value, PlanningError)
    assert "--out DIR" in str(refused.value)


def test_a_journal_is_not_taken_for_a_report(result, tmp_path):
    journal = tmp_path / "episodes.jsonl"
    journal.write_text(json.dumps(asdict(result())) + "\n")
    with pytest.raises(NotAReportError, match="kind"):
        read_report(journal)
