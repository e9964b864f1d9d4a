"""Images as SAM 2 and SAM 3 see them.

Their image processors in `transformers` need torchvision; what of them a single image
needs is here: it is stretched to a square, and its colours are normalised.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, UInt8

from perception.backends.hub.config import ModelSource
from perception.backends.hub.loading import libraries, load_settings

Image = UInt8[np.ndarray, "_ _ 3"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is done to an image.

    Attributes:
        size: Height and width that it is stretched to, [px].
        mean: Of the colours the model was taught on, 0 to 1.
        deviation: Their standard deviation.
    """

    size: tuple[int, int]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    @classmethod
    def of(cls, source: ModelSource, default: "Stretch") -> "Stretch":
        """Return what a checkpoint says, and the default where it says nothing.

        Raises:
            ModelLoadError: Its files are missing.
        """
        said = load_settings(source)
        size: dict[str, Any] = said.get("size") or {}
        return cls(
            (
                int(size.get("height", default.size[0])),
                int(size.get("width", default.size[1])),
            ),
            tuple(said.get("image_mean") or default.mean),
            tuple(said.get("image_std") or default.deviation),
        )

    def pixels(self, image: Image) -> Any:
        """Return a (1, 3, h, w) tensor on the CPU."""
        torch, _ = libraries()
        colours = torch.from_numpy(image.copy()).permute(2, 0, 1)[None].float()
        colours = resized(colours, self.size, antialias=True).round().clamp(0, 255)
        mean, deviation = (
            torch.tensor(each).view(1, 3, 1, 1) for each in (self.mean, self.deviation)
        )
        return (colours / 255.0 - mean) / deviation


def masks_of(
    values: Any, size: Sequence[int], above: float
) -> Bool[np.ndarray, "n _ _"]:
    """Return masks of an image's size.

    Args:
        values: (n, h, w) tensor of logits or probabilities.
        size: Height and width of the image.
        above: What is more than this is within the mask.
    """
    full = resized(values.float()[:, None], size)
    return (full[:, 0] > above).cpu().numpy()


def resized(images: Any, size: Sequence[int], *, antialias: bool = False) -> Any:
    """Return (n, c, h, w) images at another size."""
    functional = importlib.import_module("torch.nn.functional")
    return functional.interpolate(
        images,
        tuple(size),
        mode="bilinear",
        align_corners=False,
        antialias=antialias,
    )
