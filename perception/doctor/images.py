"""What can be said of a camera's numbers before its geometry is looked at."""

import math

from perception.doctor.config import DoctorConfig
from perception.doctor.finding import Finding
from perception.doctor.reading import View


def image_sizes(view: View) -> Finding:
    """Return whether colour and depth have the same size, as a ratio."""
    (ch, cw), (dh, dw) = view.colour.shape[:2], view.depth.shape
    ratio = max(ch / dh, cw / dw, key=lambda each: abs(math.log(each)))
    return Finding(
        check="image sizes",
        where=view.name,
        value=ratio,
        unit="colour/depth",
        low=1.0,
        high=1.0,
        remedy=f"colour is {cw}x{ch} and depth {dw}x{dh} pixels: send depth "
        "registered to the colour image (the driver's `align depth to colour`)",
    )


def principal_point(view: View, config: DoctorConfig) -> Finding:
    """Return how far the principal point is from the image's middle, as a share."""
    k, (height, width) = view.intrinsics, view.depth.shape
    scale = 2.0 * k.cx / width
    return Finding(
        check="principal point",
        where=view.name,
        value=max(abs(k.cx / width - 0.5), abs(k.cy / height - 0.5)),
        unit="of the side",
        high=config.off_centre,
        remedy=f"({k.cx:.0f}, {k.cy:.0f}) is far from the middle of {width}x{height} "
        f"pixels: it would fit images {scale:.2g} times as large; send the intrinsics "
        "of this resolution",
    )


def field_of_view(view: View, config: DoctorConfig) -> Finding:
    """Return how wide the intrinsics say the image is, in [deg].

    The side that is farthest from what a camera sees counts.
    """
    k, (height, width) = view.intrinsics, view.depth.shape
    sides = ((width, k.fx), (height, k.fy))
    angles = [math.degrees(2.0 * math.atan2(s / 2.0, f)) for s, f in sides]
    low, high = config.view
    return Finding(
        check="field of view",
        where=view.name,
        value=max(angles, key=lambda each: abs(each - (low + high) / 2)),
        unit="deg",
        low=low,
        high=high,
        remedy=f"focal lengths ({k.fx:.0f}, {k.fy:.0f}) px do not fit {width}x{height} "
        "pixels: send those of this resolution, in pixels and not in millimetres",
    )


def clock(view: View, arm_time: float, config: DoctorConfig) -> Finding:
    """Return how far a picture is from the arm's report in time, in [ms]."""
    skew = None if view.time is None else 1e3 * (view.time - arm_time)
    return Finding(
        check="clock",
        where=view.name,
        value=skew,
        unit="ms",
        low=-config.skew,
        high=config.skew,
        remedy="it is not told when the picture was taken: write it as `time_<i>` into "
        "the file, in s on the arm's clock"
        if skew is None
        else "stamp pictures and joints on one clock (NTP or PTP between computers, "
        "the driver's global time), and send the arm's report nearest the picture",
    )
