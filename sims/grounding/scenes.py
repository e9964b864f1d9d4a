"""Pictures of tables in which every thing has its true name.

What is seen where is the renderer's to say; colours are painted over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int16

from perception.observation import Camera, Capsules
from planner.motion.arm_model import ArmModel
from sims.assets.colours import TABLE
from sims.bullet import Light, Raster
from sims.camera import Viewpoint, metric_depth, render, segment_names
from sims.grounding.laying import Placed, SceneConfig, lay
from sims.grounding.nouns import noun_of
from sims.grounding.paint import (
    Paint,
    lamp,
    link_colours,
    may_be_called,
    points_of,
    repaint,
    table_top,
)
from sims.grounding.views import all_round, some_light, some_views
from sims.kinematics import HOME
from sims.panda import MAX_WIDTH
from sims.parts import Thing
from sims.world import World

Rng = np.random.Generator
NOTHING, ARM = 0, -1
SETTLE = 0.3  # [s]
# Where the arm hides nothing from any side.
AWAY = np.array([3.14, -1.2, 0.0, -2.4, 0.0, 1.2, 0.8])  # [rad]


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


def shoot(world: World, rng: Rng, config: SceneConfig) -> Shot:
    """Return pictures of a scene that follows from `rng` alone; clears the world."""
    placed = lay(world, rng, config)
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
    name: str, placed: dict[str, Placed], table: tuple[np.ndarray, Paint]
) -> tuple[np.ndarray, Paint] | None:
    body, _, link = name.partition("/")
    if body == "table":
        return table
    return placed[body].paints.get(link) if body in placed else None


def _pieces(
    placed: dict[str, Placed],
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
    part: Placed, placed: dict[str, Placed], numbers: dict[str, int]
) -> int | None:
    """Return the number of what a part closes, if it does."""
    host = placed.get(part.host)
    return numbers[part.host] if host and host.kind.closed_by else None
