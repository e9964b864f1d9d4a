"""Tables laid at random, and pictures of them in which every thing has its true name.

The table is laid by physics: what stands in or on something was let fall there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int16
from scipy.spatial.transform import Rotation

from perception.frames import Pose
from perception.observation import Camera, Capsules
from planner.motion.arm_model import ArmModel
from sims.assets.colours import COLOURS, TABLE
from sims.bullet import Light, Raster
from sims.camera import Viewpoint, metric_depth, render, segment_names
from sims.grounding.kinds import KINDS, Kind, Where
from sims.grounding.nouns import noun_of
from sims.grounding.paint import (
    Paint,
    lamp,
    link_colours,
    may_be_called,
    named,
    points_of,
    repaint,
    table_top,
    worn,
)
from sims.grounding.views import all_round, some_light, some_views
from sims.kinematics import HOME
from sims.panda import MAX_WIDTH
from sims.parts import Model, Part, Thing
from sims.world import World

Rng = np.random.Generator
NOTHING, ARM = 0, -1
LOWER, UPPER = np.array([0.26, -0.42]), np.array([0.80, 0.42])  # [m] on the table
FAR_LOWER, FAR_UPPER = np.array([0.50, -0.36]), np.array([0.74, 0.36])
TRIES = 60
SETTLE = 0.3  # [s]
DROP = 0.004  # [m]
# Where the arm hides nothing from any side.
AWAY = np.array([3.14, -1.2, 0.0, -2.4, 0.0, 1.2, 0.8])  # [rad]


@dataclass(frozen=True, slots=True)
class SceneConfig:
    """What scenes are like.

    Attributes:
        held_out: (colour, noun) that never occur together.
        only_held_out: Whether each scene has one such pair instead.
        size: Width and height of the pictures, [px].
        cameras: Of one scene.
        depth_noise: Standard deviation at 1 m at most, growing with its square, [m].
        colour_noise: Standard deviation at most, of 255.
        measured: Whether the true boxes of the pieces are wanted.
    """

    held_out: frozenset[tuple[str, str]] = frozenset()
    only_held_out: bool = False
    size: tuple[int, int] = (256, 256)
    cameras: int = 2
    depth_noise: float = 0.0015
    colour_noise: float = 5.0
    measured: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A thing that has a name.

    Attributes:
        number: In its shot, from 1.
        noun: What it is.
        colours: Words that are surely true of it.
        maybe: Colour words that some would use.
        of: Number of the piece it is a part of, if any.
    """

    number: int
    noun: str
    colours: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    of: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """Pictures of one scene.

    Attributes:
        cameras: The pictures.
        pieces: What there is, seen or not.
        owners: For each camera (h, w) int16: number of the piece, `NOTHING` or `ARM`.
        body: The arm.
        boxes: Of pieces by number: (2, 3) lowest and highest corner, [m], if wanted.
    """

    cameras: tuple[Camera, ...]
    pieces: tuple[Piece, ...]
    owners: tuple[np.ndarray, ...]
    body: Capsules
    boxes: Mapping[int, np.ndarray] = field(default_factory=dict[int, np.ndarray])


@dataclass(frozen=True, slots=True, eq=False)
class _Built:
    """A part that is built already; what it does by itself shows in no picture."""

    built: Model

    def model(self) -> Model:
        """Return how it is built."""
        return self.built


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """A part in the world and its paints by link."""

    kind: Kind
    part: Part
    model: Model
    place: np.ndarray
    radius: float
    host: str
    paints: dict[str, tuple[np.ndarray, Paint]] = field(repr=False)


def shoot(world: World, rng: Rng, config: SceneConfig) -> Shot:
    """Return pictures of a scene that follows from `rng` alone; clears the world."""
    world.clear()
    placed = _lay(world, rng, config)
    _pose_arm(world, rng)
    world.step(SETTLE)
    views = some_views(rng, config.cameras, config.size)
    light, lit = some_light(rng), lamp(rng)
    pieces, numbers = _pieces(placed)
    table = np.array(TABLE[:3]), table_top(rng)
    cameras: list[Camera] = []
    owners: list[np.ndarray] = []
    sigma = rng.uniform(0.0, 1.0, 2) * (config.depth_noise, config.colour_noise)
    for view in views:
        raster = render(world, view, light)
        names = segment_names(world, raster)
        paints = {
            code: found
            for code, name in names.items()
            if (found := _paint_of(name, placed, table)) is not None
        }
        colour = repaint(raster, view, paints, lit, rng)
        cameras.append(_sensed(raster, view, colour, sigma, rng))
        owners.append(_owners(world, raster, numbers))
    body = ArmModel.panda().capsules(world.panda.joints, world.panda.width)
    boxes = _boxes(world, numbers, len(pieces)) if config.measured else {}
    return Shot(tuple(cameras), pieces, tuple(owners), body, boxes)


def _owners(
    world: World, raster: Raster, numbers: Mapping[str, int]
) -> Int16[np.ndarray, "h w"]:
    image = np.full(raster.segments.shape, NOTHING, dtype=np.int16)
    for code, name in segment_names(world, raster).items():
        image[raster.segments == code] = numbers.get(name, NOTHING)
    return image


def _boxes(
    world: World, numbers: Mapping[str, int], count: int
) -> dict[int, Float[np.ndarray, "2 3"]]:
    """Return the box of each piece as it is seen from all sides, without noise."""
    world.panda.place(AWAY, MAX_WIDTH)
    points: list[list[np.ndarray]] = [[] for _ in range(count + 1)]
    for view in all_round():
        raster = render(world, view, Light())
        owners, p_world = _owners(world, raster, numbers), points_of(raster, view)
        there: list[int] = np.unique(owners[owners > 0]).tolist()
        for number in there:
            points[number].append(p_world[owners == number])
    joined = {i: np.concatenate(each) for i, each in enumerate(points) if each}
    return {i: np.stack([p.min(axis=0), p.max(axis=0)]) for i, p in joined.items()}


def _sensed(
    raster: Raster,
    view: Viewpoint,
    colour: np.ndarray,
    sigma: np.ndarray,
    rng: Rng,
) -> Camera:
    depth = metric_depth(raster)
    depth = depth + sigma[0] * depth**2 * rng.standard_normal(depth.shape)
    depth[raster.segments < 0] = 0.0
    grain = rng.normal(0.0, sigma[1], colour.shape).round()
    return Camera(
        view.name,
        np.clip(colour + grain, 0, 255).astype(np.uint8),
        depth.astype(np.float32),
        view.intrinsics,
        view.T_world_cam,
    )


def _pose_arm(world: World, rng: Rng) -> None:
    joints = HOME + rng.normal(0.0, 0.12, len(HOME))
    world.panda.place(joints, float(rng.uniform(0.0, MAX_WIDTH)))


def _paint_of(
    name: str, placed: dict[str, _Placed], table: tuple[np.ndarray, Paint]
) -> tuple[np.ndarray, Paint] | None:
    body, _, link = name.partition("/")
    if body == "table":
        return table
    return placed[body].paints.get(link) if body in placed else None


def _lay(world: World, rng: Rng, config: SceneConfig) -> dict[str, _Placed]:
    placed: dict[str, _Placed] = {}
    counts: tuple[tuple[Where, int], ...] = (
        ("far", int(rng.choice(3, p=(0.45, 0.45, 0.1)))),
        ("flat", int(rng.choice(3, p=(0.6, 0.3, 0.1)))),
        ("free", int(rng.integers(3, 10))),
    )
    for where, count in counts:
        for _ in range(count):
            _add(world, rng, config, where, placed)
    return placed


def _add(
    world: World,
    rng: Rng,
    config: SceneConfig,
    where: Where,
    placed: dict[str, _Placed],
) -> None:
    kind, colour = _choose(rng, config, where, list(placed.values()))
    part = kind.make(colour, rng)
    built = _Built(part.model())
    radius = built.built.footprint
    on = _host(rng, kind, radius, placed)
    if on is None:
        place = _free_place(rng, where, radius, list(placed.values()))
        if place is None:
            return
        height = 0.0
    else:
        host = placed[on]
        assert host.kind.takes is not None
        height = host.kind.takes(host.part)[0] + DROP
        aside = 0.0 if host.kind.closed_by else 0.004
        place = host.place + aside * rng.standard_normal(2)
    name = f"part {len(placed) + 1}"
    world.add(name, built, _standing(place, height, _yaw(rng, where)))
    _open(world, rng, name)
    paints = _paints(built.built, colour, rng)
    placed[name] = _Placed(kind, part, built.built, place, radius, on or "", paints)


def _choose(
    rng: Rng, config: SceneConfig, where: Where, there: Sequence[_Placed]
) -> tuple[Kind, str]:
    """Return a kind and a colour, often like something that is there already."""
    kinds = [each for each in KINDS if each.where == where]
    shares = np.array([each.often for each in kinds])
    words = list(COLOURS)
    while True:
        kind = kinds[int(rng.choice(len(kinds), p=shares / shares.sum()))]
        lids = [k for k in kinds for other in there if other.kind.closed_by == k.noun]
        if lids and rng.random() < 0.4:
            kind = lids[0]
        colour = str(rng.choice(kind.colours or words))
        if there and rng.random() < 0.4:
            like = there[int(rng.integers(len(there)))]
            if like.kind.where == where and rng.random() < 0.6:
                kind = like.kind
                colour = str(rng.choice(kind.colours or words))
            elif not kind.colours:
                colour = next(
                    (paint.word for _, paint in like.paints.values() if paint.word),
                    colour,
                )
        if (colour, kind.noun) not in config.held_out:
            return kind, colour


def _host(
    rng: Rng, kind: Kind, radius: float, placed: dict[str, _Placed]
) -> str | None:
    """Return the name of what the part shall lie in or on; None for the table."""
    closes = any(each.kind.closed_by == kind.noun for each in placed.values())
    if kind.where != "free" or rng.random() > (0.7 if closes else 0.2):
        return None
    taken = {each.host for each in placed.values()}
    hosts = [
        name
        for name, each in placed.items()
        if each.kind.takes is not None
        and each.kind.closed_by == (kind.noun if closes else "")
        and each.kind.takes(each.part)[1] >= radius * 0.7
        and not each.host
        and name not in taken
    ]
    return str(rng.choice(hosts)) if hosts else None


def _free_place(
    rng: Rng, where: Where, radius: float, placed: Sequence[_Placed]
) -> np.ndarray | None:
    low, high = (FAR_LOWER, FAR_UPPER) if where == "far" else (LOWER, UPPER)
    gap = float(rng.choice((0.0, 0.01, 0.04), p=(0.2, 0.3, 0.5)))
    for _ in range(TRIES):
        place = rng.uniform(low, high)
        apart = [np.linalg.norm(place - each.place) - each.radius for each in placed]
        if all(each > radius + gap for each in apart):
            return place
    return None


def _yaw(rng: Rng, where: Where) -> float:
    if where == "far":
        return float(rng.normal(0.0, 0.35))
    return float(rng.uniform(-np.pi, np.pi))


def _standing(place: np.ndarray, height: float, yaw: float) -> Pose:
    wxyz = Rotation.from_euler("z", yaw).as_quat(scalar_first=True)
    return Pose(np.array([place[0], place[1], height]), wxyz)


def _open(world: World, rng: Rng, name: str) -> None:
    """Leave drawers and doors somewhat open, most of them not."""
    for link in world.body(name).joints:
        if rng.random() < 0.3 and "cap" not in link:
            world.set_joint(name, float(rng.uniform(0.0, 0.15)), link)


def _paints(model: Model, colour: str, rng: Rng) -> dict[str, tuple[np.ndarray, Paint]]:
    """Return the old colour and the new paint of each link."""
    wanted = np.array(COLOURS[colour][:3])
    paint = named(colour, rng)
    others: dict[bytes, Paint] = {}
    out: dict[str, tuple[np.ndarray, Paint]] = {}
    for link, old in link_colours(model).items():
        if old is None:
            continue
        if np.allclose(old, wanted):
            out[link] = old, paint
        else:
            out[link] = old, others.setdefault(old.tobytes(), worn(old, rng))
    return out


def _pieces(
    placed: dict[str, _Placed],
) -> tuple[tuple[Piece, ...], dict[str, int]]:
    """Return the pieces, and the number of the piece of each segment's name."""
    pieces: list[Piece] = []
    numbers: dict[str, int] = {"panda": ARM}
    for body, each in placed.items():
        model = each.model
        things = {"": Thing(each.kind.noun), **model.things}
        own = {link: len(pieces) + 1 + i for i, link in enumerate(things)}
        links = {each: each if each in things else "" for each in link_colours(model)}
        for link, thing in things.items():
            mine = [k for k, owner in links.items() if owner == link]
            paints = [each.paints[k][1] for k in mine if k in each.paints]
            sure, maybe = _colours(paints)
            pieces.append(
                Piece(
                    own[link],
                    noun_of(thing.words),
                    sure,
                    maybe,
                    own[thing.of] if link else _closes(each, placed, numbers),
                )
            )
        for link, owner in links.items():
            numbers[f"{body}/{link}" if link else body] = own[owner]
    return tuple(pieces), numbers


def _colours(paints: Sequence[Paint]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the colour words that are surely true of a piece, and those that may be.

    It is called by the paint that was chosen for it, if it has some; otherwise by the
    one word that all its paints have.
    """
    called = dict.fromkeys(word for paint in paints for word in may_be_called(paint))
    sure = dict.fromkeys(paint.word for paint in paints if paint.word)
    if not sure and len(called) == 1:
        sure = called
    return tuple(sure), tuple(word for word in called if word not in sure)


def _closes(
    part: _Placed, placed: dict[str, _Placed], numbers: dict[str, int]
) -> int | None:
    """Return the number of what a part closes, if it does."""
    host = placed.get(part.host)
    return numbers[part.host] if host and host.kind.closed_by else None
