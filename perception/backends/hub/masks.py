"""Segmenters: a box in an image to the mask of what it holds.

An image is encoded once, however many boxes it has; one mask a box is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float

from perception.backends.hub.loading import Weights, libraries
from perception.backends.hub.pixels import Image, Stretch, masks_of

# Where a checkpoint of SAM 2 does not say otherwise; the colours are ImageNet's.
STRETCH = Stretch((1024, 1024), (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))

BoxesPx = Float[np.ndarray, "_ 4"]
Masks = Bool[np.ndarray, "_ _ _"]


@runtime_checkable
class Segmenter(Protocol):
    """Finds the masks of boxes."""

    def segment(self, images: Sequence[Image], boxes: Sequence[BoxesPx]) -> list[Masks]:
        """Return a mask of the image's size for each box in each image."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class SamSegmenter:
    """SAM (Kirillov et al. 2023).

    Attributes:
        weights: The model.
        processor: Its image processor.
        batch: Images it encodes at once, at most.
    """

    weights: Weights
    processor: Any
    batch: int

    def segment(self, images: Sequence[Image], boxes: Sequence[BoxesPx]) -> list[Masks]:
        """Return a mask of the image's size for each box in each image."""
        model = self.weights.model
        masks = _none(images)
        torch, _ = libraries()
        for chunk in _with_boxes(boxes, self.batch):
            pixels = self.processor(
                images=[images[i] for i in chunk],
                return_tensors="pt",
                input_data_format="channels_last",
            )
            values = pixels["pixel_values"].to(model.device, model.dtype)
            with torch.inference_mode():
                encoded = model.get_image_embeddings(values)
            for row, i in enumerate(chunk):
                size = images[i].shape[:2]
                seen: list[int] = pixels["reshaped_input_sizes"][row].tolist()
                scale = (seen[0] / size[0], seen[1] / size[1])
                logits = _decode(model, encoded[row : row + 1], boxes[i], scale)
                (full,) = self.processor.post_process_masks([logits], [size], [seen])
                masks[i] = full[:, 0].cpu().numpy()
        return masks


@dataclass(frozen=True, slots=True, eq=False)
class Sam2Segmenter:
    """SAM 2 (Ravi et al. 2024) on single images.

    Attributes:
        weights: The model.
        stretch: What is done to images.
        batch: Images it encodes at once, at most.
    """

    weights: Weights
    stretch: Stretch
    batch: int

    def segment(self, images: Sequence[Image], boxes: Sequence[BoxesPx]) -> list[Masks]:
        """Return a mask of the image's size for each box in each image."""
        model = self.weights.model
        masks = _none(images)
        torch, _ = libraries()
        for chunk in _with_boxes(boxes, self.batch):
            values = torch.cat([self.stretch.pixels(images[i]) for i in chunk])
            with torch.inference_mode():
                encoded = model.get_image_embeddings(
                    values.to(model.device, model.dtype)
                )
            for row, i in enumerate(chunk):
                size = images[i].shape[:2]
                seen = self.stretch.size
                scale = (seen[0] / size[0], seen[1] / size[1])
                levels = [level[row : row + 1] for level in encoded]
                logits = _decode(model, levels, boxes[i], scale)
                masks[i] = masks_of(logits[:, 0], size, 0.0)
        return masks


def _decode(
    model: Any, encoded: Any, boxes_px: BoxesPx, scale: tuple[float, float]
) -> Any:
    """Return (n, 1, h, w) logits, one mask for each box in one encoded image.

    Args:
        model: A SAM or a SAM 2.
        encoded: The image's embeddings.
        boxes_px: In the camera's image.
        scale: Of the height and of the width, from the camera's image to the model's.
    """
    torch, _ = libraries()
    seen = boxes_px * [scale[1], scale[0], scale[1], scale[0]]
    with torch.inference_mode():
        out = model(
            image_embeddings=encoded,
            input_boxes=torch.as_tensor(seen[None], device=model.device).to(
                model.dtype
            ),
            multimask_output=False,
        )
    return out.pred_masks[0].float()


def _none(images: Sequence[Image]) -> list[Masks]:
    return [np.zeros((0, *image.shape[:2]), dtype=bool) for image in images]


def _with_boxes(boxes: Sequence[BoxesPx], size: int) -> list[list[int]]:
    """Return the numbers of the images that have boxes, at most `size` in a group."""
    numbers = [i for i, each in enumerate(boxes) if len(each)]
    return [numbers[at : at + size] for at in range(0, len(numbers), size)]
