import inspect
import pickle

import grpc
import numpy as np
import pytest

import perception.errors
import planner.errors
import planner.rpc.errors
from planner.errors import (
    InvalidProgramError,
    NotUnderstoodError,
    PlanningError,
    UnknownObjectError,
    UnreachableError,
)
from planner.rpc.client_types import PlannerRpcError
from planner.rpc.status import CODES, failure_of, info_in, unexpected

MODULES = (perception.errors, planner.errors, planner.rpc.errors)
ERRORS = [
    kind
    for module in MODULES
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, Exception) and kind.__module__ == module.__name__
]


def test_a_failed_call_crosses_from_a_worker_process_whole():
    error = PlannerRpcError(grpc.StatusCode.ABORTED, "WHY", "what", {"stage": "plan"})
    again = pickle.loads(pickle.dumps(error))
    facts = (again.code, again.reason, again.stage, str(again))
    assert facts == (error.code, "WHY", "plan", str(error))


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_code_of_its_own(kind):
    assert kind in CODES
    assert CODES[kind] is not grpc.StatusCode.OK


def test_no_two_errors_of_perception_share_a_reason_by_chance():
    reasons = {kind: failure_of(_bare(kind)).reason for kind in ERRORS if _seen(kind)}
    assert len(set(reasons.values())) == len(reasons)


def _seen(kind: type[Exception]) -> bool:
    return issubclass(kind, perception.errors.PerceptionError)


def _bare(kind: type[Exception]) -> Exception:
    error = kind.__new__(kind)
    Exception.__init__(error, "it is so")
    return error


def test_the_facts_of_an_error_cross_the_wire():
    error = UnreachableError(np.array([0.5, 0.0, 0.1]), np.array([0.5, 0.2, 0.1]))
    info = info_in(failure_of(error).trailers())
    assert (info.reason, info.domain) == ("UNREACHABLE", "voxfield")
    assert info.metadata["stage"] == "plan"
    assert info.metadata["nearest"] == "0.5, 0.2, 0.1"


def test_a_subclass_without_a_row_takes_that_of_its_base():
    class OddObjectError(UnknownObjectError):
        pass

    failure = failure_of(OddObjectError("no 'x'", "x", ("a", "b")))
    assert failure.code is grpc.StatusCode.NOT_FOUND
    assert failure.metadata["visible"] == "a; b"


@pytest.mark.parametrize(
    "error",
    [
        NotUnderstoodError("将" * 2000, ("推" * 500,) * 20),
        InvalidProgramError("x = 1\n" * 9999, ("line 1: bad",) * 999),
        PlanningError("one\ntwo\n" * 999),
    ],
)
def test_a_long_error_fits_the_trailers_and_one_line(error):
    failure = failure_of(error)
    trailers = failure.trailers()
    assert sum(len(key) + len(value) * 4 / 3 for key, value in trailers) < 4000
    assert len(failure.message.encode()) <= 600
    assert "\n" not in failure.message


def test_what_nobody_foresaw_is_told_without_its_cause():
    failure = unexpected("abc")
    assert failure.code is grpc.StatusCode.INTERNAL
    assert "abc" in failure.message
