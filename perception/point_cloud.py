"""Depth images to one cloud of world points that still knows its pixels.

The cameras' images, each with a border one pixel wide, are laid end to end; a
point's `pixel` is its place there, so its neighbours in the image are
`pixel ± 1` and `pixel ± stride`, and no neighbour ever lies in another row or
camera. Rows of a cloud are called rows; -1 stands for no point.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Bool, Float, Int

from perception.frames import Points, Pose, Vec3
from perception.observation import Camera, Capsules, Intrinsics

# The box looked at where no other is told: a table in a Panda's reach, world frame.
LOW, HIGH = (0.05, -0.65, -0.10), (0.95, 0.65, 0.80)  # [m]

NEAR_GAP = 2.0  # [rays] neighbouring pixels nearer than this touch
NEIGHBOUR_GAP = 3.5  # [rays] and up to this if a plane goes through both
SMOOTH_BEND = 0.008  # [m] second difference of depth that is still a surface


@dataclass(frozen=True, slots=True, eq=False)
class PointCloud:
    """Points of all cameras.

    Attributes:
        points_world: (n, 3) float32, [m].
        colours: (n, 3) uint8, RGB.
        pixel: (n,) place in the bordered images laid end to end.
        stride: (n,) width of the bordered image a point comes from.
        spacing: (n,) distance between neighbouring rays there, in [m].
        eye_world: (n, 3) where the camera stood.
        row_of_pixel: (m,) row of each bordered pixel, -1 if it has no point.
    """

    points_world: np.ndarray
    colours: np.ndarray
    pixel: np.ndarray
    stride: np.ndarray
    spacing: np.ndarray
    eye_world: np.ndarray
    row_of_pixel: np.ndarray

    def __len__(self) -> int:
        return len(self.points_world)

    def take(self, keep: Bool[np.ndarray, "n"]) -> "PointCloud":
        """Return the cloud of the rows that `keep` selects."""
        rows = np.flatnonzero(keep)
        row_of_pixel = np.full_like(self.row_of_pixel, -1)
        row_of_pixel[self.pixel[rows]] = np.arange(len(rows))
        return PointCloud(
            self.points_world.take(rows, axis=0),
            self.colours.take(rows, axis=0),
            self.pixel[rows],
            self.stride[rows],
            self.spacing[rows],
            self.eye_world.take(rows, axis=0),
            row_of_pixel,
        )

    def touching_pixels(self, normals: Points) -> Int[np.ndarray, "m 2"]:
        """Return the pairs of rows that are neighbours on one surface.

        Rays that hit a tilted surface lie far apart on it; such a pair must be in
        the plane of one of its points, or it bridges the gap between two things.
        """
        rows = np.arange(len(self))
        pairs: list[np.ndarray] = []
        for step in (np.ones_like(self.stride), self.stride):
            other = self.row_of_pixel[self.pixel + step]
            found = other >= 0
            pairs.append(np.stack([rows[found], other[found]], axis=1))
        a, b = np.concatenate(pairs).T
        gap = self.points_world[b] - self.points_world[a]
        length = np.sqrt(np.einsum("nk,nk->n", gap, gap))
        touching = length < NEAR_GAP * self.spacing[a]
        tilted = np.flatnonzero(~touching & (length < NEIGHBOUR_GAP * self.spacing[a]))
        off_a = np.abs(np.einsum("nk,nk->n", gap[tilted], normals[a[tilted]]))
        off_b = np.abs(np.einsum("nk,nk->n", gap[tilted], normals[b[tilted]]))
        touching[tilted] = np.minimum(off_a, off_b) < 0.3 * length[tilted]
        return np.stack([a[touching], b[touching]], axis=1)

    def normals(self) -> Float[np.ndarray, "n 3"]:
        """Return unit normals toward the camera, zero where they are unknown."""
        right, left = self._beside(1), self._beside(-1)
        below, above = self._beside(self.stride), self._beside(-self.stride)
        points = self.points_world
        normal = np.cross(points[below] - points[above], points[right] - points[left])
        length = np.linalg.norm(normal, axis=1)
        away = np.einsum("nk,nk->n", normal, self.eye_world - points) < 0.0
        length[away] *= -1.0
        unknown = np.abs(length) < 1e-9
        length[unknown] = 1.0
        normal /= length[:, None]
        normal[unknown] = 0.0
        return normal

    def _reach(self) -> Float[np.ndarray, "n"]:
        return NEIGHBOUR_GAP * self.spacing

    def _beside(self, step: int | np.ndarray) -> Int[np.ndarray, "n"]:
        """Return the neighbour's row, or the point's own if nothing touches it."""
        rows = np.arange(len(self))
        other = self.row_of_pixel[self.pixel + step]
        other = np.where(other >= 0, other, rows)
        gap = self.points_world[other] - self.points_world
        far = np.einsum("nk,nk->n", gap, gap) > self._reach() ** 2
        return np.where(far, rows, other)


def fuse(
    cameras: tuple[Camera, ...], box_world: Float[np.ndarray, "2 3"]
) -> PointCloud:
    """Return the cloud of all cameras within a box.

    Args:
        cameras: Frames of one instant.
        box_world: Lowest and highest corner of what is looked at, in [m].
    """
    clouds = [_back_project(camera, box_world) for camera in cameras]
    sizes = [len(cloud.row_of_pixel) for cloud in clouds]
    counts = [len(cloud) for cloud in clouds]
    pixel_offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    row_offsets = np.concatenate([[0], np.cumsum(counts)[:-1]])
    rows = [
        np.where(cloud.row_of_pixel >= 0, cloud.row_of_pixel + offset, -1)
        for cloud, offset in zip(clouds, row_offsets, strict=True)
    ]
    pixels = [
        cloud.pixel + offset
        for cloud, offset in zip(clouds, pixel_offsets, strict=True)
    ]
    return PointCloud(
        np.concatenate([cloud.points_world for cloud in clouds]),
        np.concatenate([cloud.colours for cloud in clouds]),
        np.concatenate(pixels),
        np.concatenate([cloud.stride for cloud in clouds]),
        np.concatenate([cloud.spacing for cloud in clouds]),
        np.concatenate([cloud.eye_world for cloud in clouds]),
        np.concatenate(rows),
    )


def unfuse(
    cameras: tuple[Camera, ...],
    pixel: Int[np.ndarray, "n"],
    values: Int[np.ndarray, "n"],
) -> dict[str, np.ndarray]:
    """Return one int32 image a camera that holds `values` at each `pixel`."""
    shapes = [(h + 2, w + 2) for h, w in (camera.depth.shape for camera in cameras)]
    sizes = [h * w for h, w in shapes]
    image = np.zeros(sum(sizes), dtype=np.int32)
    image[pixel] = values
    parts = np.split(image, np.cumsum(sizes)[:-1])
    return {
        camera.name: np.ascontiguousarray(part.reshape(shape)[1:-1, 1:-1])
        for camera, part, shape in zip(cameras, parts, shapes, strict=True)
    }


def at_pixels(
    images: Sequence[Int[np.ndarray, "h w"]], pixel: Int[np.ndarray, "n"]
) -> Int[np.ndarray, "n"]:
    """Return what the cameras' images hold at each `pixel` of a cloud."""
    return np.concatenate([np.pad(each, 1).reshape(-1) for each in images])[pixel]


def outside_body(
    points_world: Points, body: Capsules, margin: float
) -> Bool[np.ndarray, "n"]:
    """Say which points are further than `margin` [m] from the arm's body."""
    outside = np.ones(len(points_world), dtype=bool)
    if len(body.radius) == 0:
        return outside
    reach = (body.radius + margin)[:, None]
    lowest = (np.minimum(body.start, body.end) - reach).min(axis=0)
    highest = (np.maximum(body.start, body.end) + reach).max(axis=0)
    near = np.flatnonzero(within(points_world.T, lowest, highest))
    outside[near] = ~body.contain(points_world[near], margin)
    return outside


def flying_pixels(
    depth: Float[np.ndarray, "h w"], step: float = 0.03
) -> Bool[np.ndarray, "h w"]:
    """Say which pixels hang between a near and a far surface.

    Sensors mix the two depths at an edge: such a pixel is more than `step` [m]
    behind one neighbour and more than `step` before the opposite one.
    """
    flying = np.zeros(depth.shape, dtype=bool)
    for image, out in ((depth, flying), (depth.T, flying.T)):
        change = np.diff(image, axis=1)
        big = np.where(np.abs(change) > step, change, 0.0)
        out[:, 1:-1] |= big[:, :-1] * big[:, 1:] > 0.0
    return flying


def smooth(depth: Float[np.ndarray, "h w"]) -> Float[np.ndarray, "h w"]:
    """Return the depth with the sensor's noise averaged over three by three pixels.

    The average is over 1 / depth, which is linear on planes, and only where a
    pixel lies between its neighbours: edges and pixels without return stay.
    """
    image = depth
    for axis in (1, 0):
        image = _smooth_along(image, axis)
    return image


def _smooth_along(depth: Float[np.ndarray, "h w"], axis: int) -> np.ndarray:
    image = depth if axis == 1 else depth.T
    before, here, after = image[:, :-2], image[:, 1:-1], image[:, 2:]
    bend = np.abs(before + after - 2.0 * here)
    lowest = np.minimum(np.minimum(before, here), after)
    flat = (bend < SMOOTH_BEND) & (lowest > 0.0)
    inverse = 1.0 / np.maximum(image, np.float32(1e-3))
    mean = 3.0 / (inverse[:, :-2] + inverse[:, 1:-1] + inverse[:, 2:])
    out = image.copy()
    out[:, 1:-1][flat] = mean[flat]
    return out if axis == 1 else out.T


def within(
    columns: Float[np.ndarray, "3 n"], low: Vec3, high: Vec3
) -> Bool[np.ndarray, "n"]:
    """Say which points lie in a box; their columns are compared faster than rows."""
    inside = np.ones(columns.shape[1], dtype=bool)
    for column, least, most in zip(columns, low, high, strict=True):
        inside &= column >= least
        inside &= column <= most
    return inside


def _back_project(camera: Camera, box_world: Float[np.ndarray, "2 3"]) -> PointCloud:
    height, width = camera.depth.shape
    wxyz, k = camera.T_world_cam.wxyz, camera.intrinsics
    rays_world, bordered = _rays(height, width, k, tuple(wxyz.tolist()))
    eye_world = camera.T_world_cam.position.astype(np.float32)
    depth = smooth(camera.depth).reshape(-1)
    columns = rays_world * depth + eye_world[:, None]
    valid = (depth > 0.0) & ~flying_pixels(camera.depth).reshape(-1)
    rows = np.flatnonzero(valid & within(columns, *box_world.astype(np.float32)))
    row_of_pixel = np.full((height + 2) * (width + 2), -1, dtype=np.int64)
    row_of_pixel[bordered[rows]] = np.arange(len(rows))
    return PointCloud(
        np.stack([column[rows] for column in columns], axis=1),
        camera.colour.reshape(-1, 3).take(rows, axis=0),
        bordered[rows],
        np.full(len(rows), width + 2),
        depth[rows] / np.float32(k.fx),
        np.broadcast_to(eye_world, (len(rows), 3)),
        row_of_pixel,
    )


@lru_cache(maxsize=16)
def _rays(
    height: int, width: int, k: Intrinsics, wxyz: tuple[float, ...]
) -> tuple[Float[np.ndarray, "3 n"], Int[np.ndarray, "n"]]:
    """Return each pixel's ray in the world, as long as z = 1 in the camera makes it.

    And its place in the bordered image.
    """
    v, u = np.indices((height, width))
    x = (u - k.cx) / k.fx
    y = (v - k.cy) / k.fy
    rays = np.stack([x, y, np.ones_like(x)]).reshape(3, -1)
    bordered = (v + 1) * (width + 2) + (u + 1)
    rays_world = Pose(np.zeros(3), np.array(wxyz)).rotation @ rays
    return rays_world.astype(np.float32), bordered.reshape(-1)
