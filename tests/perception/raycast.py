"""A ray-caster for tests: boxes, balls, cylinders and bowls on a table at z.

It shares no code with perception: pixel -> ray -> nearest hit, shaded by the
angle to one light. World frame z up; cameras are optical.
"""

from dataclasses import dataclass

import numpy as np

from perception.frames import Pose
from perception.observation import Camera, Intrinsics, Observation

LIGHT = np.array([0.3, 0.2, 0.93])
TABLE_RGB = (200, 180, 155)
RGB = {
    "red": (215, 25, 25),
    "orange": (245, 130, 15),
    "yellow": (240, 220, 30),
    "green": (30, 165, 45),
    "cyan": (30, 205, 215),
    "blue": (30, 70, 215),
    "purple": (128, 35, 170),
    "pink": (250, 130, 185),
    "brown": (110, 60, 25),
    "gray": (128, 128, 128),
    "white": (245, 245, 245),
    "black": (18, 18, 18),
}


@dataclass(frozen=True)
class Solid:
    """One primitive: `centre` is its middle, `size` its sides (diameters)."""

    kind: str
    colour: str
    centre: tuple[float, float, float]
    size: tuple[float, float, float]
    yaw: float = 0.0


def block(colour, x, y, *, side=0.04, yaw=0.0, z=0.0):
    return Solid("box", colour, (x, y, z + side / 2), (side, side, side), yaw)


def box(colour, centre, size, yaw=0.0):
    return Solid("box", colour, centre, size, yaw)


def ball(colour, x, y, *, radius=0.03, z=0.0):
    d = 2 * radius
    return Solid("ball", colour, (x, y, z + radius), (d, d, d))


def cylinder(colour, x, y, *, radius=0.025, height=0.06, z=0.0):
    d = 2 * radius
    return Solid("cylinder", colour, (x, y, z + height / 2), (d, d, height))


def bowl(colour, x, y, *, radius=0.07, height=0.05, z=0.0):
    d = 2 * radius
    return Solid("bowl", colour, (x, y, z + height / 2), (d, d, height))


def button(colour, x, y, z=0.0):
    return (
        cylinder("black", x, y, radius=0.04, height=0.022, z=z),
        cylinder(colour, x, y, radius=0.026, height=0.02, z=z + 0.022),
    )


def drawer(x, y, *, travel=0.0):
    """Return a cabinet whose closed front would be at x, its tray and its bar."""
    front = x - travel
    posts = [
        box("white", (front - 0.025, y + side, 0.105), (0.05, 0.012, 0.012))
        for side in (-0.06, 0.06)
    ]
    walls = [
        box("white", (front + 0.11, y + side, 0.045), (0.2, 0.01, 0.07))
        for side in (-0.11, 0.11)
    ]
    return (
        box("brown", (x + 0.13, y, 0.06), (0.24, 0.28, 0.12)),
        box("white", (front + 0.004, y, 0.06), (0.012, 0.276, 0.116)),
        box("white", (front + 0.11, y, 0.02), (0.2, 0.22, 0.01)),
        *walls,
        *posts,
        box("black", (front - 0.05, y, 0.105), (0.018, 0.14, 0.018)),
    )


def look_from(name, eye, target=(0.5, 0.0, 0.05), width=200, height=150):
    """Return an empty camera's name, intrinsics, pose and image size."""
    eye, target = np.array(eye, float), np.array(target, float)
    forward = (target - eye) / np.linalg.norm(target - eye)
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([right, np.cross(forward, right), forward], axis=1)
    matrix[:3, 3] = eye
    f = 0.95 * width
    k = Intrinsics(f, f, width / 2, height / 2)
    return name, k, Pose.from_matrix(matrix), (height, width)


RIG = (
    look_from("front", (1.25, 0.0, 0.65)),
    look_from("left", (0.35, 0.8, 0.7)),
    look_from("right", (0.35, -0.8, 0.7)),
)


def observe(solids, rig=RIG, table=0.0, **arm):
    """Return the observation of the solids on a table."""
    cameras = tuple(_picture(solids, view, table) for view in rig)
    given = {
        "T_world_ee": Pose(np.array([0.3, 0.0, 0.5]), np.array([0.0, 1.0, 0.0, 0.0])),
        "gripper_width": 0.08,
        "joints": np.zeros(7),
        "time": 0.0,
    } | arm
    return Observation(cameras=cameras, **given)


def _picture(solids, view, table):
    name, k, pose, shape = view
    height, width = shape
    v, u = np.indices(shape)
    rays = np.stack([(u - k.cx) / k.fx, (v - k.cy) / k.fy, np.ones(shape)], -1)
    rays = rays.reshape(-1, 3) @ pose.rotation.T
    eye = pose.position
    depth = np.full(len(rays), np.inf)
    colour = np.zeros((len(rays), 3))
    hits = [_table(eye, rays, table)]
    hits += [(*_HIT[s.kind](eye, rays, s), RGB[s.colour]) for s in solids]
    for t, normal, rgb in hits:
        nearer = t < depth
        depth[nearer] = t[nearer]
        flip = np.sign(-np.einsum("nk,nk->n", normal, rays))
        shade = 0.6 + 0.4 * np.clip((normal * flip[:, None]) @ LIGHT, 0.0, 1.0)
        colour[nearer] = (np.array(rgb) * shade[:, None])[nearer]
    depth[~np.isfinite(depth)] = 0.0
    return Camera(
        name,
        colour.reshape(height, width, 3).round().astype(np.uint8),
        depth.reshape(shape).astype(np.float32),
        k,
        pose,
    )


def _table(eye, rays, z):
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (z - eye[2]) / rays[:, 2]
    p = eye + t[:, None] * rays
    on = (t > 0) & (np.abs(p[:, 1]) < 0.75) & (p[:, 0] > -0.3) & (p[:, 0] < 1.05)
    normal = np.broadcast_to([0.0, 0.0, 1.0], rays.shape)
    return np.where(on, t, np.inf), normal, TABLE_RGB


def _local(eye, rays, solid):
    c, s = np.cos(solid.yaw), np.sin(solid.yaw)
    rotation = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
    return (eye - np.array(solid.centre)) @ rotation, rays @ rotation, rotation


def _hit_box(eye, rays, solid):
    o, d, rotation = _local(eye, rays, solid)
    half = np.array(solid.size) / 2
    d = np.where(np.abs(d) < 1e-12, 1e-12, d)
    a, b = (-half - o) / d, (half - o) / d
    enter, leave = np.minimum(a, b), np.maximum(a, b)
    near = enter.max(axis=1)
    hit = (near < leave.min(axis=1)) & (near > 0)
    normal = np.zeros_like(rays)
    axis = enter.argmax(axis=1)
    normal[np.arange(len(rays)), axis] = 1.0
    return np.where(hit, near, np.inf), normal @ rotation.T


def _roots(a, b, c):
    disc = b * b - a * c
    root = np.sqrt(np.maximum(disc, 0.0))
    near, far = (-b - root) / a, (-b + root) / a
    return np.where(disc > 0, near, np.inf), np.where(disc > 0, far, np.inf)


def _sphere(o, rays, radius):
    a = np.einsum("nk,nk->n", rays, rays)
    return _roots(a, rays @ o, o @ o - radius**2)


def _hit_ball(eye, rays, solid):
    o = eye - np.array(solid.centre)
    near, _ = _sphere(o, rays, solid.size[0] / 2)
    finite = np.where(np.isfinite(near), near, 0.0)
    return near, (o + finite[:, None] * rays) / (solid.size[0] / 2)


def _hit_cylinder(eye, rays, solid):
    o = eye - np.array(solid.centre)
    radius, half = solid.size[0] / 2, solid.size[2] / 2
    a = np.einsum("nk,nk->n", rays[:, :2], rays[:, :2]) + 1e-12
    side, _ = _roots(a, rays[:, :2] @ o[:2], o[:2] @ o[:2] - radius**2)
    z = o[2] + np.where(np.isfinite(side), side, 0.0) * rays[:, 2]
    side = np.where((np.abs(z) <= half) & (side > 0), side, np.inf)
    top = (half - o[2]) / np.where(np.abs(rays[:, 2]) < 1e-12, 1e-12, rays[:, 2])
    xy = o[:2] + top[:, None] * rays[:, :2]
    on = (top > 0) & (np.einsum("nk,nk->n", xy, xy) < radius**2)
    top = np.where(on, top, np.inf)
    best = np.minimum(side, top)
    finite = np.where(np.isfinite(best), best, 0.0)
    normal = (o + finite[:, None] * rays) / radius
    normal[:, 2] = 0.0
    normal[top < side] = (0.0, 0.0, 1.0)
    return best, normal


def _hit_bowl(eye, rays, solid):
    # A spherical cap, 5 mm thick, cut off at its rim: what is below the foot is
    # in the table.
    radius, height = solid.size[0] / 2, solid.size[2]
    foot = 0.55 * radius
    base, rim = solid.centre[2] - height / 2, solid.centre[2] + height / 2
    rise = (radius**2 + height**2 - foot**2) / (2 * height)
    sphere = np.hypot(foot, rise)
    middle = np.array([*solid.centre[:2], base + rise])
    o = eye - middle
    best = np.full(len(rays), np.inf)
    for size, far in ((sphere, False), (sphere - 0.005, True)):
        t = _sphere(o, rays, size)[1 if far else 0]
        z = eye[2] + np.where(np.isfinite(t), t, 0.0) * rays[:, 2]
        low = base if not far else base + 0.005
        best = np.minimum(best, np.where((z < rim) & (z > low) & (t > 0), t, np.inf))
    floor = (base + 0.005 - eye[2]) / np.where(
        np.abs(rays[:, 2]) < 1e-12, 1e-12, rays[:, 2]
    )
    p = eye + floor[:, None] * rays
    gap = p[:, :2] - np.array(solid.centre[:2])
    inside = (floor > 0) & (np.einsum("nk,nk->n", gap, gap) < foot**2)
    best = np.minimum(best, np.where(inside, floor, np.inf))
    finite = np.where(np.isfinite(best), best, 0.0)
    return best, (o + finite[:, None] * rays) / sphere


_HIT = {
    "box": _hit_box,
    "ball": _hit_ball,
    "cylinder": _hit_cylinder,
    "bowl": _hit_bowl,
}
