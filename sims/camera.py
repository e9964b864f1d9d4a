"""RGB-D cameras that look at the table, and a larger view for people.

`cam` frames are optical: z forward, x right, y down. Pixel (u, v) counts whole
pixels from the top left; its ray goes through ((u - cx) / fx, (v - cy) / fy, 1).
"""

from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from perception.frames import Pose
from perception.observation import Camera, Intrinsics
from sims.bullet import Bullet, Light, Raster
from sims.depth_sensor import MILD, DepthSensor, sensed
from sims.furniture import Table
from sims.world import World

NEAR, FAR = 0.10, 4.0  # [m] of the renderer
OPTICAL_TO_OPENGL = np.diag([1.0, -1.0, -1.0, 1.0])
LINK_BITS = 24  # the renderer writes body + (link + 1) << 24
NO_PIXEL = 0
Place = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """A fixed camera.

    Attributes:
        name: Unique in its rig.
        eye: Where it is, world frame, [m].
        target: What it looks at, world frame, [m].
        size: Width and height, [px].
        focal: Focal length, [px].
    """

    name: str
    eye: Place
    target: Place
    size: tuple[int, int]
    focal: float

    @property
    def T_world_cam(self) -> Pose:
        """Pose of the optical frame, its x axis level."""
        return _looking(self.eye, self.target)

    @property
    def intrinsics(self) -> Intrinsics:
        """Pinhole parameters; the axis meets the middle of the image."""
        width, height = self.size
        return Intrinsics(self.focal, self.focal, (width - 1) / 2, (height - 1) / 2)


@lru_cache(maxsize=64)
def _looking(eye: Place, target: Place) -> Pose:
    forward = np.subtract(target, eye)
    forward = forward / np.linalg.norm(forward)
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right = right / np.linalg.norm(right)
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([right, np.cross(forward, right), forward], axis=1)
    matrix[:3, 3] = eye
    return Pose.from_matrix(matrix)


RESOLUTION = (224, 168)
VIEWPOINTS = (
    Viewpoint("front", (1.32, 0.0, 0.72), (0.51, 0.0, 0.02), RESOLUTION, 215.0),
    Viewpoint("left", (0.52, 0.92, 0.72), (0.52, 0.02, 0.02), RESOLUTION, 215.0),
    Viewpoint("right", (0.52, -0.92, 0.72), (0.52, -0.02, 0.02), RESOLUTION, 215.0),
)
STAGE_EYE = (1.55, -1.05, 0.95)
STAGE_TARGET = (0.38, 0.02, 0.21)


@dataclass(frozen=True, slots=True)
class RigConfig:
    """What is looked through.

    Attributes:
        viewpoints: The cameras.
        sensor: What is made of the true depth.
        light: How the scene is lit.
    """

    viewpoints: tuple[Viewpoint, ...] = VIEWPOINTS
    sensor: DepthSensor = MILD
    light: Light = field(default_factory=Light)


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """What the simulator knows of each pixel; for the oracle ablation alone.

    Attributes:
        ids: (h, w) int32, 0 for nothing.
        names: Of the ids: `red block`, `cabinet/drawer` for a link, `panda`.
    """

    ids: np.ndarray
    names: dict[int, str]


class Rig:
    """The cameras round one world; depth noise comes from the world's seed."""

    def __init__(self, world: World, config: RigConfig | None = None):
        self._world = world
        self.config = config or RigConfig()
        self._rng = np.random.default_rng([world.seed, 0xCA3])
        self._pictured: dict[str, Raster] = {}  # the last picture of each camera

    def capture(self) -> tuple[Camera, ...]:
        """Return a picture of each camera."""
        return tuple(self._picture(each) for each in self.config.viewpoints)

    def segmentation(self, name: str) -> Segmentation:
        """Return what each pixel shows of the last picture of the camera of that name.

        If none has been taken yet, of one that is taken now.
        """
        view = {each.name: each for each in self.config.viewpoints}[name]
        raster = self._pictured.get(name) or self._raster(view)
        told = segment_names(self._world, raster)
        ids = np.full(raster.segments.shape, NO_PIXEL, dtype=np.int32)
        names: dict[int, str] = {}
        for number, (code, part) in enumerate(told.items(), start=1):
            ids[raster.segments == code] = number
            names[number] = part
        return Segmentation(ids, names)

    def _raster(self, view: Viewpoint) -> Raster:
        return render(self._world, view, self.config.light)

    def _picture(self, view: Viewpoint) -> Camera:
        raster = self._pictured[view.name] = self._raster(view)
        z = np.where(raster.segments < 0, 0.0, metric_depth(raster))
        depth = sensed(z, view.focal, self.config.sensor, self._rng)
        return Camera(
            view.name,
            raster.colour,
            depth.astype(np.float32),
            view.intrinsics,
            view.T_world_cam,
        )


def render_view(world: World, width: int, height: int) -> np.ndarray:
    """Return an (h, w, 3) uint8 picture of the whole stage, with shadows."""
    return render(world, stage_view(width, height), Light(shadow=True)).colour


def stage_view(width: int, height: int) -> Viewpoint:
    """Return the viewpoint of `render_view`, to draw into its pictures."""
    focal = 1.18 * min(width, 4 * height / 3)
    return Viewpoint("stage", STAGE_EYE, STAGE_TARGET, (width, height), focal)


def segment_names(world: World, raster: Raster) -> dict[int, str]:
    """Return what each code of a raster's segments is called."""
    bodies = {world.body(name).id: name for name in world.names}
    bodies[world.panda.body] = "panda"
    codes = np.unique(raster.segments[raster.segments >= 0]).tolist()
    return {code: _segment_name(world, bodies, code) for code in codes}


def metric_depth(raster: Raster) -> np.ndarray:
    """Return (h, w) the z coordinate of each pixel in the camera frame, [m]."""
    return FAR * NEAR / (FAR - (FAR - NEAR) * raster.depth)


def _segment_name(world: World, bodies: dict[int, str], code: int) -> str:
    body, link = code & ((1 << LINK_BITS) - 1), (code >> LINK_BITS) - 1
    name = bodies[body]
    if link < 0 or name == "panda":
        return name
    links = {number: each for each, number in world.bullet.links(body).items()}
    return f"{name}/{links[link]}"


def render(world: World, view: Viewpoint, light: Light) -> Raster:
    """Return what the renderer makes of a viewpoint.

    The table fills most of a picture and is the same in all: it is drawn once, and
    what the world holds before it. Where there are shadows it must be drawn anew.
    """
    table = world.body("table").id
    if light.shadow:
        shown = _load_table(world.bullet)
        raster = _draw(world.bullet, view, light)
        world.bullet.remove(shown)
        raster.segments[raster.segments == shown] = table
        return raster
    raster, bare = _draw(world.bullet, view, light), _bare_table(view, light)
    behind = bare.depth < raster.depth
    np.copyto(raster.colour, bare.colour, where=behind[..., None])
    np.copyto(raster.depth, bare.depth, where=behind)
    np.copyto(raster.segments, table, where=behind)
    return raster


@lru_cache(maxsize=64)
def _bare_table(view: Viewpoint, light: Light) -> Raster:
    with closing(Bullet()) as alone:
        _load_table(alone)
        raster = _draw(alone, view, light)
    for each in (raster.colour, raster.depth, raster.segments):
        each.setflags(write=False)
    return raster


def _load_table(bullet: Bullet) -> int:
    model = Table(solid=False).model()
    return bullet.load(model.urdf, Pose.identity(), fixed=True, meshes=model.meshes)


def _draw(bullet: Bullet, view: Viewpoint, light: Light) -> Raster:
    T_cam_world = view.T_world_cam.inverse().matrix
    return bullet.render(
        view.size,
        view=OPTICAL_TO_OPENGL @ T_cam_world,
        projection=_projection(view),
        light=light,
    )


def _projection(view: Viewpoint) -> np.ndarray:
    """Return the OpenGL projection whose pictures have the view's intrinsics.

    The renderer samples a pixel at its left border and its lower one, which
    shifts the principal point by one pixel in v against OpenGL's formula.
    """
    k, (width, height) = view.intrinsics, view.size
    matrix = np.zeros((4, 4))
    matrix[0, 0] = 2 * k.fx / width
    matrix[1, 1] = 2 * k.fy / height
    matrix[0, 2] = 1 - 2 * k.cx / width
    matrix[1, 2] = 2 * (k.cy + 1) / height - 1
    matrix[2, 2] = -(FAR + NEAR) / (FAR - NEAR)
    matrix[2, 3] = -2 * FAR * NEAR / (FAR - NEAR)
    matrix[3, 2] = -1.0
    return matrix
