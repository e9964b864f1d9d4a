"""The perceiver that ships with Voxfield: proposals that a small model can name.

Of proposals that overlap, the one stays that is most surely a thing. What the model
takes for nothing stays in the scene under a name of its geometry, so that nothing that
can be hit goes unseen. Every object has its look, so a program's own words are judged
by the model when the program says them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from jaxtyping import Float

from perception.backends.embedded.config import EmbeddedConfig
from perception.backends.embedded.crops import crop
from perception.backends.embedded.model import Looker, LookModel
from perception.backends.embedded.proposals import Rows, mark, propose
from perception.colour import COLOURS
from perception.composition import Composition, Named, by_place, shared_rows, with_names
from perception.foreground import Foreground
from perception.objects import to_objects
from perception.observation import Capsules, Observation
from perception.point_cloud import unfuse
from perception.scene import Scene

ANYTHING = "thing"


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """Proposals and what the model makes of them.

    Attributes:
        rows: Of each.
        looks: (p, d).
        noun: The likeliest of each.
        colour: Likewise.
        score: (p,) how likely the noun is.
    """

    rows: list[Rows]
    looks: Float[np.ndarray, "p d"]
    noun: list[str]
    colour: list[str]
    score: Float[np.ndarray, "p"]


class EmbeddedPerceiver:
    """Finds things and names them with a small model."""

    name = "embedded"

    def __init__(self, model: Looker, config: EmbeddedConfig | None = None):
        self.model = model
        self.config = config or EmbeddedConfig()

    def perceive(self, observation: Observation, body: Capsules) -> Scene:
        """Return what is seen, the arm's own `body` left out.

        Raises:
            NoSurfaceError: The cameras see no table.
        """
        cameras = observation.cameras
        seen = Foreground.of(cameras, body, self.config.foreground)
        rows = propose(seen, self.config.proposals)
        crops = crop(seen, cameras, rows)
        judged = self._judged(rows, self.model.looks(crops, len(rows)))
        hanging = self.model.vocabulary.hanging
        chosen = _chosen(judged, len(seen.cloud), hanging, self.config)
        named = [self._named(judged, i) for i in chosen]
        named += [Named(piece, 0.0) for piece in self._left_over(seen, named)]
        named = by_place(named, seen.cloud.points_world)
        least = self.config.foreground.min_points
        made = Composition(seen.cloud, seen.heights, seen.normals, hanging, least)
        things = made.things(named)
        ids = np.zeros(len(seen.cloud), dtype=np.int32)
        for number, each in sorted(
            enumerate(named, start=1), key=lambda pair: -len(pair[1].rows)
        ):
            ids[each.rows] = number
        looks = dict(zip(map(mark, judged.rows), judged.looks, strict=True))
        objects = [
            replace(each, score=one.score, look=looks.get(mark(one.rows)))
            for each, one in zip(to_objects(things, seen.plane), named, strict=True)
        ]
        return Scene(
            objects=with_names(objects),
            points_world=seen.cloud.points_world[seen.solid].astype(float),
            table_height=seen.table_height,
            time=observation.time,
            masks=unfuse(cameras, seen.cloud.pixel, ids),
            reader=self.model,
        )

    def _judged(self, rows: list[Rows], looks: Float[np.ndarray, "p d"]) -> _Judged:
        nouns = self.model.vocabulary.nouns
        likely = self.model.likely([*nouns, *COLOURS, ANYTHING], looks)
        of_noun, of_colour = likely[: len(nouns)], likely[len(nouns) : -1]
        return _Judged(
            rows,
            looks,
            [nouns[i] for i in of_noun.argmax(axis=0)],
            [COLOURS[i] for i in of_colour.argmax(axis=0)],
            np.sqrt(of_noun.max(axis=0) * likely[-1]),
        )

    def _named(self, judged: _Judged, i: int) -> Named:
        return Named(
            judged.rows[i], float(judged.score[i]), judged.noun[i], judged.colour[i]
        )

    def _left_over(self, seen: Foreground, named: Sequence[Named]) -> list[Rows]:
        covered = np.zeros(len(seen.cloud), dtype=bool)
        for each in named:
            covered[each.rows] = True
        return [
            piece
            for piece in seen.pieces()
            if covered[piece].mean() < self.config.left_over
        ]


def load_perceiver(config: EmbeddedConfig | None = None) -> EmbeddedPerceiver:
    """Return the perceiver with the shipped model, or with the one a config names.

    Raises:
        MissingExtraError: The extra `voxfield[models]` is not installed.
        ModelLoadError: The folder holds no model.
    """
    config = config or EmbeddedConfig()
    model = LookModel.load(Path(config.model) if config.model else None)
    return EmbeddedPerceiver(model, config)


def _chosen(
    judged: _Judged,
    count: int,
    hanging: Mapping[str, tuple[str, ...]],
    config: EmbeddedConfig,
) -> list[int]:
    """Return the proposals that are things, the surest first, none of them twice.

    Of about equally sure ones the larger comes first: half a door looks like a door.
    A part may fill most of what it is a part of, as a door does.
    """
    steps = np.round(judged.score / config.about)
    every = range(len(judged.rows))
    order = sorted(every, key=lambda i: (-steps[i], -len(judged.rows[i]), i))
    likely = [i for i in order if judged.score[i] >= config.likely]
    nouns = [judged.noun[i] for i in likely]
    sizes = np.array([len(judged.rows[i]) for i in likely])
    shared = shared_rows([judged.rows[i] for i in likely], count)
    union = sizes[:, None] + sizes - shared
    smaller = np.minimum(sizes[:, None], sizes)
    chosen: list[int] = []
    for k, noun in enumerate(nouns):
        for j in chosen:
            if noun in hanging.get(nouns[j], ()) or nouns[j] in hanging.get(noun, ()):
                continue
            within = noun == nouns[j] and shared[k, j] > config.within * smaller[k, j]
            if within or shared[k, j] > config.same * union[k, j]:
                break
        else:
            chosen.append(k)
    return [likely[k] for k in chosen]
