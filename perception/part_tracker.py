"""Where one rigid part has gone since it was first seen, a hand on it or not.

`T_now_first` maps points of the part as first seen to where they are now, in the
world frame. A hand hides much of what it holds, so the part is known by its colour
alone, and what is visible of it is fitted to what was seen first.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.spatial import KDTree
from scipy.spatial.transform import Rotation

from perception.colour import chroma
from perception.frames import Points, Pose, Vec3
from perception.observation import Observation
from perception.point_cloud import fuse


@dataclass(frozen=True, slots=True)
class PartTrackerConfig:
    """How a part is followed.

    Attributes:
        like: Largest difference in chroma to the part's own colour.
        reach: Distance from where it was last beyond which nothing is it, [m].
        rounds: Of matching and fitting.
        far: Matches farther than this are left out, [m].
        thin: A turn about an axis that the visible points lie nearer to than this,
            root mean square, cannot be told from noise and stays as it was, [m].
        fewest: With fewer points than this the part counts as not seen.
    """

    like: float = 0.25
    reach: float = 0.12
    rounds: int = 8
    far: float = 0.03
    thin: float = 0.015
    fewest: int = 25


class PartTracker:
    """Follows a part of one saturated colour."""

    def __init__(
        self,
        part: Points,
        observation: Observation,
        config: PartTrackerConfig | None = None,
    ):
        """Start from the points of the part in what is seen at `observation`."""
        self.config = config or PartTrackerConfig()
        self.T_now_first = Pose.identity()
        points, hues = _cloud(observation, part.mean(axis=0))
        gap, _ = KDTree(part).query(points, distance_upper_bound=0.01)
        self._hue = np.median(hues[np.isfinite(gap)], axis=0)
        self._first = self._of_colour(points, hues)
        self._tree = KDTree(self._first)

    @property
    def middle(self) -> Vec3:
        """Where the middle of the part, as first seen, is now."""
        return self.T_now_first.apply(self._first.mean(axis=0)[None])[0]

    def update(self, observation: Observation) -> bool:
        """Follow the part; False if too little of it is seen, and it stays."""
        points = self._of_colour(*_cloud(observation, self.middle))
        near = np.linalg.norm(points - self.middle, axis=1) < self.config.reach
        points = points[near]
        if len(points) < self.config.fewest:
            return False
        self.T_now_first = self._fit(points)
        return True

    def _of_colour(self, points: Points, hues: Float[np.ndarray, "n 2"]) -> Points:
        return points[np.linalg.norm(hues - self._hue, axis=1) < self.config.like]

    def _fit(self, points: Points) -> Pose:
        """Match visible points to the first ones, back to front (Besl, McKay 1992)."""
        motion = self.T_now_first
        for _ in range(self.config.rounds):
            back = motion.inverse().apply(points)
            gaps, rows = self._tree.query(back)
            gap, match = np.asarray(gaps), np.asarray(rows)
            good = gap < max(self.config.far, float(np.median(gap)))
            motion = motion @ self._step(self._first[match[good]], back[good])
        return motion

    def _step(self, first: Points, now: Points) -> Pose:
        """Return the small motion that brings `first` nearest to `now`."""
        middle = first.mean(axis=0)
        arm = first - middle
        turn = np.zeros((len(arm), 3, 3))  # d(point)/d(rotation vector)
        turn[:, 0, 1], turn[:, 0, 2] = arm[:, 2], -arm[:, 1]
        turn[:, 1, 0], turn[:, 1, 2] = -arm[:, 2], arm[:, 0]
        turn[:, 2, 0], turn[:, 2, 1] = arm[:, 1], -arm[:, 0]
        moved = now - first
        shift = moved.mean(axis=0)
        square = np.einsum("nki,nkj->ij", turn, turn) / len(arm)
        pull = np.einsum("nki,nk->i", turn, moved - shift) / len(arm)
        moments, axes = np.linalg.eigh(square)
        told = moments > self.config.thin**2
        rotvec = axes @ np.where(told, axes.T @ pull / np.maximum(moments, 1e-9), 0.0)
        rotation = Rotation.from_rotvec(rotvec)
        # About the middle: the shift takes up what turning about the origin adds.
        position = middle + shift - rotation.apply(middle)
        return Pose(position, rotation.as_quat(scalar_first=True))


def _cloud(
    observation: Observation, around: Vec3
) -> tuple[Points, Float[np.ndarray, "n 2"]]:
    box = np.stack([around - 0.25, around + 0.25])
    cloud = fuse(observation.cameras, box)
    return cloud.points_world.astype(float), chroma(cloud.colours)
