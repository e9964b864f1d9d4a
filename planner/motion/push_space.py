"""The room a push needs: for the hand, and for the object on its way.

Distances over the table are kept in slices of height, so that all pushes are looked
at together. All is in the plane of the table, world frame, [m]; `n` is a number of
pushes, vectors are rows (2, n).
"""

from dataclasses import dataclass

import edt
import numpy as np
from jaxtyping import Bool, Float

from perception.frames import Points
from perception.proximity import near
from perception.scene import Object3D, Scene
from planner.map_reading import read
from planner.motion.arm_model import ArmModel, hand_spheres
from planner.motion.push_config import PushConfig
from planner.motion.push_model import Outline, Pushes
from planner.value_maps import Recipe, VoxelGrid


@dataclass(frozen=True, slots=True, eq=False)
class PushProblem:
    """An object to push, and what is round it.

    Attributes:
        thing: The object.
        goal: (2,) where its centre shall be, [m].
        scene: What is seen.
        avoidance: The map to respect, if any.
        grid: Of the map; its box is the workspace.
    """

    thing: Object3D
    goal: np.ndarray
    scene: Scene
    avoidance: Recipe | None
    grid: VoxelGrid


Gaps = Float[np.ndarray, "nx ny"]

CELL = 0.005  # [m]
FAR = 1.0  # [m]; beyond it distances do not matter


class Layers:
    """Distances over the table from the points between two heights.

    Args:
        grid: Its box is what is looked at.
        points_world: What is there.
    """

    def __init__(self, grid: VoxelGrid, points_world: Points):
        self._lower = np.array(grid.lower[:2])
        extent = np.array(grid.upper[:2]) - self._lower
        self._shape = np.maximum(np.ceil(extent / CELL - 1e-9), 1).astype(int)
        self._points = points_world
        self._fields: dict[tuple[float, float], Gaps | None] = {}

    def gap(
        self, xy: Float[np.ndarray, "2 n"], low: float, high: float
    ) -> Float[np.ndarray, "n"]:
        """Return the distance of places from all that is between two heights, [m]."""
        field = self._field(low, high)
        if field is None:
            return np.full(len(xy[0]), FAR)
        rows = tuple(self._cells(xy.T).T)
        return np.asarray(field[rows], np.float64)

    def _field(self, low: float, high: float) -> Gaps | None:
        key = (round(low, 4), round(high, 4))
        if key not in self._fields:
            z = self._points[:, 2]
            within = self._points[(z > low) & (z < high), :2]
            if len(within):
                inside = within >= self._lower
                inside &= within < self._lower + self._shape * CELL
                within = within[inside.all(axis=1)]
            self._fields[key] = self._transform(within) if len(within) else None
        return self._fields[key]

    def _transform(self, xy: Float[np.ndarray, "k 2"]) -> Gaps:
        free = np.ones(tuple(self._shape), dtype=np.uint8)
        free[tuple(self._cells(xy).T)] = 0
        return edt.edt(free, parallel=1) * np.float32(CELL)

    def _cells(self, xy: Float[np.ndarray, "k 2"]) -> np.ndarray:
        index = np.floor((xy - self._lower) / CELL).astype(np.int64)
        return np.clip(index, 0, self._shape - 1)


class Room:
    """What a push must keep clear of."""

    def __init__(
        self,
        problem: PushProblem,
        outline: Outline,
        height: float,
        arm: ArmModel,
        config: PushConfig,
    ):
        self._problem = problem
        self._outline = outline
        self._height = height
        self._arm = arm
        self._config = config
        self._hand = hand_spheres(0.0)
        self._layers = Layers(problem.grid, self._others())

    def allows(self, pushes: Pushes, shift: np.ndarray) -> Bool[np.ndarray, "n"]:
        """Say which pushes hand and object have room for from the contact on."""
        good = np.ones(len(pushes.distance), dtype=bool)
        for share in (0.0, 0.5, 1.0):
            travel = share * np.maximum(pushes.distance, 0.0)
            good[good] &= self._hand_at(pushes.rows(np.flatnonzero(good)), travel[good])
        for share in np.linspace(0.125, 1.0, 8):
            good[good] &= self._thing_free(share * shift[:, good])
        return good

    def reaches(self, pushes: Pushes, standoff: float) -> Bool[np.ndarray, "n"]:
        """Say for which the hand can come down at a standoff and go to the contact."""
        good = np.ones(len(pushes.distance), dtype=bool)
        for share in (1.0, 0.67, 0.33):
            travel = np.full(len(pushes.distance), -share * standoff)
            good &= self._hand_at(pushes, travel)
        return good

    def _hand_at(
        self, pushes: Pushes, travel: Float[np.ndarray, "n"]
    ) -> Bool[np.ndarray, "n"]:
        begin = pushes.contact - self._config.depth * pushes.inward
        xy = begin + travel * pushes.direction
        return self._reached(xy) & self._hand_free(xy, pushes.inward)

    def _reached(self, xy: np.ndarray) -> Bool[np.ndarray, "n"]:
        grid = self._problem.grid
        low, high = np.array(grid.lower[:2]) + 0.01, np.array(grid.upper[:2]) - 0.01
        inside = ((xy >= low[:, None]) & (xy <= high[:, None])).all(axis=0)
        x, y, z = self._arm.shoulder
        # The hand comes from above, so it must reach as high as it retreats.
        rise = max(abs(self._height - z), abs(self._height + 0.1 - z))
        away = np.sqrt((xy[0] - x) ** 2 + (xy[1] - y) ** 2 + rise**2)
        return inside & (away <= self._arm.reach)

    def _hand_free(self, xy: np.ndarray, inward: np.ndarray) -> Bool[np.ndarray, "n"]:
        free = np.ones(xy.shape[1], dtype=bool)
        # Pointing down, the hand's y lies across the push.
        across = np.stack([-inward[1], inward[0]])
        for radius in np.unique(self._hand.radius):
            y, z = self._hand.centre[self._hand.radius == radius, 1:].T
            low = float(self._height - z.max() - radius)
            high = float(self._height - z.min() + radius)
            for offset in np.unique(y):
                gap = self._layers.gap(xy + offset * across, low, high)
                free &= gap >= radius + self._config.margin
        return free

    def _thing_free(self, shift: np.ndarray) -> Bool[np.ndarray, "n"]:
        """Say where the object may come: clear of others, allowed by the map."""
        problem, rim = self._problem, self._outline.p_world[:, ::8]
        box = problem.thing.aabb_world
        places = shift[:, :, None] + rim[:, None]  # (2, n, places)
        low, high = problem.scene.table_height + 0.01, float(box[1, 2]) + 0.005
        gap = self._layers.gap(places.reshape(2, -1), low, high)
        gap = gap.reshape(places.shape[1:])
        free = gap.min(axis=1, initial=np.inf) >= self._config.gap
        if problem.avoidance is not None:
            middle = problem.thing.position + np.pad(shift, ((0, 1), (0, 0))).T
            cells = problem.grid.to_vox(middle)
            free &= read(problem.avoidance, problem.grid, cells) < 1.0
        return free

    def _others(self) -> Points:
        """Return what is seen of everything but the object and paint on the table."""
        problem = self._problem
        points = problem.scene.points_world
        points = points[points[:, 2] > problem.scene.table_height + 0.008]
        if not len(points):
            return points
        return points[~near(points, problem.thing.points_world, 0.012)]
