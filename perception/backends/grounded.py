"""Scenes whose things have the names that a grounder found them by.

A grounder is asked for a list of phrases in every observation. What it finds is
measured in the depth images as any cluster is; what it was not asked for stays what
another perceiver makes of it, so that nothing that can be hit goes unseen.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Int

from perception.backends.segmentation import SegmentationPerceiver
from perception.composition import (
    MIN_POINTS,
    Composition,
    Named,
    by_place,
    with_names,
)
from perception.errors import InvalidSettingError
from perception.fusion import Depths, FusionConfig
from perception.grounder import Grounded, Grounder, NotFound
from perception.labels import label_of
from perception.objects import to_objects
from perception.observation import Capsules, Observation
from perception.parts import Cluster
from perception.perceiver import Perceiver
from perception.point_cloud import at_pixels, outside_body, unfuse
from perception.scene import Object3D, Scene
from perception.support import fit_support

ARM_MARGIN = 0.012  # [m] what is nearer to the arm's body than this is the arm
SAME_THING = 0.5  # intersection over union of the points under two phrases
COVERED = 0.5  # share of a thing's points that have another name by now


@runtime_checkable
class ArmAware(Protocol):
    """A grounder that need not look at the arm."""

    def beside(self, body: Capsules) -> Grounder:
        """Return a grounder for frames that have an arm in them."""
        ...


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
        grounder = self.grounder
        if isinstance(grounder, ArmAware):
            grounder = grounder.beside(body)
        grounded = grounder.ground(cameras, self.phrases)
        depths = Depths.of(cameras, self.config)
        cloud = depths.cloud
        named = _distinct(_each(grounded, depths, body))
        named = by_place(named, cloud.points_world)
        plane = fit_support(cloud.points_world)
        heights = plane.height(cloud.points_world)
        made = Composition(cloud, heights, cloud.normals())
        things = made.things(named)
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
            objects=with_names([*found, *kept]),
            masks=unfuse(cameras, cloud.pixel, ids.astype(np.int32)),
        )


def _each(grounded: Sequence[Grounded], depths: Depths, body: Capsules) -> list[Named]:
    """Return every instance as rows, without those of the arm."""
    free = outside_body(depths.cloud.points_world, body, ARM_MARGIN)
    named: list[Named] = []
    for each in grounded:
        if isinstance(each, NotFound):
            continue
        label = label_of(each.phrase)
        for instance in each.instances:
            rows = np.unique(
                np.concatenate([depths.rows(seen) for seen in instance.sightings])
            )
            rows = rows[free[rows]]
            if len(rows) >= MIN_POINTS:
                named.append(Named(rows, instance.score, label.noun, label.colour))
    return named


def _distinct(named: Sequence[Named]) -> list[Named]:
    """Leave out what another phrase means with a higher score."""
    kept: list[Named] = []
    for each in sorted(named, key=lambda one: -one.score):
        union = [len(np.union1d(each.rows, other.rows)) for other in kept]
        if all(
            len(np.intersect1d(each.rows, other.rows)) < SAME_THING * count
            for other, count in zip(kept, union, strict=True)
        ):
            kept.append(each)
    return kept


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
