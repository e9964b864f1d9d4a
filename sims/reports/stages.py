"""Where in the flow an episode failed, from the reason that its verdict gives.

The one table of it. Nothing is guessed: a reason belongs to the stage whose code
raises it, and what a task's judge found missing is a failed grasp or a failed
execution. `request` is no stage of the flow: there the session itself was refused or
broke, which says nothing of the planner.
"""

import grpc

_OF_GRPC = frozenset(code.name for code in grpc.StatusCode) - {"OK", "CANCELLED"}

REASONS: dict[str, frozenset[str]] = {
    "perceive": frozenset(
        {
            "PERCEPTION_FAILED",
            "INVALID_POSE",
            "INVALID_OBSERVATION",
            "UNKNOWN_OBJECT",
            "NO_SURFACE",
            "PHRASE_NOT_UNDERSTOOD",
            "NOTHING_HELD",
            "INVALID_SETTING",
            "INVALID_PHRASE",
            "NO_DEPTH",
            "WRONG_MODEL",
            "VIEWER_UNAVAILABLE",
            "UNUSABLE_REPLY",
        }
    ),
    "understand": frozenset(
        {
            "INVALID_REQUEST",
            "EMPTY_INSTRUCTION",
            "NOT_UNDERSTOOD",
            "NO_ANSWER",
            "WRITER_UNAVAILABLE",
            "LANGUAGE_BUDGET",
            "MODEL_NOT_LOADED",
            "SETTINGS_CHANGED",
            "UNKNOWN_SUITE",
        }
    ),
    "program": frozenset(
        {"INVALID_PROGRAM", "PROGRAM_FAILED", "PROGRAM_LIMIT", "NO_REFERENCE"}
    ),
    "map": frozenset({"INVALID_MAP", "EMPTY_MAP"}),
    "plan": frozenset(
        {"PLANNING_FAILED", "OUTSIDE_WORKSPACE", "UNREACHABLE", "MISSING_EXTRA"}
    ),
    "grasp": frozenset({"GRASP_FAILED", "NOT_GRIPPED", "NOT_GRASPED", "NOT_LIFTED"}),
    "execute": frozenset(
        {
            "NOT_REACHED",
            "STALE_OBSERVATION",
            "CANCELLED",
            "STOPPED",
            "NO_DEMONSTRATIONS",
        }
    ),
    "time": frozenset({"TIME_LIMIT", "SESSION_TIME"}),
    "request": frozenset(
        {
            "UNKNOWN_QUESTION",
            "INVALID_MESSAGE",
            "NOT_OPENED",
            "UNKNOWN_PLAN",
            "UNKNOWN_LAYER",
            "INVALID_REGION",
            "TOO_MANY_SESSIONS",
            "CANNOT_LISTEN",
            "NO_SERVER",
            "SERVER_SILENT",
            "SESSION_ENDED",
            "NOT_A_REPORT",
            "REPORTS_DIFFER",
            "WORKERS_LOST",
            "NO_CLUSTER",
            "CLUSTER_DIFFERS",
            *_OF_GRPC,
        }
    ),
}
STAGES = tuple(REASONS)
FLOW = STAGES[:-1]  # without `request`
# Perceivers and writers both give these: the stage that comes with one tells which.
SHARED = frozenset({"MISSING_EXTRA", "MODEL_NOT_LOADED"})

_STAGE_OF = {reason: stage for stage, each in REASONS.items() for reason in each}


def failed_at(reason: str, told: str = "") -> str:
    """Return the stage of a reason.

    Args:
        reason: Constant in capitals, of a verdict, an error or a judge.
        told: The stage that came with it; it counts where the reason is shared, or
            not known here, as from a newer server.
    """
    if reason in SHARED and told in STAGES:
        return told
    if reason in _STAGE_OF:
        return _STAGE_OF[reason]
    return told if told in STAGES else "request"


def missed(step: str) -> str:
    """Return the reason of a judge that found a step of the task not reached."""
    return f"NOT_{step.upper().replace(' ', '_')}"
