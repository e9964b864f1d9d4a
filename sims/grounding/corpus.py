"""Crops with the truth about them, on disk: what the embedded grounder learns from.

A shard follows from its number and the seed alone, so a killed run goes on where it
stopped. What a crop shows is the piece that it shares the most pixels with; it is junk
if that is few, and left out if it is some.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float, Int

from perception.backends.embedded.config import EmbeddedConfig
from perception.backends.embedded.crops import crop
from perception.backends.embedded.examples import (
    JUNK,
    Examples,
    Truth,
    colour_truth,
)
from perception.backends.embedded.proposals import propose
from perception.errors import NoSurfaceError
from perception.foreground import Foreground
from perception.observation import NO_BODY
from perception.point_cloud import at_pixels
from sims.grounding.laying import SceneConfig
from sims.grounding.pairs import held_out
from sims.grounding.scenes import Shot, shoot
from sims.grounding.sensor import as_sensed
from sims.world import World

Rng = np.random.Generator
SAME, OTHER = 0.6, 0.35  # intersection over union of a piece, and of junk
LEAST_PIXELS = 40  # of a piece, in all cameras


@dataclass(frozen=True, slots=True)
class CorpusConfig:
    """How much is rendered.

    Attributes:
        seed: Everything follows from it.
        shards: Files of crops.
        scenes: Of one shard.
        junk: Proposals of one scene that are nothing, at most.
        sensed: Share of scenes that are seen as by a real sensor.
        armless: Share of scenes in which it is known where the arm is.
        scene: What scenes are like.
        seen: How the perceiver looks at them.
    """

    seed: int = 0
    shards: int = 60
    scenes: int = 100
    junk: int = 14
    sensed: float = 0.4
    armless: float = 0.6
    scene: SceneConfig = field(default_factory=lambda: SceneConfig(held_out()))
    seen: EmbeddedConfig = field(default_factory=EmbeddedConfig)


def render_corpus(
    config: CorpusConfig, folder: Path, progress: Callable[[str], None]
) -> list[Path]:
    """Return the shards, made where they are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number:04d}.npz" for number in range(config.shards)]
    for number, path in enumerate(paths):
        if path.exists():
            continue
        # A world of its own: bodies that were taken out leave their trace in another.
        with World(config.seed) as world:
            shard = _shard(world, config, number)
        shard.save(path)
        progress(f"shard {number + 1}/{config.shards}, {len(shard)} crops")
    return paths


def _shard(world: World, config: CorpusConfig, number: int) -> Examples:
    made: list[Examples] = []
    for place in range(config.scenes):
        rng = np.random.default_rng([config.seed, 0x6D, number, place])
        shot = shoot(world, rng, config.scene)
        if rng.random() < config.sensed:
            cameras = tuple(as_sensed(each, rng) for each in shot.cameras)
            shot = replace(shot, cameras=cameras)
        try:
            made.append(_examples(shot, config, rng))
        except NoSurfaceError:
            continue  # the arm hides the table
    return Examples.joined(made)


def _examples(shot: Shot, config: CorpusConfig, rng: Rng) -> Examples:
    body = shot.body if rng.random() < config.armless else NO_BODY
    seen = Foreground.of(shot.cameras, body, config.seen.foreground)
    proposals = propose(seen, config.seen.proposals)
    shares, best = overlaps(shot, seen, proposals)
    real = np.flatnonzero(shares >= SAME)
    junk = rng.permutation(np.flatnonzero(shares < OTHER))[: config.junk]
    chosen: list[int] = [*real.tolist(), *junk.tolist()]
    crops = crop(seen, shot.cameras, [proposals[i] for i in chosen])
    truths = [truth_of(shot, int(best[i])) for i in real]
    truths += [JUNK] * len(junk)
    return Examples.of(crops, truths, shares[chosen])


def truth_of(shot: Shot, number: int) -> Truth:
    """Return what is true of a piece."""
    piece = shot.pieces[number - 1]
    owner = shot.pieces[piece.of - 1].noun if piece.of else ""
    return Truth(piece.noun, colour_truth(piece.colours, piece.maybe), owner)


def overlaps(
    shot: Shot, seen: Foreground, proposals: Sequence[np.ndarray]
) -> tuple[Float[np.ndarray, "p"], Int[np.ndarray, "p"]]:
    """Return the best intersection over union of each proposal, and the piece's number.

    A piece may be meant with the parts it has, or without.
    """
    owners = at_pixels(shot.owners, seen.cloud.pixel)
    count = len(shot.pieces) + 1
    sizes = sum(
        np.bincount(np.maximum(image, 0).ravel(), minlength=count)
        for image in shot.owners
    )
    whole = wholes(shot)  # (count, count)
    common = (
        np.stack(
            [
                np.bincount(np.maximum(owners[rows], 0), minlength=count)
                for rows in proposals
            ]
        )
        if proposals
        else np.zeros((0, count))
    )
    counts = np.array([len(rows) for rows in proposals])
    best = np.zeros((len(proposals), count))
    for members in (np.eye(count, dtype=bool), whole):
        size, shared = members @ sizes, common @ members.T
        union = size[None] + counts[:, None] - shared
        iou = shared / np.maximum(union, 1)
        best = np.maximum(best, np.where(size >= LEAST_PIXELS, iou, 0.0))
    best[:, 0] = 0.0
    return best.max(axis=1, initial=0.0), best.argmax(axis=1)


def wholes(shot: Shot) -> Bool[np.ndarray, "p p"]:
    """Return for each piece, by number, which pieces it is made up of."""
    members = np.eye(len(shot.pieces) + 1, dtype=bool)
    members[0] = False
    for piece in reversed(shot.pieces):
        if piece.of is not None:
            members[piece.of] |= members[piece.number]
    return members
