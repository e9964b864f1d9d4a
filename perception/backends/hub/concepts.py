"""One model that reads and segments: SAM 3 (Carion et al. 2025), prompted by words.

An image is encoded once, however many phrases there are; each is asked on its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from perception.backends.hub.detection import Boxes, refuse_long
from perception.backends.hub.loading import Weights, libraries
from perception.backends.hub.pixels import Image, Stretch

SAM3_THRESHOLD = 0.3  # of its own post-processing
STRETCH = Stretch((1008, 1008), (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
MOST = 30  # masks kept of one phrase in one image; there are 200, nearly all empty


@dataclass(frozen=True, slots=True, eq=False)
class ConceptDetector:
    """SAM 3 as a detector whose boxes have masks.

    Attributes:
        weights: The model.
        tokenizer: Its tokenizer.
        stretch: What is done to images.
    """

    weights: Weights
    tokenizer: Any
    stretch: Stretch
    threshold: float = SAM3_THRESHOLD
    has_masks: bool = True

    def detect(
        self, images: Sequence[Image], phrases: Sequence[str]
    ) -> list[list[Boxes]]:
        """Return the boxes of each phrase in each image, with their masks.

        Raises:
            InvalidPhraseError: A phrase is longer than the model reads.
        """
        model = self.weights.model
        longest = int(model.config.text_config.max_position_embeddings)
        refuse_long(self.tokenizer, phrases, longest)
        torch, _ = libraries()
        found: list[list[Boxes]] = []
        with torch.inference_mode():
            for image in images:
                pixels = self.stretch.pixels(image).to(model.device, model.dtype)
                encoded = model.get_vision_features(pixels)
                found.append(
                    [self._read(image, encoded, each, longest) for each in phrases]
                )
        return found

    def _read(self, image: Image, encoded: Any, phrase: str, longest: int) -> Boxes:
        model = self.weights.model
        tokens = self.tokenizer(
            [phrase], padding="max_length", max_length=longest, return_tensors="pt"
        ).to(model.device)
        out = model(
            vision_embeds=encoded,
            input_ids=tokens["input_ids"],
            attention_mask=tokens["attention_mask"],
        )
        # How sure it is of each box, if there is any such thing at all.
        present = out.presence_logits.float().sigmoid()
        score = (out.pred_logits.float().sigmoid() * present)[0]
        best = score.argsort(descending=True, stable=True)[:MOST]
        height, width = image.shape[:2]
        box = out.pred_boxes[0, best].float().cpu().numpy()
        return Boxes(
            np.asarray(box * [width, height, width, height], dtype=float),
            np.asarray(score[best].cpu().numpy(), dtype=float),
            out.pred_masks[0, best].float().sigmoid().cpu(),
        )
