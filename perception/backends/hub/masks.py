"""Segmenters: a box in an image to the mask of what it holds.

An image is encoded once, however many boxes it has; one mask a box is asked for.
"""

from abc import ABC, abstractmethod
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
Size = tuple[int, int]  # height, width


@runtime_checkable
class Segmenter(Protocol):
    """Finds the masks of boxes."""

    def segment(self, images: Sequence[Image], boxes: Sequence[BoxesPx]) -> list[Masks]:
        """Return a mask of the image's size for each box in each image."""
        ...


class _ByImage(ABC):
    """Encodes images that have boxes, a batch at a time, and decodes each apart."""

    weights: Weights
    batch: int

    def segment(self, images: Sequence[Image], boxes: Sequence[BoxesPx]) -> list[Masks]:
        """Return a mask of the image's size for each box in each image."""
        masks = [np.zeros((0, *image.shape[:2]), dtype=bool) for image in images]
        torch, _ = libraries()
        for chunk in _with_boxes(boxes, self.batch):
            with torch.inference_mode():
                encoded = self._encode([images[i] for i in chunk])
            for i, (embedding, seen) in zip(chunk, encoded, strict=True):
                size = (images[i].shape[0], images[i].shape[1])
                scale = (seen[0] / size[0], seen[1] / size[1])
                logits = _decode(self.weights.model, embedding, boxes[i], scale)
                masks[i] = self._full(logits, size, seen)
        return masks

    @abstractmethod
    def _encode(self, images: Sequence[Image]) -> list[tuple[Any, Size]]:
        """Return each image's embedding, and its size as the model sees it."""

    @abstractmethod
    def _full(self, logits: Any, size: Size, seen: Size) -> Masks:
        """Return masks of the image's size, of (n, 1, h, w) logits."""


@dataclass(frozen=True, slots=True, eq=False)
class SamSegmenter(_ByImage):
    """SAM (Kirillov et al. 2023).

    Attributes:
        weights: The model.
        processor: Its image processor.
        batch: Images it encodes at once, at most.
    """

    weights: Weights
    processor: Any
    batch: int

    def _encode(self, images: Sequence[Image]) -> list[tuple[Any, Size]]:
        model = self.weights.model
        pixels = self.processor(
            images=list(images), return_tensors="pt", input_data_format="channels_last"
        )
        values = pixels["pixel_values"].to(model.device, model.dtype)
        embeddings = model.get_image_embeddings(values)
        sizes: list[list[int]] = pixels["reshaped_input_sizes"].tolist()
        return [
            (embeddings[row : row + 1], (height, width))
            for row, (height, width) in enumerate(sizes)
        ]

    def _full(self, logits: Any, size: Size, seen: Size) -> Masks:
        (full,) = self.processor.post_process_masks([logits], [size], [seen])
        return full[:, 0].cpu().numpy()


@dataclass(frozen=True, slots=True, eq=False)
class Sam2Segmenter(_ByImage):
    """SAM 2 (Ravi et al. 2024) on single images.

    Attributes:
        weights: The model.
        stretch: What is done to images.
        batch: Images it encodes at once, at most.
    """

    weights: Weights
    stretch: Stretch
    batch: int

    def _encode(self, images: Sequence[Image]) -> list[tuple[Any, Size]]:
        torch, _ = libraries()
        model = self.weights.model
        values = torch.cat([self.stretch.pixels(image) for image in images])
        levels = model.get_image_embeddings(values.to(model.device, model.dtype))
        return [
            ([level[row : row + 1] for level in levels], self.stretch.size)
            for row in range(len(images))
        ]

    def _full(self, logits: Any, size: Size, seen: Size) -> Masks:
        del seen  # an image is stretched to it
        return masks_of(logits[:, 0], size, 0.0)


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


def _with_boxes(boxes: Sequence[BoxesPx], size: int) -> list[list[int]]:
    """Return the numbers of the images that have boxes, at most `size` in a group."""
    numbers = [i for i, each in enumerate(boxes) if len(each)]
    return [numbers[at : at + size] for at in range(0, len(numbers), size)]
