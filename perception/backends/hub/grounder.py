"""Phrases to instances with models of the hub: boxes, then masks, then places."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from perception.backends.hub.catalogue import load_detector, load_segmenter
from perception.backends.hub.config import HubConfig
from perception.backends.hub.detection import Boxes, Detector
from perception.backends.hub.masks import Masks, Segmenter
from perception.backends.hub.pixels import masks_of
from perception.errors import InvalidPhraseError
from perception.fusion import Depths, place
from perception.grounder import Found, Glimpse, Grounded, NotFound, Sighting
from perception.observation import Camera

LEAST_SIDE = 1.0  # [px] of a box within the image


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """Boxes of one phrase in one image, the highest score first.

    Attributes:
        box_px: (n, 4) within the image.
        score: (n,) 0 to 1.
        taken: How many of them, from the first, are taken.
        mask: Of those that are taken, as the detector has it, if it makes masks.
    """

    box_px: np.ndarray
    score: np.ndarray
    taken: int
    mask: Any


@dataclass(frozen=True, slots=True, eq=False)
class HubGrounder:
    """A detector and a segmenter as a grounder.

    Attributes:
        detector: Finds the boxes of phrases.
        segmenter: Finds the masks of boxes; none where the detector has them.
        config: How both are used.
        name: What stands in reports.
        lock: Held while the models look: tokenizers do not bear two callers, and
            memory is for one.
    """

    detector: Detector
    segmenter: Segmenter | None
    config: HubConfig
    name: str = "hub"
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def load(cls, config: HubConfig | None = None) -> "HubGrounder":
        """Return the grounder of two models by name or folder.

        Raises:
            MissingExtraError: The extra `voxfield[models]` is not installed.
            WrongModelError: A model is of an architecture that does something else.
            ModelLoadError: There is no such model or device, or files are missing.
        """
        config = config or HubConfig()
        detector = load_detector(config.detector_source, config.batch)
        if detector.has_masks and not config.segmenter:
            return cls(detector, None, config)
        segmenter = load_segmenter(config.segmenter_source, config.batch)
        return cls(detector, segmenter, config)

    def ground(
        self, cameras: Sequence[Camera], phrases: Sequence[str]
    ) -> tuple[Grounded, ...]:
        """Return what each phrase means, in the order of the phrases.

        Raises:
            NoDepthError: A camera has colour and no depth.
            InvalidPhraseError: A phrase is empty, or longer than the model reads.
        """
        for phrase in phrases:
            if not phrase.strip():
                raise InvalidPhraseError(phrase, "it is empty")
        if not phrases or not cameras:
            return tuple(NotFound(phrase) for phrase in phrases)
        depths = Depths.of(cameras, self.config.fusion)
        with self.lock:
            asked, masks = self._look(cameras, phrases)
        grounded = [
            self._place(depths, phrase, [a[q] for a in asked], [m[q] for m in masks])
            for q, phrase in enumerate(phrases)
        ]
        return _knowing_the_others(grounded)

    def _look(
        self, cameras: Sequence[Camera], phrases: Sequence[str]
    ) -> tuple[list[list[_Asked]], list[list[Masks]]]:
        """Return boxes and masks of what is taken, of each phrase in each camera."""
        images = [camera.colour for camera in cameras]
        asked = [
            [self._choose(boxes, camera) for boxes in of_image]
            for camera, of_image in zip(
                cameras, self.detector.detect(images, phrases), strict=True
            )
        ]
        if self.segmenter is None:
            return asked, [
                [masks_of(each.mask, image.shape[:2], 0.5) for each in of_image]
                for image, of_image in zip(images, asked, strict=True)
            ]
        wanted = [
            np.concatenate([each.box_px[: each.taken] for each in of_image])
            for of_image in asked
        ]
        masks = self.segmenter.segment(images, wanted)
        return asked, [
            _split(of_image, [each.taken for each in of_phrases])
            for of_image, of_phrases in zip(masks, asked, strict=True)
        ]

    def _choose(self, boxes: Boxes, camera: Camera) -> _Asked:
        """Return the boxes that are worth a mask, and those that came nearest."""
        config = self.config
        least = config.threshold
        least = self.detector.threshold if least is None else least
        height, width = camera.depth.shape
        within = np.clip(boxes.box_px, 0.0, [width, height, width, height])
        real = ((within[:, 2:] - within[:, :2]) >= LEAST_SIDE).all(axis=1)
        numbers = np.flatnonzero(real)
        within, score = within[real], boxes.score[real]
        rows = _apart(within, score, config.overlap, config.most + config.nearest)
        taken = min(int((score[rows] > least).sum()), config.most)
        own = None if boxes.mask is None else boxes.mask[numbers[rows[:taken]]]
        return _Asked(within[rows], score[rows], taken, own)

    def _place(
        self,
        depths: Depths,
        phrase: str,
        asked: Sequence[_Asked],
        masks: Sequence[Masks],
    ) -> Grounded:
        sightings: list[Sighting] = []
        glimpses: list[Glimpse] = []
        for camera, each, of_boxes in zip(depths.cameras, asked, masks, strict=True):
            name = camera.name
            rows = zip(each.box_px, each.score.tolist(), strict=True)
            for i, (box_px, score) in enumerate(rows):
                if i >= each.taken:
                    why = f"it scores {score:.3f} only"
                    glimpses.append(Glimpse(name, box_px, score, why))
                elif not of_boxes[i].any():
                    why = "nothing stands out from it"
                    glimpses.append(Glimpse(name, box_px, score, why))
                else:
                    sightings.append(Sighting(name, of_boxes[i], box_px, score))
        instances, lost = place(depths, sightings)
        if instances:
            return Found(phrase, instances)
        glimpses += [
            Glimpse(
                each.camera,
                each.box_px,
                each.score,
                "it has no depth within the box that is looked at",
            )
            for each in lost
        ]
        glimpses.sort(key=lambda each: -each.score)
        return NotFound(phrase, tuple(glimpses[: self.config.nearest]))


def _apart(
    box_px: Float[np.ndarray, "n 4"],
    score: Float[np.ndarray, "n"],
    overlap: float,
    most: int,
) -> Int[np.ndarray, "k"]:
    """Return the rows of the best boxes that overlap no better one too much."""
    area = (box_px[:, 2:] - box_px[:, :2]).prod(axis=1)
    left = np.argsort(-score, kind="stable")
    kept: list[int] = []
    while len(left) and len(kept) < most:
        best, left = int(left[0]), left[1:]
        kept.append(best)
        low = np.maximum(box_px[left, :2], box_px[best, :2])
        high = np.minimum(box_px[left, 2:], box_px[best, 2:])
        common = np.maximum(high - low, 0.0).prod(axis=1)
        left = left[common <= overlap * (area[left] + area[best] - common)]
    return np.array(kept, dtype=np.int64)


def _split(masks: Masks, counts: Sequence[int]) -> list[Masks]:
    return np.split(masks, np.cumsum(counts)[:-1])


def _knowing_the_others(grounded: Sequence[Grounded]) -> tuple[Grounded, ...]:
    """Tell each phrase that was not found which ones were."""
    found = tuple(each.phrase for each in grounded if isinstance(each, Found))
    return tuple(
        NotFound(each.phrase, each.nearest, found)
        if isinstance(each, NotFound)
        else each
        for each in grounded
    )
