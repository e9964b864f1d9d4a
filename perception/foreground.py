"""What is not table and not arm: points of all cameras, and how they hang together.

The supporting plane is measured and taken away; what stands on it, and what is
painted on it, is clustered by place and colour over all cameras at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from perception.clusters import Clusters, cluster
from perception.colour import brightness, opponents
from perception.observation import Camera, Capsules
from perception.point_cloud import HIGH, LOW, PointCloud, fuse, outside_body
from perception.support import Plane, fit_support

SPECK = 4  # connected points that are noise if they are fewer
PAINTED_SHARE = 0.3  # flat points, as a share of a cluster, that are a zone under it


@dataclass(frozen=True, slots=True)
class ForegroundConfig:
    """Parameters; lengths in [m].

    Attributes:
        low: Lowest corner of what is looked at, world frame.
        high: Highest corner.
        clearance: Height from which a point is no longer the table.
        arm_margin: What is nearer to the arm's body than this is the arm.
        arm_shell: What hangs in the air and comes nearer to it than this, too.
        hanging: Height of a lowest point from which a thing hangs in the air.
        min_points: Fewer points than this make no object.
        paint_chroma: Least difference in chroma between the table and paint on it.
        paint_light: Paint of the table's hue is brighter than it by this factor, or
            darker by its square: between the two lie shadows.
    """

    low: tuple[float, float, float] = LOW
    high: tuple[float, float, float] = HIGH
    clearance: float = 0.005
    arm_margin: float = 0.012
    arm_shell: float = 0.05
    hanging: float = 0.03
    min_points: int = 30
    paint_chroma: float = 0.15
    paint_light: float = 1.6

    @property
    def box_world(self) -> Float[np.ndarray, "2 3"]:
        """Lowest and highest corner."""
        return np.array([self.low, self.high])


@dataclass(frozen=True, slots=True, eq=False)
class Foreground:
    """Points that belong to things, or to nothing but noise.

    Attributes:
        cloud: The points.
        heights: (n,) over the plane, [m].
        normals: (n, 3).
        plane: What things stand on.
        clusters: How the points hang together.
        real: (n,) bool; the others are the arm, or noise.
        config: Parameters.
    """

    cloud: PointCloud
    heights: np.ndarray
    normals: np.ndarray
    plane: Plane
    clusters: Clusters
    real: np.ndarray
    config: ForegroundConfig

    @classmethod
    def of(
        cls, cameras: Sequence[Camera], body: Capsules, config: ForegroundConfig
    ) -> "Foreground":
        """Return what some cameras see, the arm's `body` left out.

        Raises:
            NoSurfaceError: The cameras see no table.
        """
        everything = fuse(tuple(cameras), config.box_world)
        plane = fit_support(everything.points_world)
        cloud = everything.take(_off_the_table(everything, plane, config))
        cloud = cloud.take(outside_body(cloud.points_world, body, config.arm_margin))
        heights = plane.height(cloud.points_world)
        normals = cloud.normals()
        clusters = cluster(cloud, normals)
        real = ~_arm_or_speck(cloud, heights, clusters.lumps, body, config)
        return cls(cloud, heights, normals, plane, clusters, real, config)

    @property
    def table_height(self) -> float:
        """The z of the plane in the middle of what is looked at, [m]."""
        return self.plane.z_at(self.config.box_world[:, :2].mean(axis=0))

    @property
    def solid(self) -> Bool[np.ndarray, "n"]:
        """Which points a motion must not touch."""
        return self.real & (self.heights > self.config.clearance)

    def pieces(self) -> list[np.ndarray]:
        """Return the rows of what is connected and of one colour, off its paint."""
        groups = self.groups(self.clusters.things)
        return [piece for rows in groups for piece in self._off_its_zone(rows)]

    def groups(self, labels: Int[np.ndarray, "n"]) -> list[np.ndarray]:
        """Return the real rows of every label that has enough of them."""
        rows = np.flatnonzero(self.real)
        order = rows[np.argsort(labels[rows], kind="stable")]
        borders = np.flatnonzero(np.diff(labels[order])) + 1
        least = self.config.min_points
        return [group for group in np.split(order, borders) if len(group) >= least]

    def _off_its_zone(self, rows: Int[np.ndarray, "k"]) -> Sequence[np.ndarray]:
        """Split what stands on paint of its own colour from the paint."""
        flat = self.heights[rows] <= self.config.clearance
        share = float(flat.mean())
        both = min(flat.sum(), (~flat).sum()) >= self.config.min_points
        if not both or share < PAINTED_SHARE:
            return [rows]
        return [rows[flat], rows[~flat]]


def _off_the_table(
    cloud: PointCloud, plane: Plane, config: ForegroundConfig
) -> Bool[np.ndarray, "n"]:
    """Say which points stand above the table or are painted on it."""
    heights = plane.height(cloud.points_world)
    keep = heights > config.clearance
    flat = np.flatnonzero(np.abs(heights) <= config.clearance)
    colours = cloud.colours.take(flat, axis=0)
    (warm, sunny), light = opponents(colours), brightness(colours)
    warm, sunny = warm - np.median(warm[::5]), sunny - np.median(sunny[::5])
    plain_light = np.median(light[::5])
    painted = warm * warm + sunny * sunny > config.paint_chroma**2
    painted |= light > config.paint_light * plain_light
    painted |= light < plain_light / config.paint_light**2
    keep[flat[painted]] = True
    return keep


def _arm_or_speck(
    cloud: PointCloud,
    heights: Float[np.ndarray, "n"],
    lumps: Int[np.ndarray, "n"],
    body: Capsules,
    config: ForegroundConfig,
) -> Bool[np.ndarray, "n"]:
    """Say which points belong to lumps that are no thing on the table.

    A body of capsules is rough: what hangs in the air beside the arm is the arm.
    """
    counts = np.bincount(lumps)
    order = np.argsort(lumps, kind="stable")  # every lump has a point
    begins = np.cumsum(counts) - counts
    lowest = np.minimum.reduceat(heights[order], begins)
    beside = ~outside_body(cloud.points_world, body, config.arm_shell)
    beside_counts = np.bincount(lumps[beside], minlength=len(counts))
    arm = (lowest > config.hanging) & (beside_counts > 0)
    return (arm | (counts < SPECK))[lumps]
