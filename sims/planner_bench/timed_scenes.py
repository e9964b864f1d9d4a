"""What is planned in against the clock: a table, a wall, clutter; never twice alike."""

from dataclasses import dataclass, replace

import numpy as np

from perception.scene import Object3D, Scene
from planner.value_maps import Box, MapSet, Near, Operation, Recipe, VoxelGrid
from sims.planner_bench.solids import Box as Corners
from sims.planner_bench.solids import Solids

POINTS = 20_000
LOWER, UPPER = (0.0, -0.5, -0.02), (1.0, 0.5, 0.98)
DOWN = (0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class TimedScene:
    """Obstacles, a start and a goal.

    Attributes:
        name: Of the scene.
        solids: What stands about.
        start: Of the end-effector, [m].
        goal: [m].
        kept_clear: Middle of a ball that the program keeps away from, [m].
    """

    name: str
    solids: Solids
    start: np.ndarray
    goal: np.ndarray
    kept_clear: np.ndarray

    def moved(self, rng: np.random.Generator) -> "TimedScene":
        """Return it with obstacles and goal up to a centimetre aside."""
        by = np.array([*rng.uniform(-0.01, 0.01, 2), 0.0])
        return replace(
            self,
            solids=self.solids.moved(by),
            goal=self.goal + rng.uniform(-0.01, 0.01, 3),
            kept_clear=self.kept_clear + by,
        )

    def maps(self, grid: VoxelGrid) -> MapSet:
        """Return the five maps, recorded as a program records them."""

        def ball(p_world: np.ndarray, radius: float, value: float) -> Near:
            return Near.of(grid.to_vox(p_world[None]), radius, value)

        everywhere: tuple[Operation, ...] = (Box((0, 0, 0), grid.shape, DOWN),)
        return MapSet(
            affordance=Recipe(0.0, (ball(self.goal, 0.0, 1.0),)),
            avoidance=Recipe(0.0, (ball(self.kept_clear, 0.08, 1.0),)),
            velocity=Recipe(1.0, (ball(self.goal, 0.1, 0.5),)),
            rotation=Recipe(DOWN, everywhere),
            gripper=Recipe(1.0, (ball(self.goal, 0.02, 0.0),)),
        )

    def seen(self, rng: np.random.Generator) -> Scene:
        """Return what perception would make of it."""
        clouds = self.solids.seen(POINTS, rng)
        objects = [
            Object3D(
                id=i,
                name=f"gray block {i}",
                colour="gray",
                shape="block",
                points_world=points,
                normal=np.array([0.0, 0.0, 1.0]),
                yaw=0.0,
                size=np.ptp(points, axis=0),
            )
            for i, points in enumerate(clouds, 1)
        ]
        return Scene(tuple(objects), np.concatenate(clouds), 0.0, time=0.0)


def timed_scenes(seed: int) -> list[TimedScene]:
    """Return the three scenes; each is crossed from one side to the other."""
    rng = np.random.default_rng([seed, 20])
    spots = [(0.35, -0.1), (0.5, -0.08), (0.65, -0.15), (0.4, 0.1), (0.68, 0.1)]
    spots += [(0.33, 0.32), (0.64, 0.35)]
    blocks = [_standing(x, y, 0.03, rng.uniform(0.05, 0.15)) for x, y in spots]
    posts = [
        _standing(x + rng.uniform(-0.03, 0.03), y, 0.02, rng.uniform(0.1, 0.3))
        for x in (0.35, 0.48, 0.61, 0.74)
        for y in (-0.12, 0.01, 0.13)
    ]
    wall: Corners = ((0.25, -0.02, 0.0), (0.8, 0.02, 0.3))
    start, goal = np.array([0.45, -0.3, 0.25]), np.array([0.5, 0.28, 0.12])
    return [
        TimedScene(name, Solids.of(*boxes), start, goal, np.array(clear))
        for name, boxes, clear in [
            ("table", blocks, (0.5, -0.08, 0.12)),
            ("wall", [wall], (0.5, 0.0, 0.3)),
            ("clutter", posts, (0.48, 0.01, 0.25)),
        ]
    ]


def _standing(x: float, y: float, half: float, height: float) -> Corners:
    return (x - half, y - half, 0.0), (x + half, y + half, height)
