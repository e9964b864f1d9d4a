"""What stands in for big models: they see the colours of the ray-caster's world."""

import numpy as np
from raycast import RGB
from scipy.ndimage import find_objects, label

from perception.backends.hub.detection import Boxes

SURE, FAINT = 0.8, 0.05


def mask_of(camera, colour):
    """Where a camera sees a colour, however shaded."""
    return _like(camera.colour, RGB[colour])


def _like(image, rgb):
    pixels, wanted = image.astype(float), np.array(rgb, float)
    length, whole = np.linalg.norm(pixels, axis=2), np.linalg.norm(wanted)
    lit = (length > 0.55 * whole) & (length < 1.05 * whole)
    return lit & (pixels @ wanted > 0.9985 * length * whole)


class ScriptedDetector:
    """Finds the pieces of the colour that a phrase begins with.

    What has another colour is seen too, faintly; `seen` notes what it was asked.
    """

    threshold = 0.5
    has_masks = False

    def __init__(self):
        self.seen = []

    def detect(self, images, phrases):
        self.seen.append((len(images), tuple(phrases)))
        return [[_boxes(image, phrase) for phrase in phrases] for image in images]


class ScriptedSegmenter:
    """Takes the colour that reaches to all four sides of a box."""

    def segment(self, images, boxes):
        return [
            np.array([_within(image, box) for box in each], bool).reshape(
                -1, *image.shape[:2]
            )
            for image, each in zip(images, boxes, strict=True)
        ]


def _boxes(image, phrase):
    boxes, scores = [], []
    for colour in RGB:
        pieces, _ = label(_like(image, RGB[colour]))
        for number, (rows, columns) in enumerate(find_objects(pieces), 1):
            if (pieces == number).sum() < 20:
                continue
            boxes.append([columns.start, rows.start, columns.stop, rows.stop])
            scores.append(SURE if phrase.startswith(colour) else FAINT)
    return Boxes(np.array(boxes, float).reshape(-1, 4), np.array(scores))


def _within(image, box):
    x0, y0, x1, y1 = np.rint(box).astype(int)
    mask = np.zeros(image.shape[:2], bool)
    for rgb in RGB.values():
        mask[y0:y1, x0:x1] = _like(image, rgb)[y0:y1, x0:x1]
        v, u = np.nonzero(mask)
        if len(u) and (u.min(), v.min(), u.max() + 1, v.max() + 1) == (x0, y0, x1, y1):
            break
    return mask
