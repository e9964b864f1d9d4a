"""A right set-up, made by the ray-caster, and what can be wrong with one."""

from dataclasses import replace

import numpy as np
from raycast import (
    RIG,
    ball,
    block,
    bowl,
    box,
    cylinder,
    look_from,
    observe,
)
from scipy.spatial.transform import Rotation

from perception.doctor.hand import ArmThere
from perception.doctor.reading import Reading
from perception.frames import Pose
from perception.observation import Capsules, Intrinsics

TIP = np.array([0.47, -0.05, 0.16])
THINGS = (
    block("red", 0.40, 0.15, yaw=0.3),
    block("blue", 0.62, 0.10, side=0.05),
    block("green", 0.60, -0.20, yaw=0.7),
    bowl("yellow", 0.50, 0.25),
    cylinder("purple", 0.35, -0.22, height=0.1),
    box("orange", (0.72, -0.05, 0.06), (0.08, 0.12, 0.12), 0.4),
)
# Upright capsules from the fingertips' point: x, y, lowest and highest z, radius.
FINGERS = ((0.0, 0.05, 0.0, 0.06, 0.013), (0.0, -0.05, 0.0, 0.06, 0.013))
PALM = ((0.0, 0.0, 0.11, 0.16, 0.05),)
WRIST = ((0.0, 0.0, 0.26, 0.4, 0.055),)


def standing(rows, tip=TIP):
    """Return the solids of upright capsules, and the capsules."""
    solids = []
    start, end, radius = [], [], []
    for dx, dy, lowest, highest, r in rows:
        x, y, low, high = np.array([dx, dy, lowest, highest]) + tip[[0, 1, 2, 2]]
        solids += [
            cylinder("white", x, y, radius=r, height=high - low, z=low),
            ball("white", x, y, radius=r, z=low - r),
            ball("white", x, y, radius=r, z=high - r),
        ]
        start.append((x, y, low))
        end.append((x, y, high))
        radius.append(r)
    return solids, Capsules(np.array(start), np.array(end), np.array(radius))


def arm_at(tip=TIP):
    return ArmThere(
        body=standing(WRIST, tip)[1],
        hand=standing(FINGERS + PALM, tip)[1],
        T_world_ee=Pose(tip, np.array([0.0, 1.0, 0.0, 0.0])),
    )


def reading(rig=RIG, things=THINGS, noise=0.0):
    """Return the reading of a right rig, its pictures taken at the arm's time."""
    solids = [*things, *standing(FINGERS + PALM + WRIST)[0]]
    seen = Reading.of(observe(solids, rig, T_world_ee=arm_at().T_world_ee, time=5.0))
    rng = np.random.default_rng(3)
    views = tuple(
        replace(v, time=5.01, depth=_noisy(v.depth, noise, rng)) for v in seen.views
    )
    return replace(seen, views=views)


def with_left(seen, change):
    """Return a reading whose left camera is changed."""
    views = [change(v) if v.name == "left" else v for v in seen.views]
    return replace(seen, views=tuple(views))


def millimetres(view):
    return replace(view, depth=np.rint(1e3 * view.depth), kind="uint16")


def divided_twice(view):
    return replace(view, depth=1e-3 * view.depth)


def turned(axis, degrees=3.0):
    """Turn the camera about one of its own axes."""
    rotvec = np.radians(degrees) * np.eye(3)["xyz".index(axis)]
    return lambda view: replace(view, T_world_cam=view.T_world_cam.turned_by(rotvec))


def turned_about_z(view, degrees=3.0):
    """Turn the camera about the world's z, where it is: the table stays level."""
    turn = Rotation.from_euler("z", degrees, degrees=True)
    pose = view.T_world_cam
    rotation = turn * Rotation.from_quat(pose.wxyz, scalar_first=True)
    wxyz = rotation.as_quat(scalar_first=True)
    return replace(view, T_world_cam=Pose(pose.position, wxyz))


def shifted(*by):
    def change(view):
        pose = view.T_world_cam
        return replace(view, T_world_cam=Pose(pose.position + np.array(by), pose.wxyz))

    return change


def inverted(view):
    return replace(view, T_world_cam=view.T_world_cam.inverse())


def holes(view, share=0.3):
    rng = np.random.default_rng(1)
    lost = rng.random(view.depth.shape) < share
    return replace(view, depth=np.where(lost, 0.0, view.depth))


def nan_holes(view):
    return replace(view, depth=np.where(holes(view).depth > 0.0, view.depth, np.nan))


def colour_moved(right, down=0):
    return lambda view: replace(
        view, colour=np.roll(view.colour, (down, right), axis=(0, 1))
    )


def skewed(seconds):
    return lambda view: replace(view, time=view.time + seconds)


def scaled_intrinsics(focal=1.0, middle=1.0):
    def change(view):
        k = view.intrinsics
        wrong = Intrinsics(focal * k.fx, focal * k.fy, middle * k.cx, middle * k.cy)
        return replace(view, intrinsics=wrong)

    return change


def noisy(view):
    rng = np.random.default_rng(2)
    return replace(view, depth=_noisy(view.depth, 0.012, rng))


def warped(view):
    """Bend depth as a camera does whose own calibration has aged."""
    height, width = view.depth.shape
    v, u = np.indices((height, width))
    r2 = ((u - width / 2) ** 2 + (v - height / 2) ** 2) / (width / 2) ** 2
    return replace(view, depth=view.depth * (1.0 + 0.06 * r2))


def sensed(view, rng):
    """Return what a stereo camera makes of a view.

    Noise of 2 mm at 1 m that grows with the square, steps of 1 mm, 3 % of the pixels
    and half of those at edges without depth, a third between near and far; colour
    one pixel aside.
    """
    before = np.roll(view.depth, 1, axis=1)
    edge = np.abs(view.depth - before) > 0.03
    depth = np.round(1e3 * _noisy(view.depth, 0.002, rng)) / 1e3
    mixed = edge & (rng.random(edge.shape) < 0.3) & (view.depth > 0.0) & (before > 0.0)
    depth[mixed] = (view.depth + before)[mixed] / 2
    depth[rng.random(edge.shape) < np.where(edge, 0.5, 0.03)] = 0.0
    return colour_moved(1)(replace(view, depth=depth))


def half_depth(view):
    return replace(view, depth=view.depth[::2, ::2])


def looking_away():
    away = look_from("left", (0.35, 0.8, 0.7), (-0.1, 0.6, 0.05))
    return reading((RIG[0], away, RIG[2]))


def _noisy(depth, sigma, rng):
    noise = sigma * depth**2 * rng.standard_normal(depth.shape)
    return np.where(depth > 0.0, depth + noise, 0.0)
