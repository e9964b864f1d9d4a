"""What a camera set-up must keep to."""

from dataclasses import dataclass

from perception.errors import InvalidSettingError


@dataclass(frozen=True, slots=True)
class DoctorConfig:
    """Limits of the checks.

    A depth camera of today errs by 1 to 2 % and 2 to 4 mm on a plane at 1 m; a
    calibration worth the name leaves less than 1 degree and 5 mm. The limits are
    about twice that: what they refuse shows in where a thing is grasped.

    Attributes:
        low: Lowest corner of the workspace, world frame, [m].
        high: Highest corner.
        distance: Nearest and farthest a table can be from a camera, [m].
        missing: Most pixels of the table without depth, a share.
        off_centre: Most the principal point is off the middle, a share of the side.
        view: Narrowest and widest view across the image, [deg].
        skew: Most between a picture and the arm's report, [ms].
        table: Least share of the points in the workspace on one level plane.
        level: Steepest plane that is looked for as a table, [deg].
        residual: Most that points of the table stray from its plane, [mm].
        tilt: Most between the table's normal and the world's z, [deg].
        height: Most that a camera has the table higher or lower than the rest, [mm].
        seen: Least share of the workspace's table area in the image of a camera.
        shift: Most between edges of colour and of depth, a share of the width.
        gap: Most between what two cameras see of one surface, [mm].
        hand_pose: Most between the reported pose of the hand and the joints', [mm].
        hand: Least share of the hand's visible pixels where the joints have it.
    """

    low: tuple[float, float, float] = (0.15, -0.45, -0.10)
    high: tuple[float, float, float] = (0.85, 0.45, 0.60)
    distance: tuple[float, float] = (0.1, 10.0)
    missing: float = 0.2
    off_centre: float = 0.15
    view: tuple[float, float] = (25.0, 120.0)
    skew: float = 50.0
    table: float = 0.15
    level: float = 30.0
    residual: float = 6.0
    tilt: float = 1.5
    height: float = 10.0
    seen: float = 0.3
    shift: float = 0.012
    gap: float = 8.0
    hand_pose: float = 10.0
    hand: float = 0.8

    def __post_init__(self):
        if not all(a < b for a, b in zip(self.low, self.high, strict=True)):
            raise InvalidSettingError(
                f"the workspace runs from {self.low} to {self.high}; each of its "
                "sides must be longer than 0"
            )
