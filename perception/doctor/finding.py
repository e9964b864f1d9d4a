"""What one check found: a number, what it must be, and the remedy."""

from dataclasses import dataclass
from typing import Literal

CheckName = Literal[
    "depth units",
    "image sizes",
    "principal point",
    "field of view",
    "missing depth",
    "clock",
    "table found",
    "table residual",
    "table tilt",
    "table height",
    "workspace seen",
    "colour on depth",
    "clouds agree",
    "hand pose",
    "hand seen",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check of one camera, of two, or of the arm.

    Attributes:
        check: Which.
        where: Name of the camera or cameras; `arm` where it is none.
        value: What was measured; None if that was not possible.
        unit: Of the value and the limits; empty for a share.
        remedy: What to do if it is not right or not measured.
        low: Least that is right; None where any is.
        high: Most that is right.
    """

    check: CheckName
    where: str
    value: float | None
    unit: str
    remedy: str
    low: float | None = None
    high: float | None = None

    @property
    def ok(self) -> bool | None:
        """Whether it is right; None if it was not measured."""
        if self.value is None:
            return None
        if self.low is not None and self.value < self.low:
            return False
        return self.high is None or self.value <= self.high

    @property
    def limit(self) -> str:
        """What is right, in words."""
        if self.low is None:
            return f"at most {self.high:g}"
        if self.high is None:
            return f"at least {self.low:g}"
        if self.low == self.high:
            return f"{self.low:g}"
        return f"{self.low:g} to {self.high:g}"
