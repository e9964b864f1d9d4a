"""Every reason that a verdict can give belongs to one stage."""

import ast
import pkgutil
from importlib import import_module
from pathlib import Path

import grpc
import pytest

from planner.errors import PlanningError
from planner.events import Verdict
from planner.rpc import status
from planner.rpc.client_types import PlannerRpcError
from sims.reports.stages import FLOW, REASONS, SHARED, STAGES, failed_at, missed

ROOT = Path(status.__file__).parents[2]
PACKAGES = ("perception", "planner", "sims")


def declared():
    """Every `reason = "..."` of a class, and every literal given to an error."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            tree = ast.parse(path.read_text())
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    yield from reasons_of(node)
                if isinstance(node, ast.Call):
                    yield from literals_of(node)


def reasons_of(node):
    for each in node.body:
        match each:
            case ast.Assign(
                targets=[ast.Name("reason")], value=ast.Constant(str(text))
            ) | ast.AnnAssign(ast.Name("reason"), value=ast.Constant(str(text))):
                if text:
                    yield text


def literals_of(call):
    """The reason of a `Verdict`, `PlannerRpcError` or `Failure` written out."""
    match call.func:
        case ast.Name(name) | ast.Attribute(attr=name):
            pass
        case _:
            return
    place = {"Verdict": 2, "verdict": 1, "PlannerRpcError": 1, "Failure": 1}.get(name)
    if place is None or len(call.args) <= place:
        return
    match call.args[place]:
        case ast.Constant(str(text)) if text:
            yield text


def errors():
    for module in ("planner.errors", "planner.rpc.errors", "planner.execution.safety"):
        import_module(module)
    for module in pkgutil.walk_packages([str(ROOT / "sims")], "sims."):
        if module.name.count(".") < 3 and not module.name.endswith("cli"):
            import_module(module.name)
    left = [PlanningError]
    while left:
        kind = left.pop()
        left += kind.__subclasses__()
        if kind.__module__.split(".")[0] in PACKAGES:
            yield kind


def test_every_reason_of_the_code_is_mapped():
    known = {reason for each in REASONS.values() for reason in each}
    found = set(declared()) - {"OK"}
    assert {"UNREACHABLE", "TIME_LIMIT", "PERCEPTION_FAILED", "NO_SERVER"} <= found
    assert found - known == set()
    assert set(status._PERCEPTION_REASONS.values()) - known == set()


def test_no_reason_is_mapped_twice():
    reasons = [reason for each in REASONS.values() for reason in each]
    assert len(reasons) == len(set(reasons))
    assert "OK" not in reasons


def test_a_reason_belongs_to_the_stage_that_its_error_says():
    for kind in errors():
        assert failed_at(kind.reason) == kind.stage, kind


def test_what_a_perceiver_refuses_failed_at_perceiving():
    for reason in status._PERCEPTION_REASONS.values():
        assert failed_at(reason, "perceive") == "perceive"
        assert reason in SHARED or failed_at(reason) == "perceive"


def test_the_stages_of_the_flow_are_those_that_verdicts_document():
    for stage in FLOW:
        assert stage in Verdict.__doc__
    assert STAGES == (*FLOW, "request")


@pytest.mark.parametrize(
    ("step", "stage"),
    [("gripped", "grasp"), ("lifted", "grasp"), ("kept away", "execute")],
)
def test_a_step_that_a_judge_missed_is_a_failed_grasp_or_execution(step, stage):
    assert failed_at(missed(step), "execute") == stage


def test_a_reason_of_a_newer_server_counts_where_the_server_says():
    assert failed_at("MADE_TOMORROW", "map") == "map"
    assert failed_at("MADE_TOMORROW", "elsewhere") == "request"


def test_a_call_that_grpc_itself_gave_up_is_no_failure_of_the_planner():
    for code in set(grpc.StatusCode) - {grpc.StatusCode.OK, grpc.StatusCode.CANCELLED}:
        error = PlannerRpcError(code, code.name, "", {})
        assert failed_at(error.reason, error.stage) == "request"
