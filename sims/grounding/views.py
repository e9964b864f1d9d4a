"""Where cameras stand that look at a table, and what light they see it in."""

import numpy as np

from sims.bullet import Light
from sims.camera import VIEWPOINTS, Viewpoint

Rng = np.random.Generator
MIDDLE = np.array([0.52, 0.0, 0.03])  # [m]
WIDEST = np.deg2rad(125)  # from straight before the robot


def some_views(rng: Rng, count: int, size: tuple[int, int]) -> tuple[Viewpoint, ...]:
    """Return cameras round the table, far apart from one another.

    A third of the time they stand about where the product's own stand.
    """
    if rng.random() < 1 / 3:
        chosen: list[int] = rng.permutation(len(VIEWPOINTS))[:count].tolist()
        return tuple(_near(VIEWPOINTS[i], rng, size) for i in chosen)
    # Not behind the robot, which would hide the table.
    sides = WIDEST * (
        2.0 * (np.arange(count) + rng.uniform(0.0, 1.0, count)) / count - 1
    )
    return tuple(
        _somewhere(f"camera {i + 1}", float(side), rng, size)
        for i, side in enumerate(rng.permutation(sides))
    )


def all_round() -> tuple[Viewpoint, ...]:
    """Return cameras that see the table from all sides."""
    views: list[Viewpoint] = []
    for azimuth in np.deg2rad(np.arange(0, 360, 45)):
        for lift in np.deg2rad((25, 65)):
            side = np.array([np.cos(azimuth), np.sin(azimuth)]) * np.cos(lift)
            eye = MIDDLE + 1.0 * np.array([*side, np.sin(lift)])
            name = f"side {len(views)}"
            views.append(_view(name, eye, MIDDLE, (200, 200), 0.95))
    return tuple(views)


def some_light(rng: Rng) -> Light:
    """Return a light from above, hard or soft."""
    x, y = rng.uniform(-0.8, 0.8, 2).tolist()
    ambient = float(rng.uniform(0.5, 0.75))
    return Light(
        direction=(x, y, 1.0),
        shadow=bool(rng.random() < 0.3),
        ambient=ambient,
        diffuse=float(rng.uniform(0.9, 1.1)) - ambient,
    )


def _near(view: Viewpoint, rng: Rng, size: tuple[int, int]) -> Viewpoint:
    eye = np.add(view.eye, rng.normal(0.0, 0.04, 3))
    target = np.add(view.target, rng.normal(0.0, 0.02, 3))
    return _view(view.name, eye, target, size, view.focal / view.size[0])


def _somewhere(name: str, azimuth: float, rng: Rng, size: tuple[int, int]) -> Viewpoint:
    lift = float(np.deg2rad(rng.uniform(28.0, 68.0)))
    away = float(rng.uniform(0.75, 1.15))
    side = np.array([np.cos(azimuth), np.sin(azimuth)]) * np.cos(lift)
    eye = MIDDLE + away * np.array([*side, np.sin(lift)])
    target = MIDDLE + rng.normal(0.0, 0.03, 3)
    return _view(name, eye, target, size, float(rng.uniform(0.85, 1.1)))


def _view(
    name: str, eye: np.ndarray, target: np.ndarray, size: tuple[int, int], zoom: float
) -> Viewpoint:
    x, y, z = eye.tolist()
    u, v, w = target.tolist()
    return Viewpoint(name, (x, y, z), (u, v, w), size, zoom * size[0])
