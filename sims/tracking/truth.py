"""Which tracks are on which true things, by the simulator's own masks.

Read by the judge alone. A thing is a part of the world, or a piece of one that people
call something of its own (a drawer's handle). It is where the depth is of the pixels
that the renderer says are its own. A track is *on* the thing that most of its points
lie at, of those that lie within `NEAR` of any; if few do it is on nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from perception.frames import Points
from perception.observation import Observation
from perception.point_cloud import HIGH, LOW, at_pixels, fuse
from perception.scene import Object3D
from sims.camera import Rig
from sims.tracking.counting import Frame, Glimpse
from sims.world import World

BOX = np.array([LOW, HIGH])
BACKGROUND = ("table", "panda")
NEAR = 0.02  # [m] from a thing's surface that a track's point may lie
SOME = 0.2  # share of a track's points that must lie at things
MOST = 0.5  # share of those that must lie at one of them
SAMPLE = 150  # points of a track that are asked about, about


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What is there, as far as cameras see it.

    Attributes:
        pixels: How many each thing shows, over all cameras.
        points_world: (n, 3) of the things.
        owner: (n,) which of `pixels`, in its order, each point belongs to.
    """

    pixels: Mapping[str, int]
    points_world: Points
    owner: np.ndarray


class Judge:
    """Looks at a world through the cameras that its pictures come from."""

    def __init__(self, world: World, rig: Rig):
        self._world = world
        self._rig = rig
        self._begin = world.time

    def look(self, observation: Observation, objects: Sequence[Object3D]) -> Frame:
        """Return the frame of an observation that was made just now."""
        truth = self.truth(observation)
        on = tracks_on(truth, objects)
        touched = self._world.all_touched_by_arm()
        return Frame(
            round(observation.time - self._begin, 4),
            tuple(
                Glimpse(thing, pixels, on[thing], part_of(thing) in touched)
                for thing, pixels in truth.pixels.items()
            ),
        )

    def truth(self, observation: Observation) -> Truth:
        """Return what is there."""
        names: list[str] = []
        images: list[np.ndarray] = []
        for camera in observation.cameras:
            segments = self._rig.segmentation(camera.name)
            table = np.full(max(segments.names, default=0) + 1, -1)
            for number, link in segments.names.items():
                thing = self._thing(link)
                if thing:
                    names += [thing] if thing not in names else []
                    table[number] = names.index(thing)
            images.append(table[segments.ids] + 1)
        shown = np.concatenate([each.reshape(-1) for each in images])
        counts = np.bincount(shown, minlength=len(names) + 1)[1:].tolist()
        cloud = fuse(observation.cameras, BOX)
        owner = at_pixels(images, cloud.pixel)
        rows = np.flatnonzero(owner)
        return Truth(
            dict(zip(names, counts, strict=True)),
            cloud.points_world[rows].astype(float),
            owner[rows] - 1,
        )

    def _thing(self, link: str) -> str:
        """Return what a link of a part is called; empty for arm and table."""
        body, _, piece = link.partition("/")
        if body in BACKGROUND:
            return ""
        return link if piece in self._world.body(body).model.things else body


def part_of(thing: str) -> str:
    """Return the part of the world that a thing is, or is a piece of."""
    return thing.partition("/")[0]


def tracks_on(truth: Truth, objects: Sequence[Object3D]) -> dict[str, tuple[int, ...]]:
    """Return the ids of the tracks on each thing, that with the most of it first."""
    names = list(truth.pixels)
    shares: dict[str, list[tuple[float, int]]] = {name: [] for name in names}
    if len(truth.owner):
        tree = cKDTree(truth.points_world)
        for each in objects:
            points = each.points_world[:: max(len(each.points_world) // SAMPLE, 1)]
            gaps, rows = tree.query(points, distance_upper_bound=NEAR)
            at = truth.owner[np.asarray(rows)[np.isfinite(gaps)]]
            votes = np.bincount(at, minlength=len(names))
            best = int(votes.argmax())
            if len(at) >= SOME * len(points) and votes[best] >= MOST * len(at):
                weight = votes[best] / len(points) * len(each.points_world)
                shares[names[best]].append((-float(weight), each.id))
    return {name: tuple(i for _, i in sorted(each)) for name, each in shares.items()}
