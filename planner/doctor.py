"""The examination of a camera set-up, with our arm, as a table and as JSON."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from perception.doctor.config import DoctorConfig
from perception.doctor.examination import Examination, examine
from perception.doctor.finding import Finding
from perception.doctor.hand import ArmThere
from perception.doctor.reading import Reading
from perception.observation import Capsules
from planner.motion.arm_model import ArmModel
from planner.printable import printable
from planner.value_maps import VoxelGrid

_MARKS: dict[bool | None, str] = {
    True: "[green]ok[/]",
    False: "[red]wrong[/]",
    None: "[yellow]?[/]",
}


def check_up(reading: Reading, arm: ArmModel) -> Examination:
    """Return what all checks find, the workspace being that of the value maps.

    Raises:
        InvalidRequestError: The reading has fewer joints than the arm.
    """
    grid = VoxelGrid()
    config = DoctorConfig(low=grid.lower, high=grid.upper)
    return examine(reading, arm_there(reading, arm), config)


def arm_there(reading: Reading, arm: ArmModel) -> ArmThere:
    """Return where the joints of a reading put the arm.

    Raises:
        InvalidRequestError: The reading has fewer joints than the arm.
    """
    whole = arm.capsules(reading.joints, reading.gripper_width)
    fingers = len(whole.radius) - len(arm.kinematics.body.hand)
    hand = np.append(arm.kinematics.body.hand, np.ones(fingers, dtype=bool))
    return ArmThere(
        body=_some(whole, ~hand),
        hand=_some(whole, hand),
        T_world_ee=arm.kinematics.forward(reading.joints[: arm.joint_count]),
    )


def table_of(examination: Examination) -> Table:
    """Return every finding as a row."""
    table = Table(box=SIMPLE, pad_edge=False)
    table.add_column("check", no_wrap=True)
    table.add_column("camera", overflow="fold")
    table.add_column("measured", justify="right")
    table.add_column("limit", justify="right")
    table.add_column("")
    for check, rows in groupby(examination.findings, key=lambda each: each.check):
        for i, row in enumerate(rows):
            table.add_row("" if i else check, *_cells(row))
    return table


def remedies_of(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return what to do about findings in lines of markup, what is alike told once."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for each in findings:
        key = (_MARKS[each.ok], each.check, each.remedy)
        alike.setdefault(key, []).append(each.where)
    return tuple(
        f"{mark} {check} [dim]({_safe('; '.join(where))})[/]: {_safe(remedy)}"
        for (mark, check, remedy), where in alike.items()
    )


def facts_of(examination: Examination) -> dict[str, Any]:
    """Return an examination as JSON."""
    return {
        "success": not examination.wrong,
        "wrong": len(examination.wrong),
        "not_measured": len(examination.unknown),
        "findings": [_facts(each) for each in examination.findings],
    }


def _facts(finding: Finding) -> dict[str, object]:
    value = finding.value
    return {
        "check": finding.check,
        "where": finding.where,
        "ok": finding.ok,
        "value": None if value is None else round(value, 4),
        "unit": finding.unit,
        "low": finding.low,
        "high": finding.high,
        "remedy": "" if finding.ok else finding.remedy,
    }


def _cells(row: Finding) -> tuple[str, str, str, str]:
    value = row.value
    measured = "-" if value is None else f"{round(value, 3):.4g} {row.unit}"
    return _safe(row.where), measured, row.limit, _MARKS[row.ok]


def _some(body: Capsules, which: np.ndarray) -> Capsules:
    return Capsules(body.start[which], body.end[which], body.radius[which])


def _safe(text: str) -> str:
    return escape(printable(text))
