"""Detectors that read: a phrase and an image to boxes, each with a score.

Every phrase is asked on its own, so what is found for it does not hang on what else
is asked, nor on how many images are looked at together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Protocol, TypeVar, runtime_checkable

import numpy as np
from jaxtyping import Float

from perception.backends.hub.loading import Weights, libraries
from perception.backends.hub.pixels import Image
from perception.errors import InvalidPhraseError

OWL_THRESHOLD = 0.1
DINO_THRESHOLD = 0.25

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """What a detector has for one phrase in one image, however little it scores.

    Attributes:
        box_px: (n, 4) x0, y0, x1, y1; may reach beyond the image.
        score: (n,) 0 to 1.
        mask: (n, h, w) tensor of probabilities, of a size of the model's own, if it
            makes masks.
    """

    box_px: np.ndarray
    score: np.ndarray
    mask: Any = None


@runtime_checkable
class Detector(Protocol):
    """Finds boxes for phrases."""

    @property
    def threshold(self) -> float:
        """What a box must score where nothing else is asked for."""
        ...

    @property
    def has_masks(self) -> bool:
        """Whether its boxes have masks, so that no segmenter is needed."""
        ...

    def detect(
        self, images: Sequence[Image], phrases: Sequence[str]
    ) -> list[list[Boxes]]:
        """Return the boxes of each phrase in each image: a list of the images' lists.

        Raises:
            InvalidPhraseError: A phrase is longer than the model reads.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class OwlDetector:
    """OWL-ViT (Minderer et al. 2022) and OWLv2 (Minderer et al. 2023).

    Attributes:
        weights: The model.
        tokenizer: Its tokenizer.
        processor: Its image processor.
        batch: Images it sees at once, at most.
    """

    weights: Weights
    tokenizer: Any
    processor: Any
    batch: int
    threshold: float = OWL_THRESHOLD
    has_masks: bool = False

    def detect(
        self, images: Sequence[Image], phrases: Sequence[str]
    ) -> list[list[Boxes]]:
        """Return the boxes of each phrase in each image.

        Raises:
            InvalidPhraseError: A phrase is longer than the model reads.
        """
        model = self.weights.model
        longest = int(model.config.text_config.max_position_embeddings)
        texts = list(phrases)
        refuse_long(self.tokenizer, texts, longest)
        tokens = self.tokenizer(
            texts, padding="max_length", max_length=longest, return_tensors="pt"
        ).to(model.device)
        found: list[list[Boxes]] = []
        for chunk in _chunks(images, self.batch):
            pixels = _pixels(self.processor, chunk, model)["pixel_values"]
            # Queries of one image lie one after another, image by image.
            out = _run(
                model,
                input_ids=tokens["input_ids"].repeat(len(chunk), 1),
                attention_mask=tokens["attention_mask"].repeat(len(chunk), 1),
                pixel_values=pixels,
            )
            for i, image in enumerate(chunk):
                logits, boxes = out.logits[i].float(), out.pred_boxes[i].float()
                found.append(
                    [
                        _boxes(self.processor, logits[:, q : q + 1], boxes, image)
                        for q in range(len(texts))
                    ]
                )
        return found


@dataclass(frozen=True, slots=True, eq=False)
class DinoDetector:
    """Grounding DINO (Liu et al. 2023) and MM Grounding DINO (Zhao et al. 2024).

    Attributes:
        weights: The model.
        tokenizer: Its tokenizer.
        processor: Its image processor.
        batch: Pairs of an image and a phrase it sees at once, at most.
    """

    weights: Weights
    tokenizer: Any
    processor: Any
    batch: int
    threshold: float = DINO_THRESHOLD
    has_masks: bool = False

    def detect(
        self, images: Sequence[Image], phrases: Sequence[str]
    ) -> list[list[Boxes]]:
        """Return the boxes of each phrase in each image.

        Raises:
            InvalidPhraseError: A phrase is longer than the model reads.
        """
        longest = int(self.weights.model.config.max_text_len)
        texts = [_as_caption(phrase) for phrase in phrases]
        refuse_long(self.tokenizer, texts, longest)
        found: list[list[Boxes]] = []
        for image in images:
            # Images of several sizes would be padded, and see other pixels then.
            pixels = _pixels(self.processor, [image], self.weights.model)
            found.append(
                [
                    boxes
                    for chunk in _chunks(texts, self.batch)
                    for boxes in self._read(image, pixels, chunk)
                ]
            )
        return found

    def _read(self, image: Image, pixels: Any, texts: Sequence[str]) -> list[Boxes]:
        model, count = self.weights.model, len(texts)
        tokens = self.tokenizer(
            list(texts), padding=True, return_token_type_ids=True, return_tensors="pt"
        ).to(model.device)
        out = _run(
            model,
            pixel_values=pixels["pixel_values"].expand(count, -1, -1, -1),
            pixel_mask=pixels["pixel_mask"].expand(count, -1, -1),
            **tokens,
        )
        return [
            _boxes(self.processor, out.logits[i].float(), out.pred_boxes[i], image)
            for i in range(count)
        ]


def _as_caption(phrase: str) -> str:
    """Return a phrase as Grounding DINO was taught them: lower case, one full stop."""
    return phrase.lower().replace(".", " ").strip() + "."


def refuse_long(tokenizer: Any, texts: Sequence[str], longest: int) -> None:
    """Return if a model reads all texts to their ends.

    Raises:
        InvalidPhraseError: One has more tokens than `longest`.
    """
    for text in texts:
        count = len(tokenizer(text)["input_ids"])
        if count > longest:
            raise InvalidPhraseError(
                text, f"it has {count} tokens and the model reads {longest}"
            )


def _pixels(processor: Any, images: Sequence[Image], model: Any) -> Any:
    pixels = processor(
        images=list(images), return_tensors="pt", input_data_format="channels_last"
    ).to(model.device)
    pixels["pixel_values"] = pixels["pixel_values"].to(model.dtype)
    return pixels


def _run(model: Any, **inputs: Any) -> Any:
    torch, _ = libraries()
    with torch.inference_mode():
        return model(**inputs)


def _boxes(processor: Any, logits: Any, boxes: Any, image: Image) -> Boxes:
    """Return every box, as the model's own post-processing scales it.

    Args:
        processor: The model's image processor.
        logits: (n, k) for one phrase; the largest of a row counts.
        boxes: (n, 4) centre and size, 0 to 1.
        image: What was looked at.
    """
    (out,) = processor.post_process_object_detection(
        SimpleNamespace(logits=logits[None], pred_boxes=boxes[None].float()),
        threshold=-1.0,
        target_sizes=[image.shape[:2]],
    )
    return Boxes(_array(out["boxes"]), _array(out["scores"]))


def _array(tensor: Any) -> Float[np.ndarray, "..."]:
    return np.asarray(tensor.cpu().numpy(), dtype=float)


def _chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
