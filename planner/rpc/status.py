"""Errors on the wire: one table from error classes to canonical gRPC codes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import grpc
import numpy as np
from google.protobuf.any_pb2 import Any
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

import perception.errors as seen
import planner.errors as planned
from planner.rpc import errors as asked

DOMAIN = "voxfield"
DETAILS_KEY = "grpc-status-details-bin"
# Trailers share a header frame of 8 KiB by default; the sentence is sent twice.
MAX_SENTENCE = 600  # [bytes]
MAX_FACT = 300  # [bytes]

CODES: dict[type[Exception], grpc.StatusCode] = {
    planned.PlanningError: grpc.StatusCode.INTERNAL,
    planned.InvalidRequestError: grpc.StatusCode.INVALID_ARGUMENT,
    planned.EmptyInstructionError: grpc.StatusCode.INVALID_ARGUMENT,
    planned.NotUnderstoodError: grpc.StatusCode.INVALID_ARGUMENT,
    planned.UnknownQuestionError: grpc.StatusCode.INVALID_ARGUMENT,
    planned.NoAnswerError: grpc.StatusCode.FAILED_PRECONDITION,
    planned.WriterUnavailableError: grpc.StatusCode.UNAVAILABLE,
    planned.BudgetError: grpc.StatusCode.RESOURCE_EXHAUSTED,
    planned.ModelLoadError: grpc.StatusCode.FAILED_PRECONDITION,
    planned.MissingExtraError: grpc.StatusCode.FAILED_PRECONDITION,
    planned.InvalidProgramError: grpc.StatusCode.FAILED_PRECONDITION,
    planned.ProgramFailedError: grpc.StatusCode.FAILED_PRECONDITION,
    planned.ProgramLimitError: grpc.StatusCode.RESOURCE_EXHAUSTED,
    planned.UnknownObjectError: grpc.StatusCode.NOT_FOUND,
    planned.InvalidMapError: grpc.StatusCode.INVALID_ARGUMENT,
    planned.EmptyMapError: grpc.StatusCode.FAILED_PRECONDITION,
    planned.OutsideWorkspaceError: grpc.StatusCode.OUT_OF_RANGE,
    planned.UnreachableError: grpc.StatusCode.FAILED_PRECONDITION,
    planned.GraspFailedError: grpc.StatusCode.ABORTED,
    planned.NotReachedError: grpc.StatusCode.ABORTED,
    planned.TimeLimitError: grpc.StatusCode.DEADLINE_EXCEEDED,
    planned.StaleObservationError: grpc.StatusCode.FAILED_PRECONDITION,
    planned.CancelledError: grpc.StatusCode.CANCELLED,
    seen.PerceptionError: grpc.StatusCode.INTERNAL,
    seen.InvalidPoseError: grpc.StatusCode.INVALID_ARGUMENT,
    seen.InvalidObservationError: grpc.StatusCode.INVALID_ARGUMENT,
    seen.ObjectNotFoundError: grpc.StatusCode.NOT_FOUND,
    seen.NothingHeldError: grpc.StatusCode.FAILED_PRECONDITION,
    seen.PhraseNotUnderstoodError: grpc.StatusCode.INVALID_ARGUMENT,
    seen.NoSurfaceError: grpc.StatusCode.FAILED_PRECONDITION,
    seen.InvalidSettingError: grpc.StatusCode.INVALID_ARGUMENT,
    seen.InvalidPhraseError: grpc.StatusCode.INVALID_ARGUMENT,
    seen.NoDepthError: grpc.StatusCode.FAILED_PRECONDITION,
    seen.MissingExtraError: grpc.StatusCode.FAILED_PRECONDITION,
    seen.ModelLoadError: grpc.StatusCode.FAILED_PRECONDITION,
    seen.WrongModelError: grpc.StatusCode.FAILED_PRECONDITION,
    seen.ViewerUnavailableError: grpc.StatusCode.UNAVAILABLE,
    seen.UnusableReplyError: grpc.StatusCode.FAILED_PRECONDITION,
    asked.RequestError: grpc.StatusCode.INVALID_ARGUMENT,
    asked.NotOpenedError: grpc.StatusCode.INVALID_ARGUMENT,
    asked.UnknownPlanError: grpc.StatusCode.NOT_FOUND,
    asked.UnknownLayerError: grpc.StatusCode.NOT_FOUND,
    asked.InvalidRegionError: grpc.StatusCode.INVALID_ARGUMENT,
    asked.TooManySessionsError: grpc.StatusCode.RESOURCE_EXHAUSTED,
    asked.CannotListenError: grpc.StatusCode.UNAVAILABLE,
    asked.SessionTimeError: grpc.StatusCode.DEADLINE_EXCEEDED,
}

_PERCEPTION_REASONS: dict[type[Exception], str] = {
    seen.PerceptionError: "PERCEPTION_FAILED",
    seen.InvalidPoseError: "INVALID_POSE",
    seen.InvalidObservationError: "INVALID_OBSERVATION",
    seen.ObjectNotFoundError: planned.UnknownObjectError.reason,
    seen.NothingHeldError: "NOTHING_HELD",
    seen.NoSurfaceError: "NO_SURFACE",
    seen.PhraseNotUnderstoodError: "PHRASE_NOT_UNDERSTOOD",
    seen.InvalidSettingError: "INVALID_SETTING",
    seen.InvalidPhraseError: "INVALID_PHRASE",
    seen.NoDepthError: "NO_DEPTH",
    seen.MissingExtraError: planned.MissingExtraError.reason,
    seen.ModelLoadError: planned.ModelLoadError.reason,
    seen.WrongModelError: "WRONG_MODEL",
    seen.ViewerUnavailableError: "VIEWER_UNAVAILABLE",
    seen.UnusableReplyError: "UNUSABLE_REPLY",
}

DomainError = planned.PlanningError | seen.PerceptionError


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as it crosses the wire.

    Attributes:
        code: Canonical code.
        reason: Constant in capitals.
        message: One sentence.
        metadata: `stage` and the facts, as text.
    """

    code: grpc.StatusCode
    reason: str
    message: str
    metadata: dict[str, str]

    def trailers(self) -> tuple[tuple[str, bytes], ...]:
        """Return the trailing metadata that carries the details."""
        number: int = self.code.value[0]
        info = ErrorInfo(reason=self.reason, domain=DOMAIN, metadata=self.metadata)
        detail = Any()
        detail.Pack(info)
        status = Status(code=number, message=self.message, details=[detail])
        return ((DETAILS_KEY, status.SerializeToString()),)


def failure_of(error: DomainError) -> Failure:
    """Return how an error of ours is told to the caller."""
    code = next(CODES[kind] for kind in type(error).__mro__ if kind in CODES)
    if isinstance(error, planned.PlanningError):
        stage, reason = error.stage, error.reason
    else:
        kinds = type(error).__mro__
        reason = next(_PERCEPTION_REASONS[k] for k in kinds if k in _PERCEPTION_REASONS)
        stage = "perceive"
    facts = {name: _text(value) for name, value in _facts(error).items()}
    sentence = _shorten(str(error) or reason, MAX_SENTENCE)
    return Failure(code, reason, sentence, {"stage": stage, **facts})


def unexpected(request_id: str) -> Failure:
    """Return what a caller is told of an error that nobody foresaw."""
    return Failure(
        grpc.StatusCode.INTERNAL,
        "INTERNAL",
        f"the server failed; its log has the cause under request {request_id}",
        {"stage": "request", "request_id": request_id},
    )


def info_in(trailers: Iterable[tuple[str, str | bytes]]) -> ErrorInfo:
    """Return the ErrorInfo of a failed call; empty if it carries none."""
    info = ErrorInfo()
    for key, value in trailers:
        if key == DETAILS_KEY and isinstance(value, bytes):
            for detail in Status.FromString(value).details:
                if detail.Unpack(info):
                    return info
    return info


def _facts(error: DomainError) -> dict[str, object]:
    # A whole program does not fit a trailer; its problems are in the sentence.
    return {key: value for key, value in vars(error).items() if key != "source"}


def _text(value: object) -> str:
    if isinstance(value, np.ndarray):
        return ", ".join(f"{number:.4g}" for number in value.ravel()[:16])
    if isinstance(value, tuple):
        items = cast("tuple[object, ...]", value)
        return _shorten("; ".join(str(item) for item in items), MAX_FACT)
    return _shorten(str(value), MAX_FACT)


def _shorten(text: str, limit: int) -> str:
    line = " ".join(text.split())
    if len(line.encode()) <= limit:
        return line
    # A trailer counts bytes, and percent-encoding makes three of each outside ASCII.
    return line.encode("ascii", "replace").decode()[: limit - 3] + "..."
