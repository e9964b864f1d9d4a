"""Tables laid at random: what stands where, in which colour.

The same randomness lays the same table. What stands in or on something is let fall
there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.spatial.transform import Rotation

from perception.frames import Pose
from sims.assets.colours import COLOURS
from sims.grounding.kinds import KINDS, Kind, Where
from sims.grounding.paint import Paint, link_colours, named, worn
from sims.parts import Model, Part
from sims.world import World

Rng = np.random.Generator
LOWER, UPPER = np.array([0.26, -0.42]), np.array([0.80, 0.42])  # [m] on the table
FAR_LOWER, FAR_UPPER = np.array([0.50, -0.36]), np.array([0.74, 0.36])
TRIES = 60
DROP = 0.004  # [m]


@dataclass(frozen=True, slots=True)
class SceneConfig:
    """What scenes are like.

    Attributes:
        held_out: (colour, noun) that never occur together.
        size: Width and height of the pictures, [px].
        cameras: Of one scene.
        depth_noise: Standard deviation at 1 m at most, growing with its square, [m].
        colour_noise: Standard deviation at most, of 255.
        measured: Whether the true boxes of the pieces are wanted.
    """

    held_out: frozenset[tuple[str, str]] = frozenset()
    size: tuple[int, int] = (256, 256)
    cameras: int = 2
    depth_noise: float = 0.0015
    colour_noise: float = 5.0
    measured: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Built:
    """A part that is built already; what it does by itself shows in no picture."""

    built: Model

    def model(self) -> Model:
        """Return how it is built."""
        return self.built


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A part in the world.

    Attributes:
        kind: Of which it is one.
        part: As it was made.
        model: How it is built.
        place: (2,) on the table, [m].
        radius: Of its footprint, [m].
        host: Name of what it lies in or on; empty for the table.
        paints: By link: the colour that is rendered, and the paint.
    """

    kind: Kind
    part: Part
    model: Model
    place: np.ndarray
    radius: float
    host: str
    paints: dict[str, tuple[np.ndarray, Paint]] = field(repr=False)


def lay(world: World, rng: Rng, config: SceneConfig) -> dict[str, Placed]:
    """Clear the world, put parts into it, and return them by name."""
    world.clear()
    placed: dict[str, Placed] = {}
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
    placed: dict[str, Placed],
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
    placed[name] = Placed(kind, part, built.built, place, radius, on or "", paints)


def _choose(
    rng: Rng, config: SceneConfig, where: Where, there: Sequence[Placed]
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


def _host(rng: Rng, kind: Kind, radius: float, placed: dict[str, Placed]) -> str | None:
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
    rng: Rng, where: Where, radius: float, placed: Sequence[Placed]
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
