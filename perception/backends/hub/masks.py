"""Segmenters: a box in an image to the mask of what it holds.

An image is encoded once, however many boxes it has; one mask a box is asked for.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float

from perception.backends.hub.config import ModelSource
from perception.backends.hub.detection import Image
from perception.backends.hub.loading import (
    Weights,
    libraries,
    load_part,
    load_settings,
    load_weights,
)

SAM = ("sam",)
# The published checkpoints of SAM 2 are those of its video model.
SAM2 = ("sam2", "sam2_video")
# Of ImageNet, where a checkpoint does not say otherwise.
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
SIDE = 1024  # [px] likewise

BoxesPx = Float[np.ndarray, "_ 4"]
Masks = Bool[np.ndarray, "_ _ _"]


@runtime_checkable
class Segmenter(Protocol):
    """Finds the masks of boxes."""

    def segment(self, images: Sequence[Image], boxes: Sequence[BoxesPx]) -> list[Masks]:
        """Return a mask of the image's size for each box in each image."""
        ...


def load_segmenter(source: ModelSource, batch: int) -> Segmenter:
    """Return the segmenter of a folder or a name on the hub.

    Args:
        source: Where it comes from.
        batch: Images it encodes at once, at most.

    Raises:
        MissingExtraError: The extra `voxfield[models]` is not installed.
        WrongModelError: The model is no SAM or SAM 2.
        ModelLoadError: There is no such model or device, or files are missing.
    """
    weights = load_weights(source, "AutoModelForMaskGeneration", SAM + SAM2)
    if weights.architecture in SAM:
        processor = load_part(source, "AutoImageProcessor", backend="pil")
        return SamSegmenter(weights, processor, batch)
    settings = load_settings(source)
    size = settings.get("size", {"height": SIDE, "width": SIDE})
    return Sam2Segmenter(
        weights,
        (int(size["height"]), int(size["width"])),
        tuple(settings.get("image_mean", MEAN)),
        tuple(settings.get("image_std", DEVIATION)),
        batch,
    )


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

    Its image processor in `transformers` needs torchvision; the few lines of it that
    box prompts need are here.

    Attributes:
        weights: The model.
        size: Height and width that images are stretched to, [px].
        mean: Of the colours it was taught on, 0 to 1.
        deviation: Their standard deviation.
        batch: Images it encodes at once, at most.
    """

    weights: Weights
    size: tuple[int, int]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    batch: int

    def segment(self, images: Sequence[Image], boxes: Sequence[BoxesPx]) -> list[Masks]:
        """Return a mask of the image's size for each box in each image."""
        model = self.weights.model
        masks = _none(images)
        torch, _ = libraries()
        for chunk in _with_boxes(boxes, self.batch):
            values = torch.cat([self._pixels(images[i]) for i in chunk])
            with torch.inference_mode():
                encoded = model.get_image_embeddings(
                    values.to(model.device, model.dtype)
                )
            for row, i in enumerate(chunk):
                size = images[i].shape[:2]
                scale = (self.size[0] / size[0], self.size[1] / size[1])
                levels = [level[row : row + 1] for level in encoded]
                logits = _decode(model, levels, boxes[i], scale)
                full = _resized(logits, size)
                masks[i] = (full[:, 0] > 0.0).cpu().numpy()
        return masks

    def _pixels(self, image: Image) -> Any:
        """Return (1, 3, h, w): stretched, then colours as the model was taught."""
        torch, _ = libraries()
        colours = torch.from_numpy(image.copy()).permute(2, 0, 1)[None].float()
        colours = _resized(colours, self.size, antialias=True).round().clamp(0, 255)
        mean, deviation = (
            torch.tensor(each).view(1, 3, 1, 1) for each in (self.mean, self.deviation)
        )
        return (colours / 255.0 - mean) / deviation


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


def _resized(images: Any, size: Sequence[int], *, antialias: bool = False) -> Any:
    functional = importlib.import_module("torch.nn.functional")
    return functional.interpolate(
        images,
        tuple(size),
        mode="bilinear",
        align_corners=False,
        antialias=antialias,
    )


def _none(images: Sequence[Image]) -> list[Masks]:
    return [np.zeros((0, *image.shape[:2]), dtype=bool) for image in images]


def _with_boxes(boxes: Sequence[BoxesPx], size: int) -> list[list[int]]:
    """Return the numbers of the images that have boxes, at most `size` in a group."""
    numbers = [i for i, each in enumerate(boxes) if len(each)]
    return [numbers[at : at + size] for at in range(0, len(numbers), size)]
