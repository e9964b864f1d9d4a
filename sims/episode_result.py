"""What became of one episode; free of the simulator, so that reports need none."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class EpisodeResult:
    """How one episode went.

    Attributes:
        task: Its name.
        index: Number of the episode within its task.
        seed: What the world was made from.
        instruction: What was said.
        success: Judged by the simulator's state.
        stage: The stage that failed, one of `sims.reports.stages.STAGES`; empty on
            success.
        reason: The planner's reason, or what the judge found missing.
        message: One sentence.
        seconds: Simulated.
        replan_hz: Plans a second of planning time, median.
        clipped: Commands that the safety filter changed or the arm did not follow.
        state_hash: Of the world at the end: the same seed gives the same.
        touched: Parts the arm touched that the instruction does not name.
        not_followed: Of those, the ones that the arm did not follow in full; None
            where it was not counted.
        peak_jerk: Of the hand's path as the safety filter let it through, [m/s^3];
            None where it was not measured.
        disturbed: What a person did to it, a line each.
    """

    task: str
    index: int
    seed: int
    instruction: str
    success: bool
    stage: str
    reason: str
    message: str
    seconds: float
    replan_hz: float
    clipped: int
    state_hash: str
    touched: tuple[str, ...] = ()
    not_followed: int | None = None
    peak_jerk: float | None = None
    disturbed: tuple[str, ...] = ()

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "EpisodeResult":
        """Return the result that its facts tell; facts of later versions are left.

        Raises:
            ValueError: One is missing, or none of its kind.
        """
        known: dict[str, Any] = {
            each.name: facts[each.name] for each in fields(cls) if each.name in facts
        }
        for each in fields(cls):
            if each.name not in known and each.default is MISSING:
                raise ValueError(f"'{each.name}' is missing")
        for name, kind in _KINDS.items():
            if not isinstance(known[name], kind):
                raise ValueError(f"'{name}' is {known[name]!r}, no {kind.__name__}")
        for name in ("touched", "disturbed"):
            known[name] = tuple(known.get(name, ()))
        return cls(**known)


# Those that reports are counted and paired by.
_KINDS: dict[str, type] = {
    "task": str,
    "index": int,
    "seed": int,
    "success": bool,
    "stage": str,
    "reason": str,
    "message": str,
    "instruction": str,
}
