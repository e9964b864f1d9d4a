"""In which unit a camera's depth is, by how far it has the table.

A table is between a hand's breadth and a few metres from its camera. Read as metres,
millimetres put it a thousand times too far, and metres that a driver has already
divided by 1000 put it a thousand times too near.
"""

import math
from dataclasses import replace

import numpy as np

from perception.doctor.config import DoctorConfig
from perception.doctor.finding import Finding
from perception.doctor.reading import View
from perception.doctor.table import BAND, find_table

UNITS: dict[str, float] = {
    "metres": 1.0,
    "millimetres": 1e-3,
    "tenths of a millimetre": 1e-4,
    "centimetres": 1e-2,
    "kilometres": 1e3,
}


def depth_units(view: View, config: DoctorConfig) -> Finding:
    """Return how far from the camera the table would be if depth were in metres."""
    distance = table_distance(view, config)
    unit = _unit(view, distance, config)
    return Finding(
        check="depth units",
        where=view.name,
        value=distance,
        unit="m",
        low=config.distance[0],
        high=config.distance[1],
        remedy="there is no depth at any pixel: is the depth stream on?"
        if distance is None
        else f"depth ({view.kind}) is in {unit}: multiply it by {UNITS[unit]:g} and "
        "send metres as float32",
    )


def in_metres(view: View, config: DoctorConfig) -> View:
    """Return the view with depth in metres, whatever it came in."""
    unit = _unit(view, table_distance(view, config), config)
    return replace(view, depth=view.depth * UNITS[unit])


def table_distance(view: View, config: DoctorConfig) -> float | None:
    """Return the distance from camera to table in the unit of the depth.

    Where no plane is seen it is the middle one of all depths, which tells the unit
    as well; None without depth.
    """
    depths = view.depth[view.depth > 0.0]
    if not len(depths):
        return None
    middle = float(np.median(depths))
    seen = view.depth.reshape(-1) > 0.0
    turned = (view.rays * view.depth.reshape(-1, 1))[seen] @ view.T_world_cam.rotation.T
    table = find_table(turned, config.level, BAND * middle)
    if table is None or table.share < config.table or table.offset >= 0.0:
        return middle
    return -table.offset


def _unit(view: View, distance: float | None, config: DoctorConfig) -> str:
    """Return the unit in which the table is as far as the camera is high."""
    near, far = config.distance
    if distance is None or near <= distance <= far:
        return "metres"
    height = max(abs(float(view.T_world_cam.position[2])), near)
    return min(UNITS, key=lambda name: abs(math.log(UNITS[name] * distance / height)))
