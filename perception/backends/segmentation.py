"""Objects from depth and colour alone: no learned part, no list of known objects.

The supporting plane is measured and taken away; what stands on it, and what is
painted on it, is clustered by place and colour over all cameras at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from perception.clusters import cluster
from perception.colour import brightness, chroma
from perception.objects import describe, in_order, to_objects
from perception.observation import Capsules, Observation
from perception.parts import assemble
from perception.point_cloud import HIGH, LOW, PointCloud, fuse, outside_body, unfuse
from perception.scene import Scene
from perception.support import Plane, fit_support

SPECK = 4  # connected points that are noise if they are fewer
PAINTED_SHARE = 0.3  # flat points, as a share of a cluster, that are a zone under it


@dataclass(frozen=True, slots=True)
class SegmentationConfig:
    """Parameters of the segmentation.

    Attributes:
        low: Lowest corner of what is looked at, world frame, [m].
        high: Highest corner.
        clearance: Height from which a point is no longer the table, [m].
        arm_margin: What is nearer to the arm's body than this is the arm, [m].
        arm_shell: What hangs in the air and comes nearer to it than this, too, [m].
        hanging: Height of a lowest point from which a thing hangs in the air, [m].
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


class SegmentationPerceiver:
    """Finds objects by plane removal and clustering in space and colour."""

    name = "segmentation"

    def __init__(self, config: SegmentationConfig | None = None):
        self.config = config or SegmentationConfig()

    def perceive(self, observation: Observation, body: Capsules) -> Scene:
        """Return what is seen, the arm's own `body` left out.

        Raises:
            NoSurfaceError: The cameras see no table.
        """
        config = self.config
        box = np.array([config.low, config.high])
        everything = fuse(observation.cameras, box)
        plane = fit_support(everything.points_world)
        cloud = everything.take(_foreground(everything, plane, config))
        cloud = cloud.take(outside_body(cloud.points_world, body, config.arm_margin))
        heights = plane.height(cloud.points_world)
        normals = cloud.normals()
        clusters = cluster(cloud, normals)
        real = ~_arm_or_speck(cloud, heights, clusters.lumps, body, config)
        groups = _rows_of_each(clusters.things, real, config.min_points)
        found = [
            describe(cloud, piece, heights, normals)
            for rows in groups
            for piece in _off_its_zone(rows, heights, config)
        ]
        things = in_order(assemble(found))
        ids = np.zeros(len(cloud), dtype=np.int32)
        for number, each in enumerate(things, start=1):
            ids[each.rows] = number
        solid = real & (heights > config.clearance)
        return Scene(
            objects=to_objects(things, plane),
            points_world=cloud.points_world[solid].astype(float),
            table_height=plane.z_at(box[:, :2].mean(axis=0)),
            time=observation.time,
            masks=unfuse(observation.cameras, cloud.pixel, ids),
        )


def _foreground(
    cloud: PointCloud, plane: Plane, config: SegmentationConfig
) -> Bool[np.ndarray, "n"]:
    """Say which points stand above the table or are painted on it."""
    heights = plane.height(cloud.points_world)
    keep = heights > config.clearance
    flat = np.flatnonzero(np.abs(heights) <= config.clearance)
    colours = cloud.colours[flat]
    hue, light = chroma(colours), brightness(colours)
    plain_hue, plain_light = np.median(hue[::5], axis=0), np.median(light[::5])
    gap = hue - plain_hue
    painted = np.einsum("nk,nk->n", gap, gap) > config.paint_chroma**2
    painted |= light > config.paint_light * plain_light
    painted |= light < plain_light / config.paint_light**2
    keep[flat[painted]] = True
    return keep


def _arm_or_speck(
    cloud: PointCloud,
    heights: Float[np.ndarray, "n"],
    lumps: Int[np.ndarray, "n"],
    body: Capsules,
    config: SegmentationConfig,
) -> Bool[np.ndarray, "n"]:
    """Say which points belong to lumps that are no thing on the table.

    A body of capsules is rough: what hangs in the air beside the arm is the arm.
    """
    counts = np.bincount(lumps)
    lowest = np.full(len(counts), np.inf)
    np.minimum.at(lowest, lumps, heights)
    beside = ~outside_body(cloud.points_world, body, config.arm_shell)
    beside_counts = np.bincount(lumps[beside], minlength=len(counts))
    arm = (lowest > config.hanging) & (beside_counts > 0)
    return (arm | (counts < SPECK))[lumps]


def _rows_of_each(
    labels: Int[np.ndarray, "n"], real: Bool[np.ndarray, "n"], least: int
) -> list[np.ndarray]:
    """Return the rows of every label that has enough of them."""
    rows = np.flatnonzero(real)
    order = rows[np.argsort(labels[rows], kind="stable")]
    borders = np.flatnonzero(np.diff(labels[order])) + 1
    return [group for group in np.split(order, borders) if len(group) >= least]


def _off_its_zone(
    rows: Int[np.ndarray, "k"],
    heights: Float[np.ndarray, "n"],
    config: SegmentationConfig,
) -> Sequence[np.ndarray]:
    """Split what stands on paint of its own colour from the paint."""
    flat = heights[rows] <= config.clearance
    share = float(flat.mean())
    both = min(flat.sum(), (~flat).sum()) >= config.min_points
    if not both or share < PAINTED_SHARE:
        return [rows]
    return [rows[flat], rows[~flat]]
