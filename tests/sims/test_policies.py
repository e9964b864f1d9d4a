"""Control arms: what they are told to be, and what they never ask."""

from dataclasses import asdict, replace
from typing import get_args

import numpy as np
import pytest
from typer.testing import CliRunner

from perception.observation import NO_BODY
from planner.errors import InvalidRequestError
from planner.events import ProgramWritten, SegmentPlanned, Verdict
from planner.execution.safety import SafetyLimits
from sims import benchmark, cli, sessions
from sims.benchmark import Job, report_on, run_job
from sims.episode import Stage
from sims.episode_result import EpisodeResult
from sims.kinematics import HOME, inverse
from sims.oracle import OraclePerceiver
from sims.policies import POLICIES, PolicyName
from sims.random_session import MOTIONS, RandomSession, reachable_pose
from sims.registry import make_task
from sims.reports.page import page_html
from sims.reports.report import Report
from sims.sessions import bench_settings, flow_of, session_source
from sims.suites import BenchConfig

ENTRY = "SI-SA/move-beside"


@pytest.fixture
def blind(monkeypatch):
    """Whoever asks the pixels or a language model fails."""

    def asked(*_):
        raise AssertionError("the pixels or a model were asked")

    monkeypatch.setattr(sessions, "make_perceiver", asked)
    monkeypatch.setattr(sessions, "make_writer", asked)


@pytest.fixture
def result():
    words = ("push the red button", True, "", "OK", "done")
    return EpisodeResult("push-button", 0, 1, *words, 3.0, 20.0, 0, "")


def test_every_policy_is_in_the_help_and_on_the_page_of_its_run(result):
    told = " ".join(CliRunner().invoke(cli.app, ["bench", "--help"]).stdout.split())
    told = told.replace("│ ", "").replace("│", "")
    assert tuple(POLICIES) == get_args(PolicyName)
    for name, policy in POLICIES.items():
        assert f"{name}: " in told
        settings = asdict(BenchConfig(policy=name))
        page = page_html(Report(settings, (), (result,)), {})
        assert (f"control arm &#x27;{name}&#x27;: " in page) == (name != "pipeline")
        assert name == "pipeline" or policy.words.split("'")[0] in page


def test_the_report_says_who_saw_and_wrote_and_not_who_was_not_asked(tmp_path):
    def settings(**asked):
        return report_on(BenchConfig(**asked), tmp_path, []).settings

    expert = settings(policy="expert")
    assert (expert["perception"], expert["language"]) == ("oracle", "reference")
    reference = settings(policy="reference", perception="oracle")
    assert (reference["perception"], reference["language"]) == ("oracle", "reference")
    random = settings(policy="random")
    assert (random["perception"], random["language"]) == ("nobody", "nobody")
    asked = asdict(BenchConfig())
    for how_fast in ("workers", "ray"):
        del asked[how_fast]
    assert settings() == asked


def test_the_settings_of_parts_that_were_not_asked_are_not_noted():
    assert set(flow_of(BenchConfig())) == {"perceiver", "writer", "sandbox", "pipeline"}
    assert set(flow_of(BenchConfig(policy="expert"))) == {"sandbox", "pipeline"}
    assert not flow_of(BenchConfig(policy="random"))


@pytest.mark.parametrize(
    ("policy", "mode"), [("greedy", "reference"), ("primitives", "straight")]
)
def test_an_arm_with_other_paths_differs_from_the_pipeline_in_them_alone(policy, mode):
    ours = bench_settings(BenchConfig())
    theirs = bench_settings(BenchConfig(policy=policy))
    assert theirs.pipeline.motion == replace(ours.pipeline.motion, mode=mode)
    assert replace(theirs, pipeline=ours.pipeline) == ours


def first_events(policy, entry, seed):
    """What a session makes of its first look."""
    stage = Stage.lay_out(make_task(entry), seed)
    with stage.world, session_source(BenchConfig(policy=policy)) as source:
        session = source(stage)
        events = session.step(stage.arm.observe())
        session.close()
    return events


def test_the_expert_asks_neither_the_pixels_nor_a_model(blind):
    events = first_events("expert", ENTRY, 5)
    (program,) = [e for e in events if isinstance(e, ProgramWritten)]
    assert program.backend == "reference"
    assert isinstance(events[-1], SegmentPlanned)


@pytest.mark.slow
def test_the_expert_carries_it_out_to_the_end_so(blind):
    with session_source(BenchConfig(policy="expert")) as source:
        result = run_job(Job(ENTRY, 0, 5), source)
    assert result.success, result


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["greedy", "primitives"])
def test_a_button_that_nothing_stands_before_is_pressed_with_other_paths_too(policy):
    with session_source(BenchConfig(policy=policy)) as source:
        result = run_job(Job("push-button", 0, 42), source)
    assert result.success, result


def test_an_oracle_sees_the_same_where_every_colour_is_gone():
    stage = Stage.lay_out(make_task(ENTRY), 5)
    with stage.world:
        seen = stage.arm.observe()
        dark = replace(
            seen,
            cameras=tuple(
                replace(c, colour=np.zeros_like(c.colour)) for c in seen.cameras
            ),
        )
        oracle = OraclePerceiver(stage.world)
        lit, unlit = (oracle.perceive(each, NO_BODY) for each in (seen, dark))
    assert lit.names == unlit.names
    np.testing.assert_array_equal(lit.points_world, unlit.points_world)


def test_the_same_seed_gives_the_same_random_motion_without_pixels_or_model(blind):
    ways = [
        first_events("random", "push-button", seed)[-1].trajectory
        for seed in (42, 42, 43)
    ]
    np.testing.assert_array_equal(ways[0].p_world, ways[1].p_world)
    np.testing.assert_array_equal(ways[0].gripper_width, ways[1].gripper_width)
    assert not np.array_equal(ways[0].p_world[-1], ways[2].p_world[-1])


@pytest.mark.slow
def test_the_same_seed_gives_the_same_random_episode():
    with session_source(BenchConfig(policy="random")) as source:
        first, again = (run_job(Job("push-button", 0, 42), source) for _ in range(2))
    assert first == again
    assert (first.stage, first.clipped) == ("execute", 0)


def motion_of(seed, observation):
    session = RandomSession(np.random.default_rng(seed))
    (segment,) = session.step(observation)
    assert isinstance(segment, SegmentPlanned)
    return segment.trajectory


def test_a_random_motion_keeps_the_limits_reaches_its_poses_and_ends(world):
    stage = Stage.lay_out(make_task("push-button"), 3)
    with stage.world:
        observation = stage.arm.observe()
    limits = SafetyLimits()
    ends = []
    for seed in range(3):
        way = motion_of(seed, observation)
        speeds = np.linalg.norm(np.diff(way.p_world, axis=0), axis=1) / np.diff(
            way.time
        )
        assert speeds.max() < limits.max_speed
        assert all(limits.workspace.contains(p) for p in way.p_world)
        assert set(way.gripper_width[-1:]) <= {0.0, 0.08}
        ends.append(way.p_world[-1])
        session = RandomSession(np.random.default_rng(seed))
        session.step(observation)
        (verdict,) = session.step(replace(observation, time=way.end))
        assert isinstance(verdict, Verdict)
    assert len({tuple(np.round(p, 6)) for p in ends}) == 3


def test_what_is_drawn_can_be_reached_by_the_joints():
    rng = np.random.default_rng(0)
    for _ in range(MOTIONS):
        assert inverse(reachable_pose(rng), HOME)[1] < 0.002


def test_a_server_is_not_told_to_be_a_control_arm():
    config = BenchConfig(policy="greedy", endpoint="127.0.0.1:1")
    with pytest.raises(InvalidRequestError, match="without an endpoint"):
        with session_source(config):
            pass


REFUSED = 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("--policy", "expert", "--perception", "oracle"),
        ("--policy", "reference", "--language", "embedded"),
        ("--policy", "random", "--perception", "oracle"),
        ("--endpoint", "127.0.0.1:1", "--perception", "oracle"),
        ("--endpoint", "127.0.0.1:1", "--language", "replay"),
        ("--endpoint", "127.0.0.1:1", "--policy", "greedy"),
        ("--clutter", "2", "online"),
        ("online", "--film", "2"),
        ("--episodes", "2", "planner"),
        ("--json", "compare", "a", "b"),
        ("planner", "--episodes", "2"),
        ("writer", "--scenes", "2"),
        ("sandbox", "--seed", "2"),
        ("compare", "a", "b", "--suite", "smoke"),
        ("attribute", "--suite", "voxposer-blocks", "--policy", "expert"),
        ("attribute", "--suite", "voxposer-blocks", "--endpoint", "127.0.0.1:1"),
        ("attribute", "--suite", "voxposer-blocks", "--perception", "oracle"),
    ],
)
def test_an_option_that_would_have_no_effect_is_refused(arguments, monkeypatch):
    monkeypatch.setattr(benchmark, "_run_all", None)  # nothing may run
    result = CliRunner().invoke(cli.app, ["bench", *arguments])
    assert result.exit_code == REFUSED, result.output
    told = result.stderr.replace("│", "")
    assert any(word in told for word in arguments if word.startswith("--")) or (
        "oracle" in arguments
    )
