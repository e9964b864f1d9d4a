"""Scenes whose things have the names that a grounder found them by.

A grounder is asked for a list of phrases in every observation. What it finds is
measured in the depth images as any cluster is; what it was not asked for stays what
another perceiver makes of it, so that nothing that can be hit goes unseen.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Int

from perception.backends.segmentation import SegmentationPerceiver
from perception.errors import InvalidSettingError
from perception.fusion import Depths, FusionConfig
from perception.grounder import Grounded, Grounder, NotFound
from perception.labels import label_of
from perception.objects import describe, to_objects
from perception.observation import Capsules, Observation
from perception.parts import Cluster, bar_of, front_normal
from perception.perceiver import Perceiver
from perception.point_cloud import PointCloud, at_pixels, outside_body, unfuse
from perception.proximity import near
from perception.scene import Object3D, Scene
from perception.support import fit_support

ARM_MARGIN = 0.012  # [m] what is nearer to the arm's body than this is the arm
MIN_POINTS = 30  # fewer points than this make no thing
SAME_THING = 0.5  # intersection over union of the points under two phrases
COVERED = 0.5  # share of a thing's points that have another name by now
WITHIN = 0.7  # share of a part's points that are its owner's, too
TOUCHING = 0.03  # [m] between a handle and what it hangs on


@dataclass(frozen=True, slots=True, eq=False)
class _Named:
    """Rows of a cloud that are one thing.

    Attributes:
        phrase: What found it.
        score: Of the grounder.
        rows: (n,) its rows, without repetition.
    """

    phrase: str
    score: float
    rows: np.ndarray


class GroundedPerceiver:
    """Names what a grounder finds.

    Attributes:
        grounder: Finds what phrases mean.
        phrases: What it is asked for.
        rest: Sees what has no such name.
        config: Where is looked.
    """

    def __init__(
        self,
        grounder: Grounder,
        phrases: Sequence[str],
        rest: Perceiver | None = None,
        config: FusionConfig | None = None,
    ):
        """Ask `grounder` for some phrases.

        Raises:
            InvalidSettingError: There is no phrase.
        """
        if not phrases:
            raise InvalidSettingError(
                "no phrase to look for; name the things that programs may ask for"
            )
        self.grounder = grounder
        self.phrases = tuple(phrases)
        self.rest = rest or SegmentationPerceiver()
        self.config = config or FusionConfig()

    @property
    def name(self) -> str:
        """What stands in reports."""
        return self.grounder.name

    def perceive(self, observation: Observation, body: Capsules) -> Scene:
        """Return what is seen, the arm's own `body` left out.

        Raises:
            NoSurfaceError: The cameras see no table.
            NoDepthError: A camera has colour and no depth.
        """
        scene = self.rest.perceive(observation, body)
        cameras = observation.cameras
        grounded = self.grounder.ground(cameras, self.phrases)
        depths = Depths.of(cameras, self.config)
        cloud = depths.cloud
        named = _in_order(_distinct(_each(grounded, depths, body)), depths)
        plane = fit_support(cloud.points_world)
        things = _things(named, cloud, plane.height(cloud.points_world))
        old = at_pixels([scene.masks[camera.name] for camera in cameras], cloud.pixel)
        number = _numbers(scene.objects, old, things)
        ids = np.array([number.get(i, 0) for i in range(old.max(initial=0) + 1)])[old]
        for i, thing in enumerate(things, start=1):
            ids[thing.rows] = i
        found = [
            replace(each, score=one.score)
            for each, one in zip(to_objects(things, plane), named, strict=True)
        ]
        kept = [
            _renumbered(each, number)
            for each in scene.objects
            if number[each.id] > len(things)
        ]
        return replace(
            scene,
            objects=_with_names([*found, *kept]),
            masks=unfuse(cameras, cloud.pixel, ids.astype(np.int32)),
        )


def _each(grounded: Sequence[Grounded], depths: Depths, body: Capsules) -> list[_Named]:
    """Return every instance as rows, without those of the arm."""
    free = outside_body(depths.cloud.points_world, body, ARM_MARGIN)
    named: list[_Named] = []
    for each in grounded:
        if isinstance(each, NotFound):
            continue
        for instance in each.instances:
            rows = np.unique(
                np.concatenate([depths.rows(seen) for seen in instance.sightings])
            )
            rows = rows[free[rows]]
            if len(rows) >= MIN_POINTS:
                named.append(_Named(each.phrase, instance.score, rows))
    return named


def _distinct(named: Sequence[_Named]) -> list[_Named]:
    """Leave out what another phrase means with a higher score."""
    kept: list[_Named] = []
    for each in sorted(named, key=lambda one: -one.score):
        union = [len(np.union1d(each.rows, other.rows)) for other in kept]
        if all(
            _common(each.rows, other.rows) < SAME_THING * count
            for other, count in zip(kept, union, strict=True)
        ):
            kept.append(each)
    return kept


def _in_order(named: Sequence[_Named], depths: Depths) -> list[_Named]:
    """Sort by place, so that ids do not hang on the order of the cameras."""
    points = depths.cloud.points_world
    return sorted(
        named, key=lambda one: points[one.rows].mean(axis=0).round(3).tolist()
    )


def _things(
    named: Sequence[_Named], cloud: PointCloud, heights: np.ndarray
) -> list[Cluster]:
    """Return the things, each part with its owner and its owner without it."""
    normals = cloud.normals()
    owners = [_owner(i, named, cloud) for i in range(len(named))]
    things: list[Cluster] = []
    for i, each in enumerate(named):
        parts = [named[j].rows for j, owner in enumerate(owners) if owner == i]
        own = np.setdiff1d(each.rows, np.concatenate(parts)) if parts else each.rows
        rows = own if len(own) >= MIN_POINTS else each.rows
        thing = describe(cloud, rows, heights, normals)
        label = label_of(each.phrase)
        things.append(
            replace(
                thing,
                shape=label.noun or thing.shape,
                colour=label.colour or thing.colour,
                parent=owners[i],
            )
        )
    return _with_fronts(things)


def _owner(i: int, named: Sequence[_Named], cloud: PointCloud) -> int | None:
    """Return what a thing is a part of: it lies within it, or is its handle."""
    rows = named[i].rows
    larger = [j for j, each in enumerate(named) if len(each.rows) > len(rows)]
    larger.sort(key=lambda j: len(named[j].rows))
    for j in larger:
        if _common(rows, named[j].rows) >= WITHIN * len(rows):
            return j
    if label_of(named[i].phrase).noun != "handle":
        return None
    points = cloud.points_world
    touched = {
        j: int(near(points[named[j].rows], points[rows], TOUCHING).sum())
        for j in larger
    }
    best = max(touched, key=lambda j: touched[j], default=None)
    return best if best is not None and touched[best] else None


def _with_fronts(things: Sequence[Cluster]) -> list[Cluster]:
    """Give handles, and what they hang on, the outward normal of that side."""
    out = list(things)
    for i, each in enumerate(things):
        if each.parent is None or each.shape != "handle":
            continue
        owner = things[each.parent]
        front = front_normal(owner.geometry, each.geometry)
        out[i] = replace(bar_of(each), normal=front)
        out[each.parent] = replace(out[each.parent], normal=front)
    return out


def _numbers(
    objects: Sequence[Object3D], old: Int[np.ndarray, "n"], things: Sequence[Cluster]
) -> dict[int, int]:
    """Return the new id of each object of the rest.

    It is that of a thing if this covers the object, and a higher one if none does.
    """
    cover = np.zeros(len(old), dtype=np.int64)
    for i, thing in enumerate(things, start=1):
        cover[thing.rows] = i
    number: dict[int, int] = {}
    following = len(things) + 1
    for each in objects:
        under = np.bincount(cover[old == each.id], minlength=len(things) + 1)
        if under[1:].sum() >= COVERED * max(int(under.sum()), 1):
            number[each.id] = int(under[1:].argmax()) + 1
        else:
            number[each.id] = following
            following += 1
    return number


def _renumbered(each: Object3D, number: dict[int, int]) -> Object3D:
    parent = None if each.parent is None else number.get(each.parent)
    return replace(each, id=number[each.id], parent=parent)


def _with_names(objects: Sequence[Object3D]) -> tuple[Object3D, ...]:
    taken: Counter[str] = Counter()
    named: list[Object3D] = []
    for each in objects:
        name = f"{each.colour} {each.shape}"
        taken[name] += 1
        count = taken[name]
        named.append(replace(each, name=f"{name} {count}" if count > 1 else name))
    return tuple(named)


def _common(a: Int[np.ndarray, "_"], b: Int[np.ndarray, "_"]) -> int:
    return len(np.intersect1d(a, b, assume_unique=True))
