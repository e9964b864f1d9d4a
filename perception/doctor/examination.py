"""All checks of a reading, causes before what follows from them."""

from dataclasses import dataclass
from itertools import combinations

from perception.doctor.agreement import clouds_agree, table_heights
from perception.doctor.alignment import colour_on_depth
from perception.doctor.config import DoctorConfig
from perception.doctor.finding import Finding
from perception.doctor.hand import ArmThere, hand_pose, hand_seen
from perception.doctor.images import (
    clock,
    field_of_view,
    image_sizes,
    principal_point,
)
from perception.doctor.reading import Reading
from perception.doctor.sight import (
    Sight,
    missing_depth,
    table_found,
    table_residual,
    table_tilt,
    workspace_seen,
)
from perception.doctor.units import depth_units, in_metres

PER_SIGHT = (missing_depth, table_found, table_residual, table_tilt, workspace_seen)


@dataclass(frozen=True, slots=True)
class Examination:
    """What all checks found.

    Attributes:
        findings: In the order in which it pays to mend them.
    """

    findings: tuple[Finding, ...]

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """What is not right."""
        return tuple(each for each in self.findings if each.ok is False)

    @property
    def unknown(self) -> tuple[Finding, ...]:
        """What could not be measured."""
        return tuple(each for each in self.findings if each.ok is None)


def examine(reading: Reading, arm: ArmThere, config: DoctorConfig) -> Examination:
    """Return what every check finds.

    Depth in another unit is told once and then read in its unit. A camera whose
    intrinsics cannot be right is left out of the geometry: all of it would be wrong.
    """
    views = reading.views
    findings = [image_sizes(view) for view in views]
    findings += [principal_point(view, config) for view in views]
    findings += [field_of_view(view, config) for view in views]
    doubtful = {each.where for each in findings[len(views) :] if not each.ok}
    sound = [view for view in views if view.name not in doubtful]
    findings += [depth_units(view, config) for view in sound]
    findings += [clock(view, reading.time, config) for view in views]
    findings += [colour_on_depth(view, config) for view in views]
    sights = [Sight.of(in_metres(view, config), config) for view in sound]
    for check in PER_SIGHT:
        findings += [check(sight, config) for sight in sights]
    findings += table_heights(sights, config)
    findings += [clouds_agree(a, b, config) for a, b in combinations(sights, 2)]
    findings.append(hand_pose(reading.T_world_ee, arm, config))
    findings += [hand_seen(sight, arm, config) for sight in sights]
    return Examination(tuple(findings))
