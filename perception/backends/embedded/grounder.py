"""The embedded perceiver as a grounder: phrases to instances with masks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from perception.backends.embedded.config import EmbeddedConfig
from perception.backends.embedded.masks import filled
from perception.backends.embedded.perceiver import EmbeddedPerceiver, load_perceiver
from perception.errors import (
    InvalidPhraseError,
    NoDepthError,
    ObjectNotFoundError,
    PhraseNotUnderstoodError,
)
from perception.frames import Pose
from perception.grounder import (
    Found,
    Glimpse,
    Grounded,
    Instance,
    NotFound,
    Sighting,
)
from perception.grounding import ground
from perception.observation import NO_BODY, Camera, Observation
from perception.scene import Object3D, Scene

NEAREST = 3  # glimpses of an abstention, at most


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedGrounder:
    """Finds what phrases mean with the small model.

    Attributes:
        perceiver: Sees the things.
        name: What stands in reports.
    """

    perceiver: EmbeddedPerceiver
    name: str = "embedded"

    @classmethod
    def load(cls, config: EmbeddedConfig | None = None) -> "EmbeddedGrounder":
        """Return the grounder of the shipped model, or of the one a config names.

        Raises:
            MissingExtraError: The extra `voxfield[models]` is not installed.
            ModelLoadError: The folder holds no model.
        """
        return cls(load_perceiver(config))

    def ground(
        self, cameras: Sequence[Camera], phrases: Sequence[str]
    ) -> tuple[Grounded, ...]:
        """Return what each phrase means, in the order of the phrases.

        Raises:
            NoDepthError: A camera has colour and no depth.
            InvalidPhraseError: A phrase is empty, or says nothing.
            NoSurfaceError: The cameras see no table.
        """
        for phrase in phrases:
            if not phrase.strip():
                raise InvalidPhraseError(phrase, "it is empty")
        if not phrases or not cameras:
            return tuple(NotFound(phrase) for phrase in phrases)
        for camera in cameras:
            if not (camera.depth > 0.0).any():
                raise NoDepthError(camera.name)
        still = Observation(tuple(cameras), Pose.identity(), 0.0, np.zeros(0), 0.0)
        scene = self.perceiver.perceive(still, NO_BODY)
        masks = {each.name: filled(scene.masks[each.name], each) for each in cameras}
        scene = replace(scene, masks=masks)
        grounded = [_grounded(scene, phrase) for phrase in phrases]
        found = tuple(each.phrase for each in grounded if isinstance(each, Found))
        return tuple(
            NotFound(each.phrase, each.nearest, found)
            if isinstance(each, NotFound)
            else each
            for each in grounded
        )


def _grounded(scene: Scene, phrase: str) -> Grounded:
    try:
        things = ground(scene, phrase)
    except ObjectNotFoundError:
        return NotFound(phrase, _nearest(scene, phrase))
    except PhraseNotUnderstoodError as error:
        raise InvalidPhraseError(phrase, "it names nothing") from error
    assert scene.reader is not None
    likely = scene.reader.read([phrase], things)[0]
    instances = [
        _instance(scene, each, max(float(score), each.score))
        for each, score in zip(things, likely, strict=True)
    ]
    return Found(phrase, tuple(instances))


def _nearest(scene: Scene, phrase: str) -> tuple[Glimpse, ...]:
    """Return what the whole phrase is most likely true of, for all it is worth."""
    assert scene.reader is not None
    likely = scene.reader.read([phrase], scene.objects)[0]
    glimpses: list[Glimpse] = []
    order: list[int] = np.argsort(-likely, kind="stable").tolist()
    for i in order[:NEAREST]:
        each, score = scene.objects[i], float(likely[i])
        for sighting in _sightings(scene, each, score)[:1]:
            why = f"it is the {each.name}"
            glimpses.append(Glimpse(sighting.camera, sighting.box_px, score, why))
    return tuple(glimpses)


def _instance(scene: Scene, thing: Object3D, score: float) -> Instance:
    return Instance(_sightings(scene, thing, score), thing.points_world, score)


def _sightings(scene: Scene, thing: Object3D, score: float) -> tuple[Sighting, ...]:
    """Return where each camera sees a thing, its parts included."""
    ids = _with_parts(scene, thing.id)
    seen: list[Sighting] = []
    for name, image in scene.masks.items():
        mask = np.isin(image, ids)
        if mask.any():
            v, u = np.nonzero(mask)
            box = np.array([u.min(), v.min(), u.max() + 1, v.max() + 1], dtype=float)
            seen.append(Sighting(name, mask, box, score))
    return tuple(seen)


def _with_parts(scene: Scene, number: int) -> list[int]:
    ids = [number]
    for each in ids:
        ids += [part.id for part in scene.objects if part.parent == each]
    return ids
